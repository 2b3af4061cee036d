"""Looks at a cycle's provider map: who is on it, what it reaches, and what nobody on it reaches (AN-06, P8-4)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from commissioning.models import Cycle, MapLabel, MapReview, ProviderEntry
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _

SIZES: dict[str, _] = {"small": _("Small"), "medium": _("Medium"), "large": _("Large"), "unknown": _("Not said")}
KINDS: dict[str, _] = {"group": _("Groups reached"), "sector": _("Sectors"), "area": _("Areas")}
UNSEEN = Q(source=ProviderEntry.Source.ITSELF, state=ProviderEntry.State.LISTED)  # put there by themselves, and not checked yet
FILTERS = ("size", "sector", "group", "area", "state")  # all there is; what an organisation is in law is none of them (INV-14)
LEGAL_FORM = frozenset({"kind", "legal_form", "legalform", "form", "scheme", "register", "charity", "company", "type", "vso"})


def entries_of(cycle: Cycle, *, outside: bool = False) -> QuerySet[ProviderEntry]:
    """The organisations on the map now. People outside the cycle see no words that nobody has looked at yet."""
    listed = ProviderEntry.objects.filter(cycle=cycle, removed_at=None, joined_into=None)
    return listed.exclude(UNSEEN) if outside else listed


def filtered(cycle: Cycle, asked: Mapping[str, str], *, outside: bool = False) -> QuerySet[ProviderEntry]:
    """The organisations somebody asks for, by name. Raises `Refused` for a filter by legal form: there is none (LG-10)."""
    if LEGAL_FORM & {name.lower() for name in asked}:
        raise Refused(_("The map cannot be sorted out by what an organisation is in law. All providers are on it alike."))
    listed = entries_of(cycle, outside=outside)
    if asked.get("size") in SIZES:
        listed = listed.filter(organisation__size=asked["size"])
    if asked.get("state") in ProviderEntry.State.values:
        listed = listed.filter(state=asked["state"])
    for kind in KINDS:
        number = asked.get(kind, "")
        if number.isascii() and number.isdecimal() and len(number) < 12:
            listed = listed.filter(labels=int(number), labels__kind=kind)
    return listed.order_by("organisation__name", "pk")


@dataclass
class Line:
    """One group, sector or area with the organisations of each size that reach it."""

    name: str
    required: bool
    sizes: dict[str, int] = field(default_factory=dict)
    pk: int | None = None  # of its label; an area of the cycle that nobody has named has none

    @property
    def total(self) -> int:
        """All sizes together."""
        return sum(self.sizes.values())

    @property
    def is_gap(self) -> bool:
        """Whether it must be reached and nobody does."""
        return self.required and not self.total


def lines_of(cycle: Cycle, kind: str, *, outside: bool = False) -> list[Line]:
    """Every label of one kind with its counts: what must be reached first, then by name. Three queries."""
    lines = {label.pk: Line(label.name, label.required, pk=label.pk) for label in MapLabel.objects.filter(cycle=cycle, kind=kind)}
    live = entries_of(cycle, outside=outside).filter(labels__kind=kind)
    for label, size, n in live.values_list("labels", "organisation__size").annotate(n=Count("pk")).order_by():
        lines[label].sizes[size] = n
    found = {line.name.casefold(): line for line in lines.values()}
    if kind == "area":
        for name in cycle.areas.values_list("name", flat=True):
            found.setdefault(name.casefold(), Line(name, required=True)).required = True
    return sorted((line for line in found.values() if line.total or line.required), key=lambda one: (not one.required, one.name.casefold()))


@dataclass(frozen=True)
class Gap:
    """A group or an area that must be reached and that nobody on the map reaches."""

    kind: str
    name: str

    @property
    def words(self) -> _:
        """The gap as people say it."""
        if self.kind == "area":
            return _("Nobody on the map works in {area}.", area=self.name)
        return _("Nobody on the map reaches {group}.", group=self.name)


def gaps_in(lines: Mapping[str, list[Line]]) -> list[Gap]:
    """The gaps among these lines, groups before areas."""
    return [Gap(kind, line.name) for kind in ("group", "area") for line in lines.get(kind, ()) if line.is_gap]


def gaps(cycle: Cycle) -> list[Gap]:
    """What must be reached in this cycle and is not."""
    return gaps_in({kind: lines_of(cycle, kind) for kind in ("group", "area")})


def groups_reached(cycle: Cycle) -> set[str]:
    """The groups of people somebody on the map reaches, in the words of the map."""
    return set(MapLabel.objects.filter(cycle=cycle, kind="group", entries__in=entries_of(cycle)).values_list("name", flat=True))


def by_size(cycle: Cycle) -> dict[str, int]:
    """How many organisations of each size are on the map."""
    counted = dict(entries_of(cycle).values_list("organisation__size").annotate(n=Count("pk")).order_by())
    return {size: counted.get(size, 0) for size in SIZES}


@dataclass(frozen=True)
class PrincipleLook:
    """Where principle 4 stands: met when the map was reviewed and its gaps noted, with the evidence in words (P8-4)."""

    met: bool
    words: _
    review: MapReview | None
    new_gaps: tuple[Gap, ...] = ()


def principle_four(cycle: Cycle) -> PrincipleLook:
    """“Map the fullest range of providers and what they could add”: green when the map was reviewed and gaps noted."""
    review = MapReview.objects.filter(cycle=cycle).select_related("by__organisation").last()
    if review is None:
        return PrincipleLook(False, _("The map of providers has not been reviewed yet."), None)
    noted = set(map(tuple, review.gaps))
    new = tuple(gap for gap in gaps(cycle) if (gap.kind, gap.name) not in noted)
    if new:
        return PrincipleLook(False, _("The map was reviewed. Since then there are new gaps: {n}.", n=len(new)), review, new)
    words = _("The map was reviewed with {n} organisations on it and {gaps} gaps noted.", n=review.mapped, gaps=len(review.gaps))
    return PrincipleLook(True, words, review)


def needs_without_provider(cycle: Cycle, who: Mapping[int, str]) -> list[int]:
    """Of these needs (number to whom it is about) those whose people nobody on the map reaches, compared as plain words."""
    reached = {name.casefold() for name in groups_reached(cycle)}
    return [pk for pk, group in who.items() if group.strip() and group.strip().casefold() not in reached]


def organisations_by_entry(cycle: Cycle) -> dict[int, list[int]]:
    """For each organisation on the map, its entry and the entries that became part of it, whose history is its own."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = list(ProviderEntry.objects.filter(cycle=cycle).values_list("pk", "organisation", "joined_into", "removed_at"))
    parent = {row[0]: row[2] for row in rows}
    live = {pk: organisation for pk, organisation, into, removed in rows if into is None and removed is None}
    for pk in parent:
        top: int = pk
        while (above := parent[top]) is not None:
            top = above
        if top in live:
            found[live[top]].append(pk)
    return dict(found)
