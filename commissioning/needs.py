"""Needs: raising one from what people said, evidence beside it, joining two, parking; and looking at the list (AN-02, AN-05)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from commissioning import minutes, needs_rules, people
from commissioning.contributing import clean_words, printable
from commissioning.models import Attribution, Contribution, Cycle, Evidence, Need, Origin, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _

S = Need.State
EvidenceSaid = tuple[str, str]


def line(text: str, longest: int = 200) -> str:
    """A short text on one line, which may be empty. Raises `Refused` when it is too long."""
    words = people.printable_line(text)
    return clean_words(words, longest) if words else ""


def raise_need(
    cycle: Cycle,
    *,
    statement: str,
    who: str = "",
    where: str = "",
    evidence: Iterable[EvidenceSaid] = (),
    contributions: Iterable[Contribution] = (),
    of_group: str = "",
    contributor: Participant | None = None,
    earlier_finding: str = "",
    key: str = "",
    by: Participant,
    now: datetime,
) -> Need:
    """Put a need on the list, made of what people said, with how we know of it; the same `key` twice gives the first back.

    A need made of one person's words is theirs. Of words of a group, or of nobody's name, it is the group's (AN-09).
    Raises `Refused` when they have left, a contribution is in another need already, or evidence has no kind or source.
    """
    with transaction.atomic():
        cycle = held(cycle, by)
        already = Need.objects.filter(cycle=cycle, key=key).first() if key else None
        if already is not None:
            return already
        listed = list(contributions)
        person, group = whose(listed, contributor, line(of_group, 120))
        need = Need.objects.create(
            cycle=cycle,
            number=next_number(Need.objects.filter(cycle=cycle)),
            statement=clean_words(statement, 600),
            who=line(who),
            where=line(where),
            earlier_finding=line(earlier_finding, 300),
            contributor=person,
            of_group=group,
            key=key,
            by=by,
            at=now,
        )
        keep_origins(listed, need=need, by=by, now=now)
        for kind, source in evidence:
            keep_evidence(need, kind, source, "", None, by, now)
        minutes.record(cycle, "need", _("Need {n} was raised", n=need.number), by=shown_by(by, group), now=now)
    return need


def next_number(listed: QuerySet[Any]) -> int:
    """The number after the last on a list; the caller holds the cycle, so that two at once do not get the same."""
    return 1 + (listed.aggregate(last=Max("number"))["last"] or 0)


def shown_by(by: Participant, of_group: str) -> Participant | None:
    """Whom the minutes name: where a group is shown and no person, nobody but those who run the work (AN-09)."""
    return None if of_group and needs_rules.why_not_run(held_by(by)) is not None else by


def held(cycle: Cycle, by: Participant) -> Cycle:
    """The cycle, held until this transaction ends, once `by` may add to it."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    require(
        needs_rules.why_not_add(
            here=by.cycle_id == cycle.pk, withdrawn=by.withdrawn_at is not None, closed=cycle.state == Cycle.State.CLOSED
        )
    )
    require(cycle.quiet)
    return cycle


def whose(said: Sequence[Contribution], contributor: Participant | None, of_group: str) -> tuple[Participant | None, str]:
    """Whose need it is: a person only where one person said it under their own name, and no group was named."""
    if of_group:
        return None, of_group
    apart = next((c for c in said if c.attribution != Attribution.NAMED), None)
    if apart is not None:
        return None, on_record(lambda: str(apart.signature))
    authors = {c.participant_id: c.participant for c in said}
    return contributor or (next(iter(authors.values())) if len(authors) == 1 else None), ""


def keep_origins(said: Iterable[Contribution], *, by: Participant, now: datetime, **made: object) -> None:
    """Note which contributions a need or an asset was made of, each once. Raises `Refused` for one that is in another already."""
    ids = {c.pk for c in said}
    taken = Origin.objects.filter(contribution__in=ids).select_related("need", "asset").first()
    if taken is not None:
        raise Refused(_("One of these is part of “{words}” already. Load the page again.", words=str(taken.need or taken.asset)))
    found = Contribution.objects.open_to_all().filter(pk__in=ids, cycle=by.cycle_id)
    if found.count() != len(ids):
        raise Refused(_("One of these cannot be used: it is not shown to everybody."))
    Origin.objects.bulk_create(Origin(contribution_id=pk, by=by, at=now, **made) for pk in sorted(ids))


def join_to(need: Need, contributions: Iterable[Contribution], *, by: Participant, now: datetime) -> None:
    """Add what more people said to a need that is on the list already. Raises `Refused` as `raise_need` does."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        need = _locked(need, by)
        keep_origins(list(contributions), need=need, by=by, now=now)
        minutes.record(need.cycle, "need", _("More of what people said was added to need {n}", n=need.number), by=by, now=now)


def add_evidence(
    need: Need, *, kind: str, source: str, says: str = "", dated: date | None = None, by: Participant, now: datetime
) -> Evidence:
    """Say how we know of a need; anybody in the cycle may, and the same said again is kept once."""
    with transaction.atomic():
        held(need.cycle, by)
        need = _locked(need, by)
        return keep_evidence(need, kind, source, says, dated, by, now)


def keep_evidence(need: Need, kind: str, source: str, says: str, dated: date | None, by: Participant, now: datetime) -> Evidence:
    """One row of evidence, kept once; the caller holds the need or its cycle."""
    require(needs_rules.why_not_evidence(kind, Evidence.Kind.values, dated, timezone.localdate(now)))
    words = clean_words(says, 600) if printable(says).strip() else ""
    wanted = {"kind": kind, "source": clean_words(people.printable_line(source), 300), "says": words}
    made, new = Evidence.objects.get_or_create(need=need, **wanted, defaults={"dated": dated, "by": by, "at": now})
    if new:
        # The words stay on the page of the need: should they name somebody, they can be taken out there, and minutes only grow.
        what = _("Evidence for need {n}: {kind}", n=need.number, kind=made.get_kind_display())
        minutes.record(need.cycle, "evidence", what, by=shown_by(by, need.of_group), now=now)
    return made


def _locked(need: Need, by: Participant) -> Need:
    found = Need.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=need.pk)
    if by.cycle_id != found.cycle_id:
        raise Refused(_("You are not part of this cycle."))
    if found.state == S.MERGED:
        raise Refused(_("This need was joined with another. Do this on that one."))
    return found


def set_state(need: Need, state: str, *, reason: str = "", by: Participant, now: datetime) -> None:
    """Confirm a need, or park it with a reason. Raises `Refused` for any other state, or without the reason."""
    require(needs_rules.why_not_run(held_by(by)))
    if state not in (S.CONFIRMED, S.PARKED):
        raise Refused(_("Choose what to do with this need."))
    why = clean_words(reason, 500) if state == S.PARKED else ""
    with transaction.atomic():
        need = _locked(need, by)
        need.state, need.reason = state, why
        need.save(update_fields=["state", "reason"])
        what = _("Need {n}: {state}", n=need.number, state=S(state).label)
        minutes.record(need.cycle, "need", what, by=by, now=now, why=why)


def merge(need: Need, into: Need, *, by: Participant, now: datetime) -> None:
    """Join a need with another that says the same. Nothing is lost: it keeps its words, and its evidence shows on both."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        Cycle.objects.select_for_update(no_key=True).get(pk=need.cycle_id)  # so that two are never joined into each other
        need, into = _locked(need, by), _locked(into, by)
        require(needs_rules.why_not_merge(need.pk, into.pk, prioritised=need.state == S.PRIORITISED, open_ranking=_in_open_ranking(need)))
        need.before, need.state, need.merged_into = need.state, S.MERGED, into
        need.save(update_fields=["before", "state", "merged_into"])
        minutes.record(need.cycle, "need", _("Need {n} was joined with need {into}", n=need.number, into=into.number), by=by, now=now)


def _in_open_ranking(need: Need) -> bool:
    return need.prioritisings.filter(closed_at=None).exists()


def undo_merge(need: Need, *, by: Participant, now: datetime) -> None:
    """Let a joined need stand by itself again, as it was. Doing it twice changes nothing."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        need = Need.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=need.pk, cycle=by.cycle_id)
        if need.state == S.MERGED:
            need.state, need.before, need.merged_into = need.before, "", None
            need.save(update_fields=["before", "state", "merged_into"])
            minutes.record(need.cycle, "need", _("Need {n} stands by itself again", n=need.number), by=by, now=now)


def mark_differ(need: Need, *, words: str, by: Participant, now: datetime) -> None:
    """Say that the data and the people differ, and how: it goes on the next agenda (AN-05)."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        need = _locked(need, by)
        need.differs, need.differs_by, need.differs_at = clean_words(words, 500), by, now
        need.save(update_fields=["differs", "differs_by", "differs_at"])
        what = _("Need {n}: what the data say and what people say differ", n=need.number)
        minutes.record(need.cycle, "differ", what, by=by, now=now)


def settle_difference(need: Need, *, words: str, by: Participant, now: datetime) -> None:
    """Say what came of a difference once it was talked about; it leaves the next agenda and stays in the minutes."""
    require(needs_rules.why_not_run(held_by(by)))
    why = clean_words(words, 500)
    with transaction.atomic():
        need = _locked(need, by)
        need.differs, need.differs_by, need.differs_at = "", None, None
        need.save(update_fields=["differs", "differs_by", "differs_at"])
        minutes.record(need.cycle, "differ", _("Need {n}: the difference was talked about", n=need.number), by=by, now=now, why=why)


def note_means(need: Need, *, provided_by: str, paid_by: str, by: Participant, now: datetime) -> None:
    """Note who meets some of a need now, and which money there is; the gap list reads this (AN-15)."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        need = _locked(need, by)
        need.provided_by, need.paid_by = line(provided_by), line(paid_by)
        need.save(update_fields=["provided_by", "paid_by"])
        what = _(
            "Need {n}: who meets some of it: {who}; money: {money}", n=need.number, who=need.provided_by or "–", money=need.paid_by or "–"
        )
        minutes.record(need.cycle, "need", what, by=by, now=now)


# Looks


def on_the_list(cycle: Cycle) -> QuerySet[Need]:
    """The needs of a cycle that stand: everything but those joined with another."""
    return Need.objects.filter(cycle=cycle).exclude(state=S.MERGED)


def for_the_next_agenda(cycle: Cycle) -> QuerySet[Need]:
    """The needs about which the data and the people differ, and nobody has talked yet (AN-05)."""
    return on_the_list(cycle).exclude(differs="").order_by("differs_at")


def family_of(need: Need) -> list[int]:
    """The need and all that were joined with it, also by way of another."""
    joined = Need.objects.filter(cycle=need.cycle_id).values_list("pk", "merged_into")
    return needs_rules.family(need.pk, {pk: into for pk, into in joined if into is not None})


def groups_behind(cycle: Cycle) -> dict[int, set[str]]:
    """Each need that stands, in their order, with the groups it came from, also by way of those joined with it.

    Those whose words it was made of, as far as everybody may read them; where it was made of no words, whoever raised it.
    """
    rows = list(Need.objects.filter(cycle=cycle).order_by("number").values_list("pk", "merged_into", "contributor__group", "by__group"))
    into = {pk: joined for pk, joined, __, __ in rows}
    behind: dict[int, set[str]] = {pk: set() for pk, joined, __, __ in rows if joined is None}

    def standing(pk: int) -> int:
        while (joined := into[pk]) is not None:
            pk = joined
        return pk

    said = Origin.objects.filter(need__cycle=cycle)
    made_of_words = set(said.values_list("need", flat=True))
    for pk, __, group, raised_by in rows:
        if pk not in made_of_words:
            behind[standing(pk)].add(group or raised_by)
    readable = said.filter(contribution__in=Contribution.objects.open_to_all())
    for pk, group in readable.values_list("need", "contribution__group"):
        behind[standing(pk)].add(group)
    return behind
