"""The keyword rules as data: what a complaint's own words suggest.

Source: the organisation's routing keywords (6.5) and category tree (6.2); the other words are general ones
for the same leaves. Words are matched in normalised text (`normalise.py`), traditional characters included:

- Chinese by substring; English by whole words, of which those with four letters or more take -s, -ed, -ing;
  `=word` takes no ending, `stem*` takes any;
- `…` stands for a short gap inside one clause; `{not}` for an English negation.

`needs`: the text must also hold one of these; `unless`: it must not; `not_near`: the word does not count
when one of these stands close by in its clause. Order decides between equal scores: the dearest mistake
comes first.
"""

from complaints.triage.keywords.conduct import LOGISTICS, SERVICE
from complaints.triage.keywords.goods import AFTER_SALES, GOODS, PRICE
from complaints.triage.keywords.journeys import DIGITAL, RIDES
from complaints.triage.keywords.risk import RISK
from complaints.triage.keywords.rule import Rule
from complaints.triage.keywords.tone import HINTS, MOOD
from complaints.triage.keywords.traps import TRAPS

__all__ = ["RULES", "TRAPS", "Rule"]

RULES: tuple[Rule, ...] = (
    *RISK,
    *SERVICE,
    *LOGISTICS,
    *GOODS,
    *AFTER_SALES,
    *PRICE,
    *RIDES,
    *DIGITAL,
    *HINTS,
    *MOOD,
)
