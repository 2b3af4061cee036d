"""How far somebody’s words went, in one sentence for each step. Pure."""

from dataclasses import dataclass
from datetime import datetime

from commissioning.sentences import Sentence as _

STAGES = ("need", "agreement", "decision", "outcome", "clause", "criterion", "commitment", "measure", "result", "finding", "next")
MOST = 6  # lines about one contribution in one letter; the rest is on the page


@dataclass(frozen=True)
class Step:
    """One step: which kind, of what, since when, in a sentence, and where to see it."""

    stage: str
    thing: str
    at: datetime
    says: _
    link: str = ""

    @property
    def order(self) -> tuple[int, datetime, str]:
        """The order of the thread, then of time."""
        return STAGES.index(self.stage), self.at, self.thing


def of_result(text: str, amount: str, target: str, unit: str, quarter: int, standing: str) -> _:
    """A reading as somebody reads it: “Paid placements filled: 3 of 6 placements so far (quarter 2). Partly met.”"""
    if not amount:
        return _("The result of quarter {q}: {text}. {standing}.", text=text, q=quarter, standing=standing)
    if target:
        values = {"text": text, "a": amount, "b": target, "unit": unit, "q": quarter, "standing": standing}
        return _("{text}: {a} of {b} {unit} so far (quarter {q}). {standing}.", **values)
    return _("{text}: {a} {unit} (quarter {q}). {standing}.", text=text, a=amount, unit=unit, q=quarter, standing=standing)
