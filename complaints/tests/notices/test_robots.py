"""Webhooks to the chat robots of DingTalk, Feishu and WeCom.

Each robot gets the message in its own format. An answer whose body refuses the message counts as a failure,
even with status 200. A trial notice shows the person what the receiver answered.
"""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.forms.notices import new_secret
from accounts.models import User
from accounts.webhook_address import Robot, robot_of
from complaints.models import Event, Outbox
from complaints.notices import robots, webhooks
from complaints.notices.notify import Notice, tell
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.notices.conftest import Receiver

People = dict[str, User]
Local = tuple[str, type[Receiver]]
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=abc"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/abc"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"
TRIAL = "/settings/notices/trial/"


def test_robots_are_known_by_host_and_path() -> None:
    assert [robot_of(url) for url in (DINGTALK, FEISHU, WECOM)] == [Robot.DINGTALK, Robot.FEISHU, Robot.WECOM]
    assert robot_of("https://open.larksuite.com/open-apis/bot/v2/hook/x") == Robot.FEISHU
    others = (
        "https://hooks.example.com/robot/",
        "https://oapi.dingtalk.com.example.com/robot/",
        "https://[x",
    )
    assert [robot_of(url) for url in others] == [None, None, None]


@pytest.mark.parametrize("robot", [Robot.DINGTALK, Robot.WECOM])
def test_dingtalk_and_wecom_take_a_text_message(robot: Robot) -> None:
    url, body = robots.request_to(robot, "RD-10001 超时", url=WECOM, secret="", at=MONDAY)
    assert url == WECOM
    assert json.loads(body) == {"msgtype": "text", "text": {"content": "RD-10001 超时"}}


def test_dingtalk_is_signed_in_the_address_encoded_once() -> None:
    url, _body = robots.request_to(Robot.DINGTALK, "x", url=DINGTALK, secret="SECabc", at=MONDAY)
    query = parse_qs(urlsplit(url).query)
    moment = str(int(MONDAY.timestamp() * 1000))
    mark = hmac.new(b"SECabc", f"{moment}\nSECabc".encode(), hashlib.sha256).digest()
    assert query["access_token"] == ["abc"] and query["timestamp"] == [moment]
    assert query["sign"] == [base64.b64encode(mark).decode()]


def test_feishu_is_signed_in_the_body_over_an_empty_message() -> None:
    url, body = robots.request_to(Robot.FEISHU, "x", url=FEISHU, secret="abc", at=MONDAY)
    moment = str(int(MONDAY.timestamp()))
    mark = hmac.new(f"{moment}\nabc".encode(), b"", hashlib.sha256).digest()
    assert url == FEISHU
    assert json.loads(body) == {
        "timestamp": moment,
        "sign": base64.b64encode(mark).decode(),
        "msg_type": "text",
        "content": {"text": "x"},
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"errcode": 40035, "errmsg": "unknown body"}', "errcode 40035; errmsg unknown body"),
        (b'{"code": 19001, "msg": "param invalid"}', "code 19001; msg param invalid"),
        (b'{"success": false, "message": "off"}', "message off"),
        (b'{"ok": false}', "the receiver refused it"),
        (b'{"errcode": 0, "errmsg": "ok"}', ""),
        (b'{"code": 0}', ""),
        (b'{"code": 200, "msg": "ok"}', ""),
        (b'{"code": "gone"}', ""),
        (b'{"ok": true}', ""),
        (b"[1]", ""),
        (b"thank you", ""),
        (b"", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_what_an_answer_says(body: bytes, words: str) -> None:
    assert robots.refusal(body) == words


def hooked(user: User, url: str, secret: str = "") -> User:
    user.webhook_url, user.webhook_kinds, user.mailed_kinds = url, ["breach"], []
    user.webhook_secret, user.language = secret or new_secret(), "en"
    user.quiet_from = user.quiet_until = None
    user.save()
    return user


def told(user: User) -> Outbox:
    complaint = factories.receive(user)
    event = Event.objects.filter(complaint=complaint).latest("seq")
    Outbox.objects.filter(complaint=complaint).delete()
    rows = tell([Notice([user], "breach", complaint, event=event)], at=MONDAY)
    return next(row for row in rows if row.channel == "webhook")


@pytest.mark.django_db
def test_a_body_that_says_no_is_tried_again_and_its_words_are_kept(people: People, receiver: Local) -> None:
    address, server = receiver
    server.answer, server.body = 200, b'{"errcode": 310000, "errmsg": "keywords not in content"}'
    row = told(hooked(people["agent"], address))
    assert webhooks.send_queued(MONDAY) == {"queued": 1}
    row.refresh_from_db()
    assert row.state == "queued" and row.attempts == 1
    assert "errcode 310000" in row.failure and "keywords not in content" in row.failure
    server.body = b'{"errcode": 0}'
    assert webhooks.send_queued(MONDAY + webhooks.WAITS[0]) == {"sent": 1}


@pytest.mark.django_db
def test_a_notice_to_a_robot_is_a_text_with_number_sentence_and_link(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[bytes] = []

    def post(_url: str, body: bytes, _headers: object) -> bytes:
        posted.append(body)
        return b""

    monkeypatch.setattr(webhooks, "post", post)
    row = told(hooked(people["agent"], WECOM, "unused"))
    assert webhooks.send_queued(MONDAY) == {"sent": 1}
    (content,) = [json.loads(body)["text"]["content"] for body in posted]
    assert row.complaint is not None
    number = row.complaint.number
    assert content.splitlines() == [
        f"{number} A deadline has passed.",
        f"http://127.0.0.1:8000/complaints/{number}/",
    ]


@pytest.mark.django_db
def test_a_trial_shows_what_the_receiver_answers(client: Client, people: People, receiver: Local) -> None:
    address, server = receiver
    client.force_login(hooked(people["agent"], address))
    server.answer, server.body = 200, b'{"errcode": 0, "errmsg": "fine"}'
    page = client.post(TRIAL, follow=True).content.decode()
    assert "The receiver took the trial notice." in page and "fine" in page
    server.body = b'{"errcode": 40035, "errmsg": "<b>no</b>"}'
    page = client.post(TRIAL, follow=True).content.decode()
    assert "The trial notice was not taken" in page and "40035" in page and "<b>no</b>" not in page
    assert len(server.got) == 2 and not Outbox.objects.filter(channel="webhook").exists()


@pytest.mark.django_db
def test_a_trial_needs_an_address_a_post_and_somebody_who_gets_notices(
    client: Client, people: People
) -> None:
    assert client.post(TRIAL)["Location"].startswith("/accounts/login/")
    client.force_login(people["admin"])
    assert client.post(TRIAL).status_code == 403
    client.force_login(people["agent"])
    assert client.get(TRIAL).status_code == 405
    assert "save it first" in client.post(TRIAL, follow=True).content.decode()


@pytest.mark.django_db
def test_the_secret_of_a_robot_is_typed_in_and_of_others_is_made(client: Client, people: People) -> None:
    agent = people["agent"]
    client.force_login(agent)
    url = "/settings/notices/"
    client.post(url, {"webhook_url": DINGTALK, "robot_secret": "SECabc"})
    agent.refresh_from_db()
    assert agent.webhook_secret == "SECabc"
    client.post(f"{url}secret/")
    agent.refresh_from_db()
    assert agent.webhook_secret == "SECabc", "a robot’s own secret is not replaced by one of ours"
    client.post(url, {"webhook_url": "https://hooks.example.com/x", "robot_secret": ""})
    agent.refresh_from_db()
    assert agent.webhook_secret.startswith("whsec_")
