"""Customers get the normal form of their phone number, and a hint where two may be the same person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("complaints", "0005_complaint_without_token"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="reach_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="customer",
            name="email_changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="perhaps_same",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="perhaps_same_as",
                to="complaints.customer",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_key",
            field=models.CharField(blank=True, db_default="", db_index=True, editable=False, max_length=40),
        ),
        migrations.CreateModel(
            name="CustomerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("changed", "Changed"), ("revealed", "Revealed")], max_length=8
                    ),
                ),
                ("fields", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="complaints.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["customer", "-id"], name="customer_entry_latest")],
            },
        ),
    ]
