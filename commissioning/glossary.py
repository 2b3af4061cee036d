"""The words of the field, each with its meaning in one plain sentence, and the words we avoid for it (PN-01, PN-06). Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from commissioning.sentences import Sentence as _

LONGEST_MEANING = 20  # words: one sentence that can be heard once and understood


@dataclass(frozen=True)
class Term:
    """One word: what it is called, what it means, what else people call it, and under which words it stands on a page."""

    code: str
    name: _
    meaning: _
    avoid: tuple[str, ...] = ()  # accepted in search, never shown as ours
    on_page: _ | None = None  # other forms of the name that lead here, with | between; every language has its own
    everyday: bool = False  # also an ordinary word, so not every place it stands in needs its meaning
    not_to_be_taken_for: _ | None = None


THE_CYCLE, PEOPLE, AGREEING, RESULTS, MONEY, LEVELS = "cycle", "people", "agreeing", "results", "money", "levels"

PARTS: dict[str, _] = {
    THE_CYCLE: _("The cycle"),
    PEOPLE: _("Who is who"),
    LEVELS: _("How much say people have"),
    AGREEING: _("In the workshop"),
    RESULTS: _("What comes of it"),
    MONEY: _("Value, funding and buying"),
}

_CYCLE = (
    Term(
        "commissioning",
        _("Commissioning"),
        _("Finding out what people need, then planning, securing and reviewing the services that meet it."),
        ("outsourcing", "purchasing"),
        not_to_be_taken_for=_("Not the same as procurement, which is only the buying step."),
    ),
    Term(
        "cycle",
        _("Commissioning cycle"),
        _("One round of analyse, plan, do and review for one service; then it starts again."),
        ("workflow", "pipeline"),
        _("cycle|cycles"),
    ),
    Term("analyse", _("Analyse"), _("The stage where we find out what people need and what is already there."), everyday=True),
    Term("plan", _("Plan"), _("The stage where people agree outcomes and the service specification is written."), everyday=True),
    Term("do", _("Do"), _("The stage where the service is secured and started; buying is one part of it."), everyday=True),
    Term("review", _("Review"), _("The stage where we see what changed and carry it into the next cycle."), everyday=True),
    Term(
        "procurement",
        _("Procurement"),
        _("The formal buying step: inviting offers, choosing a provider and making the contract."),
        ("tendering", "contracting"),
    ),
    Term(
        "pre-procurement",
        _("Pre-procurement"),
        _("The time before buying starts, when people are listened to and the specification is written."),
        ("pre-tender", "pre-commissioning"),
    ),
    Term("milestone", _("Milestone"), _("Something that must have happened before a stage can close."), (), _("milestones")),
    Term("need", _("Need"), _("Something people lack or that gets in their way."), (), _("needs"), everyday=True),
    Term(
        "asset",
        _("Asset"),
        _("Something good that is already there: people, places, groups or skills."),
        ("resource", "strength"),
        _("assets"),
    ),
    Term("priority", _("Priority"), _("A need that was chosen to be acted on first."), (), _("priorities")),
)

_PEOPLE = (
    Term(
        "authority",
        _("Authority"),
        _("The council or other public body that pays for the service and answers for it."),
        ("client", "buyer", "local contracting authority", "council"),
        _("authority|authorities"),
    ),
    Term(
        "commissioner",
        _("Commissioner"),
        _("The officer who leads the work and decides on behalf of the authority."),
        ("buyer", "council user"),
        _("commissioners|commissioner side"),
    ),
    Term("procurement-officer", _("Procurement officer"), _("The officer who runs the formal buying step."), ("buyer",)),
    Term(
        "vso",
        _("Voluntary sector organisation (VSO)"),
        _("A charity, community group or social enterprise that works for a social purpose, not for profit."),
        ("TSO", "VCS", "VCSE", "VCO", "third sector", "civil society", "NGO", "charity", "voluntary and community sector"),
        _("VSO|VSOs|voluntary sector|voluntary organisation|voluntary organisations"),
    ),
    Term(
        "cvs",
        _("Infrastructure organisation"),
        _("A body that supports voluntary organisations and speaks with them, such as a council for voluntary service."),
        ("CVS", "umbrella body"),
    ),
    Term(
        "citizen",
        _("Citizen"),
        _("A person who lives here, uses the service or cares for somebody who does."),
        ("beneficiary", "customer", "client"),
        _("citizens"),
    ),
    Term(
        "carer",
        _("Carer"),
        _("Somebody who looks after a family member or friend without being paid."),
        ("caregiver",),
        _("carers"),
        everyday=True,
    ),
    Term(
        "provider", _("Provider"), _("Any organisation that may deliver the service."), ("vendor", "supplier", "contractor"), _("providers")
    ),
    Term("current-provider", _("Current provider"), _("The organisation that delivers the service now."), ("incumbent",)),
    Term(
        "facilitator",
        _("Facilitator"),
        _("The neutral person who runs the workshop and takes no side."),
        ("chair", "moderator"),
        _("facilitators"),
    ),
    Term("decider", _("Decider"), _("The person who answers for the authority: adopted, adopted in part, or not adopted, with a reason.")),
    Term("champion", _("Champion commissioner"), _("A senior officer who believes in the work and pushes it through."), ("sponsor",)),
)

_LEVELS = (
    Term(
        "engagement",
        _("Engagement"),
        _("Any way of involving people; always ask how much they can change."),
        ("involvement", "participation"),
        _("level of engagement"),
    ),
    Term("no-participation", _("No participation"), _("Experts decide needs and design; people cannot change anything.")),
    Term("inform", _("Inform"), _("The authority tells people; they cannot change anything."), everyday=True),
    Term("consult", _("Consult"), _("The authority asks people, then decides alone."), ("consultation",), _("consultation"), everyday=True),
    Term("engage", _("Engage"), _("The authority works with people over time and still decides."), (), None, everyday=True),
    Term("co-design", _("Co-design"), _("People and the authority write outcomes and the specification together."), ("codesign",)),
    Term("co-decide", _("Co-decide"), _("The authority shares the decision, within limits it states first."), ("codecide",)),
    Term(
        "co-production",
        _("Co-production"),
        _("Everybody designs, delivers and judges the service together, all the way through."),
        ("coproduction", "partnership working"),
        _("co-produce"),
    ),
)

_AGREEING = (
    Term(
        "workshop",
        _("Workshop"),
        _("A meeting, in a room or on line, where people propose, discuss, vote and agree."),
        ("session", "meeting"),
        _("workshops"),
        everyday=True,
    ),
    Term(
        "contribution",
        _("Contribution"),
        _("One thing one person said; it is kept in their own words and gets an answer."),
        ("input", "response"),
        _("contributions"),
    ),
    Term("proposal", _("Proposal"), _("Words put forward for everybody in the room to agree or change."), ("motion",), _("proposals")),
    Term("ballot", _("Ballot"), _("One vote on one wording, with a rule that was fixed before it opened."), ("poll",), _("ballots")),
    Term(
        "sealed",
        _("Sealed"),
        _("Nobody can see any vote until the voting has closed, not even the facilitator."),
        ("secret",),
        everyday=True,
    ),
    Term(
        "agreement",
        _("Agreement"),
        _("What the room recorded: enough people in each group support the same words."),
        ("consensus", "majority"),
        _("rule of agreement"),
    ),
    Term(
        "reservation",
        _("Reservation"),
        _("A worry kept beside an agreement, so that it is not forgotten."),
        ("objection",),
        _("reservations"),
    ),
    Term("contested", _("Contested"), _("There is no agreement; both views are kept and shown."), ("rejected", "disputed")),
    Term(
        "scope",
        _("Decided, open, not part of this"),
        _("The honest list of what is settled, what you can change, and what is left out."),
        ("scope", "out of scope"),
    ),
    Term("minutes", _("Minutes"), _("The record of every act: who, when, what and why."), ("log", "audit trail"), None, everyday=True),
    Term(
        "action-plan", _("Action plan"), _("Who will do what by when, and how we will know."), ("to-do list",), _("actions"), everyday=True
    ),
)

_RESULTS = (
    Term(
        "outcome",
        _("Outcome"),
        _("A change in people’s lives, such as feeling safe or having friends nearby."),
        ("target", "goal", "aim"),
        _("outcomes"),
        not_to_be_taken_for=_("Not an output: twelve meetings held is an output."),
    ),
    Term(
        "output",
        _("Output"),
        _("Something done that can be counted, such as twelve meetings held."),
        ("activity",),
        _("outputs|activity measure"),
    ),
    Term("impact", _("Impact"), _("The part of a change that would not have happened without the service."), ("effect",)),
    Term(
        "indicator",
        _("Indicator"),
        _("A sign that shows whether an outcome is really happening; it need not be a number."),
        ("KPI", "metric", "target"),
        _("indicators"),
    ),
    Term(
        "standard",
        _("Standard"),
        _("How good or how safe something must be at the least."),
        ("requirement",),
        _("standards"),
        everyday=True,
    ),
    Term(
        "monitoring",
        _("Monitoring"),
        _("Looking at the indicators regularly, to learn and to put things right."),
        ("performance management", "policing"),
    ),
    Term(
        "soft-outcome",
        _("Soft outcome"),
        _("A real change that is hard to count, such as confidence."),
        ("intangible",),
        _("soft outcomes"),
    ),
    Term(
        "framework",
        _("Outcomes framework"),
        _("The themes, outcomes and indicators that were agreed together, in one list."),
        ("template",),
        _("framework"),
    ),
    Term(
        "specification",
        _("Service specification"),
        _("The text that says what a provider must achieve."),
        ("spec", "tender document"),
        _("specification"),
    ),
    Term("clause", _("Clause"), _("One numbered paragraph of the specification."), (), _("clauses")),
    Term(
        "account",
        _("Hold to account"),
        _("To ask whether a promise was kept, and to expect an answer; either side may."),
        ("performance manage",),
    ),
)

_MONEY = (
    Term(
        "social-value",
        _("Social value"),
        _("The wider good for people, the economy and nature that a service brings to a place."),
        ("CSR", "local value", "community benefits"),
    ),
    Term(
        "criterion",
        _("Social value criterion"),
        _("A question about social value that bidders answer and that is given marks."),
        ("weighting", "award criterion"),
    ),
    Term(
        "well-being", _("Well-being"), _("How well life goes for people and a place: socially, economically and in nature."), ("wellbeing",)
    ),
    Term(
        "sroi",
        _("Measuring tools"),
        _("Ways to measure change, such as SROI, TOMs or an outcome star; none of them is required."),
        ("SROI", "TOMs", "outcome star"),
    ),
    Term("grant", _("Grant"), _("Money given for a purpose, with fewer rules than a contract."), ("funding",), _("grants")),
    Term(
        "contract",
        _("Contract"),
        _("A legal promise between the authority and a provider: this service for this money."),
        ("SLA",),
        _("contracts"),
    ),
    Term("mou", _("Memorandum of understanding"), _("A written promise about how partners work together; it is not a contract."), ("MoU",)),
    Term("compact", _("Compact"), _("Principles that an authority and the voluntary sector have agreed to work by.")),
    Term("consortium", _("Consortium"), _("Several organisations that bid and work together as one."), ("partnership bid",)),
    Term("cost-recovery", _("Full cost recovery"), _("A price that also covers rent, management and other running costs."), ("overheads",)),
    Term("reserves", _("Up-front cash"), _("Money a provider needs before it is paid."), ("reserves", "cash flow")),
    Term(
        "payment-by-results",
        _("Payment by results"),
        _("The provider is paid only when outcomes are reached, so it carries the risk."),
        ("PbR",),
    ),
    Term(
        "stewardship",
        _("Market stewardship"),
        _("Caring for a healthy mix of providers, large and small."),
        ("vendor management", "market shaping"),
    ),
    Term(
        "missed",
        _("People services often miss"),
        _("People who are rarely heard because services do not reach them."),
        ("hard-to-reach", "hard to reach", "seldom heard"),
    ),
)

PLACED: tuple[tuple[str, tuple[Term, ...]], ...] = (
    (THE_CYCLE, _CYCLE),
    (PEOPLE, _PEOPLE),
    (LEVELS, _LEVELS),
    (AGREEING, _AGREEING),
    (RESULTS, _RESULTS),
    (MONEY, _MONEY),
)
TERMS: dict[str, Term] = {term.code: term for _part, terms in PLACED for term in terms}
OF_LEVEL = ("no-participation", "inform", "consult", "engage", "co-design", "co-decide", "co-production")  # by the number of the level


def folded(text: str) -> str:
    """Letters and digits only, small and without accents, so that "V.C.S.", "Pre-tender" and "Hwylusydd" are found however typed."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c) and c != ".")
    return "".join(c if c.isalnum() else " " for c in plain).strip()


def forms_of(term: Term) -> list[str]:
    """Every form of the name under which it stands on a page, in the reader's language."""
    return [str(term.name), *(str(term.on_page).split("|") if term.on_page else ())]


def _ways_to_ask(term: Term) -> Iterable[str]:
    english = term.on_page.text.split("|") if term.on_page else ()
    return (*forms_of(term), term.name.text, *english, *term.avoid)


def _spaced(text: str) -> str:
    return " " + " ".join(folded(text).split())  # the blank before it: "TSO" begins a word, and is not found in "outsourcing"


def find(asked: str) -> list[tuple[_, list[Term]]]:
    """The terms somebody asks for, by part; all of them for nothing asked. Words we avoid lead to the one we use (PN-06).

    A match in what a term is called comes alone; only when there is none do meanings count.
    """
    wanted = _spaced(asked)
    named = {t.code for t in TERMS.values() if any(wanted in _spaced(way) for way in _ways_to_ask(t))}
    meant = {t.code for t in TERMS.values() if wanted in _spaced(str(t.meaning))} if not named else set()
    found = [(PARTS[part], [t for t in terms if t.code in named | meant]) for part, terms in PLACED]
    return [(part, terms) for part, terms in found if terms]


def said_otherwise(asked: str) -> set[str]:
    """Other ways to say what somebody looks for, small and plain: every name of the term whose name or avoided name it is (PN-06)."""
    wanted = _spaced(asked)
    named = [term for term in TERMS.values() if any(wanted == _spaced(way) for way in _ways_to_ask(term))]
    return {wanted, *(_spaced(way) for term in named for way in _ways_to_ask(term))}
