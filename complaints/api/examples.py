"""Examples for the schema, all from one complaint on its way through the stages."""

from drf_spectacular.utils import OpenApiExample

RECEIVE = OpenApiExample(
    "A late parcel, by phone",
    request_only=True,
    value={
        "customer": {"name": "李梅", "phone": "100-0000-0001"},
        "channel": "phone",
        "description": "包裹三天没有送到，客服一直让我等。",
        "desired_outcome": "今天送到，或者全额退款",
        "order_reference": "HG-20261120-118",
        "loss_amount": {"amount": "89.00", "currency": "CNY"},
    },
)
RECEIVED = OpenApiExample(
    "Received (shortened)",
    response_only=True,
    status_codes=["201"],
    value={
        "number": "RD-10001",
        "version": 1,
        "stage": "intake",
        "tier": 1,
        "round": 1,
        "severity": "normal",
        "category": "LOG-LATE",
        "assignee": "agent",
        "team": "FL-PHONE",
        "clocks": [
            {
                "kind": "resolution",
                "round": 1,
                "subject": None,
                "state": "running",
                "due_at": "2026-11-25T18:00:00+08:00",
                "remaining_minutes": 1440,
            }
        ],
    },
)
_BODIES = {
    "finding": {
        "scene": "Ordered on 20 November, promised for the 21st, in the depot since the 22nd.",
        "desired_outcome": "Delivery today, or a full refund.",
        "underlying_need": "It is a birthday present for tomorrow.",
        "reported_before": False,
        "nature": "fact",
        "customer_state": "solution_seeking",
        "problem_type": "compensation",
        "grounds": "yes",
        "demand": "partly",
        "responsibility": "third_party",
        "problem_statement": "The parcel is three days late because the depot did not hand it on.",
        "finding": "upheld",
        "reasons": "The carrier's track shows no movement for three days.",
    },
    "remedies": {
        "options": [
            {
                "kind": "EXPR",
                "amount": {"amount": "80.00", "currency": "CNY"},
                "description": "By car today.",
            },
            {"kind": "FULL", "amount": {"amount": "89.00", "currency": "CNY"}, "description": "Full refund."},
        ]
    },
    "accept": {"channel": "phone", "evidence": "“Bring it by car, please.” (14:05)"},
    "resolve": {"final_answer": "Your parcel was handed over at 17:20. We are sorry that you had to wait."},
    "callback": {
        "result": "reached",
        "resolved": True,
        "csat_solution": 5,
        "csat_attitude": 5,
        "nps": 9,
        "note": "Very pleased with the driver.",
    },
    "review": {
        "attribution": "setting",
        "cause": "LOG-LATE",
        "scope": "individual",
        "lesson": "A parcel that stands still for a day is reported by itself.",
    },
    "escalate": {
        "reason": "The carrier does not answer.",
        "tried": "Called twice, written once.",
        "ask": "Somebody who can order a second delivery.",
    },
    "extend": {
        "clock": "resolution",
        "due_at": "2026-11-27T18:00:00+08:00",
        "reason": "The laboratory needs two more days.",
        "customer_told": 4711,
    },
}


def for_move(name: str) -> list[OpenApiExample]:
    return [OpenApiExample(name, request_only=True, value=_BODIES[name])] if name in _BODIES else []
