"""The eight principles: facts of the record in, where each stands out (P8-1 to P8-8). Pure.

A principle is shown when everything it needs is in the record. What no part of the record tells of yet is said to be
"not recorded yet": silence is never taken for a yes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from commissioning.sentences import Sentence as _

SHOWN, NOT_YET, DECLINED = "shown", "not_yet", "declined"
STATES: dict[str, _] = {SHOWN: _("Shown by the record"), NOT_YET: _("Not yet"), DECLINED: _("Thought about, and declined with a reason")}
DID, REFUSED = "did", "declined"


@dataclass(frozen=True)
class Facts:
    """What the record says. None is "nothing in the record tells yet", which is not the same as no."""

    needs: int = 0
    needs_by_vso: int = 0
    first_meeting: date | None = None  # the first meeting that possible providers came to
    specification_on: date | None = None  # when the specification was first signed off; until then, today
    signed_off: bool = False
    minimum_days: int = 28
    clauses: int = 0
    clauses_from_citizens: int = 0
    clauses_by_law: int = 0
    map_reviewed: bool | None = None
    gaps_noted: bool | None = None
    open_invitation: bool = False
    fairness_log: bool | None = None
    route_appraised: bool | None = None
    shape_checked: bool | None = None
    asked_how_it_went: int = 0
    said_how_it_went: int = 0
    process_reviewed: bool | None = None  # None: nobody was asked about the process as a whole yet
    process_answered: bool = False  # everything that was said in it has an answer
    answers: Mapping[str, str] = field(default_factory=dict)  # principle: "did" or "declined", as the authority said


@dataclass(frozen=True)
class Line:
    """One thing a principle needs: whether it is there (None: not recorded yet), in words, and which page shows it."""

    met: bool | None
    text: _
    page: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a principle stands, and why."""

    state: str
    lines: tuple[Line, ...]

    @property
    def words(self) -> _:
        """Its state in words."""
        return STATES[self.state]


def judge(code: str, facts: Facts, *, consider: bool) -> Standing:
    """Where one principle stands. Declining with a reason is an answer only where the wording is "consider"."""
    lines = tuple(_LINES[code](facts))
    if lines and all(line.met for line in lines):
        return Standing(SHOWN, lines)
    if consider and facts.answers.get(code) == REFUSED:
        return Standing(DECLINED, lines)
    return Standing(NOT_YET, lines)


def _recorded(fact: bool | None, yes: _, no: _, unknown: _, page: str = "") -> Line:
    return Line(fact, unknown if fact is None else yes if fact else no, page)


def _needs(facts: Facts) -> list[Line]:
    n, of = facts.needs_by_vso, facts.needs
    if not of:
        return [Line(False, _("Nobody has said what they need yet."), "needs")]
    return [Line(n > 0, _("{n} of {of} needs came through a voluntary organisation.", n=n, of=of), "needs")]


def _meeting(facts: Facts) -> list[Line]:
    if facts.first_meeting is None or facts.specification_on is None:
        return [Line(False, _("No meeting with voluntary organisations or other possible providers is in the record yet."), "people")]
    days, least = (facts.specification_on - facts.first_meeting).days, facts.minimum_days
    if not facts.signed_off:
        soon = _("Possible providers first came together {n} days ago. The specification is not signed off yet.", n=days)
        return [Line(False, soon, "specification")]
    text = _(
        "Possible providers first came together {n} days before the specification was signed off. The least here is {least}.",
        n=days,
        least=least,
    )
    return [Line(days >= least, text, "specification")]


def _outcomes(facts: Facts) -> list[Line]:
    counted = facts.clauses - facts.clauses_by_law
    if not counted:
        return [Line(False, _("The specification has no clause from an outcome yet."), "specification")]
    lines = [
        Line(
            facts.clauses_from_citizens == counted,
            _("{n} of {of} clauses go back to something a citizen said.", n=facts.clauses_from_citizens, of=counted),
            "specification",
        )
    ]
    if facts.clauses_by_law:
        lines.append(Line(True, _("From law or professional practice, and not counted: {n}.", n=facts.clauses_by_law), "specification"))
    return lines


def _providers(facts: Facts) -> list[Line]:
    unknown = _("The map of providers is not recorded yet.")
    return [
        _recorded(
            facts.map_reviewed,
            _("The map of providers was reviewed."),
            _("The map of providers was not reviewed yet."),
            unknown,
            "providers",
        ),
        _recorded(
            facts.gaps_noted,
            _("The gaps in the map are noted."),
            _("The gaps in the map are not noted yet."),
            _("Gaps in the map are not recorded yet."),
            "providers",
        ),
    ]


def _capacity(facts: Facts) -> list[Line]:
    did = facts.answers.get("P8-5") == DID
    return [Line(did, _("The authority says what it did.") if did else _("The authority has not said what it did."))]


def _openness(facts: Facts) -> list[Line]:
    return [
        Line(
            facts.open_invitation,
            _("The page of this cycle is open to everybody.")
            if facts.open_invitation
            else _("The page of this cycle is not open to everybody yet."),
            "public",
        ),
        _recorded(
            facts.fairness_log,
            _("What each possible provider was told, and when, is in the record."),
            _("Something was told to one possible provider before others."),
            _("What each possible provider was told is not recorded yet."),
            "fairness",
        ),
        _recorded(
            facts.route_appraised,
            _("The ways to secure the service were compared."),
            _("The ways to secure the service were not compared yet."),
            _("A comparison of the ways to secure the service is not recorded yet."),
            "route",
        ),
    ]


def _shape(facts: Facts) -> list[Line]:
    return [
        _recorded(
            facts.shape_checked,
            _("The check of the shape of the contract is complete."),
            _("The check of the shape of the contract is not complete."),
            _("The check of the shape of the contract is not recorded yet."),
            "shape",
        )
    ]


def _review(facts: Facts) -> list[Line]:
    asked, said = facts.asked_how_it_went, facts.said_how_it_went
    words = _("At {n} of {of} closed workshops people said how it went.", n=said, of=asked) if asked else _("No workshop has closed yet.")
    done = _recorded(
        facts.process_reviewed,
        _("Users, communities and providers were asked how the work together went, and the questions are closed."),
        _("Users, communities and providers are asked now how the work together went."),
        _("Nobody was asked yet how the work together went as a whole."),
        "process",
    )
    answered = Line(
        bool(facts.process_reviewed) and facts.process_answered,
        _("The authority answered what people said.")
        if facts.process_reviewed and facts.process_answered
        else _("The authority has not answered what people said."),
        "process",
    )
    return [Line(True if facts.process_reviewed else said > 0, words, "reports" if asked else ""), done, answered]


_LINES: dict[str, Callable[[Facts], list[Line]]] = {
    "P8-1": _needs,
    "P8-2": _meeting,
    "P8-3": _outcomes,
    "P8-4": _providers,
    "P8-5": _capacity,
    "P8-6": _openness,
    "P8-7": _shape,
    "P8-8": _review,
}
