"""Complaints from before the grade was kept apart from the severity: it is what their severity says."""

from django.db import migrations
from django.db.models import F


def copy(apps, schema_editor):
    apps.get_model("complaints", "Complaint").objects.update(graded_severity=F("severity"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_every_move")]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
