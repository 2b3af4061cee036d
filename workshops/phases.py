"""The kinds of activity of a workshop as one table: what each is for, what it opens, how long it usually takes.

An agenda is a list of these in any order; a workshop is always in one of them. Any may follow any: the facilitator may
repeat, skip and step back, and every such act is a minute.
"""

from dataclasses import dataclass

from commissioning.sentences import Sentence as _

CONTRIBUTE, PROPOSE, COMMENT, AMEND, MERGE, RATE, VOTE, PRIORITISE, CHOOSE, ANSWER, AGREE, ACT = (
    "contribute",
    "propose",
    "comment",
    "amend",
    "merge",
    "rate",
    "vote",
    "prioritise",
    "choose",
    "answer",
    "agree",
    "act",
)

DOINGS: dict[str, _] = {
    CONTRIBUTE: _("Ideas are gathered"),
    PROPOSE: _("Proposals are made"),
    COMMENT: _("Comments are made"),
    AMEND: _("Changes are suggested"),
    MERGE: _("Cards are grouped and merged"),
    RATE: _("Cards are rated"),
    VOTE: _("Votes are cast"),
    PRIORITISE: _("Dots are placed"),
    CHOOSE: _("A short list is chosen"),
    ANSWER: _("Statements are answered"),
    AGREE: _("Agreements are recorded"),
    ACT: _("Actions are agreed"),
}


@dataclass(frozen=True)
class Phase:
    """One row of the table. `line` tells a participant what to do now; `minutes` is the usual length."""

    code: str
    title: _
    line: _
    opens: frozenset[str] = frozenset()
    minutes: int = 10


PHASES: dict[str, Phase] = {
    phase.code: phase
    for phase in (
        Phase("welcome", _("Welcome"), _("See who is here, what is decided and what is open.")),
        Phase("primer", _("Primer"), _("Five minutes on how this works, for anybody new to it."), minutes=5),
        Phase(
            "private",
            _("Think alone"),
            _("Write what you think, by yourself. Nobody sees it until it is shared."),
            frozenset({CONTRIBUTE}),
            5,
        ),
        Phase("share", _("Share round"), _("Everybody hears what everybody wrote."), frozenset({CONTRIBUTE, COMMENT})),
        Phase(
            "gather",
            _("Gather"),
            _("Say what you need, what is already there, and what should change."),
            frozenset({CONTRIBUTE, PROPOSE, COMMENT, MERGE}),
            15,
        ),
        Phase(
            "merge",
            _("Group and merge"),
            _("Put together the cards that say the same. Nothing is lost: what was merged can be seen and undone."),
            frozenset({MERGE, PROPOSE, COMMENT}),
        ),
        Phase(
            "discuss",
            _("Discuss"),
            _("Talk the proposals over. Comment, and suggest better words."),
            frozenset({CONTRIBUTE, PROPOSE, COMMENT, AMEND, MERGE, ACT}),
            20,
        ),
        Phase("rate", _("Rate"), _("Read one card at a time and say how strong you find it."), frozenset({RATE})),
        Phase(
            "vote",
            _("Vote"),
            _("Say what you think of each proposal. Nobody sees any votes until voting closes."),
            frozenset({COMMENT, VOTE}),
        ),
        Phase(
            "agree",
            _("Agree"),
            _("Look at the results together, group by group, and record what was agreed."),
            frozenset({COMMENT, AMEND, AGREE, ACT}),
            15,
        ),
        Phase(
            "prioritise",
            _("Prioritise"),
            _("Put your dots on what matters most. Dots show what to talk about next; they decide nothing."),
            frozenset({PRIORITISE, COMMENT}),
        ),
        Phase(
            "statements",
            _("Agree or disagree"),
            _("Read one statement at a time and say whether you agree. You can pass."),
            frozenset({ANSWER}),
        ),
        Phase(
            "choose",
            _("Choose a short list"),
            _("Say which cards to go on with. Nobody sees any choice until the facilitator goes on. A short list decides nothing."),
            frozenset({CHOOSE, COMMENT}),
        ),
        Phase("actions", _("Actions"), _("Agree who does what next, by when, and how we will know."), frozenset({ACT, COMMENT})),
        Phase("pulse", _("One minute for you"), _("A few quick questions about today. Your answers stay private."), minutes=2),
        Phase("break", _("Break"), _("Time for a break. What you have written is kept.")),
        Phase("close", _("Close"), _("The workshop is over. See what was agreed and who does what next.")),
    )
}

FIRST = "welcome"
LAST = "close"
PLANNED = tuple(code for code in PHASES if code != LAST)  # what an agenda can hold: closing is an act of its own


def opens(phase: str, doing: str) -> bool:
    """Whether something can be done in a phase."""
    return doing in PHASES[phase].opens


def why_not_now(phase: str, doing: str) -> _ | None:
    """Why something cannot be done in this phase, naming the phases in which it can."""
    if opens(phase, doing):
        return None
    when = ", ".join(str(p.title) for p in PHASES.values() if doing in p.opens)
    return _(
        "{doing} in these parts of a workshop: {when}. The workshop is now in: {now}.",
        doing=DOINGS[doing],
        when=when,
        now=PHASES[phase].title,
    )


def why_not_move(now_in: str, seen: str, to: str) -> _ | None:
    """Why a facilitator who saw the workshop in phase `seen` cannot move it to `to`."""
    if to not in PHASES:
        return _("There is no such part of a workshop.")
    if now_in != seen:
        return _("Somebody else has just moved the workshop to {now}. Look again, then decide.", now=PHASES[now_in].title)
    if to == LAST:
        return _("Close the workshop with its actions, or with “none, because”.")
    return None
