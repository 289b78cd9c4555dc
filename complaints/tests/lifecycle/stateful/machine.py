"""The stateful test: anybody tries any move in any order, in the product and in the model."""

from complaints.tests.lifecycle.stateful.rules_onward import OnwardRules
from complaints.tests.lifecycle.stateful.rules_squad import SquadRules
from complaints.tests.lifecycle.stateful.rules_time import TimeRules


class Machine(OnwardRules, SquadRules, TimeRules):
    """A machine with all the rules."""
