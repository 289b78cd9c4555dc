"""The only code that writes the head of a complaint, both for a single move and for a batch of the sweep.

The head is the complaint's own row. How it is written:

1. The next deadline of each complaint is read from its clocks, and the version is raised if the turn was a
   move.
2. All rows are written in one statement that compares id and version, and the rows it changed are counted.
3. If a row is missing, somebody else has written it since it was read: StaleComplaint is raised and the
   caller's whole transaction rolls back. A crash has the same effect, so no head is ever written without its
   events.
"""

from collections.abc import Sequence

from complaints.lifecycle.turn import Turn
from complaints.models import Complaint
from complaints.rows.bulk import update_rows
from complaints.sla import clocks
from complaints.terms.errors import StaleComplaint

ALL = tuple(field.attname for field in Complaint._meta.concrete_fields if not field.primary_key)


def write(turns: Sequence[Turn], columns: Sequence[str] = ALL) -> None:
    """Write these columns of the heads of all turns.

    Raises StaleComplaint if a head has another version than the one its turn has read, and RuntimeError if a
    turn changed a head without an event in the timeline.
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
