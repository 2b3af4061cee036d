"""The phases of a workshop as one table: what each is for, what it opens, and where it may lead."""

from dataclasses import dataclass

from commissioning.sentences import Sentence as _

CONTRIBUTE, PROPOSE, COMMENT, AMEND, MERGE, VOTE, AGREE, ACT = (
    "contribute",
    "propose",
    "comment",
    "amend",
    "merge",
    "vote",
    "agree",
    "act",
)

DOINGS: dict[str, _] = {
    CONTRIBUTE: _("Ideas are gathered"),
    PROPOSE: _("Proposals are made"),
    COMMENT: _("Comments are made"),
    AMEND: _("Changes are suggested"),
    MERGE: _("Cards are merged"),
    VOTE: _("Votes are cast"),
    AGREE: _("Agreements are recorded"),
    ACT: _("Actions are agreed"),
}


@dataclass(frozen=True)
class Phase:
    """One row of the table. `line` tells a participant what to do now."""

    code: str
    title: _
    line: _
    opens: frozenset[str]
    leads_to: tuple[str, ...]


PHASES: dict[str, Phase] = {
    phase.code: phase
    for phase in (
        Phase(
            "gather",
            _("Gather"),
            _("Say what you need, what is already there, and what should change."),
            frozenset({CONTRIBUTE, PROPOSE, COMMENT, MERGE}),
            ("discuss",),
        ),
        Phase(
            "discuss",
            _("Discuss"),
            _("Talk the proposals over. Comment, and suggest better words."),
            frozenset({CONTRIBUTE, PROPOSE, COMMENT, AMEND, MERGE, ACT}),
            ("gather", "vote"),
        ),
        Phase(
            "vote",
            _("Vote"),
            _("Say what you think of each proposal. Nobody sees any votes until voting closes."),
            frozenset({COMMENT, VOTE}),
            ("discuss", "agree"),
        ),
        Phase(
            "agree",
            _("Agree"),
            _("Look at the results together, group by group, and record what was agreed."),
            frozenset({COMMENT, AMEND, AGREE, ACT}),
            ("discuss", "vote", "close"),
        ),
        Phase(
            "close",
            _("Close"),
            _("The workshop is over. See what was agreed and who does what next."),
            frozenset(),
            ("agree",),
        ),
    )
}

FIRST = "gather"
LAST = "close"


def opens(phase: str, doing: str) -> bool:
    """Whether something can be done in a phase."""
    return doing in PHASES[phase].opens


def why_not_now(phase: str, doing: str) -> _ | None:
    """Why something cannot be done in this phase, naming the phases in which it can."""
    if opens(phase, doing):
        return None
    when = ", ".join(str(p.title) for p in PHASES.values() if doing in p.opens)
    return _(
        "{doing} in these phases: {when}. The workshop is now in: {now}.",
        doing=DOINGS[doing],
        when=when,
        now=PHASES[phase].title,
    )


def why_not_move(now_in: str, seen: str, to: str) -> _ | None:
    """Why a facilitator who saw the workshop in phase `seen` cannot move it to `to`."""
    if to not in PHASES:
        return _("There is no such phase.")
    if now_in != seen:
        return _("Somebody else has just moved the workshop to {now}. Look again, then decide.", now=PHASES[now_in].title)
    if to not in PHASES[now_in].leads_to:
        return _("The workshop cannot go from {a} to {b} in one step.", a=PHASES[now_in].title, b=PHASES[to].title)
    return None
