"""Reads about one complaint: its timeline, its files, its tasks, and complaints related to it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from complaints.models import Attachment, Clock, Complaint, Diagnosis, Event, PlanOption, Task
from complaints.models.event import OTHER_COMPLAINT
from complaints.rights import access
from complaints.sla.statutory import duty
from complaints.terms.stages import Outcome, Stage


def timeline_of(complaint: Complaint, reader: User | None = None) -> list[Event]:
    """Return every event with its text, in order, including the messages of complaints merged into this one.

    Events that would reveal a complaint about the reader are left out.
    """
    own = Q(complaint=complaint)
    family = [pk for pk in complaint.family_ids() if pk != complaint.pk]
    if family:
        own |= Q(complaint__in=family, message__isnull=False)
    found = Event.objects.filter(own).select_related("actor", "text", "message")
    if family:
        return readable(found.select_related("complaint").order_by("at", "complaint", "seq"), reader)
    return readable(found.order_by("seq"), reader)


def events_of(complaint: Complaint) -> QuerySet[Event]:
    """Return the complaint's own events with their texts."""
    return Event.objects.filter(complaint=complaint).select_related("actor", "text")


def readable(events: Iterable[Event], reader: User | None) -> list[Event]:
    """Return the events without those that would reveal a complaint about the reader."""
    found = list(events)
    if reader is None or not any(event.kind in OTHER_COMPLAINT for event in found):
        return found
    hidden = set(access.about(reader).values_list("number", flat=True))
    return [
        event for event in found if event.text.details.get(OTHER_COMPLAINT.get(event.kind, "")) not in hidden
    ]


def merged_with(user: User, complaint: Complaint) -> list[Complaint]:
    """Return the complaints merged with this one, in either direction, that the user may see."""
    related = Q(merged_into=complaint) | Q(pk=complaint.merged_into_id)
    return list(access.visible_to(user).filter(related).order_by("pk"))


def messages_of(complaint: Complaint) -> QuerySet[Event]:
    """Return messages, calls and notes, including those of complaints merged into this one."""
    return Event.objects.filter(complaint__in=complaint.family_ids(), message__isnull=False).select_related(
        "actor", "text", "message"
    )


def attachments_of(complaint: Complaint) -> QuerySet[Attachment]:
    """Return the files of this complaint and of those merged into it."""
    return Attachment.objects.filter(complaint__in=complaint.family_ids()).select_related("uploaded_by")


def clocks_of(complaint: Complaint) -> list[Clock]:
    found = list(Clock.objects.filter(complaint=complaint).select_related("calendar").order_by("id"))
    duty.name_packs(found)
    return found


def earlier_complaints(user: User, complaint: Complaint, limit: int = 5) -> list[Complaint]:
    """Return other complaints of the same customer that this user may see, newest first."""
    others = access.visible_to(user).filter(customer=complaint.customer).exclude(pk=complaint.pk)
    return list(others.order_by("-received_at")[:limit])


def complaints_of_customer(user: User, complaint: Complaint) -> dict[str, int]:
    """Count the complaints of this customer for somebody who has to judge one of them.

    `all` is how many there are, whoever handles them; `seen` how many of these the user may open; `this` is 1
    if `seen` includes the complaint itself, else 0. Complaints about the user and merged duplicates are not
    counted.
    """
    real = Complaint.objects.filter(customer=complaint.customer_id).exclude(outcome=Outcome.DUPLICATE)
    seen = access.visible_to(user, real)
    found: dict[str, int] = seen.aggregate(seen=Count("pk"), this=Count("pk", filter=Q(pk=complaint.pk)))
    return found | {"all": real.exclude(pk__in=access.about(user).values("pk")).count()}


def problem_statement(complaint: Complaint) -> str:
    """Return the one-sentence problem statement of the latest finding; "" before there is one."""
    latest = Diagnosis.objects.filter(handling__complaint=complaint, superseded_at__isnull=True).order_by(
        "-id"
    )
    return latest.values_list("problem_statement", flat=True).first() or ""


def tasks_of_complaint(complaint: Complaint) -> list[Task]:
    """Return all tasks of a complaint, oldest first."""
    return list(
        Task.objects.filter(complaint=complaint).select_related(
            "team", "owner", "accepted_by", "option__remedy", "step", "after__option__remedy", "after__step"
        )
    )


def precedents(user: User, complaint: Complaint, limit: int = 5) -> list[dict[str, Any]]:
    """Return what similar closed complaints got: same category, newest first, amounts in minor units."""
    similar = (
        access.visible_to(user)
        .filter(category=complaint.category, stage=Stage.CLOSED)
        .exclude(pk=complaint.pk)
        .order_by("-closed_at")[:limit]
    )
    cases = list(similar)
    chosen: dict[int, list[PlanOption]] = {case.pk: [] for case in cases}
    for option in PlanOption.objects.filter(
        plan__handling__complaint__in=cases, chosen_at__isnull=False
    ).select_related("remedy", "plan__handling"):
        chosen[option.plan.handling.complaint_id].append(option)
    return [
        {
            "complaint": case,
            "amount": sum(option.amount_minor for option in chosen[case.pk]),
            "names": [option.remedy.name for option in chosen[case.pk]],
        }
        for case in cases
    ]
