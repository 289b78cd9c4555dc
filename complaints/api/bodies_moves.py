"""Bodies of the moves (docs/http-interface.md, "Bodies of the moves")."""

from typing import Any

from rest_framework import serializers

from complaints.api.bodies import Body, many
from complaints.api.fields import Choice, Moment, MoneyIn, Number, PersonIn, TeamIn, Text, YesNo, identifier
from complaints.lifecycle.diagnose import CHOICES as FINDING_CHOICES
from complaints.lifecycle.diagnose import TEXTS as FINDING_TEXTS
from complaints.lifecycle.ending.conclude import WHO as CONCLUDED_AS
from complaints.lifecycle.extend import EXTENDABLE
from complaints.lifecycle.promises import LONGEST
from complaints.models import AttemptResult, FishboneBranch, Scope
from complaints.models.organisation import Attribution
from complaints.terms.stages import Channel, Flag, WaitingOn

NUMBER_ROOM = 24


def _score() -> Number:
    return Number(min_value=1, max_value=5, required=False, allow_null=True)


def _reason(limit: int = 1000) -> Text:
    return Text(limit, required=True)


class Nothing(Body):
    """A body without fields."""


class AcknowledgeBody(Body):
    body = Text()
    channel = Choice(Channel.values)


class FindingBody(Body):
    scene = Text(FINDING_TEXTS["scene"], required=True)
    desired_outcome = Text(FINDING_TEXTS["desired_outcome"], required=True)
    underlying_need = Text(FINDING_TEXTS["underlying_need"])
    reported_before = YesNo(required=True)
    earlier_complaint = Text(
        NUMBER_ROOM, allow_null=True, help_text="Its number, or null if the reference is unknown."
    )
    nature = Choice(FINDING_CHOICES["nature"], required=True)
    customer_state = Choice(FINDING_CHOICES["customer_state"], required=True)
    problem_type = Choice(FINDING_CHOICES["problem_type"], required=True)
    grounds = Choice(FINDING_CHOICES["grounds"], required=True)
    demand = Choice(FINDING_CHOICES["demand"], required=True)
    responsibility = Choice(FINDING_CHOICES["responsibility"], required=True)
    problem_statement = Text(FINDING_TEXTS["problem_statement"], required=True)
    finding = Choice(FINDING_CHOICES["finding"], required=True)
    reasons = Text(FINDING_TEXTS["reasons"], required=True)


class OptionBody(Body):
    kind = Text(10, required=True, help_text="The code of a remedy in the catalogue.")
    amount = MoneyIn()
    description = _reason()
    claims = serializers.ListField(
        child=identifier(),
        required=False,
        max_length=50,
        help_text="The claims it settles; leave out for all.",
    )


class ImprovementBody(Body):
    title = _reason(200)
    owner = PersonIn(required=True)
    due_at = Moment(required=True)


class OfferBody(Body):
    options = many(OptionBody, required=True, max_length=20)
    single_option_reason = Text(500)
    improvement = ImprovementBody(required=False, allow_null=True)
    visual = identifier(
        required=False, allow_null=True, help_text="An attachment that illustrates the explanation."
    )
    no_visual_reason = Text(500)
    reason = Text(2000, help_text="The reason, for the person who decides.")


class ThanksBody(Body):
    message = identifier(required=True, help_text="The id of a message from the customer.")


class AcceptBody(Body):
    channel = Choice(Channel.values, required=True)
    evidence = _reason()


class RejectBody(Body):
    reason = _reason()
    counter_proposal = Text(1000)


class ExplainBody(Body):
    body = Text(required=True)
    evidence = Text()
    visual = identifier(
        required=False, allow_null=True, help_text="An attachment that illustrates the explanation."
    )
    no_visual_reason = Text(500)


class ReasonBody(Body):
    reason = _reason()


class ResolveBody(Body):
    final_answer = Text(required=True)


class MakeGoodBody(Body):
    kind = Text(10, required=True)
    amount = MoneyIn()
    description = _reason(500)


class CallbackBody(Body):
    result = Choice(AttemptResult.values, required=True)
    channel = Choice(Channel.values)
    later_at = Moment()
    resolved = YesNo(required=False, allow_null=True)
    csat_solution = _score()
    csat_attitude = _score()
    csat_process = _score()
    would_use_again = YesNo(required=False, allow_null=True)
    nps = Number(min_value=0, max_value=10, required=False, allow_null=True)
    note = Text()
    still_wrong = Text()
    make_good = MakeGoodBody(required=False, allow_null=True)


class EvidenceBody(Body):
    evidence = _reason()


class WhyBody(Body):
    why = Text(500, required=True)
    evidence = Text(500)


class ActionBody(Body):
    title = _reason(200)
    kind = Text(40, required=True)
    owner = PersonIn(required=True)
    due_at = Moment(required=True)


def _branch() -> serializers.ListField:
    return serializers.ListField(child=Text(300), required=False, max_length=20)


class FishboneBody(Body):
    man = _branch()
    machine = _branch()
    material = _branch()
    method = _branch()
    environment = _branch()
    measurement = _branch()


assert set(FishboneBody._declared_fields) == set(FishboneBranch.values)


class ReviewBody(Body):
    attribution = Choice(Attribution.values, required=True)
    cause = Text(20, required=True, help_text="A leaf of the categories.")
    scope = Choice(Scope.values, required=True)
    lesson = Text()
    whys = many(WhyBody, required=False, max_length=10)
    fishbone = FishboneBody(required=False, allow_null=True)
    actions = many(ActionBody, required=False, max_length=20)
    no_action_reason = Text(1000)


class ConcludeBody(Body):
    outcome = Choice(list(CONCLUDED_AS), required=True)
    reason = _reason()
    letter = Text()


class EscalateBody(Body):
    reason = _reason()
    tried = _reason()
    ask = _reason()
    customer_insists = YesNo(required=False, default=False)


class DeEscalateBody(Body):
    reason = _reason()
    guidance = _reason()


class WaitBody(Body):
    on = Choice([WaitingOn.CUSTOMER.value, WaitingOn.DEPARTMENT.value], required=True)
    question = Text()
    task = identifier(required=False, allow_null=True)


class PromiseBody(Body):
    text = _reason(LONGEST)
    due_at = Moment(required=True)


class KeepPromiseBody(Body):
    promise = identifier()
    note = Text(500)


class ExtendBody(Body):
    clock = Choice([kind.value for kind in EXTENDABLE], required=True)
    due_at = Moment(required=True)
    reason = _reason()
    customer_told = identifier(help_text="The message that told the customer.")


class AssignBody(Body):
    assignee = PersonIn(help_text="A username; null releases the complaint.")
    team = TeamIn()
    reason = Text(500)


class RiskBody(Body):
    flag = Choice(Flag.values, required=True)
    reason = _reason(300)


class WithdrawBody(Body):
    evidence = _reason()
    reason = _reason()


class MergeBody(Body):
    into = Text(NUMBER_ROOM, required=True, help_text="The number of the complaint that continues.")


class SquadBody(Body):
    diagnosis = Text(allow_null=True, default=None)
    plan = Text(allow_null=True, default=None)
    resources = Text(allow_null=True, default=None)


class AdmitBody(Body):
    user = PersonIn(required=True)


Bodies = type[Body]
Values = dict[str, Any]
