import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_what_is_left(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A job that is under way goes on where it was."""
    job_model = apps.get_model("complaints", "RetargetJob")
    range_model = apps.get_model("complaints", "RetargetRange")
    for job in job_model.objects.filter(is_open=True):
        range_model.objects.create(job=job, after=job.reached, upto=2**63 - 1)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0016_api_list_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetargetRange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("after", models.BigIntegerField()),
                ("upto", models.BigIntegerField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ranges",
                        to="complaints.retargetjob",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("after__lt", models.F("upto"))), name="retarget_range_not_empty"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_what_is_left, migrations.RunPython.noop),
        migrations.RemoveField(model_name="retargetjob", name="reached"),
        migrations.AlterField(
            model_name="clock",
            name="calendar",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.calendarversion",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="complaint",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="complaints.complaint",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.policyrule",
            ),
        ),
    ]
