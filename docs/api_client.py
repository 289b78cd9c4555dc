"""Take one complaint from receipt to closed over HTTP, with nothing but Python's standard library.

    python3 docs/api_client.py http://127.0.0.1:8000 AGENT_TOKEN CALLBACK_TOKEN

`manage.py issue_token agent` and `manage.py issue_token callback` print the tokens as their last word.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid

FINDING = {
    "scene": "Filled at home on 20 November; water ran from the handle within a minute.",
    "desired_outcome": "The money back.",
    "reported_before": False,
    "nature": "fact",
    "customer_state": "solution_seeking",
    "problem_type": "compensation",
    "grounds": "yes",
    "demand": "yes",
    "responsibility": "own",
    "problem_statement": "The kettle was delivered leaking.",
    "finding": "upheld",
    "reasons": "The photo shows the crack; the batch is known for it.",
}


class Redress:
    """A client with the token of one person. Each POST has a key, so that sending it again does no harm."""

    def __init__(self, address: str, token: str) -> None:
        self.base, self.token = f"{address.rstrip('/')}/api/v1/", token

    def get(self, path: str) -> dict:
        return self._call("GET", path)

    def post(self, path: str, body: dict | None = None, version: int | None = None) -> dict:
        """Send a POST. With the `version` that was read, the answer is 409 if somebody was faster."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._call("POST", path, body or {}, headers)

    def _call(self, method: str, path: str, body: dict | None = None, headers: dict | None = None) -> dict:
        own = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, own | (headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            told = json.load(refusal)
            sys.exit(
                f"{method} {path}: {refusal.code} {told['code']}, {told.get('errors') or told['detail']}"
            )


def main(address: str, agent_token: str, callback_token: str) -> None:
    agent, caller = Redress(address, agent_token), Redress(address, callback_token)
    complaint = agent.post(
        "complaints/",
        {
            "customer": {"name": "Li Mei", "email": f"{uuid.uuid4()}@example.com", "language": "en"},
            "channel": "phone",
            "description": "The kettle leaks at the handle since the first day.",
            "category": "PRD-FAULT",
            "order_reference": "HG-20261120-118",
            "loss_amount": {"amount": "129.00", "currency": "CNY"},
        },
    )
    one = f"complaints/{complaint['number']}/"
    due = {clock["kind"]: clock["due_at"] for clock in complaint["clocks"]}
    print(f"{complaint['number']} is {complaint['severity']}, to be resolved by {due['resolution']}")

    complaint = agent.post(f"{one}start-diagnosis/", version=complaint["version"])
    agent.post(f"{one}finding/", FINDING)
    refund = {"kind": "FULL", "amount": {"amount": "129.00", "currency": "CNY"}, "description": "Full refund"}
    voucher = {"kind": "COUP50", "description": "Keep it, with a voucher of ¥50"}
    complaint = agent.post(f"{one}remedies/", {"options": [refund, voucher]})
    option = complaint["plan"]["options"][0]["id"]
    agent.post(f"{one}remedies/{option}/accept/", {"channel": "phone", "evidence": "“The refund, please.”"})

    for task in agent.get(f"{one}tasks/")["results"]:
        agent.post(f"tasks/{task['id']}/done/", {"evidence": "Refund 20261123-8812"})
    told = {"direction": "out", "channel": "phone", "purpose": "progress", "body": "Told of the refund."}
    agent.post(f"{one}messages/", told)
    agent.post(f"{one}resolve/", {"final_answer": "Your ¥129 are on their way back to you."})
    answers = {"result": "reached", "resolved": True, "csat_solution": 5, "csat_attitude": 5, "nps": 9}
    complaint = caller.post(f"{one}callback/", answers)
    print(f"called back: {complaint['callback_outcome']}")
    review = {"attribution": "product", "cause": "PRD-FAULT", "scope": "individual"}
    complaint = agent.post(f"{one}review/", review)
    print(f"{complaint['number']} is {complaint['stage']}: {complaint['outcome']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
