"""Which tier and team a complaint goes to (lifecycle.md, "Routing")."""

from accounts.models import Team
from complaints.lifecycle.stages import CRITICAL_FLAGS, Channel, Region, Severity

BY_CHANNEL = {Channel.PHONE: "FL-PHONE", Channel.STORE: "FL-STORE"}
FRONT_LINE_OTHERWISE, FRONT_LINE_RIDE, FRONT_LINE_INTERNATIONAL = "FL-ONLINE", "FL-RIDE", "FL-INTL"
SECOND_LINE = {"LOG": "SL-LOGI", "PRC": "SL-PRICE", "RID": "SL-RIDE"}
SECOND_LINE_OTHERWISE = "SL-GOODS"
EXPERTS = "EX-PANEL"


def starting_tier(severity: str, flags: set[str], flags_by_person: set[str]) -> int:
    """Tier 3 for a grave risk that a person saw, 2 for critical, major or flagged ones, else 1."""
    if flags_by_person & CRITICAL_FLAGS:
        return 3
    return 2 if severity in {Severity.CRITICAL, Severity.MAJOR} or flags else 1


def team_code(tier: int, *, channel: str, category_code: str, region: str | None) -> str:
    """The code of the team that owns complaints of this kind on this tier."""
    if tier >= 3:
        return EXPERTS
    branch = category_code.split("-")[0]
    if tier == 2:
        return SECOND_LINE.get(branch, SECOND_LINE_OTHERWISE)
    if region == Region.INTERNATIONAL:
        return FRONT_LINE_INTERNATIONAL
    if branch == "RID":
        return FRONT_LINE_RIDE
    return BY_CHANNEL.get(Channel(channel), FRONT_LINE_OTHERWISE)


def team_for(tier: int, *, channel: str, category_code: str, region: str | None) -> Team:
    """The team itself. Raises Team.DoesNotExist when the organisation lacks it."""
    return Team.objects.get(code=team_code(tier, channel=channel, category_code=category_code, region=region))
