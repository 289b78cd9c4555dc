"""Receive, list, read and correct complaints."""

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import is_intake
from complaints.api import paging, rows
from complaints.api.bodies import carry_out
from complaints.api.bodies_intake import EditBody, ReceiveBody, changes_of, customer_of, receipt_of
from complaints.api.doors import Door
from complaints.api.examples import RECEIVE, RECEIVED
from complaints.api.queries import ORDERS, ComplaintQuery, filtered, read_query
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import ComplaintOut, EchoedCustomerOut, ReceivedOut
from complaints.lifecycle import edit, intake
from complaints.models import Complaint
from complaints.reads import customers
from complaints.rights import access, links

TAG = "complaints"


class Complaints(Door):
    intake_methods = frozenset({"POST"})
    """What tokens with the scope *intake* may call. No other endpoint allows any."""

    @reads(
        listed(ComplaintOut, "Complaint"),
        says="The complaints that the caller may see; the earliest deadline comes first.",
        name="complaints_list",
        tag=TAG,
        parameters=[ComplaintQuery],
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked = read_query(request, ComplaintQuery)
        found = filtered(rows.with_related(access.visible_in_order(self.caller)), asked)
        order = ORDERS[asked.get("ordering", "next_due")]
        return paging.answer(request, found, order, self._show)

    def _show(self, complaints: list[Complaint]) -> list[dict[str, object]]:
        return rows.answers(complaints, reader=self.caller, at=self.at)

    @changes(
        ReceiveBody,
        {201: ReceivedOut},
        says="Record a complaint. Its clocks start, and triage fills in what is left out.",
        name="complaints_receive",
        versioned=False,
        tag=TAG,
        examples=[RECEIVE, RECEIVED],
    )
    def post(self, request: Request) -> Response:
        return self._with_link(self.once(self._receive))

    def _with_link(self, response: Response) -> Response:
        """Add the private link for a caller who passes it on. The stored answer does not contain it."""
        if is_intake(self.request):
            made = Complaint.objects.get(number=response.data["number"])
            address = links.address_of(links.current(made, at=self.at))
            response.data = {**response.data, "portal_url": address}
        return response

    def _receive(self) -> Response:
        given = self.read(ReceiveBody)
        customer = (given["customer"] or {}).get("id")
        if customer and not customers.customers_to_log_for(self.caller).filter(pk=customer).exists():
            # Any other error would reveal that this customer exists, who has only complained about the
            # caller.
            given.errors["customer.id"] = [_("There is no such customer.")]
        complaint = carry_out(given, lambda: intake.receive(receipt_of(given), by=self.by, at=self.at))
        response = self.show(complaint, status.HTTP_201_CREATED)
        if customers.is_news_to(self.caller, complaint):
            sent = customer_of(given["customer"] or {})
            response.data["customer"] = dict(EchoedCustomerOut(sent).data)
            response.data["region"] = given["region"] or None
        return response


class OneComplaint(Door):
    @reads(ComplaintOut, says="The current state of a complaint.", name="complaints_read", tag=TAG)
    def get(self, request: Request, number: str) -> Response:
        return self.show(self.complaint(number))

    @changes(
        EditBody,
        {200: ComplaintOut},
        says="Correct the record; severity and clocks follow. Only fields that are sent change.",
        name="complaints_edit",
        tag=TAG,
        post=False,
    )
    def patch(self, request: Request, number: str) -> Response:
        complaint, given = self.complaint(number), self.read(EditBody)
        carry_out(given, lambda: edit.edit(complaint, changes_of(given), **self.who))
        return self.show(complaint)
