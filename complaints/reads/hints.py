"""Parts of a complaint's page: its tasks with what may be done, what to check, which playbook fits."""

from typing import Any

from accounts.models import User
from complaints.lifecycle.remedies import carry_out, playbook
from complaints.models import Complaint, Handling, Task
from complaints.rights import access
from complaints.rights.actors import person

FORM_FIELDS = {"loss": "loss_amount"}
"""Where the form's field has another name than the record's."""


def task_rows(user: User, complaint: Complaint, tasks: list[Task]) -> list[dict[str, Any]]:
    """Each task with the moves this user could make now. A chosen remedy is carried out where it is shown."""
    allowed = access.allowed_task_moves(person(user), complaint, tasks)
    return [
        {
            "task": task,
            "waits": carry_out.is_waiting(task),
            "moves": set() if task.option_id else allowed[task.pk] & carry_out.possible_moves(task),
        }
        for task in tasks
    ]


def checklist(complaint: Complaint, handling: Handling) -> dict[str, Any]:
    """The card “Before you decide”: items with their ticks, and what the record still lacks."""
    items, ticks = playbook.checklist_of(complaint), playbook.ticked(handling)
    return {
        "rows": [{"item": item, "tick": ticks.get(item.pk)} for item in items],
        "ticked": sum(item.pk in ticks for item in items),
        "missing": [
            {"label": playbook.RECORD_LABELS[name], "field": FORM_FIELDS.get(name, name)}
            for name in playbook.missing_record(complaint)
        ],
    }


def playbooks(complaint: Complaint, handling: Handling, problem_type: str | None) -> list[dict[str, Any]]:
    """The playbooks that fit, with whether their tasks run already."""
    fit = playbook.fitting(complaint, problem_type)
    begun = playbook.started_steps(handling) if fit else set()
    return [
        {
            "playbook": one,
            "steps": list(one.steps.all()),
            "started": playbook.is_started(one.steps.all(), begun),
        }
        for one in fit
    ]
