"""Every move of the product tried in any order by anybody, against the model."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from complaints.tests.lifecycle.stateful.rules_ending import EndingRules
from complaints.tests.lifecycle.stateful.rules_handling import HandlingRules, TaskRules
from complaints.tests.lifecycle.stateful.rules_onward import OnwardRules
from complaints.tests.lifecycle.stateful.rules_people import PeopleRules, WordRules
from complaints.tests.lifecycle.stateful.rules_time import DecisionRules, TimeRules


class Machine(
    OnwardRules, HandlingRules, TaskRules, EndingRules, WordRules, PeopleRules, DecisionRules, TimeRules
):
    """All rules together."""


__all__ = ["Machine", "rule", "st"]
