"""One endpoint for each move of `complaints/api/moves.py`, and those for one option or claim."""

from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.bodies import Body, Given, carry_out
from complaints.api.bodies_moves import AcceptBody, RejectBody
from complaints.api.doors import Door
from complaints.api.examples import for_move
from complaints.api.fields import Choice, Text
from complaints.api.moves import ApiMove
from complaints.api.schema import changes
from complaints.api.shapes import ComplaintOut
from complaints.lifecycle import resolve
from complaints.lifecycle.remedies import offers
from complaints.models import Claim, Complaint, PlanOption

TAG = "moves"


class MoveDoor(Door):
    """Runs the step of a move once per key.

    The answer is the complaint, with 202 if the move waits for an approval.
    """

    def make(self, row: ApiMove, number: str) -> Response:
        return self.once(lambda: self._make(row, number))

    def _make(self, row: ApiMove, number: str) -> Response:
        complaint, given = self.complaint(number), self.read(row.body)
        carry_out(given, lambda: row.step(complaint, given, self.who))
        waits = row.may_wait and self.waits(complaint)
        return self.show(complaint, status.HTTP_202_ACCEPTED if waits else status.HTTP_200_OK)


def move_view(row: ApiMove) -> Any:
    """Return a view for one move. Each has its own class, so that the schema has one operation per move."""
    answers = {200: ComplaintOut} | ({202: ComplaintOut} if row.may_wait else {})

    def post(self: MoveDoor, request: Request, number: str) -> Response:
        return self.make(row, number)

    described = changes(
        row.body,
        answers,
        says=row.says,
        name=f"complaints_{row.name.replace('-', '_')}",
        tag=TAG,
        examples=for_move(row.name),
    )(post)
    return type(f"Move_{row.name.replace('-', '_')}", (MoveDoor,), {"post": described}).as_view()  # type: ignore[attr-defined]


class OptionDoor(Door):
    def _option(self, complaint: Complaint, option: int) -> None:
        """Raise 404 if the option belongs to another complaint."""
        if not PlanOption.objects.filter(pk=option, plan__handling__complaint=complaint).exists():
            raise Http404("no such option")


class AcceptOption(OptionDoor):
    @changes(
        AcceptBody,
        {200: ComplaintOut},
        says="Record that the customer chose this option, and how they said so.",
        name="complaints_remedies_accept",
        tag=TAG,
        examples=for_move("accept"),
    )
    def post(self, request: Request, number: str, option: int) -> Response:
        return self.once(lambda: self._accept(number, option))

    def _accept(self, number: str, option: int) -> Response:
        complaint, given = self.complaint(number), self.read(AcceptBody)
        self._option(complaint, option)
        carry_out(
            given,
            lambda: offers.choose(
                complaint, option, channel=given["channel"] or "", evidence=given["evidence"], **self.who
            ),
        )
        return self.show(complaint)


class RejectOption(OptionDoor):
    @changes(
        RejectBody,
        {200: ComplaintOut},
        says="The customer refuses the whole offer; their counter-proposal is kept.",
        name="complaints_remedies_reject",
        tag=TAG,
    )
    def post(self, request: Request, number: str, option: int) -> Response:
        return self.once(lambda: self._reject(number, option))

    def _reject(self, number: str, option: int) -> Response:
        complaint, given = self.complaint(number), self.read(RejectBody)
        self._option(complaint, option)
        carry_out(
            given,
            lambda: offers.reject(
                complaint, reason=given["reason"], counter_proposal=given["counter_proposal"], **self.who
            ),
        )
        return self.show(complaint)


class ClaimSettleBody(Body):
    disposition = Choice([Claim.Disposition.EXPLAINED.value, Claim.Disposition.DECLINED.value], required=True)
    reason = Text(1000, required=True)


class SettleClaim(Door):
    @changes(
        ClaimSettleBody,
        {200: ComplaintOut},
        says="Explain or decline one point of complaint.",
        name="complaints_claims_settle",
        tag=TAG,
    )
    def post(self, request: Request, number: str, claim: int) -> Response:
        return self.once(lambda: self._settle(number, claim))

    def _settle(self, number: str, claim: int) -> Response:
        complaint, given = self.complaint(number), self.read(ClaimSettleBody)
        self._exists(complaint, claim)
        carry_out(given, lambda: self._step(complaint, claim, given))
        return self.show(complaint)

    def _exists(self, complaint: Complaint, claim: int) -> None:
        if not complaint.all_claims().filter(pk=claim).exists():
            raise Http404("no such claim")

    def _step(self, complaint: Complaint, claim: int, given: Given) -> Complaint:
        return resolve.settle_claim(
            complaint, claim, disposition=given["disposition"] or "", reason=given["reason"], **self.who
        )
