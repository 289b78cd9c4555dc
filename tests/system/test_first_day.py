"""The first day of an organisation: empty PostgreSQL and Redis, production settings, one command, then pages.

Web, worker and clock run as in production. After `setup` nobody uses a shell: people are invited by mail,
and a complaint goes from the call to closed.
"""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.system.launcher import ROOT, Launch
from tests.system.person import Person, Post, post_office, shown

READY = 300  # seconds
PASSWORD = "a-long-first-password"
DATABASE = "redress_first_day"
TEAMS = ["FRONT", "SECOND", "EXPERT", "CALLBACK", "QUALITY"]


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with post_office() as opened:
        yield opened


@pytest.fixture(scope="module")
def production(
    servers: dict[str, str], post: Post, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return the environment of a production server with an empty database."""
    base, _, _ = servers["DATABASE_URL"].rpartition("/")
    connection = psycopg2.connect(servers["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_TLS_PROXY": "true",
        "DATABASE_URL": f"{base}/{DATABASE}",
        # A numbered database of its own: the launcher test may use the server at the same time.
        "REDIS_URL": servers["REDIS_URL"].rpartition("/")[0] + "/1",
        "REDRESS_VAR": str(tmp_path_factory.mktemp("var")),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(post.port),
        "DEFAULT_FROM_EMAIL": "desk@redress.example",
    }


@pytest.fixture(scope="module")
def running(production: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    home = tmp_path_factory.mktemp("home")
    launch = Launch(ROOT, home, command=(sys.executable, "-m", "config.launch"), **production)
    try:
        launch.wait_until_ready(READY)
        yield launch
    finally:
        launch.kill()


def set_up(production: dict[str, str]) -> str:
    done = subprocess.run(
        [
            *(sys.executable, "manage.py", "setup", "--noinput", "--admin", "root"),
            *("--email", "root@redress.example", "--starting-set", "empty", "--language", "en"),
            *("--time-zone", "Europe/London", "--currency", "GBP", "--brand", "Heguang"),
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "REDRESS_ADMIN_PASSWORD": PASSWORD, **production},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def signed_in(url: str, username: str, password: str = PASSWORD) -> Person:
    person = Person(url)
    person.submit("/accounts/login/", username=username, password=password)
    assert not person.at.startswith("/accounts/login/"), f"{username} was not signed in"
    return person


def invited(admin: Person, post: Post, username: str, role: str, teams: list[str], tier: str = "") -> Person:
    """Invite somebody, take the link from the mail, set the password, and sign in."""
    address = f"{username}@redress.example"
    names = {"name_en": username.title(), "name_zh": username, "language": "en", "timezone": "Europe/London"}
    admin.submit(
        "/settings/people/new/", username=username, email=address, role=role, tier=tier, teams=teams, **names
    )
    link = re.search(r"https?://\S+/invitation/\S+", post.wait_for(address).body)
    assert link, "the mail has no link"
    Person(admin.url).submit(urlsplit(link[0]).path, new_password1=PASSWORD, new_password2=PASSWORD)
    return signed_in(admin.url, username)


def number_of(page: str) -> str:
    found = re.search(r"RD-\d+", page)
    assert found, shown(page)
    return found[0]


def received_and_diagnosed(agent: Person) -> str:
    page = agent.submit(
        "/complaints/new/",
        phone="020 7946 0000",
        name="Mei Zhou",
        email="mei@customer.example",
        language="en",
        channel="phone",
        description="The bowl of the rice cooker arrived cracked and I want my money back.",
    )
    one = f"/complaints/{number_of(page)}/"
    agent.submit(one, f"{one}start-diagnosis/")
    agent.submit(
        one,
        f"{one}finding/",
        scene="It was unpacked on Monday and was cracked.",
        desired_outcome="Money back",
        reported_before="no",
        nature="fact",
        customer_state="solution_seeking",
        problem_type="compensation",
        grounds="yes",
        demand="yes",
        responsibility="own",
        problem_statement="The bowl arrived cracked.",
        finding="upheld",
        reasons="The packing video shows no foam.",
    )
    return one


def offered_and_chosen(agent: Person, supervisor: Person, one: str) -> None:
    """Offer more than the agent may grant, have it approved, and record the choice."""
    agent.submit(
        one,
        f"{one}remedies/",
        options_1_kind="FULL",
        options_1_amount="1299.00",
        options_1_description="Full refund",
        options_2_kind="PART",
        options_2_amount="100.00",
        options_2_description="Part of the price back",
        reason="The customer has lost the whole price.",
    )
    inbox = supervisor.open("/approvals/")
    asked = re.search(r"/approvals/(\d+)/", inbox)
    assert asked, shown(inbox)
    supervisor.submit("/approvals/", f"/approvals/{asked[1]}/", decision="approve")
    chosen, *_others = agent.choices(one, f"{one}choose/", "option")
    agent.submit(one, f"{one}choose/", option=chosen, channel="phone", evidence="“Yes, the full refund.”")


def carried_out_and_resolved(agent: Person, one: str) -> None:
    page = agent.open(one)
    for task in sorted(set(re.findall(r"/tasks/(\d+)/accept/", page))):
        agent.submit(one, f"/tasks/{task}/accept/")
    for task in sorted(set(re.findall(r"/tasks/(\d+)/done/", agent.open(one)))):
        agent.submit(one, f"/tasks/{task}/done/", evidence="Refund 4711 of today")
    progress = {"purpose": "progress", "body": "The refund is on its way to your bank."}
    agent.submit(one, f"{one}message/", **progress)
    agent.submit(one, f"{one}resolve/", final_answer="Your money is on its way.")


def test_from_an_empty_database_to_a_closed_complaint(
    running: Launch, production: dict[str, str], post: Post
) -> None:
    assert re.search(r"enter this code: [A-Z2-9]{4}(-[A-Z2-9]{4}){3}", running.output)
    assert "Set up Redress" in Person(running.url).open("/")
    assert "Administrator: root" in set_up(production)
    Person(running.url).open("/setup/", expect=404)

    admin = signed_in(running.url, "root")
    assert "left to do" in shown(admin.open("/settings/start/"))
    supervisor = invited(admin, post, "susan", "supervisor", TEAMS)
    agent = invited(admin, post, "anna", "agent", ["FRONT"], tier="1")
    caller = invited(admin, post, "carl", "agent", ["CALLBACK"], tier="1")
    invited(admin, post, "mary", "manager", [])

    one = received_and_diagnosed(agent)
    assert post.wait_for("mei@customer.example").subject.startswith("We have received your complaint")
    offered_and_chosen(agent, supervisor, one)
    carried_out_and_resolved(agent, one)
    caller.submit(
        one,
        f"{one}callback/",
        result="reached",
        resolved="yes",
        csat_solution="5",
        csat_attitude="5",
        nps="9",
    )
    supervisor.submit(
        one, f"{one}review/", attribution="product", cause="OTHER", scope="individual", lesson="More foam"
    )
    page = agent.open(one)
    assert re.search(r"\bclosed\b", shown(page), re.IGNORECASE)
    assert list(Path(production["REDRESS_VAR"]).glob("mail/*")) == []
