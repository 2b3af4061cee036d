"""What the record shows for each exit question: links that whoever answers it, and whoever reads the answer, can follow.

One function for each question; the table at the end says which. A question with nothing in the record says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from commissioning import duties, needs, provider_map
from commissioning.models import Adoption, Asset, Contribution, Cycle, Feedback, Group, Release
from commissioning.sentences import Sentence as _
from outcomes import (
    adopting,
    capacity,
    committing,
    return_looks,
)
from outcomes.models import (
    Award,
    Clause,
    Decision,
    Export,
    Finding,
    FrameworkVersion,
    Indicator,
)
from workshops.models import Action, Workshop


@dataclass(frozen=True)
class Evidence:
    """Something the record shows, in words, and the page where it can be read."""

    text: _
    url: str


Found = list[Evidence]


def of(code: str, cycle: Cycle) -> Found:
    """The evidence for one exit question, by its code."""
    return QUESTIONS[code](cycle)


def _page(cycle: Cycle, name: str, *more: object) -> str:
    return reverse(name, args=[cycle.slug, *more])


def _groups(groups: Iterable[str], words: Callable[[int, str], _], page: Callable[[str], str]) -> Found:
    """One line for each group, with how often it is there and where to read it."""
    labels = {code: str(label) for code, label in Group.choices}
    return [Evidence(words(n, labels[group]), page(group)) for group, n in Counter(groups).items()]


def _not_listed(cycle: Cycle, kind: str) -> Found:
    """What people said of one kind that is on no list yet, leading to the first of it."""
    waiting = list(
        Contribution.objects.open_to_all().filter(cycle=cycle, kind=kind, origin=None).order_by("pk").values_list("pk", flat=True)
    )
    words = _("Said by people, and not on the list yet: {n}", n=len(waiting))
    return [Evidence(words, _page(cycle, "contribution_thread", waiting[0]))] if waiting else []


def needs_from_affected(cycle: Cycle) -> Found:
    """The needs on the list, by whose words they came from, leading to the first of each group; and what waits to be put on it."""
    numbers = dict(needs.on_the_list(cycle).values_list("pk", "number"))
    first: dict[str, int] = {}
    behind = needs.groups_behind(cycle)
    for pk, groups in behind.items():
        for group in sorted(groups):
            first.setdefault(group, numbers[pk])
    found = _groups(
        [group for groups in behind.values() for group in sorted(groups)],
        lambda n, group: _("Needs said by: {group} ({n})", n=n, group=group),
        lambda group: _page(cycle, "need", first[group]),
    )
    return found + _not_listed(cycle, Contribution.Kind.NEED)


def assets_listed(cycle: Cycle) -> Found:
    """What is already there, by who listed it; and what waits to be put on the list."""
    listed = Asset.objects.filter(cycle=cycle).values_list("contributor__group", "by__group")
    found = _groups(
        [group or by for group, by in listed],
        lambda n, group: _("Things we already have, listed by: {group} ({n})", n=n, group=group),
        lambda group: _page(cycle, "needs"),
    )
    return found + _not_listed(cycle, Contribution.Kind.ASSET)


def map_of_providers(cycle: Cycle) -> Found:
    """Whether somebody looked through the map of providers, and the organisations that take part."""
    n = cycle.participants.filter(withdrawn_at=None, organisation__isnull=False).values("organisation").distinct().count()
    found = [Evidence(_("{n} organisations take part", n=n), _page(cycle, "people"))] if n else []
    if provider_map.entries_of(cycle).exists():
        found.insert(0, Evidence(provider_map.principle_four(cycle).words, _page(cycle, "provider_map")))
    return found


def priorities_adopted(cycle: Cycle) -> Found:
    """The adopted order of the needs, and the answers of the authority, each with its reason."""
    roles = Adoption.objects.filter(prioritising__cycle=cycle, superseded_at=None).values_list("role", flat=True)
    found = [Evidence(_("The order of the needs is adopted, by: {role}", role=role), _page(cycle, "priorities")) for role in roles]
    n = Decision.objects.filter(agreement__proposal__workshop__cycle=cycle).exclude(answer=Decision.Answer.NOT).count()
    if n:
        found.append(Evidence(_("{n} agreed items are adopted, each with a reason", n=n), _page(cycle, "framework")))
    return found


def framework_answered(cycle: Cycle) -> Found:
    """The frozen framework, and what still waits for an answer."""
    found = []
    version = FrameworkVersion.objects.filter(framework__cycle=cycle).order_by("number").defer("content").last()
    if version is not None:
        found.append(Evidence(_("Version {n} of the framework is frozen", n=version.number), _page(cycle, "framework")))
    owed = adopting.unanswered_in(cycle).count()
    if owed:
        found.append(Evidence(_("{n} agreed items still wait for the authority’s answer", n=owed), _page(cycle, "framework")))
    return found


def clauses_traceable(cycle: Cycle) -> Found:
    """Clauses, and where they come from."""
    kept = Clause.objects.filter(specification__cycle=cycle).aggregate(n=Count("pk"), law=Count("pk", filter=Q(outcome=None)))
    if not kept["n"]:
        return []
    first = Clause.objects.filter(specification__cycle=cycle, outcome__isnull=False).first()
    text = _("{n} of {of} clauses come from an agreed outcome, the others from law or practice", n=kept["n"] - kept["law"], of=kept["n"])
    found = [Evidence(text, _page(cycle, "specification"))]
    if first is not None:
        found.append(
            Evidence(_("The way back from clause {label} to what people said", label=first.label), _page(cycle, "clause_thread", first.pk))
        )
    return found


def monitoring_resourced(cycle: Cycle) -> Found:
    """Indicators that say who collects them, and how long that takes."""
    listed = list(Indicator.objects.filter(outcome__theme__framework__cycle=cycle).values_list("collector", "hours"))
    if not listed:
        return []
    named = sum(1 for collector, __ in listed if collector)
    timed = sum(1 for __, hours in listed if hours is not None)
    text = _("{named} of {of} indicators say who collects them, {timed} how many hours it takes", named=named, timed=timed, of=len(listed))
    return [Evidence(text, _page(cycle, "framework"))]


def all_told_same(cycle: Cycle) -> Found:
    """What was released to all at one moment, and the files of the signed-off specification, which are the same for everybody."""
    n = cycle.releases.filter(state=Release.State.SENT).count()
    found = [Evidence(_("Released to every registered supplier at the same moment: {n}", n=n), _page(cycle, "releases"))] if n else []
    n = Export.objects.filter(version__specification__cycle=cycle, state=Export.State.READY).count()
    if n:
        text = _("{n} files of the signed-off specification are ready, the same for everybody", n=n)
        found.append(Evidence(text, _page(cycle, "specification")))
    return found


def criteria_committed(cycle: Cycle) -> Found:
    """Who delivers, and how many of the criteria somebody is committed to."""
    awarded = Award.objects.filter(lot__cycle=cycle, ended_at=None).count()
    if not awarded:
        return []
    found = [Evidence(_("Lots awarded: {n}", n=awarded), _page(cycle, "awards"))]
    of, without = committing.criteria_of(cycle).count(), len(committing.criteria_without(cycle))
    if of:
        words = _("{n} of {of} criteria have become a commitment", n=of - without, of=of)
        found.append(Evidence(words, _page(cycle, "promised_and_shown")))
    return found


def capacity_done(cycle: Cycle) -> Found:
    """The capacity actions that organisations say they received, and the promises of the authority that are done."""
    listed = [look for look in capacity.looks(cycle) if look.action.dropped_at is None]
    done = sum(1 for look in listed if look.done)
    words = _("{n} of {of} capacity actions were received by everybody who answered", n=done, of=len(listed))
    found = [Evidence(words, _page(cycle, "capacity"))] if listed else []
    mine = Action.objects.filter(workshop__cycle=cycle, side=Action.Side.AUTHORITY)
    kept = mine.aggregate(n=Count("pk"), done=Count("pk", filter=Q(progress=Action.Progress.DONE)))
    if not kept["n"]:
        return found
    return [*found, Evidence(_("{n} of {of} promises of the authority are done", n=kept["done"], of=kept["n"]), _page(cycle, "promises"))]


def findings_answered(cycle: Cycle) -> Found:
    """The findings of reviews, agreed or not, and the reports of workshops that have closed."""
    agreed = Q(state__in=(Finding.State.AGREED, Finding.State.CARRIED))
    kept = Finding.objects.filter(review__cycle=cycle).aggregate(n=Count("pk"), done=Count("pk", filter=agreed))
    text = _("{n} of {of} findings are agreed, each with what follows from it", n=kept["done"], of=kept["n"])
    found = [Evidence(text, _page(cycle, "reviews"))] if kept["n"] else []
    closed = Workshop.objects.filter(cycle=cycle, closed_at__isnull=False, parent=None)
    return found + [Evidence(_("Report of {workshop}", workshop=w.title), reverse("report", args=[w.slug])) for w in closed[:5]]


def heard_back(cycle: Cycle) -> Found:
    """How many of the things people said have an answer."""
    said = Contribution.objects.open_to_all().filter(cycle=cycle).count()
    if not said:
        return []
    answered = Feedback.objects.filter(contribution__in=Contribution.objects.open_to_all().filter(cycle=cycle))
    n = answered.values("contribution").distinct().count()
    return [Evidence(_("{n} of {of} things people said have an answer", n=n, of=said), _page(cycle, "answers"))]


def carried_forward(cycle: Cycle) -> Found:
    """The cycles that were opened from this one, and the findings that became needs there."""
    forward = Finding.objects.filter(review__cycle=cycle, decided=Finding.Decided.FORWARD)
    kept = forward.aggregate(n=Count("pk"), done=Count("carried_to"))
    text = _("{n} of {of} findings to carry forward are needs of the next cycle", n=kept["done"], of=kept["n"])
    found = [Evidence(text, _page(cycle, "reviews"))] if kept["n"] else []
    return found + [Evidence(_("The next cycle: {title}", title=c.title), _page(c, "cycle")) for c in cycle.followed_by.all()]


def duty_records(cycle: Cycle) -> Found:
    """The duties on record, with the day each was put there."""
    listed = duties.recorded(cycle)
    address = _page(cycle, "duties")
    if not listed:
        return [Evidence(_("No duty is on record yet"), address)]
    return [Evidence(_("On record: {title}", title=look.duty.title), address) for look in listed[:8]]


def returns_in(cycle: Cycle) -> Found:
    """How many of the returns that were due are in, and those that are missing."""
    rows = return_looks.rows_of(cycle, timezone.localdate())
    counts, address = return_looks.counted(rows), _page(cycle, "returns")
    if not counts["asked"]:
        return []
    text = _("{came} of {asked} returns that were due are in, {late} of them late", **{k: counts[k] for k in ("came", "asked", "late")})
    missing = [cell for row in rows for cell in row.cells if cell.missing]
    return [Evidence(text, address)] + [
        Evidence(
            _("No return: {provider}, quarter {q}", provider=str(cell.award.provider), q=cell.quarter),
            _page(cycle, "return", cell.award.pk, cell.quarter),
        )
        for cell in missing[:5]
    ]


def nothing_yet(cycle: Cycle) -> Found:
    """No part of the record tells of this yet."""
    return []


QUESTIONS: dict[str, Callable[[Cycle], Found]] = {
    "needs_from_affected": needs_from_affected,
    "assets_listed": assets_listed,
    "provider_map": map_of_providers,
    "priorities_adopted": priorities_adopted,
    "framework_answered": framework_answered,
    "clauses_traceable": clauses_traceable,
    "duty_records": duty_records,
    "monitoring_resourced": monitoring_resourced,
    "all_told_same": all_told_same,
    "criteria_committed": criteria_committed,
    "capacity_done": capacity_done,
    "returns_in": returns_in,
    "findings_answered": findings_answered,
    "heard_back": heard_back,
    "carried_forward": carried_forward,
}
