"""What a move about the customer's words needs before it can succeed."""

from datetime import timedelta

from accounts.models import User
from complaints.lifecycle import converse, promises
from complaints.models import Complaint, Message
from complaints.rights.actors import CUSTOMER, person
from complaints.tests.conftest import MONDAY

LATER = MONDAY + timedelta(hours=1)


def customer_wrote(complaint: Complaint, people: dict[str, User]) -> Complaint:
    converse.write_in(complaint, by=CUSTOMER, at=LATER, body="It works now")
    return complaint


def message_of(complaint: Complaint) -> int | None:
    said = Message.objects.filter(complaint=complaint, event__kind="message_in")
    return said.values_list("pk", flat=True).first()


def has_promise(complaint: Complaint, people: dict[str, User]) -> Complaint:
    soon = LATER + timedelta(hours=2)
    promises.promise(complaint, by=person(people["agent"]), at=LATER, text="A call", due_at=soon)
    return complaint
