"""Organisations from before routing was kept as rows: what the code said becomes their first rules."""

from django.db import migrations

ROUTES = [
    (1, "", "", "international", "FL-INTL"),
    (1, "", "RID", "", "FL-RIDE"),
    (1, "phone", "", "", "FL-PHONE"),
    (1, "store", "", "", "FL-STORE"),
    (1, "", "", "", "FL-ONLINE"),
    (2, "", "LOG", "", "SL-LOGI"),
    (2, "", "PRC", "", "SL-PRICE"),
    (2, "", "RID", "", "SL-RIDE"),
    (2, "", "", "", "SL-GOODS"),
    (3, "", "", "", "EX-PANEL"),
]


def write(apps, schema_editor):
    Team, Rule = apps.get_model("accounts", "Team"), apps.get_model("complaints", "RoutingRule")
    teams = {team.code: team for team in Team.objects.all()}
    if Rule.objects.exists() or not {code for *_match, code in ROUTES} <= set(teams):
        return
    for order, (tier, channel, branch, region, code) in enumerate(ROUTES, start=1):
        Rule.objects.create(
            order=order, tier=tier, channel=channel, branch=branch, region=region, team=teams[code]
        )


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_grade_as_it_stands"),
        ("accounts", "0002_absences_and_names"),
    ]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
