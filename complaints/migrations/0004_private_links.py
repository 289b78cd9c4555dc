"""Private links become rows with a digest. Links that were sent before keep working."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

CHUNK = 1_000


def hash_tokens(apps: Any, schema_editor: Any) -> None:
    """Store the digest of each token. It expires with the setting, counted from this migration or the closing."""
    complaints, links = apps.get_model("complaints", "Complaint"), apps.get_model("complaints", "PortalLink")
    until = timezone.now() + timedelta(days=settings.PORTAL_LINK_DAYS)
    rows = complaints.objects.exclude(token=None).values_list(
        "pk", "customer_id", "token", "created_at", "token_revoked_at"
    )
    waiting = []
    for pk, customer, token, made_at, revoked_at in rows.order_by("pk").iterator(chunk_size=CHUNK):
        waiting.append(
            links(
                complaint_id=pk,
                customer_id=customer,
                digest=hashlib.sha256(token.encode()).hexdigest(),
                made_at=made_at,
                expires_at=until,
                revoked_at=revoked_at,
            )
        )
        if len(waiting) == CHUNK:
            links.objects.bulk_create(waiting)
            waiting = []
    links.objects.bulk_create(waiting)


def forget_links(apps: Any, schema_editor: Any) -> None:
    """Take the private link out of answers that are kept for repeated requests."""
    kept = apps.get_model("complaints", "KeptAnswer")
    for row in kept.objects.filter(answer__isnull=False).iterator(chunk_size=CHUNK):
        if isinstance(row.answer, dict) and row.answer.pop("portal_url", None) is not None:
            row.save(update_fields=["answer"])


def new_tokens(apps: Any, schema_editor: Any) -> None:
    """Give each complaint a new token on the way back. The old ones cannot be restored from their digests."""
    complaints = apps.get_model("complaints", "Complaint")
    for pk in complaints.objects.filter(token=None).values_list("pk", flat=True):
        complaints.objects.filter(pk=pk).update(token=secrets.token_urlsafe(32))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_sent_form")]

    operations = [
        migrations.CreateModel(
            name="PortalCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(editable=False, max_length=43)),
                ("channel", models.CharField(max_length=8)),
                ("changed_by_staff", models.BooleanField(db_default=False, default=False)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_codes",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["complaint", "-made_at"], name="portal_code_latest")],
            },
        ),
        migrations.CreateModel(
            name="PortalLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("nonce", models.CharField(blank=True, db_default="", editable=False, max_length=43)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_links",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="complaints.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=["complaint", "-id"],
                        name="portal_link_live",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="complaint",
            name="token",
            field=models.CharField(max_length=64, unique=True, null=True, editable=False),
        ),
        migrations.RunPython(hash_tokens, new_tokens),
        migrations.RunPython(forget_links, migrations.RunPython.noop),
    ]
