"""Putting needs in order, openly: criteria first, sealed rankings, the result by group, and the adopted order beside it (AN-10)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes, needs, needs_rules, policy, roles, small_groups
from commissioning.contributing import clean_words
from commissioning.models import Adoption, Cycle, Need, Participant, Prioritising, Priority, Ranking
from commissioning.people import held_by, role_codes
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import priority_order, tally
from workshops.methods import ranking
from workshops.priority_order import Adopted, Place
from workshops.voting import voice_of


def open_ranking(cycle: Cycle, *, criteria: Sequence[str], chosen: Iterable[Need], by: Participant, now: datetime) -> Prioritising:
    """Ask everybody who takes part to put these needs in order, by criteria that cannot change from now on.

    Raises `Refused` without criteria, with fewer than two needs, or while people are ranking already.
    """
    require(needs_rules.why_not_run(held_by(by)))
    words = [clean_words(line, 200) for line in criteria if line.strip()]
    with transaction.atomic():
        cycle = needs.held(cycle, by)
        listed = list(needs.on_the_list(cycle).filter(pk__in=[need.pk for need in chosen]))
        is_open = Prioritising.objects.filter(cycle=cycle, closed_at=None).exists()
        require(priority_order.why_not_open(words, len(listed), is_open=is_open))
        made = Prioritising.objects.create(cycle=cycle, criteria=words, opened_by=by, opened_at=now)
        made.needs.set(listed)
        what = _("Ranking of {n} needs opened. Criteria: {criteria}", n=len(listed), criteria="; ".join(words))
        minutes.record(cycle, "ranking", what, by=by, now=now)
    return made


def rank(prioritising: Prioritising, marks: Mapping[int, int], *, by: Participant, now: datetime) -> None:
    """Hand in one's order of needs, by numbers; handing in again replaces it, and no number at all takes it back.

    A person has one ranking, an organisation one between its people (INV-22). Raises `Refused` when it is closed, when
    somebody has no counted voice, or when a need is not among those to be ranked.
    """
    with transaction.atomic():
        prioritising = _locked(prioritising, by)
        require(why_not_rank(prioritising, by))
        require(prioritising.cycle.quiet if marks else None)  # taking one's ranking back is always possible
        known = set(prioritising.needs.values_list("pk", flat=True))
        if set(marks) - known or any(not 1 <= mark <= len(known) for mark in marks.values()):
            raise Refused(_("Use the numbers from 1 to {n}, for the needs on the page.", n=len(known)))
        voice = voice_of(by)
        mine = Ranking.objects.filter(prioritising=prioritising, **voice)
        if not marks:
            mine.delete()
            return
        kept = {"group": by.group, "places": priority_order.tiers_given(marks), "at": now}
        Ranking.objects.update_or_create(prioritising=prioritising, **voice, defaults=kept)


def why_not_rank(prioritising: Prioritising, by: Participant) -> _ | None:
    """Why somebody cannot hand in a ranking now, or None; that another speaks for their organisation is said by `voice_of`."""
    has_voice = roles.has_counted_voice(role_codes(by))
    return priority_order.why_not_rank(
        has_voice=has_voice, withdrawn=by.withdrawn_at is not None, closed=prioritising.closed_at is not None
    )


def _locked(prioritising: Prioritising, by: Participant) -> Prioritising:
    found = Prioritising.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=prioritising.pk)
    if found.cycle_id != by.cycle_id:
        raise Refused(_("You are not part of this cycle."))
    return found


def counted(prioritising: Prioritising) -> list[Ranking]:
    """The rankings that count: of organisations, and of people who have not left."""
    return list(prioritising.rankings.filter(participant__withdrawn_at=None))


def close_ranking(prioritising: Prioritising, *, by: Participant, now: datetime) -> None:
    """Close the ranking and count it: each group by itself, then all. Raises `Refused` with fewer rankings than may be shown."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        prioritising = _locked(prioritising, by)
        rankings = counted(prioritising)
        require(priority_order.why_not_close(len(rankings), closed=prioritising.closed_at is not None))
        prioritising.closed_at, prioritising.result = now, _result(prioritising, rankings)
        prioritising.save(update_fields=["closed_at", "result"])
        minutes.record(prioritising.cycle, "ranking", _("The ranking of needs was closed and counted"), by=by, now=now)


def _result(prioritising: Prioritising, rankings: Sequence[Ranking]) -> dict[str, Any]:
    """What may be shown: the order of each group that is not small, the order of all, and how many stand behind each."""
    items = list(prioritising.needs.order_by("number").values_list("pk", flat=True))
    voices = {group: sum(1 for r in rankings if r.group == group) for group in tally.GROUPS}
    open_groups = [group for group, n in small_groups.shown(voices).items() if n]
    return {
        "groups": {group: _order([r for r in rankings if r.group == group], items) for group in open_groups},
        "voices": {group: voices[group] for group in open_groups},
        "all": _order(rankings, items),
        "total": small_groups.total(voices),
        "hidden": any(0 < n < small_groups.SMALLEST for n in voices.values()),
    }


def _order(rankings: Iterable[Ranking], items: list[int]) -> list[list[int]]:
    scores = ranking.borda([(r.places, 1) for r in rankings], items).scores
    return priority_order.tiers_by_score({int(item): score for item, score in scores.items()})


def call_off(prioritising: Prioritising, *, reason: str, by: Participant, now: datetime) -> None:
    """End a ranking without counting it, with a reason that everybody sees."""
    require(needs_rules.why_not_run(held_by(by)))
    why = clean_words(reason, 500)
    with transaction.atomic():
        prioritising = _locked(prioritising, by)
        if prioritising.closed_at is not None:
            raise Refused(_("This ranking is closed already."))
        prioritising.closed_at, prioritising.result = now, {"called_off": why}
        prioritising.save(update_fields=["closed_at", "result"])
        minutes.record(prioritising.cycle, "ranking", _("The ranking of needs was called off"), by=by, now=now, why=why)


def adopt(
    prioritising: Prioritising, order: Mapping[int, Adopted], *, role: str, first: int | None = None, by: Participant, now: datetime
) -> Adoption:
    """Adopt an order beside the participants' own, with a typed reason for every need that moved (AN-10, PS-09).

    `first` says how many of them are acted on first: all, unless told. A cycle has one adopted order: adopting again, also
    beside a later ranking, supersedes, and the earlier one stays on the page of its ranking. Raises `Refused` for anybody but a
    decider, without a reason for each difference, and beside a ranking that people have answered anew since.
    """
    require(policy.why_not(roles.DECIDE, held_by(by)))
    whose = clean_words(role, 120)
    with transaction.atomic():
        Cycle.objects.select_for_update(no_key=True).get(pk=prioritising.cycle_id)  # two orders are not adopted side by side
        prioritising = _locked(prioritising, by)
        ranked = places_of(prioritising)
        if not ranked:
            raise Refused(_("There is no counted ranking to adopt an order beside."))
        if newest_counted(prioritising.cycle) != prioritising:
            raise Refused(_("People have ranked again since. Adopt an order beside that ranking."))
        numbers = dict(prioritising.needs.values_list("pk", "number"))
        require(priority_order.why_not_adopt(ranked, order, numbers, Priority.Kind.values))
        count = len(order) if first is None else max(1, min(first, len(order)))
        Adoption.objects.filter(prioritising__cycle=prioritising.cycle_id, superseded_at=None).update(superseded_at=now)
        made = Adoption.objects.create(prioritising=prioritising, role=whose, first=count, by=by, at=now)
        Priority.objects.bulk_create(_priority(made, pk, ranked[pk], wanted) for pk, wanted in order.items())
        _mark_needs(prioritising.cycle, order, count)
        _minute_adoption(made, numbers, order, ranked, by, now)
    return made


def _priority(made: Adoption, need: int, ranked: Place, wanted: Adopted) -> Priority:
    moved = not ranked.holds(wanted.place)
    reason, kind = (clean_words(wanted.reason, 500), wanted.kind) if moved else ("", "")
    return Priority(adoption=made, need_id=need, ranked=ranked.at, level=ranked.level, place=wanted.place, reason=reason, kind=kind)


def _mark_needs(cycle: Cycle, order: Mapping[int, Adopted], first: int) -> None:
    """The first of the order are priorities, and nothing else is: what only a superseded order put first is confirmed again."""
    chosen = [pk for pk, wanted in order.items() if wanted.place <= first]
    standing = Need.objects.filter(cycle=cycle).exclude(state=Need.State.MERGED)
    standing.filter(pk__in=chosen).update(state=Need.State.PRIORITISED, reason="")
    standing.filter(state=Need.State.PRIORITISED).exclude(pk__in=chosen).update(state=Need.State.CONFIRMED)


def _minute_adoption(
    made: Adoption, numbers: Mapping[int, int], order: Mapping[int, Adopted], ranked: Mapping[int, Place], by: Participant, now: datetime
) -> None:
    listed = sorted(order, key=lambda pk: order[pk].place)
    what = _("Priorities adopted by {role}: needs {order}", role=made.role, order=", ".join(str(numbers[pk]) for pk in listed))
    reasons = [
        f"{numbers[pk]}: {Priority.Kind(order[pk].kind).label}. {order[pk].reason}"
        for pk in listed
        if not ranked[pk].holds(order[pk].place)
    ]
    minutes.record(made.prioritising.cycle, "adopt priorities", what, by=by, now=now, why="\n".join(reasons))


# Looks


def latest(cycle: Cycle) -> Prioritising | None:
    """The ranking of a cycle that is open, or was last."""
    return Prioritising.objects.filter(cycle=cycle).select_related("opened_by").order_by("-pk").first()


def places_of(prioritising: Prioritising) -> dict[int, Place]:
    """The place of each need in the participants' order; empty until it is counted."""
    return priority_order.places((prioritising.result or {}).get("all", []))


def my_marks(prioritising: Prioritising, me: Participant) -> dict[int, int]:
    """The numbers somebody, or their organisation, wrote; only ever shown to themselves. Raises `Refused` as `voice_of` does."""
    mine = Ranking.objects.filter(prioritising=prioritising, **voice_of(me)).first()
    return {pk: place.at for pk, place in priority_order.places(mine.places).items()} if mine else {}


def adopted_in(prioritising: Prioritising) -> Adoption | None:
    """The order that was last adopted beside this ranking, with its needs; whether it still stands, `superseded_at` says."""
    listed = prioritising.adoptions.select_related("by").prefetch_related("priorities__need")
    return listed.order_by("-pk").first()


def standing(cycle: Cycle) -> Adoption | None:
    """The one order that stands in a cycle, with the ranking it answers."""
    found = Adoption.objects.filter(prioritising__cycle=cycle, superseded_at=None).select_related("prioritising")
    return found.order_by("-pk").first()


def newest_counted(cycle: Cycle) -> Prioritising | None:
    """The ranking that was counted last: an adopted order answers this one."""
    return Prioritising.objects.filter(cycle=cycle, result__has_key="all").order_by("-pk").first()
