"""Pairs of words that can cross: the customer writes while somebody answers, or marks a message as thanks."""

from complaints.models import Clock, Event
from complaints.tests.races import moves as m
from complaints.tests.races import scenes as s
from complaints.tests.races.kit import Pair, Scene, pair
from complaints.tests.races.pairs_one import in_stage
from complaints.tests.races.pairs_two import BOTH, LEFT, RIGHT


def one_reply_owed(scene: Scene) -> None:
    assert Clock.objects.filter(complaint=scene.complaint, kind="reply").count() == 1


def one_more_reply_owed(scene: Scene) -> None:
    assert Clock.objects.live().filter(complaint=scene.complaint, kind="reply").count() == 1


def owed_only_if_they_wrote_last(scene: Scene) -> None:
    owed = Clock.objects.live().filter(complaint=scene.complaint, kind="reply").exists()
    kinds = list(
        Event.objects.filter(complaint=scene.complaint).order_by("seq").values_list("kind", flat=True)
    )
    assert owed == (kinds[-1] == "message_in"), kinds


PAIRS: list[Pair] = [
    pair(
        "write, write in",
        in_stage("diagnose"),
        m.writes("agent"),
        m.writes_in,
        BOTH,
        holds=owed_only_if_they_wrote_last,
    ),
    pair("write in twice", in_stage("diagnose"), m.writes_in, m.writes_in, BOTH, holds=one_reply_owed),
    pair("mark as thanks twice", s.wrote_in, m.marks("agent"), m.marks("agent2"), LEFT, RIGHT),
    pair(
        "mark as thanks, write in", s.wrote_in, m.marks("agent"), m.writes_in, BOTH, holds=one_more_reply_owed
    ),
]
