"""Calendars know whose holidays they follow, which lists they hold, where each date came from, and why they changed.

Calendars from before had their lists from the libraries: which years these were shows in their closed dates.
"""

from django.db import migrations, models

PLACES = {"Asia/Shanghai": "CN", "Europe/London": "GB"}


def note_lists(apps, schema_editor):
    Version = apps.get_model("complaints", "CalendarVersion")
    for version in Version.objects.filter(loaded_until__isnull=False):
        years = sorted({int(day[:4]) for day in version.definition.get("closed", [])})
        version.years = {
            str(year): {"official": year <= version.loaded_until.year, "source": "library"} for year in years
        }
        version.country = PLACES.get(version.definition["timezone"], "")
        version.save(update_fields=["years", "country"])


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_policy_reasons")]
    operations = [
        migrations.AddField("calendarversion", "country", models.CharField(blank=True, max_length=10)),
        migrations.AddField("calendarversion", "day_notes", models.JSONField(blank=True, default=dict)),
        migrations.AddField("calendarversion", "reason", models.CharField(blank=True, max_length=300)),
        migrations.AddField("calendarversion", "years", models.JSONField(blank=True, default=dict)),
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(("ended_as__isnull", True)),
                fields=["calendar"],
                name="clock_live_calendar",
            ),
        ),
        migrations.RunPython(note_lists, migrations.RunPython.noop),
    ]
