"""What each section of a specification shows of what is there already: nobody types it twice, and it is frozen with the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import number_format

from commissioning.models import Cycle, Need
from commissioning.sentences import Sentence as _
from outcomes import sections
from outcomes.models import Clause, Criterion, Measure, NeedAnswered, Outcome, SectionText, Specification, Weighting
from outcomes.sections import Section

SHOWN = 20  # lines of one fact on a page
FROZEN = ("background", "social-value", "contract")  # what has no list of its own in a frozen version


@dataclass(frozen=True)
class Fact:
    """Something known already: what it is called, and one line for each thing there is to say."""

    label: _ | str
    items: Sequence[str]

    @property
    def shown(self) -> Sequence[str]:
        """The first lines, for a page."""
        return self.items[:SHOWN]

    @property
    def more(self) -> int:
        """How many lines a page leaves to where they come from."""
        return max(0, len(self.items) - SHOWN)


@dataclass
class SectionLook:
    """One section as a page shows it."""

    section: Section
    text: SectionText | None
    facts: list[Fact]
    edit: str = ""  # the address, by name, of where the facts are changed
    clauses: list[Clause] = field(default_factory=list)
    n: int = 0

    @property
    def has_facts(self) -> bool:
        """Whether anything is known already."""
        return any(fact.items for fact in self.facts)

    @property
    def said(self) -> str:
        """What stands before its clauses."""
        return self.text.text if self.text else ""


EDIT = {"background": "cycle", "outcomes": "framework", "social-value": "criteria", "monitoring": "monitoring", "contract": "shape"}


def newest_texts(specification: Specification) -> dict[str, SectionText]:
    """The wording that stands for each section that has one."""
    newer = SectionText.objects.filter(specification=specification, key=OuterRef("key"), version__gt=OuterRef("version"))
    return {text.key: text for text in SectionText.objects.filter(~Exists(newer), specification=specification)}


def sections_of(specification: Specification, only: str = "") -> list[SectionLook]:
    """Every section, or only one, with its words and what is drawn from what is there; a fixed number of queries."""
    texts = newest_texts(specification)
    wanted = [s for s in sections.all_sections().values() if not only or s.key == only]
    return [SectionLook(s, texts.get(s.key), facts_for(s, specification.cycle), EDIT.get(s.holds, "")) for s in wanted]


def as_content(specification: Specification, clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    """The sections as frozen and exported: their words, the clauses in them, and what no other part of the content holds."""
    texts = newest_texts(specification)
    found = []
    for section in sections.all_sections().values():
        facts = facts_for(section, specification.cycle) if section.holds in FROZEN else []
        text = texts.get(section.key)
        found.append(
            {
                "key": section.key,
                "letter": section.letter,
                "title": str(section.title),
                "text": text.text if text else "",
                "facts": [{"label": str(fact.label), "items": list(fact.items)} for fact in facts],
                "clauses": [clause.pk for clause in clauses if clause.part == section.key],
            }
        )
    return found


def facts_for(section: Section, cycle: Cycle) -> list[Fact]:
    """What is known already that belongs in a section."""
    look = {
        "background": _background,
        "outcomes": _outcomes,
        "social-value": _social_value,
        "monitoring": _monitoring,
        "contract": _contract,
    }.get(section.holds)
    return look(cycle) if look else []


def _background(cycle: Cycle) -> list[Fact]:
    scope = list(cycle.scope.all())
    return [
        Fact(_("What this is about"), [cycle.purpose]),
        Fact(_("Where"), [", ".join(area.name for area in cycle.areas.order_by("pk"))]),
        Fact(_("What could still change"), [item.text for item in scope if item.kind == "open"]),
        Fact(_("What was decided before"), [item.text for item in scope if item.kind == "decided"]),
        Fact(_("What is not part of this"), [item.text for item in scope if item.kind == "out"]),
    ]


def _adopted(cycle: Cycle) -> list[Outcome]:
    return list(Outcome.objects.standing().filter(theme__framework__cycle=cycle).select_related("decision"))


def _outcomes(cycle: Cycle) -> list[Fact]:
    adopted = _adopted(cycle)
    wanted = [_of(o.code, o.statement, str(_("For: {whom}", whom=o.for_whom))) for o in adopted if not o.is_standard]
    return [Fact(_("Adopted outcomes"), wanted), Fact(_("Agreed standards"), [_of(o.code, o.statement) for o in adopted if o.is_standard])]


def _of(code: str, *parts: str) -> str:
    return f"{code}: " + " ".join(
        part.strip() if part.strip().endswith((".", "?", "!")) else f"{part.strip()}." for part in parts if part.strip()
    )


def _social_value(cycle: Cycle) -> list[Fact]:
    """The five things a small organisation looks for in a tender: what, why, how weighted, how scored, how monitored (DO-02)."""
    adopted = _adopted(cycle)
    criteria = list(Criterion.objects.filter(cycle=cycle).exclude(state=Criterion.State.WITHDRAWN).select_related("need"))
    settled = (Need.State.CONFIRMED, Need.State.PRIORITISED)
    needs = NeedAnswered.objects.filter(outcome__in=adopted, need__state__in=settled).select_related("need", "outcome").order_by("pk")
    why = [_of(o.code, o.decision.reason) for o in adopted]
    why += [_of(n.outcome.code, str(_("It answers the need: {words}", words=n.need.statement))) for n in needs]
    why += [_of(c.code, str(_("It answers the need: {words}", words=c.need.statement))) for c in criteria if c.need]
    return [
        Fact(_("What is wanted"), [_of(o.code, o.statement) for o in adopted]),
        Fact(_("Why"), why),
        Fact(_("How it is weighted"), _weighted(cycle, criteria)),
        Fact(_("How it is scored"), [_of(c.code, c.question, c.how_question, _good(c)) for c in criteria]),
        Fact(_("How it is monitored"), _measures(cycle)),
    ]


def _good(criterion: Criterion) -> str:
    return str(_("What good looks like: {words}", words=criterion.good)) if criterion.good else ""


def _weighted(cycle: Cycle, criteria: Sequence[Criterion]) -> list[str]:
    split = Weighting.objects.filter(cycle=cycle).first()
    if split is None:
        return []
    of_all = _(
        "Share of the evaluation score: price {p}%, quality {q}%, social value {s}%.", p=split.price, q=split.quality, s=split.social_value
    )
    rows = [
        _("{code}: {share}% of the evaluation score.", code=c.code, share=number_format(c.share.normalize())) for c in criteria if c.share
    ]
    return [str(of_all), *map(str, rows)]


def _measures(cycle: Cycle) -> list[str]:
    kept = Measure.objects.filter(cycle=cycle, retired_at=None)
    return [_of(f"M{m.number}", m.text, str(m.get_every_display()), str(_("Collected by: {who}", who=m.owner))) for m in kept]


def _monitoring(cycle: Cycle) -> list[Fact]:
    return [Fact(_("What is looked at, how often and by whom"), _measures(cycle))]


def _contract(cycle: Cycle) -> list[Fact]:
    shape, route = cycle.shapes.first(), cycle.routes.filter(chosen_at__isnull=False).first()
    lines: list[_] = []
    if shape is not None:
        lines = [
            _("Length: {n} months, in {lots} lots.", n=shape.months, lots=shape.lots),
            _("How providers are paid: {how}.", how=shape.get_payment_display()),
            _("Organisations may bid together.") if shape.consortia else _("Organisations may not bid together."),
            _("A provider may pass parts on to others.") if shape.subcontracting else _("A provider may not pass parts on to others."),
            _("The tender is open for {n} days.", n=shape.days),
        ]
    chosen = [str(_("{kind}. {why}", kind=route.get_kind_display(), why=route.chosen_because))] if route else []
    risk = [shape.risk] if shape is not None and shape.risk else []
    return [
        Fact(_("The shape"), [str(line) for line in lines]),
        Fact(_("Who carries which risk"), risk),
        Fact(_("The way it is secured"), chosen),
    ]
