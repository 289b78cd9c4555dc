"""The keyword rules as data: what the words of a complaint suggest.

The organisation's own routing keywords and category tree (docs/organisation.md) are the source; the other
words are general ones for the same leaves. Words are matched in normalised text (`normalise.py`), so
traditional characters match as well:

- Chinese words match anywhere, English ones as whole words. Those with four letters or more may end in -s,
  -ed, -ing; `=word` takes no ending, `stem*` takes any.
- `…` stands for a short gap inside one clause, `{not}` for an English negation.

`needs`: the text must also contain one of these words. `unless`: it must contain none of them. `not_near`: a
word does not count if one of these is close to it in the same clause. Among equal scores the earlier rule
wins, so the rules whose neglect costs most come first.
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
