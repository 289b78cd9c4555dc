"""Room for the longest content types: that of Word files has more than 60 characters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_reply_clock_open_day_unknown_feeling"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="content_type",
            field=models.CharField(max_length=120),
        ),
    ]
