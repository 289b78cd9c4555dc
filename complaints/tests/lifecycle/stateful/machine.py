"""Every move of the product tried in any order by anybody, against the model."""

from complaints.tests.lifecycle.stateful.rules_onward import OnwardRules
from complaints.tests.lifecycle.stateful.rules_squad import SquadRules
from complaints.tests.lifecycle.stateful.rules_time import TimeRules


class Machine(OnwardRules, SquadRules, TimeRules):
    """All rules together."""
