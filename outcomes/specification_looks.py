"""What the pages of the specification show: a fixed number of queries, however many clauses there are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from commissioning import wording
from outcomes import composing, drafting, section_looks, sections
from outcomes.models import Clause, ClauseVersion, Indicator, Measure, SectionText, Specification
from workshops import tally

SHOWN = 20  # clauses of one section on the page of the whole
MEASURE_WORDS: dict[str, dict[Any, Any]] = {
    "form": dict(Indicator.Form.choices),
    "every": dict(Measure.Every.choices),
    "direction": dict(Measure.Direction.choices),
}
UNFOLDED = 60  # a specification of more clauses shows its sections folded


def clauses_in(specification: Specification, key: str = "") -> QuerySet[Clause]:
    """The clauses of one section, or of all, in their order."""
    listed = specification.clauses.select_related("outcome").prefetch_related("see_also")
    return (listed.filter(part=key) if key else listed).order_by("part", "position", "section", "number")


def whole(specification: Specification) -> dict[str, Any]:
    """The page of the whole: each section with its first clauses, the mix, whose words they are, versions and drafts."""
    cycle = specification.cycle
    kinds = dict(specification.clauses.values_list("kind").annotate(n=Count("pk")).order_by())
    of_part = dict(specification.clauses.values_list("part").annotate(n=Count("pk")).order_by())
    looks = section_looks.sections_of(specification)
    by_key = {look.section.key: look for look in looks}
    place = Window(RowNumber(), partition_by=F("part"), order_by=["position", "section", "number"])
    for clause in clauses_in(specification).annotate(place=place).filter(place__lte=SHOWN):
        by_key[clause.part].clauses.append(clause)
    for look in looks:
        look.n = of_part.get(look.section.key, 0)
    said = drafting.counts(cycle)
    n = sum(kinds.values())
    return {
        "looks": looks,
        "n": n,
        "unfolded": n <= UNFOLDED,
        "shown": SHOWN,
        "mix": composing.mix_of(
            [kind for kind, many in kinds.items() for __ in range(many)], sections.most_method(timezone.localdate(cycle.opened_at))
        ),
        "origins": _origins(specification),
        "said": said,
        "n_said": sum(many for many, __ in said.values()),
        "n_waiting": sum(waiting for __, waiting in said.values()),
        "withdrawn": Clause.everything.filter(specification=specification).exclude(withdrawn_at=None).count(),
        "versions": list(specification.versions.defer("content").prefetch_related("exports")),
        "drafts": list(specification.drafts.defer("content")),
    }


def _origins(specification: Specification) -> list[tuple[Any, int]]:
    """How many clauses came from each group's words, and how many from law or practice (PS-10)."""
    group = "outcome__decision__agreement__proposal__contribution__group"
    counted = dict(specification.clauses.values_list(group).annotate(n=Count("pk")).order_by())
    rows: list[tuple[Any, int]] = [(label, counted.get(code, 0)) for code, label in tally.GROUPS.items()]
    return [*rows, (_("Law or professional practice"), counted.get(None, 0))]


def section(specification: Specification, key: str) -> section_looks.SectionLook:
    """One section with its words and what is drawn from what is there."""
    return section_looks.sections_of(specification, key)[0]


def earlier_texts(specification: Specification, key: str) -> list["Chapter"]:
    """Every wording of a section's own words, newest first, with what changed."""
    texts = SectionText.objects.filter(specification=specification, key=key).select_related("by__organisation")
    return _chapters(list(texts.prefetch_related("comments__contribution__participant__organisation").order_by("version")))


@dataclass(frozen=True)
class Chapter:
    """One wording, what changed from the one before, and whose comments led to it."""

    number: int
    version: Any
    changes: list[wording.Piece] | None
    after: list[str]


def _chapters(versions: list[Any]) -> list[Chapter]:
    found = []
    for before, version in zip([None, *versions], versions, strict=False):
        changes = wording.compare(before.text, version.text) if before else None
        after = [one.contribution.signature for one in version.comments.all()]
        number = version.version if isinstance(version, SectionText) else version.number
        found.append(Chapter(number, version, changes, after))
    return found[::-1]


def history(clause: Clause) -> list[Chapter]:
    """Every wording of a clause, newest first, with what changed and whose comments led to it."""
    kept = ClauseVersion.objects.filter(clause=clause).select_related("by__organisation")
    return _chapters(list(kept.prefetch_related("comments__contribution__participant__organisation").order_by("number")))


def to_compare(specification: Specification) -> list[tuple[str, str]]:
    """The drafts and signed-off versions there are, oldest first, as the form offers them."""
    drafts = [(d.at, f"d{d.number}", _("Draft %(n)s") % {"n": d.number}) for d in specification.drafts.defer("content")]
    versions = [(v.at, f"v{v.number}", _("Version %(n)s, signed off") % {"n": v.number}) for v in specification.versions.defer("content")]
    return [(code, label) for __, code, label in sorted(drafts + versions)]


def content_at(specification: Specification, code: str) -> dict[str, Any]:
    """The content of a draft or version that `to_compare` offered."""
    kept = specification.versions if code[0] == "v" else specification.drafts
    content: dict[str, Any] = kept.get(number=int(code[1:])).content
    return content
