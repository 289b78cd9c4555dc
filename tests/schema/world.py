"""A scene for a generated call, and the world in which scenes are made."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Complaint

AGO = timedelta(minutes=20)


@dataclass
class Scene:
    caller: str
    path: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)


class World:
    """The users, and a new customer for each complaint."""

    def __init__(self) -> None:
        self.people = {user.username: user for user in User.objects.all()}
        self.numbers = itertools.count(Complaint.objects.count())

    def __getitem__(self, username: str) -> User:
        return self.people[username]

    @property
    def now(self) -> datetime:
        return timezone.now().replace(microsecond=0)

    def in_stage(self, make: Callable[..., Any], *by: str, **extra: Any) -> Any:
        given = {"at": self.now - AGO, "customer": self.customer()} | extra
        return make(*(self[name] for name in by or ("agent",)), **given)

    def customer(self) -> intake.CustomerData:
        number = next(self.numbers)
        return intake.CustomerData(
            name=f"客户 {number}", phone=f"100-{number // 10000:04d}-{number % 10000:04d}"
        )


def one(complaint: Complaint, caller: str, body: Any = None, **path: Any) -> Scene:
    return Scene(caller, {"number": complaint.number} | path, {} if body is None else body)
