"""The lifecycle model of the flash squad: who is called, who writes for it, when it is done (R-025).

The rules stand in docs/clocks.md, "The flash squad".
"""

from complaints.tests.lifecycle.stateful.case import CLIMBS, OPEN, Case, Refused, Squad
from complaints.tests.lifecycle.stateful.model import Apply, is_text, is_text_or_nothing, must
from complaints.tests.lifecycle.stateful.model_ending import Ending
from complaints.tests.lifecycle.stateful.model_handling import AGENT_SUPERVISOR

SEATS = ("SL-GOODS", "WAREHOUSE", "TECH", "SL-LOGI")
FIELDS = {"diagnosis", "plan", "resources"}


class Squads(Ending):
    def call_squad(self, c: Case, who: str) -> Apply:
        self.gate(c, who, AGENT_SUPERVISOR, CLIMBS, "assignee supervisor", c.squad is None)
        if c.confidential and self.role(who) != "supervisor":
            raise Refused(403)
        members = self.gathered(c)
        if not members:
            raise Refused(409)

        def apply() -> None:
            c.squad = Squad(members)
            c.called |= members
            c.admitted |= members if c.confidential else set()

        return apply

    def gathered(self, c: Case) -> set[str]:
        """Return one person for each seat, each person once.

        Who is in the fewest squads comes first; supervisors and the assignee come last.
        """
        found: set[str] = set()
        names = list(self.people)
        for seat in SEATS:
            free = [
                who
                for who in names
                if seat in self.teams_of(who)
                and self.role(who) in {"agent", "department", "supervisor"}
                and who not in found | c.out_of_it
            ]
            busy = {who: sum(who in case.squad.members for case in self.cases if case.squad) for who in free}
            free.sort(key=lambda who: (self.role(who) == "supervisor" or who == c.assignee, busy[who]))
            found |= set(free[:1])
        return found

    def fill_squad(self, c: Case, who: str, field: str, text: str) -> Apply:
        roles = f"{AGENT_SUPERVISOR} department"
        self.gate(c, who, roles, OPEN, "assignee supervisor squad", c.squad is not None)
        must(field in FIELDS, is_text_or_nothing(text), is_text(text))

        def apply() -> None:
            assert c.squad
            c.squad.filled.add(field)
            if c.squad.filled == FIELDS:
                self.dissolve(c)

        return apply
