"""The table of moves: from which stages, by which roles, in which standings (lifecycle.md, "Moves").

The engine, the buttons and the HTTP interface all read this one table.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from complaints.terms.stages import ESCALATING_STAGES, HANDLING_STAGES, OPEN_STAGES, Stage


class Standing(StrEnum):
    """The relation of a person to one complaint. A move lists standings, of which the person needs one."""

    ASSIGNEE = "assignee"
    FORMER_ASSIGNEE = "former_assignee"
    TEAM = "team"
    TEAM_WHILE_UNASSIGNED = "team_while_unassigned"
    CALLBACK_TEAM = "callback_team"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    TASK_TEAM = "task_team"
    MANAGER = "manager"
    CUSTOMER = "customer"
    SYSTEM = "system"
    EXPERT = "expert"
    """An agent of tier 3 who sees the complaint."""
    SQUAD = "squad"
    """A member of the flash squad that is at work on the complaint."""
    RECORDER = "recorder"
    """Whoever logged the complaint, as long as nobody has taken it."""
    VIEWER = "viewer"
    """Anybody who sees the complaint."""


CUSTOMER, SYSTEM = "customer", "system"
AGENT, SUPERVISOR, MANAGER, DEPARTMENT = Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DEPARTMENT


@dataclass(frozen=True)
class Move:
    """One row: `roles` with one of `standings` may make the move while the stage is in `sources`."""

    name: str
    label: str | Promise
    sources: frozenset[Stage]
    roles: frozenset[str]
    standings: frozenset[Standing]


def _move(
    name: str,
    label: str | Promise,
    sources: frozenset[Stage] | set[Stage],
    roles: set[str],
    standings: set[Standing],
) -> Move:
    return Move(name, label, frozenset(sources), frozenset(roles), frozenset(standings))


S = Standing
MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        _move(
            "acknowledge",
            _("Acknowledge"),
            {Stage.INTAKE},
            {AGENT},
            {S.ASSIGNEE, S.TEAM},
        ),
        _move(
            "start-diagnosis",
            _("Start the diagnosis"),
            {Stage.INTAKE, Stage.DIAGNOSE},
            {AGENT},
            {S.ASSIGNEE, S.TEAM_WHILE_UNASSIGNED},
        ),
        _move(
            "finding",
            _("Record the finding"),
            {Stage.DIAGNOSE, Stage.RESOLVE},
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.SUPERVISOR},
        ),
        _move("remedies", _("Offer remedies"), {Stage.RESOLVE}, {AGENT}, {S.ASSIGNEE}),
        _move("explain", _("Explain to the customer"), {Stage.RESOLVE}, {AGENT}, {S.ASSIGNEE}),
        _move("withdraw-offer", _("Take the offer back"), {Stage.RESOLVE}, {AGENT}, {S.ASSIGNEE}),
        _move("choose", _("Record the choice"), {Stage.RESOLVE}, {AGENT, CUSTOMER}, {S.ASSIGNEE, S.CUSTOMER}),
        _move(
            "reject", _("Record the refusal"), {Stage.RESOLVE}, {AGENT, CUSTOMER}, {S.ASSIGNEE, S.CUSTOMER}
        ),
        _move("claim", _("Settle a claim"), {Stage.RESOLVE}, {AGENT}, {S.ASSIGNEE}),
        _move("tick", _("Tick an item of the checklist"), HANDLING_STAGES, {AGENT}, {S.ASSIGNEE}),
        _move("playbook", _("Start the playbook's tasks"), HANDLING_STAGES, {AGENT}, {S.ASSIGNEE}),
        _move("add-task", _("Ask another team"), HANDLING_STAGES, {AGENT}, {S.ASSIGNEE}),
        _move(
            "accept-task",
            _("Accept the task"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR, DEPARTMENT},
            {S.TASK_TEAM},
        ),
        _move(
            "finish-task",
            _("Mark the task done"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR, DEPARTMENT},
            {S.ASSIGNEE, S.SUPERVISOR, S.TASK_TEAM},
        ),
        _move(
            "reject-back-task",
            _("Send the task back"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR, DEPARTMENT},
            {S.TASK_TEAM},
        ),
        _move(
            "cancel-task",
            _("Cancel the task"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.SUPERVISOR},
        ),
        _move("wait", _("Wait for an answer"), HANDLING_STAGES, {AGENT}, {S.ASSIGNEE}),
        _move("resume", _("Stop waiting"), HANDLING_STAGES, {AGENT}, {S.ASSIGNEE}),
        _move("resolve", _("Resolve"), {Stage.RESOLVE}, {AGENT}, {S.ASSIGNEE}),
        _move(
            "callback",
            _("Record the callback"),
            {Stage.CALLBACK},
            {AGENT, SUPERVISOR},
            {S.TEAM, S.CALLBACK_TEAM, S.SUPERVISOR},
        ),
        _move(
            "make-good-done",
            _("Record the make-good"),
            {Stage.CALLBACK},
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.TEAM, S.CALLBACK_TEAM, S.SUPERVISOR},
        ),
        _move(
            "review",
            _("Finish the review"),
            {Stage.REVIEW},
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.QUALITY, S.SUPERVISOR},
        ),
        _move("escalate", _("Escalate"), ESCALATING_STAGES, {AGENT, SUPERVISOR}, {S.ASSIGNEE, S.SUPERVISOR}),
        _move("de-escalate", _("Hand it down"), ESCALATING_STAGES, {SUPERVISOR}, {S.SUPERVISOR}),
        _move(
            "conclude",
            _("Conclude without a remedy"),
            ESCALATING_STAGES,
            {SUPERVISOR, MANAGER},
            {S.SUPERVISOR, S.MANAGER},
        ),
        _move(
            "withdraw",
            _("Withdraw the complaint"),
            OPEN_STAGES,
            {AGENT, CUSTOMER},
            {S.ASSIGNEE, S.TEAM, S.CALLBACK_TEAM, S.CUSTOMER},
        ),
        _move("merge", _("Merge into another"), OPEN_STAGES, {AGENT, SUPERVISOR}, {S.ASSIGNEE, S.SUPERVISOR}),
        _move("unmerge", _("Undo the merge"), {Stage.CLOSED}, {SUPERVISOR}, {S.SUPERVISOR}),
        _move("reopen", _("Reopen"), {Stage.CLOSED}, {SUPERVISOR, CUSTOMER}, {S.SUPERVISOR, S.CUSTOMER}),
        _move(
            "call-squad",
            _("Call the flash squad"),
            ESCALATING_STAGES,
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.SUPERVISOR},
        ),
        _move(
            "fill-squad",
            _("Write for the flash squad"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR, DEPARTMENT},
            {S.ASSIGNEE, S.SUPERVISOR, S.SQUAD},
        ),
        _move("promise", _("Promise"), OPEN_STAGES, {AGENT}, {S.ASSIGNEE, S.CALLBACK_TEAM}),
        _move("keep-promise", _("Keep a promise"), OPEN_STAGES, {AGENT}, {S.ASSIGNEE, S.CALLBACK_TEAM}),
        _move("extend", _("Ask for more time"), OPEN_STAGES, {AGENT}, {S.ASSIGNEE}),
        _move("flag-risk", _("Flag a risk"), OPEN_STAGES, {AGENT, SUPERVISOR}, {S.VIEWER}),
        _move(
            "confirm-risk",
            _("Confirm the risk"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR},
            {S.SUPERVISOR, S.EXPERT},
        ),
        _move(
            "clear-risk",
            _("Lift the risk"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR},
            {S.SUPERVISOR, S.EXPERT},
        ),
        _move(
            "declare-conflict",
            _("Declare a conflict of interest"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR, MANAGER, DEPARTMENT},
            {S.VIEWER, S.TASK_TEAM},
        ),
        _move(
            "edit",
            _("Correct the record"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.TEAM, S.SUPERVISOR, S.RECORDER},
        ),
        _move("admit", _("Admit somebody"), OPEN_STAGES, {SUPERVISOR}, {S.SUPERVISOR}),
        _move("take", _("Take it"), OPEN_STAGES, {AGENT}, {S.TEAM}),
        _move("release", _("Release it"), OPEN_STAGES, {AGENT, SUPERVISOR}, {S.ASSIGNEE, S.SUPERVISOR}),
        _move("assign", _("Assign"), OPEN_STAGES, {SUPERVISOR}, {S.SUPERVISOR}),
        _move(
            "message",
            _("Write to the customer"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.FORMER_ASSIGNEE, S.TEAM, S.CALLBACK_TEAM, S.SUPERVISOR},
        ),
        _move(
            "mark-thanks",
            _("Mark as thanks"),
            OPEN_STAGES,
            {AGENT, SUPERVISOR},
            {S.ASSIGNEE, S.TEAM, S.CALLBACK_TEAM, S.SUPERVISOR},
        ),
        _move(
            "note",
            _("Add an internal note"),
            frozenset(Stage),
            {AGENT, SUPERVISOR, MANAGER},
            {S.ASSIGNEE, S.FORMER_ASSIGNEE, S.TEAM, S.CALLBACK_TEAM, S.SUPERVISOR, S.QUALITY, S.MANAGER},
        ),
        _move("write-in", _("Write to us"), OPEN_STAGES, {CUSTOMER}, {S.CUSTOMER}),
        _move("rate", _("Say whether it is settled"), {Stage.CALLBACK}, {CUSTOMER}, {S.CUSTOMER}),
    )
}
"""`receive` is not here because it creates the complaint.

Decisions are not, because they change approvals.
"""
