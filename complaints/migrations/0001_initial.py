"""All tables of this app as of version 0.1.0. From here on migrations are kept, each with its own change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import complaints.models.attachment
import complaints.models.complaint

# What full-text search needs and no model can say: an array of words with a GIN index on PostgreSQL, a table of
# its own on SQLite. `manage.py rebuild_search --missing`, which `prepare` runs, fills them.
SEARCH_SQL = {
    "postgresql": (
        [
            "ALTER TABLE complaints_searchdocument ADD COLUMN tokens text[] NOT NULL DEFAULT '{}'",
            "CREATE INDEX search_tokens ON complaints_searchdocument USING gin (tokens)",
        ],
        ["ALTER TABLE complaints_searchdocument DROP COLUMN tokens"],
    ),
    "sqlite": (
        ["CREATE VIRTUAL TABLE complaints_search_fts USING fts5(tokens, tokenize = 'unicode61')"],
        ["DROP TABLE complaints_search_fts"],
    ),
}


def make_search(apps, schema_editor):
    for statement in SEARCH_SQL[schema_editor.connection.vendor][0]:
        schema_editor.execute(statement)


def drop_search(apps, schema_editor):
    for statement in SEARCH_SQL[schema_editor.connection.vendor][1]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True

    # Databases from before the first version count as migrated: these are what the file was squashed from.
    replaces = [
        ("complaints", "0001_complaints"),
        ("complaints", "0002_every_move"),
        ("complaints", "0003_grade_as_it_stands"),
        ("complaints", "0004_routes_as_they_were"),
        ("complaints", "0005_plan_clock"),
        ("complaints", "0006_policy_reasons"),
        ("complaints", "0007_calendar_days"),
        ("complaints", "0008_notices_by_all_channels"),
        ("complaints", "0009_retarget_job"),
        ("complaints", "0010_attachments_and_kept_answers"),
        ("complaints", "0011_search"),
        ("complaints", "0012_statutory_packs"),
        ("complaints", "0013_flash_squads"),
        ("complaints", "0014_long_pauses"),
        ("complaints", "0015_planned_calls"),
        ("complaints", "0016_api_list_orders"),
        ("complaints", "0017_retarget_ranges"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name_en", models.CharField(max_length=80)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_hant", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=24, null=True, unique=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("intake", "Intake"),
                            ("diagnose", "Diagnose"),
                            ("resolve", "Resolve"),
                            ("callback", "Callback"),
                            ("review", "Review"),
                            ("closed", "Closed"),
                        ],
                        default="intake",
                        max_length=10,
                    ),
                ),
                ("tier", models.PositiveSmallIntegerField(default=1)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("critical", "Critical"),
                            ("major", "Major"),
                            ("normal", "Normal"),
                            ("minor", "Minor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("severity_reason", models.CharField(blank=True, max_length=300)),
                (
                    "graded_severity",
                    models.CharField(
                        choices=[
                            ("critical", "Critical"),
                            ("major", "Major"),
                            ("normal", "Normal"),
                            ("minor", "Minor"),
                        ],
                        default="normal",
                        max_length=10,
                    ),
                ),
                (
                    "gravity",
                    models.CharField(
                        choices=[
                            ("S1", "S1 minor inconvenience"),
                            ("S2", "S2 loss under ¥500 or service failure"),
                            ("S3", "S3 loss of ¥500 or more, misconduct, privacy, repeat"),
                            ("S4", "S4 safety, minors, legal, media"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[
                            ("one", "One customer"),
                            ("several", "Several (2–19)"),
                            ("many", "Many (20 or more)"),
                        ],
                        default="one",
                        max_length=8,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("web", "Website"),
                            ("email", "E-mail"),
                            ("chat", "Chat"),
                            ("social", "Social media"),
                            ("store", "Store"),
                            ("marketplace", "Marketplace"),
                            ("regulator", "Regulator"),
                            ("api", "API"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("east", "East"),
                            ("south", "South"),
                            ("north", "North"),
                            ("southwest", "Southwest"),
                            ("central", "Central"),
                            ("international", "International"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("highest_tier", models.PositiveSmallIntegerField(default=1)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("description", models.TextField(max_length=20000)),
                ("occurred_at", models.DateTimeField(blank=True, null=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("order_reference", models.CharField(blank=True, db_index=True, max_length=80)),
                ("desired_outcome", models.CharField(blank=True, max_length=1000)),
                ("loss_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                ("external_reference", models.CharField(blank=True, max_length=80)),
                ("authority_due_at", models.DateTimeField(blank=True, null=True)),
                ("external_id", models.CharField(blank=True, max_length=120, null=True)),
                ("confidential", models.BooleanField(default=False)),
                (
                    "emotion",
                    models.CharField(
                        choices=[
                            ("calm", "Calm"),
                            ("uneasy", "Uneasy"),
                            ("upset", "Upset"),
                            ("angry", "Angry"),
                            ("furious", "Furious"),
                        ],
                        default="uneasy",
                        max_length=8,
                    ),
                ),
                ("triage", models.JSONField(blank=True, default=dict)),
                ("needs_triage", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld"),
                            ("partly_upheld", "Partly upheld"),
                            ("not_upheld", "Not upheld"),
                            ("goodwill_no_fault", "Goodwill, no fault"),
                            ("withdrawn", "Withdrawn"),
                            ("out_of_scope", "Out of scope"),
                            ("duplicate", "Duplicate"),
                            ("deadlock_external", "Deadlock, referred outside"),
                            ("no_response_customer", "No answer from the customer"),
                        ],
                        max_length=24,
                        null=True,
                    ),
                ),
                (
                    "callback_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("partly", "Partly satisfied"),
                            ("unsatisfied", "Not satisfied"),
                            ("refused", "Refused"),
                            ("unreachable", "Unreachable"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "waiting_on",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customer", "the customer"),
                            ("approval", "an approval"),
                            ("department", "a department"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("next_due_at", models.DateTimeField(blank=True, null=True)),
                ("received_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "token",
                    models.CharField(
                        default=complaints.models.complaint.portal_token,
                        editable=False,
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("token_revoked_at", models.DateTimeField(blank=True, null=True)),
                ("event_count", models.PositiveIntegerField(default=0)),
                ("head_hash", models.CharField(blank=True, max_length=64)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("round", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=40)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("user", "User"), ("customer", "Customer"), ("system", "Redress")],
                        max_length=8,
                    ),
                ),
                ("changed", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="Remedy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_hant", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=10, unique=True)),
                ("type", models.CharField(max_length=40)),
                ("cost_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                ("ladder_step", models.PositiveSmallIntegerField(default=0)),
                ("promise_en", models.CharField(blank=True, max_length=60)),
                ("promise_zh", models.CharField(blank=True, max_length=60)),
                ("promise_hant", models.CharField(blank=True, max_length=60)),
                ("is_cash", models.BooleanField(default=False)),
                ("is_principled", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["ladder_step", "code"],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("loaded_until", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("country", models.CharField(blank=True, max_length=10)),
                ("day_notes", models.JSONField(blank=True, default=dict)),
                ("years", models.JSONField(blank=True, default=dict)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="complaints.calendar",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cycle", models.PositiveSmallIntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("planned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "planned_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("at_once", "as soon as possible"),
                            ("opening", "when contact hours begin"),
                            ("spaced", "three hours or more after the last try"),
                            ("other_part", "in a part of the day not tried yet"),
                            ("other_way", "by the other way, not tried yet"),
                            ("no_hours", "no contact hour is left before the deadline"),
                            ("asked", "the customer asked for this time"),
                        ],
                        max_length=10,
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("notice_sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("partly", "Partly satisfied"),
                            ("unsatisfied", "Not satisfied"),
                            ("refused", "Refused"),
                            ("unreachable", "Unreachable"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("resolved", models.BooleanField(blank=True, null=True)),
                ("csat_solution", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("csat_attitude", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("csat_process", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("would_use_again", models.BooleanField(blank=True, null=True)),
                ("nps", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note", models.TextField(blank=True, max_length=4000)),
                ("still_wrong", models.TextField(blank=True, max_length=4000)),
                ("make_good", models.JSONField(blank=True, default=dict)),
                ("make_good_done_at", models.DateTimeField(blank=True, null=True)),
                ("self_callback", models.BooleanField(default=False)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["cycle"],
            },
        ),
        migrations.CreateModel(
            name="CallbackAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=12)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No answer"),
                            ("busy", "Busy"),
                            ("wrong_number", "Wrong number"),
                            ("refused", "Does not want to answer"),
                            ("later", "Call later"),
                        ],
                        max_length=14,
                    ),
                ),
                ("later_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=1000)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "callback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="complaints.callback",
                    ),
                ),
            ],
            options={
                "ordering": ["sequence"],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_hant", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=20, unique=True)),
                ("is_leaf", models.BooleanField(default=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "attribution",
                    models.CharField(
                        blank=True,
                        choices=[("people", "People"), ("product", "Goods"), ("setting", "Place")],
                        max_length=10,
                    ),
                ),
                ("required_record", models.JSONField(blank=True, default=list)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="complaints.category",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text_en", models.CharField(max_length=200)),
                ("text_zh", models.CharField(max_length=200)),
                ("text_hant", models.CharField(blank=True, max_length=200)),
                ("is_evidence", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checklist",
                        to="complaints.category",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Clock",
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
                        choices=[
                            ("acknowledge", "Acknowledge"),
                            ("first_response", "First reply"),
                            ("plan", "First plan"),
                            ("recovery", "Recovery"),
                            ("update", "Next update"),
                            ("resolution", "Resolve"),
                            ("pickup", "Pick up"),
                            ("approval", "Decide"),
                            ("callback", "Callback"),
                            ("callback_outcome", "Callback result"),
                            ("callback_notice", "Answer to the notice"),
                            ("make_good", "Make-good"),
                            ("customer_wait", "Customer's answer"),
                            ("promise", "Promise"),
                            ("task", "Task"),
                            ("flash", "Flash squad"),
                            ("statutory", "Statutory"),
                        ],
                        max_length=20,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("subject_type", models.CharField(blank=True, max_length=12)),
                ("subject_id", models.BigIntegerField(default=0)),
                ("target_seconds", models.PositiveIntegerField()),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("original_due_at", models.DateTimeField()),
                ("paused_since", models.DateTimeField(blank=True, null=True)),
                ("pause_limit_at", models.DateTimeField(blank=True, null=True)),
                ("pause_told_at", models.DateTimeField(blank=True, null=True)),
                ("pause_looked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[("met", "met"), ("cancelled", "cancelled")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("breached_at", models.DateTimeField(blank=True, null=True)),
                ("breach_noticed_at", models.DateTimeField(blank=True, null=True)),
                ("floor_used", models.BooleanField(default=False)),
                ("next_level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("next_fire_at", models.DateTimeField(blank=True, null=True)),
                ("generation", models.PositiveIntegerField(default=1)),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("set_aside_error", models.TextField(blank=True)),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.calendarversion",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ClockPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="complaints.clock",
                    ),
                ),
            ],
            options={
                "ordering": ["since"],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "complaint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="complaints.complaint",
                    ),
                ),
                ("plain", models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name="complaint",
            name="category",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="complaints.category"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="logged_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="logged",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="complaints", to="accounts.team"
            ),
        ),
        migrations.AddField(
            model_name="clock",
            name="complaint",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="complaints.complaint",
            ),
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.TextField(max_length=20000)),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("remedied", "Remedied"),
                            ("explained", "Explained"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="complaints.category",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="BreachEscalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="complaints.clock"),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="breach_escalations",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("phone_digits", models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                (
                    "email",
                    models.EmailField(blank=True, db_index=True, max_length=254, verbose_name="e-mail"),
                ),
                ("external_id", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                (
                    "segment",
                    models.CharField(
                        blank=True,
                        choices=[("loyal", "Loyal"), ("growing", "Growing"), ("at_risk", "Churn risk")],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("east", "East"),
                            ("south", "South"),
                            ("north", "North"),
                            ("southwest", "Southwest"),
                            ("central", "Central"),
                            ("international", "International"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("anonymous_reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("anonymous_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="customer_named_or_anonymous",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="complaint",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="complaints.customer",
            ),
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("generation", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("fired", "Fired"), ("skipped_late", "Skipped Late")], max_length=14
                    ),
                ),
                ("at", models.DateTimeField()),
                ("noticed_at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="complaints.clock",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="EventText",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="complaints.event",
                    ),
                ),
                ("body", models.TextField(blank=True)),
                ("details", models.JSONField(default=dict)),
                ("salt", models.CharField(max_length=32)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="message",
                        serialize=False,
                        to="complaints.event",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("out", "To the customer"),
                            ("in", "From the customer"),
                            ("internal", "Internal note"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Phone"),
                            ("web", "Website"),
                            ("email", "E-mail"),
                            ("chat", "Chat"),
                            ("social", "Social media"),
                            ("store", "Store"),
                            ("marketplace", "Marketplace"),
                            ("regulator", "Regulator"),
                            ("api", "API"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("question", "Question"),
                            ("progress", "Progress"),
                            ("plan", "Plan"),
                            ("holding", "Holding message"),
                            ("call", "Call"),
                            ("offer", "Offer"),
                            ("explanation", "Explanation"),
                            ("final", "Final answer"),
                            ("automatic", "Automatic"),
                        ],
                        default="reply",
                        max_length=12,
                    ),
                ),
                ("by_person", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="complaints.complaint"
            ),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to=complaints.models.attachment.place)),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=60)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("shared", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachment",
                        to="complaints.event",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Handling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("diagnosis_started_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("final_answer", models.TextField(blank=True)),
                ("explained_at", models.DateTimeField(blank=True, null=True)),
                ("callback_outcome", models.CharField(blank=True, max_length=12, null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handlings",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["round"],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scene", models.TextField(max_length=4000)),
                ("desired_outcome", models.TextField(max_length=2000)),
                ("underlying_need", models.TextField(blank=True, max_length=2000)),
                ("reported_before", models.BooleanField()),
                (
                    "nature",
                    models.CharField(
                        choices=[("fact", "Fact"), ("emotion", "Feeling"), ("mixed", "Both")], max_length=10
                    ),
                ),
                (
                    "customer_state",
                    models.CharField(
                        choices=[
                            ("expectation_gap", "Expected more"),
                            ("agitated", "Agitated"),
                            ("solution_seeking", "Wants a solution"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "problem_type",
                    models.CharField(
                        choices=[
                            ("compensation", "Compensation"),
                            ("process", "Process"),
                            ("cognition", "Understanding"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "grounds",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=8
                    ),
                ),
                (
                    "demand",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=8
                    ),
                ),
                (
                    "responsibility",
                    models.CharField(
                        choices=[
                            ("own", "Ours"),
                            ("third_party", "A third party's"),
                            ("customer", "The customer's"),
                            ("undetermined", "Not determined"),
                        ],
                        max_length=14,
                    ),
                ),
                ("problem_statement", models.CharField(max_length=300)),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("upheld", "Upheld"),
                            ("partly_upheld", "Partly upheld"),
                            ("not_upheld", "Not upheld"),
                        ],
                        max_length=14,
                    ),
                ),
                ("reasons", models.TextField(max_length=4000)),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "earlier_complaint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="diagnoses",
                        to="complaints.handling",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChecklistTick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.checklistitem",
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ticks",
                        to="complaints.handling",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="callback",
            name="handling",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="callbacks",
                to="complaints.handling",
            ),
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "caller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("before", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absorbed",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient", models.CharField(max_length=200)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("in_app", "In App"),
                            ("email", "Email"),
                            ("text", "Text"),
                            ("webhook", "Webhook"),
                        ],
                        max_length=8,
                    ),
                ),
                ("template", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=10)),
                ("context", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("set_aside", "Set Aside"),
                            ("withheld", "Withheld"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("message_id", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.TextField(blank=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "effect",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="complaints.effect",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="complaints.event",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("logged", "Logged it"),
                            ("handled", "Handled it"),
                            ("assignee", "Assignee"),
                            ("team", "Team"),
                            ("callback", "Called back"),
                            ("quality", "Reviewed it"),
                            ("admitted", "Admitted"),
                            ("squad", "In the flash squad"),
                            ("barred", "Not again"),
                            ("named", "Named in it"),
                            ("conflict", "Conflict of interest"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="accounts.team"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("single_option_reason", models.CharField(blank=True, max_length=500)),
                ("improvement", models.JSONField(blank=True, default=dict)),
                ("no_visual_reason", models.CharField(blank=True, max_length=500)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                ("rejected_at", models.DateTimeField(blank=True, null=True)),
                ("reject_reason", models.CharField(blank=True, max_length=1000)),
                ("counter_proposal", models.CharField(blank=True, max_length=1000)),
                ("expired_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plans",
                        to="complaints.handling",
                    ),
                ),
                (
                    "visual",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.attachment",
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
            },
        ),
        migrations.CreateModel(
            name="Playbook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_hant", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=20, unique=True)),
                ("problem_type", models.CharField(blank=True, max_length=14)),
                ("hint_en", models.TextField(max_length=1000)),
                ("hint_zh", models.TextField(max_length=1000)),
                ("hint_hant", models.TextField(blank=True, max_length=1000)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="playbooks",
                        to="complaints.category",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="PlaybookStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title_en", models.CharField(max_length=200)),
                ("title_zh", models.CharField(max_length=200)),
                ("title_hant", models.CharField(blank=True, max_length=200)),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("blocking", models.BooleanField(default=True)),
                ("after_previous", models.BooleanField(default=False)),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="complaints.playbook",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PolicyRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("name_en", models.CharField(max_length=80)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_hant", models.CharField(blank=True, max_length=80)),
                ("match", models.JSONField(blank=True, default=dict)),
                ("targets", models.JSONField(default=dict)),
                ("escalate", models.BooleanField(default=True)),
                ("warn", models.JSONField(default=list)),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="complaints.policyrule",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="complaints.policy",
                    ),
                ),
            ],
            options={
                "ordering": ["policy", "order"],
            },
        ),
        migrations.AddField(
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
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("due_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("broken_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="complaints.handling",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlanOption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("amount_minor", models.PositiveBigIntegerField(default=0)),
                ("description", models.CharField(max_length=1000)),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                ("chosen_channel", models.CharField(blank=True, max_length=12)),
                ("chosen_evidence", models.CharField(blank=True, max_length=1000)),
                ("claims", models.ManyToManyField(blank=True, related_name="options", to="complaints.claim")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="complaints.plan",
                    ),
                ),
                (
                    "remedy",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="complaints.remedy"),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="AuthorityLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("front_line", "Frontline"),
                            ("callback", "Callback agent"),
                            ("second_line", "Specialist"),
                            ("expert", "Expert"),
                            ("ride_safety", "Ride safety"),
                            ("supervisor", "Supervisor"),
                            ("manager", "Manager"),
                        ],
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("limit_minor", models.PositiveBigIntegerField()),
                ("every_kind", models.BooleanField(default=False)),
                ("cash_remedies", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("cash_days", models.PositiveSmallIntegerField(default=90)),
                ("kinds", models.ManyToManyField(blank=True, to="complaints.remedy")),
            ],
        ),
        migrations.CreateModel(
            name="AuthorityKindLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("limit_minor", models.PositiveBigIntegerField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kind_limits",
                        to="complaints.authoritylimit",
                    ),
                ),
                (
                    "remedy",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="complaints.remedy"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetargetJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField()),
                ("is_open", models.BooleanField(default=True)),
                ("expected", models.PositiveIntegerField(default=0)),
                ("seen", models.PositiveIntegerField(default=0)),
                ("moved", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
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
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(choices=[("light", "Light"), ("full", "Full")], max_length=6)),
                (
                    "attribution",
                    models.CharField(
                        choices=[("people", "People"), ("product", "Goods"), ("setting", "Place")],
                        max_length=10,
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("systemic", "Systemic"), ("individual", "Single case")], max_length=12
                    ),
                ),
                ("lesson", models.TextField(blank=True, max_length=4000)),
                ("whys", models.JSONField(blank=True, default=list)),
                ("fishbone", models.JSONField(blank=True, default=dict)),
                ("no_action_reason", models.CharField(blank=True, max_length=1000)),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.category",
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="complaints.handling",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImprovementAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("due_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_note", models.CharField(blank=True, max_length=1000)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("verification", models.CharField(blank=True, max_length=1000)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="actions",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="actions",
                        to="complaints.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
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
                        choices=[
                            ("escalation", "Escalation"),
                            ("compensation", "Compensation"),
                            ("not_upheld", "Not upheld"),
                            ("deadline_extension", "Extension"),
                            ("review", "Review"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("approved", "Approved"),
                            ("rejected", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("superseded", "Replaced"),
                            ("expired", "Expired"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("required_role", models.CharField(max_length=20)),
                ("amount_minor", models.PositiveBigIntegerField(default=0)),
                ("reason", models.CharField(max_length=2000)),
                ("snapshot", models.JSONField(default=dict)),
                ("requested_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.CharField(blank=True, max_length=2000)),
                ("limit_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                ("automatic", models.BooleanField(default=False)),
                ("needs", models.PositiveSmallIntegerField(default=1)),
                (
                    "asked",
                    models.ManyToManyField(
                        blank=True, related_name="asked_to_decide", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="complaints.handling",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="complaints.plan",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="complaints.review",
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RiskFlag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "flag",
                    models.CharField(
                        choices=[
                            ("legal", "Legal"),
                            ("media", "Media"),
                            ("safety", "Safety"),
                            ("external", "External authority"),
                            ("vulnerable", "Vulnerable customer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("set_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("cleared_reason", models.CharField(blank=True, max_length=300)),
                (
                    "cleared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(unique=True)),
                (
                    "tier",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Frontline"), (2, "Specialist"), (3, "Expert")]
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Phone"),
                            ("web", "Website"),
                            ("email", "E-mail"),
                            ("chat", "Chat"),
                            ("social", "Social media"),
                            ("store", "Store"),
                            ("marketplace", "Marketplace"),
                            ("regulator", "Regulator"),
                            ("api", "API"),
                        ],
                        max_length=12,
                    ),
                ),
                ("branch", models.CharField(blank=True, max_length=20)),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("east", "East"),
                            ("south", "South"),
                            ("north", "North"),
                            ("southwest", "Southwest"),
                            ("central", "Central"),
                            ("international", "International"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routing_rules",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="SeverityMatrix",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                ("cells", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
            },
        ),
        migrations.AddField(
            model_name="complaint",
            name="matrix",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.severitymatrix",
            ),
        ),
        migrations.CreateModel(
            name="Squad",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("called_at", models.DateTimeField()),
                ("diagnosis", models.TextField(blank=True, max_length=4000)),
                ("plan", models.TextField(blank=True, max_length=4000)),
                ("resources", models.TextField(blank=True, max_length=4000)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="squads",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SquadSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_hant", models.CharField(blank=True, max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "on_call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="SquadMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "squad",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="complaints.squad",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.squadseat",
                    ),
                ),
            ],
            options={
                "ordering": ["seat__position", "id"],
            },
        ),
        migrations.CreateModel(
            name="StatutoryPack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_hant", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=20)),
                ("version", models.PositiveIntegerField()),
                ("order", models.PositiveSmallIntegerField()),
                ("match", models.JSONField(blank=True, default=dict)),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no deadline"),
                            ("calendar_days", "calendar days"),
                            ("business_days", "business days"),
                            ("weeks", "weeks"),
                            ("months", "months"),
                        ],
                        max_length=14,
                    ),
                ),
                ("length", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("timezone", models.CharField(max_length=40)),
                (
                    "receipt",
                    models.CharField(
                        choices=[
                            ("receipt", "the day of receipt"),
                            ("business_day", "if it is no business day, the next one"),
                            ("business_hours", "if it is no business day or after hours, the next one"),
                        ],
                        default="receipt",
                        max_length=14,
                    ),
                ),
                ("holding_day", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("extensions", models.JSONField(blank=True, default=list)),
                ("clauses", models.JSONField(blank=True, default=list)),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("effective_to", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.calendar",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["order", "code", "-version"],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="complaints.complaint"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("done", "Done"),
                            ("rejected_back", "Sent back"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=14,
                    ),
                ),
                ("blocking", models.BooleanField(default=True)),
                ("shared", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("evidence", models.CharField(blank=True, max_length=1000)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "after",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="then",
                        to="complaints.task",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "finished_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="complaints.handling",
                    ),
                ),
                (
                    "option",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="complaints.planoption",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="complaints.playbookstep",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Wait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "on",
                    models.CharField(
                        choices=[
                            ("customer", "the customer"),
                            ("approval", "an approval"),
                            ("department", "a department"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("cause", models.CharField(max_length=20)),
                ("cause_id", models.BigIntegerField(default=0)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApprovalVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=2000)),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="complaints.approval",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("approval", "by"), name="approval_vote_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="calendarversion",
            constraint=models.UniqueConstraint(fields=("calendar", "version"), name="calendar_version_once"),
        ),
        migrations.AddConstraint(
            model_name="callbackattempt",
            constraint=models.UniqueConstraint(fields=("callback", "sequence"), name="attempt_sequence_once"),
        ),
        migrations.AddConstraint(
            model_name="clockpause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)), fields=("clock",), name="pause_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(fields=("complaint", "position"), name="claim_position_once"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disposition", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="claim_declined_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="breachescalation",
            constraint=models.UniqueConstraint(
                fields=("complaint", "round"), name="breach_escalation_once_a_round"
            ),
        ),
        migrations.AddIndex(
            model_name="effect",
            index=models.Index(fields=["noticed_at"], name="effect_noticed"),
        ),
        migrations.AddConstraint(
            model_name="effect",
            constraint=models.UniqueConstraint(fields=("clock", "level", "generation"), name="effect_once"),
        ),
        migrations.AddField(
            model_name="message",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="handling",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="complaints.handling"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="event_seq_once"),
        ),
        migrations.AddConstraint(
            model_name="handling",
            constraint=models.UniqueConstraint(fields=("complaint", "round"), name="handling_round_once"),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("handling",),
                name="diagnosis_current_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklisttick",
            constraint=models.UniqueConstraint(fields=("handling", "item"), name="tick_once"),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)),
                fields=["planned_at", "due_at"],
                name="callback_planned",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(fields=("handling", "cycle"), name="callback_cycle_once"),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at__isnull", True)),
                fields=("handling",),
                name="callback_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("csat_solution__isnull", True), ("csat_solution__range", (1, 5)), _connector="OR"
                    ),
                    models.Q(
                        ("csat_attitude__isnull", True), ("csat_attitude__range", (1, 5)), _connector="OR"
                    ),
                    models.Q(("nps__isnull", True), ("nps__range", (0, 10)), _connector="OR"),
                ),
                name="callback_scores_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["refused", "unreachable"]), _negated=True),
                    ("csat_solution__isnull", True),
                    _connector="OR",
                ),
                name="callback_no_score_unless_reached",
            ),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(fields=("caller", "key"), name="kept_answer_key_once"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("source",),
                name="merge_standing_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("survivor")), _negated=True), name="merge_into_another"
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(condition=models.Q(("state", "queued")), fields=["id"], name="outbox_to_send"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("state", "queued"), ("user__isnull", False)),
                fields=["user", "channel", "id"],
                name="outbox_staff_to_send",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("state__in", ("queued", "sending", "failed", "set_aside"))),
                fields=["state", "created_at"],
                name="outbox_unsent",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("channel", "in_app")),
                fields=["user", "-created_at", "-id"],
                name="outbox_notices",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("channel", "in_app"), ("read_at__isnull", True)),
                fields=["user", "-created_at", "-id"],
                name="outbox_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__isnull", False)),
                fields=("event", "recipient", "channel"),
                name="outbox_event_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(
                condition=models.Q(("effect__isnull", False)),
                fields=("effect", "recipient", "channel"),
                name="outbox_effect_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__isnull", False), ("effect__isnull", False), _connector="OR"),
                name="outbox_has_a_cause",
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["user", "role", "complaint"], name="participant_user"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["team", "role", "complaint"], name="participant_team"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("team__isnull", True), ("user__isnull", False)),
                    models.Q(("team__isnull", False), ("user__isnull", True)),
                    _connector="OR",
                ),
                name="participant_user_or_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("complaint", "user", "role"),
                name="participant_user_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("team__isnull", False)),
                fields=("complaint", "team", "role"),
                name="participant_team_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("handling", "version"), name="plan_version_once"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("expired_at__isnull", True),
                    ("offered_at__isnull", False),
                    ("rejected_at__isnull", True),
                    ("superseded_at__isnull", True),
                    ("withdrawn_at__isnull", True),
                ),
                fields=("handling",),
                name="plan_live_offer_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="playbookstep",
            constraint=models.UniqueConstraint(fields=("playbook", "position"), name="playbook_step_once"),
        ),
        migrations.AddConstraint(
            model_name="playbookstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gt", 1), ("after_previous", False), _connector="OR"),
                name="playbook_first_step_waits_for_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyrule",
            constraint=models.UniqueConstraint(fields=("policy", "order"), name="policy_rule_order_once"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("next_fire_at__isnull", False), ("set_aside_at__isnull", True)),
                fields=["next_fire_at", "id"],
                name="clock_due",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["complaint", "kind"], name="clock_of_complaint"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["kind", "due_at"], name="clock_attainment"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("ended_as__isnull", True)),
                fields=["calendar"],
                name="clock_live_calendar",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("pause_limit_at__isnull", False), ("pause_told_at__isnull", True)),
                fields=["pause_limit_at"],
                name="clock_paused_long",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)),
                fields=["set_aside_at"],
                name="clock_set_aside",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_as__isnull", True)),
                fields=("complaint", "round", "kind", "subject_type", "subject_id"),
                name="clock_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_as__isnull", True), ("stopped_at__isnull", True)),
                    models.Q(("ended_as__isnull", False), ("stopped_at__isnull", False)),
                    _connector="OR",
                ),
                name="clock_ended_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_as__isnull", True), ("next_fire_at__isnull", True), _connector="OR"
                ),
                name="clock_ended_never_fires",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gte", models.F("started_at"))), name="clock_due_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="planoption",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="option_position_once"),
        ),
        migrations.AddConstraint(
            model_name="planoption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("chosen_at__isnull", False)), fields=("plan",), name="option_chosen_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planoption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("chosen_at__isnull", True),
                    models.Q(("chosen_evidence", ""), _negated=True),
                    _connector="OR",
                ),
                name="option_choice_has_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="authoritykindlimit",
            constraint=models.UniqueConstraint(
                fields=("authority", "remedy"), name="authority_kind_limit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="retargetjob",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("is_open",), name="retarget_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="retargetrange",
            constraint=models.CheckConstraint(
                condition=models.Q(("after__lt", models.F("upto"))), name="retarget_range_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("handling",),
                name="review_current_once",
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["state", "due_at"], name="approval_inbox"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("complaint", "kind"),
                name="approval_pending_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="approval_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "pending"), ("decided_at__isnull", False), _connector="OR"),
                name="approval_decided_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskflag",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=("complaint", "flag"),
                name="flag_on_once",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("stage", "closed"), _negated=True),
                fields=["next_due_at", "id"],
                name="complaint_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["team", "stage", "next_due_at"], name="complaint_team_queue"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("stage", "closed"), _negated=True),
                fields=["assignee", "next_due_at"],
                name="complaint_my_work",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["stage", "next_due_at"], name="complaint_stage_queue"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["customer", "-received_at"], name="complaint_of_customer"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["-received_at", "-id"], name="complaint_received"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("next_due_at__isnull", False)),
                fields=["next_due_at", "id"],
                name="complaint_due",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["severity", "-received_at", "-id"], name="complaint_gravest"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__gte", 1), ("tier__lte", 3)), name="complaint_tier_1_to_3"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("round__gte", 1)), name="complaint_round_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("stage", "closed")),
                    models.Q(models.Q(("stage", "closed"), _negated=True), ("closed_at__isnull", True)),
                    _connector="OR",
                ),
                name="complaint_closed_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "closed"), _negated=True), ("outcome__isnull", False), _connector="OR"
                ),
                name="complaint_closed_has_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                fields=("logged_by", "external_id"), name="complaint_external_id_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="squad",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("complaint",), name="squad_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="squadmember",
            constraint=models.UniqueConstraint(fields=("squad", "user"), name="squad_member_once"),
        ),
        migrations.AddConstraint(
            model_name="squadmember",
            constraint=models.UniqueConstraint(fields=("squad", "seat"), name="squad_seat_once"),
        ),
        migrations.AddConstraint(
            model_name="statutorypack",
            constraint=models.UniqueConstraint(fields=("code", "version"), name="pack_version_once"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["team", "state", "due_at"], name="task_of_team"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    ("finished_at__isnull", False),
                    _connector="OR",
                ),
                name="task_done_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("step__isnull", False), models.Q(("state", "cancelled"), _negated=True)),
                fields=("handling", "step"),
                name="task_step_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="wait_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("complaint", "on", "cause", "cause_id"),
                name="wait_open_once",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["handling", "direction", "at"], name="message_of_handling"),
        ),
        migrations.RunPython(make_search, drop_search),
    ]
