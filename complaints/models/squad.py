"""The flash squad: its permanent seats, and a squad that was called to one complaint (R-025)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.organisation import Named

SQUAD_FIELDS = ("diagnosis", "plan", "resources")
"""The fields that a squad must fill in. Its clock stops when all three are there."""
SQUAD_WORDS = {
    "diagnosis": _("Diagnosis"),
    "plan": pgettext_lazy("squad", "Plan"),
    "resources": _("Resources"),
}


class SquadSeat(Named):
    """A seat in every squad, filled from a team: by the person on call, else by the one in the fewest
    squads.
    """

    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    on_call = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]


class Squad(models.Model):
    """A squad that was called. It stays open until its three fields are filled or the complaint ends.

    A complaint has at most one open squad, by constraint.
    """

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="squads")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    diagnosis = models.TextField(max_length=4000, blank=True)
    plan = models.TextField(max_length=4000, blank=True)
    resources = models.TextField(max_length=4000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], name="squad_open_once", condition=Q(ended_at__isnull=True)
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_complete(self) -> bool:
        return all(getattr(self, name) for name in SQUAD_FIELDS)


class SquadMember(models.Model):
    """A person who was called into a squad, and the seat they fill."""

    squad = models.ForeignKey(Squad, on_delete=models.CASCADE, related_name="members")
    seat = models.ForeignKey(SquadSeat, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["seat__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["squad", "user"], name="squad_member_once"),
            models.UniqueConstraint(fields=["squad", "seat"], name="squad_seat_once"),
        ]
