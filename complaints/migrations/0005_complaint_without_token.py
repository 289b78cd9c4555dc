"""The tokens themselves are deleted: only their digests are kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_private_links")]

    operations = [
        migrations.RemoveField(model_name="complaint", name="token"),
        migrations.RemoveField(model_name="complaint", name="token_revoked_at"),
    ]
