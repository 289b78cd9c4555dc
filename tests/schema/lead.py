"""Chooses whose token a generated call has, and which calls are led to a prepared object.

A led call goes to an object in the right state, by somebody who may make it (scenes.py). Most led calls that
schemathesis meant to be right also get the scene's body, some of them with one field of the generated body in
it. Until an operation has succeeded once, all of them get it. Calls that it meant to be wrong stay wrong, so
that wrong input reaches endpoints where nothing else is forbidden.
"""

import random
from collections import Counter, defaultdict
from typing import Any

from schemathesis import Case, HookContext, Response
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

from accounts import tokens
from accounts.models import User
from complaints.models import Approval, CalendarVersion, Complaint, Customer, Policy, PolicyRule, Task
from tests.schema.scenes import PNG, SCENES, Scene, World

CALLERS = (
    "agent", "specialist", "expert", "callback", "supervisor", "quality", "manager", "warehouse", "admin",
)  # fmt: skip
LED, AS_ASSIGNEE, UNSIGNED = 0.25, 0.6, 0.01
"""The shares of calls that are led, of calls not led that the assignee makes, and of unsigned calls."""
BOUNDARY = "a-file-begins"
KEPT = ("policies_replace", "calendars_change")


class Lead:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World()
        self.keys: dict[str, str] = {}
        self.waiting: dict[str, Scene] = {}
        self.led: dict[str, str] = {}
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.phases: Counter[str] = Counter()
        self.turn = 0
        self.first_versions = {
            model: set(model.objects.values_list("pk", flat=True)) for model in (Policy, CalendarVersion)
        }

    def key(self, username: str) -> str:
        if username not in self.keys:
            user = User.objects.get(username=username)
            self.keys[username] = tokens.issue(user, at=self.world.now, days=2)[1]
        return self.keys[username]

    # --- Before a call ---
    def before_call(self, context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
        name = operation_id(case)
        chosen = self.dice.random() < LED or not self.succeeded(name)
        if case.method.upper() != case.operation.method.upper():
            caller = CALLERS[0]  # a method that the address does not have
        elif chosen and name in SCENES and not self._is_wrong(case, ParameterLocation.PATH):
            caller = self._to_scene(name, case)
        else:
            caller = self._somewhere(name, case)
        if self.dice.random() >= UNSIGNED:
            case.headers["Authorization"] = f"Token {self.key(caller)}"

    def _to_scene(self, name: str, case: Case) -> str:
        scene = self.waiting.get(name) or SCENES[name](self.world)
        self.waiting[name], self.led[case.id] = scene, name
        if scene.path:
            case.path_parameters = dict(scene.path)
        if not self._is_wrong(case, ParameterLocation.HEADER):
            self._mostly_without_versions(name, case)
        if not self._is_wrong(case, ParameterLocation.QUERY) and self.dice.random() < 0.5:
            case.query = dict(scene.query)
        if scene.body is not None and not self._is_wrong(case, ParameterLocation.BODY):
            self._give_body(name, case, scene.body)
        return scene.caller

    def _mostly_without_versions(self, name: str, case: Case) -> None:
        """Remove most made-up versions, because they never match the version of the complaint."""
        for header in ("If-Match", "Idempotency-Key"):
            if self.dice.random() < 0.8 or not self.succeeded(name):
                case.headers.pop(header, None)

    def _give_body(self, name: str, case: Case, body: dict[str, Any]) -> None:
        if self.dice.random() < 0.3 and self.succeeded(name):
            return
        generated = case.body if isinstance(case.body, dict) else {}
        body = dict(body)
        if generated and self.dice.random() < 0.4 and self.succeeded(name):
            field = self.dice.choice(sorted(generated))
            body[field] = generated[field]
        if name == "attachments_add":
            case.headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
            case.body, case._meta = (
                a_file(),
                None,
            )  # schemathesis counts a form made by hand as neither right nor wrong
        else:
            case.media_type, case.body = "application/json", body

    def _somewhere(self, name: str, case: Case) -> str:
        """Use ids of rows that exist, and call as the assignee or as each person in turn."""
        if not self._is_wrong(case, ParameterLocation.PATH) and not is_stateful(case):
            self._known_ids(name, case)
        if not self._is_wrong(case, ParameterLocation.HEADER):
            self._mostly_without_versions(name, case)
        self.turn += 1
        number = case.path_parameters.get("number")
        if isinstance(number, str) and "\x00" not in number and self.dice.random() < AS_ASSIGNEE:
            found = Complaint.objects.filter(number=number, assignee__isnull=False).select_related("assignee")
            if (complaint := found.first()) is not None and complaint.assignee is not None:
                return complaint.assignee.username
        return CALLERS[self.turn % len(CALLERS)]

    def _known_ids(self, name: str, case: Case) -> None:
        models = {"tasks": Task, "approvals": Approval, "customers": Customer}
        of = models.get(name.partition("_")[0])
        if "number" in case.path_parameters and self.dice.random() < 0.8:
            case.path_parameters["number"] = self._one_of(Complaint, "number")
        elif of is not None and "id" in case.path_parameters and self.dice.random() < 0.8:
            case.path_parameters["id"] = self._one_of(of, "pk")

    def _one_of(self, model: Any, column: str) -> Any:
        first, last = (
            model.objects.order_by(order).values_list("pk", flat=True).first() for order in ("pk", "-pk")
        )
        wanted = self.dice.randint(first or 0, last or 0)
        return model.objects.filter(pk__gte=wanted).order_by("pk").values_list(column, flat=True).first() or 1

    def succeeded(self, name: str) -> bool:
        return any(200 <= status < 300 for status in self.answers[name])

    def _is_wrong(self, case: Case, location: ParameterLocation) -> bool:
        found = case._meta.components.get(location) if case._meta is not None else None
        return found is not None and found.mode == GenerationMode.NEGATIVE

    # --- After it ---
    def after_call(self, context: HookContext, case: Case, response: Response) -> None:
        name = operation_id(case)
        self.answers[name][response.status_code] += 1
        self.phases[phase_of(case)] += 1
        if self.led.pop(case.id, None) and (
            response.status_code < 300 or response.status_code in {403, 404, 409}
        ):
            self.waiting.pop(name, None)
        if name in KEPT and response.status_code < 300:
            self._put_back()

    def _put_back(self) -> None:
        """Delete made-up policies and calendars, which would spoil every call after them."""
        PolicyRule.objects.exclude(policy__in=self.first_versions[Policy]).delete()
        for model, first in self.first_versions.items():
            model.objects.exclude(pk__in=first).delete()

    @property
    def calls(self) -> int:
        return sum(sum(counted.values()) for counted in self.answers.values())


def operation_id(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def phase_of(case: Case) -> str:
    return str(case._meta.phase.name.value) if case._meta is not None else "other"


def is_stateful(case: Case) -> bool:
    return case._meta is not None and case._meta.phase.name == TestPhase.STATEFUL


def a_file() -> bytes:
    head = 'Content-Disposition: form-data; name="file"; filename="bowl.png"\r\nContent-Type: image/png'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + PNG + f"\r\n--{BOUNDARY}--\r\n".encode()
