"""Which requests the receivers of webhooks accept, and what their answers mean.

The robots of DingTalk, Feishu (Lark) and WeCom accept a text message in a format of their own. They answer
200 also when they refuse it; the refusal is a number in the body. Their manuals describe both: "custom robot"
(DingTalk), "custom bot" (Feishu) and "group robot" (WeCom).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from accounts.webhook_address import Robot

REFUSALS = ("errcode", "code", "StatusCode")
"""The fields of an answer in which receivers give a result number; 0 means accepted."""
ACCEPTED = frozenset({0, 200, 201, 202, 204})
"""Result numbers that mean accepted. Some receivers repeat the HTTP status in the body."""
WORDS = ("errmsg", "msg", "message", "error", "detail", "StatusMessage")
LONGEST_WORDS = 300


def request_to(robot: Robot, text: str, *, url: str, secret: str, at: datetime) -> tuple[str, bytes]:
    """Return the address and the body that send a text to this robot. An empty secret signs nothing."""
    shape: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    if robot == Robot.FEISHU:
        shape = {"msg_type": "text", "content": {"text": text}}
        if secret:
            moment = str(int(at.timestamp()))
            shape |= {"timestamp": moment, "sign": _mark(f"{moment}\n{secret}", b"")}
    elif robot == Robot.DINGTALK and secret:
        moment = str(int(at.timestamp() * 1000))
        sign = quote_plus(_mark(secret, f"{moment}\n{secret}".encode()))
        url += f"{'&' if '?' in url else '?'}timestamp={moment}&sign={sign}"
    return url, json.dumps(shape, ensure_ascii=False).encode()


def _mark(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), message, hashlib.sha256).digest()).decode()


def refusal(body: bytes) -> str:
    """Return the text with which an answer refuses the request, or "" if it does not refuse.

    An answer that is not a JSON object is no refusal; most receivers send none.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(answer, dict):
        return ""
    numbers = [answer.get(field) for field in REFUSALS]
    refused = any(isinstance(n, int) and not isinstance(n, bool) and n not in ACCEPTED for n in numbers)
    if not refused and answer.get("success") is not False and answer.get("ok") is not False:
        return ""
    return _words(answer)


def _words(answer: Mapping[str, Any]) -> str:
    said = [
        f"{field} {answer[field]}" for field in (*REFUSALS, *WORDS) if answer.get(field) not in (None, "")
    ]
    return "; ".join(said)[:LONGEST_WORDS] or "the receiver refused it"
