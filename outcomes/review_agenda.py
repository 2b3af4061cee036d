"""The agenda of a review: social value first with its own time, what was counted beside it last (RV-02). Pure."""

from dataclasses import dataclass

from commissioning.sentences import Sentence as _

SOCIAL_VALUE = "social_value"
EACH = 4  # minutes for each promise or outcome
LEAST, MOST = 15, 60  # minutes for one topic
PROMPT = 300  # characters of a prompt


@dataclass(frozen=True)
class Facts:
    """What there is to talk about."""

    promises: tuple[str, ...] = ()  # each social value promise with how it stands
    outcomes: tuple[str, ...] = ()
    flags: int = 0
    stories: int = 0
    added: int = 0
    hours: str = ""  # hours of reporting, against the plan


@dataclass(frozen=True)
class Part:
    """One part of the meeting."""

    topic: str
    kind: str
    title: _
    prompt: str
    minutes: int


def _minutes(n: int) -> int:
    return max(LEAST, min(MOST, n * EACH))


def _listed(asks: _, lines: tuple[str, ...]) -> str:
    """The question, and as many of the lines as a prompt holds; how many more there are is said."""
    text = str(asks)
    for n, line in enumerate(lines):
        rest = str(_("… and {n} more.", n=len(lines) - n))
        if len(text) + len(line) + len(rest) + 2 > PROMPT:
            return f"{text} {rest}"
        text = f"{text} {line}."
    return text


def parts(facts: Facts) -> list[Part]:
    """The parts in their order. Social value comes before everything that is counted, and has minutes of its own."""
    made = [
        Part(
            SOCIAL_VALUE,
            "discuss",
            _("Social value first: what was promised"),
            _listed(_("What became of each promise, and who noticed?"), facts.promises),
            _minutes(len(facts.promises)),
        ),
        Part(
            "outcomes",
            "discuss",
            _("Outcomes: what has changed for people"),
            _listed(_("What changed, for whom? What would have happened anyway?"), facts.outcomes),
            _minutes(len(facts.outcomes)),
        ),
    ]
    if facts.flags:
        asks = _("Concerns that wait for an answer: {n}. What would do harm, or cannot be done?", n=facts.flags)
        made.append(Part("concerns", "discuss", _("Concerns"), str(asks), max(10, min(30, 5 * facts.flags))))
    asks = _("Stories with consent: {n}. What do they tell that no number does?", n=facts.stories)
    made.append(Part("stories", "share", _("Stories"), str(asks), 10 if facts.stories else 5))
    market = str(_("Who could do this now? Who has gone, who is new, and what would help small organisations?"))
    made.append(Part("market", "discuss", _("Who can provide"), market, 10))
    process = str(_("How well did the way we worked together serve each of us? Look at what each side answered."))
    made.append(Part("process", "discuss", _("How we worked together"), process, 10))
    counted = _("Volunteers, gifts and people who came, counted: {n} lines. They help; they are no outcome.", n=facts.added)
    made.append(Part("added", "discuss", _("What was put in beside the money"), str(counted), 5))
    asks = _("Read each finding aloud: continue, change, stop, or carry forward? Each group says whether it can agree.")
    made.append(Part("findings", "agree", _("Findings: what follows from this"), str(asks), 20))
    made.append(Part("actions", "actions", _("Who does what next"), str(_("Who does it, by when, and how will we know?")), 10))
    return made
