"""Callers are recognised by the normal form alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_phone_keys")]

    operations = [migrations.RemoveField(model_name="customer", name="phone_digits")]
