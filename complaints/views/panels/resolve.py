"""The panel of the stage resolve: offer, choice, explanation, claims and the final answer."""

from typing import Any

from complaints.forms.resolve import (
    ChooseForm,
    ClaimForm,
    ExplainForm,
    OfferForm,
    ReasonForm,
    RejectForm,
    ResolveForm,
)
from complaints.lifecycle import diagnose, resolve
from complaints.lifecycle.remedies import offers
from complaints.models import (
    PlanState,
)
from complaints.reads import playbooks
from complaints.rights import authority
from complaints.terms.stages import Finding
from complaints.views.panels.facts import Facts


def panel(facts: Facts) -> dict[str, Any]:
    user, complaint, handling = facts.user, facts.complaint, facts.handling
    bound, fresh = facts.bound, facts.fresh
    diagnosis, plan = diagnose.current_diagnosis(handling), offers.latest_plan(handling)
    own = authority.authority_of(user)
    not_upheld = diagnosis is not None and diagnosis.finding == Finding.NOT_UPHELD
    chosen = plan is not None and plan.state == PlanState.CHOSEN
    return {
        "not_upheld": not_upheld,
        "playbooks": playbooks.fitting_rows(
            complaint, handling, diagnosis.problem_type if diagnosis else None
        ),
        "settled": chosen or bool(handling.explained_at),
        "offer_form": bound.get("remedies") or OfferForm(initial=fresh),
        "explain_form": bound.get("explain") or ExplainForm(initial=fresh),
        "choose_form": bound.get("choose")
        or ChooseForm(handling=handling, initial=fresh | {"channel": "phone"}),
        "reject_form": bound.get("reject") or RejectForm(initial=fresh),
        "withdraw_form": bound.get("withdraw") or ReasonForm(initial=fresh),
        "finishes_tasks": True,
        "resolve_form": bound.get("resolve") or ResolveForm(initial=fresh),
        "claim_form": bound.get("claim") or ClaimForm(),
        "missing": resolve.missing_for_resolution(complaint, handling),
        "claims": list(complaint.all_claims()),
        "authority": own,
        "authority_words": authority.in_words(own),
        "accepted": authority.accepted_minor(complaint),
        "approved_limit": authority.approved_limit_minor(handling),
        "reopened": bound.keys() & {"reject", "withdraw", "remedies", "explain"},
    }
