"""The one writer of a complaint's head, for a single move and for a batch of the sweep alike.

Each head is written by compare-and-set on its version: where somebody else has written it since it was read,
nothing is written and the whole transaction is given up.
"""

from collections.abc import Sequence

from complaints.lifecycle.turn import Turn
from complaints.models import Complaint
from complaints.rows.bulk import update_rows
from complaints.sla import clocks
from complaints.terms.errors import StaleComplaint

ALL = tuple(field.attname for field in Complaint._meta.concrete_fields if not field.primary_key)


def write(turns: Sequence[Turn], columns: Sequence[str] = ALL) -> None:
    """Write these columns of the heads of all turns in one statement.

    Each complaint gets its next deadline, and the next version if its turn was a move. Raises StaleComplaint
    when a head has another version than its turn read, and RuntimeError when a turn changed a head without an
    event in the timeline.
    """
    following = clocks.next_due_of([turn.complaint for turn in turns])
    rows = []
    for turn in turns:
        complaint, seen = turn.complaint, turn.complaint.version
        if turn.changed:
            raise RuntimeError(f"changed without an event: {sorted(turn.changed)}")
        complaint.next_due_at = following.get(complaint.pk)
        complaint.version += turn.is_move
        rows.append([complaint.pk, seen, *(getattr(complaint, name) for name in columns)])
    if update_rows(Complaint, ("id", "version"), columns, rows) != len(rows):
        raise StaleComplaint
