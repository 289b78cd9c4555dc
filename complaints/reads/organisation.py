"""Teams, categories and remedies for the pages that edit them, with the numbers of how much they are used."""

from django.db.models import Count, Q, QuerySet

from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.models import Category, Complaint, Remedy
from complaints.rights import access
from complaints.terms.stages import Stage


def teams(*, departments: bool) -> QuerySet[Team]:
    """Return teams that work on complaints, or departments, those in use first, each with its numbers."""
    chosen = Team.objects.filter(kind=TeamKind.DEPARTMENT)
    if not departments:
        chosen = Team.objects.exclude(kind=TeamKind.DEPARTMENT)
    return chosen.annotate(
        people=Count("members", filter=Q(members__is_active=True), distinct=True),
        rules=Count("routing_rules", distinct=True),
    ).order_by("-is_active", "kind", "tier", "code")


def categories(reader: User) -> list[tuple[Category, list[Category]]]:
    """Return the top of the tree with what lies below each, those in use first.

    `open_complaints` counts the open complaints of a category, without those that are about the reader.
    """
    counted = Complaint.objects.exclude(stage=Stage.CLOSED).exclude(pk__in=access.about(reader).values("pk"))
    numbers = dict(counted.values_list("category").annotate(n=Count("pk")).order_by())
    found = list(Category.objects.order_by("-is_active", "code"))
    for category in found:
        category.open_complaints = numbers.get(category.pk, 0)  # type: ignore[attr-defined]
    below: dict[int | None, list[Category]] = {}
    for category in found:
        below.setdefault(category.parent_id, []).append(category)
    return [(top, below.get(top.pk, [])) for top in below.get(None, [])]


def remedies() -> QuerySet[Remedy]:
    return Remedy.objects.order_by("-is_active", "ladder_step", "code")
