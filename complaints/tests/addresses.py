"""All addresses of the site, for tests that crawl them: shared pages, and pages of one complaint."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.models import (
    Approval,
    AuthorityGrade,
    Category,
    Complaint,
    ImprovementAction,
    Outbox,
    PlanOption,
    Task,
)
from complaints.views.more import ENTRIES
from complaints.views.organisation import KINDS
from reporting.figures import FIGURES


@dataclass
class Addresses:
    """Addresses to crawl: `pages` that show everybody's work, and `objects` that belong to one complaint."""

    pages: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)


ELSEWHERE = re.compile(
    r"portal|logout|password_reset_confirm|healthz|readyz|metrics|api-schema|api-docs|complaints:person$|complaints:person-[^n]|accounts:invitation|absence:end"
)
"""Addresses not crawled: they work by a private link or without signing in, or are about people."""


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from routes(
                entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            )
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", list(entry.pattern.converters)


def tables() -> dict[str, list[Any]]:
    """Return values for the parameters of addresses that belong to no complaint."""
    return {
        "figure": list(FIGURES),
        "code": list(Category.objects.filter(is_leaf=True).values_list("code", flat=True)[:1]),
        "grade": list(AuthorityGrade)[:1],
        "order": [2],
        "year": [2026],
        "kind": list(KINDS),
        "username": ["quality"],
    }


def addresses(complaint: Complaint) -> Addresses:
    found = Addresses()
    own: dict[str, list[Any]] = {
        "approval": [*Approval.objects.filter(complaint=complaint).values_list("pk", flat=True)],
        "task": [*Task.objects.filter(complaint=complaint).values_list("pk", flat=True)],
        "notice": [*Outbox.objects.filter(complaint=complaint).values_list("pk", flat=True)],
        "improvement": [*ImprovementAction.objects.filter(complaint=complaint).values_list("pk", flat=True)],
        "customer": [complaint.customer_id],
    }
    others = {
        "playbook_id": 1,
        "item": 1,
        "claim": complaint.claims.order_by("pk")[0].pk,
        "option": getattr(PlanOption.objects.filter(plan__handling__complaint=complaint).first(), "pk", 1),
        "pk": complaint.clocks.order_by("pk")[0].pk,
    }
    for name, parameters in routes():
        if ELSEWHERE.search(name):
            continue
        if not parameters:
            found.pages.append(reverse(name))
        elif "number" in parameters:
            rest = {key: others[key] for key in parameters if key in others}
            for move in ENTRIES if "move" in parameters else [""]:
                given = rest | {"number": complaint.number} | ({"move": move} if move else {})
                found.objects.append(reverse(name, kwargs=given))
        elif parameters == ["pk"]:
            kind = name.partition(":")[2].partition("-")[0]
            found.objects += [reverse(name, args=[pk]) for pk in own.get(kind, [])]
        else:
            known = tables() | ({"code": ["CN-OFFICE"]} if ":calendar" in name else {})
            for values in product(*(known[parameter] for parameter in parameters)):
                found.pages.append(reverse(name, args=values))
    return found
