"""Memoranda of understanding: a draft the parties write together, signed by role, looked at again (DO-03, AC-06).

The terms are read by the parties alone. Officers see that it exists, who its parties are and where it stands.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from commissioning import minutes, people, policy, roles
from commissioning.contributing import clean_words, printable, words_if_any
from commissioning.models import Cycle, Group, Organisation, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import award_rules, awarding, memorandum_rules
from outcomes.models import Award, Memorandum, MemorandumParty, MemorandumVersion, Signature, WishToWork
from outcomes.models.memoranda import SECTIONS
from workshops import letters
from workshops.models import Letter

S = Memorandum.State
LONGEST = 4000


class SomebodyElseWrote(Refused):
    """Another party saved the terms first: both texts are shown, neither is lost."""

    def __init__(self, current: MemorandumVersion, yours: Mapping[str, str]) -> None:
        super().__init__(_("Somebody else saved the terms while you were writing. Both texts are shown; nothing is lost."))
        self.current = current
        self.yours = dict(yours)


@dataclass(frozen=True)
class Beginning:
    """What a memorandum is called, who its parties are, and the award it belongs to, if any."""

    title: str
    organisations: tuple[Organisation, ...] = ()
    with_authority: bool = False
    award: Award | None = None


def speaks_for(person: Participant | None) -> bool:
    """Whether somebody may act for their organisation here."""
    if person is None or person.group != Group.VSO or person.organisation_id is None or person.withdrawn_at is not None:
        return False
    return people.speaks_for_organisation(person)


def is_officer(person: Participant | None) -> bool:
    """Whether somebody acts for the authority."""
    held = held_by(person)
    return person is not None and person.group == Group.COMMISSIONER and bool(held & {roles.CONVENE, roles.DECIDE})


def _open(cycle: Cycle, by: Participant) -> Cycle:
    cycle = Cycle.objects.select_for_update(no_key=True, of=("self",)).select_related("authority").get(pk=cycle.pk)
    withdrawn = by.withdrawn_at is not None or by.cycle_id != cycle.pk
    require(policy.why_not_take_part(withdrawn=withdrawn, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return cycle


def wish(cycle: Cycle, *, words: str, by: Participant, now: datetime) -> WishToWork:
    """Say that one's organisation would like to work with others; saying it again changes the words."""
    said = clean_words(words, 400)
    with transaction.atomic():
        cycle = _open(cycle, by)
        if not speaks_for(by):
            raise Refused(_("Only somebody who takes part for a voluntary organisation can say this for it."))
        kept, __ = WishToWork.objects.update_or_create(
            cycle=cycle, organisation=by.organisation, defaults={"words": said, "by": by, "at": now}
        )
    return kept


def take_back_wish(cycle: Cycle, *, by: Participant) -> None:
    """Say no longer that one looks for others."""
    if speaks_for(by):
        WishToWork.objects.filter(cycle=cycle, organisation=by.organisation_id).delete()


def begin(cycle: Cycle, new: Beginning, *, key: str, by: Participant, now: datetime) -> Memorandum:
    """Begin a memorandum; attached to an award, the parties come from it. The same `key` twice gives the first back."""
    title = clean_words(new.title, 160)
    listed = {one.pk: one for one in (*new.organisations, *(_parties_of(new.award) if new.award else ()))}
    mine = by.organisation_id in listed if speaks_for(by) else is_officer(by) and new.with_authority
    with transaction.atomic():
        cycle = _open(cycle, by)
        already = Memorandum.objects.filter(cycle=cycle, key=key).first()
        if already is not None:
            return already
        parties = len(listed) + new.with_authority
        require(
            memorandum_rules.why_not_begin(
                organisation=speaks_for(by), officer=is_officer(by), parties=parties, with_authority=new.with_authority, mine=mine
            )
        )
        if new.with_authority:
            require(cycle.quiet)  # while procurement runs, no text goes between the authority and some providers alone (INV-12)
        _require_here(cycle, listed.values(), new.award)
        number = 1 + (Memorandum.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0)
        made = Memorandum.objects.create(cycle=cycle, number=number, title=title, award=new.award, key=key[:64], by=by, at=now)
        for organisation in listed.values():
            MemorandumParty.objects.create(memorandum=made, organisation=organisation)
        if new.with_authority:
            MemorandumParty.objects.create(memorandum=made)
        MemorandumVersion.objects.create(memorandum=made, number=1, by=by, at=now)
    return made


def _parties_of(award: Award) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=awarding.organisations_of(award)).order_by("pk"))


def _require_here(cycle: Cycle, organisations: Collection[Organisation], award: Award | None) -> None:
    if award is not None and award.lot.cycle_id != cycle.pk:
        raise Refused(_("That award belongs to another cycle."))
    if any(one.authority_id != cycle.authority_id or one.merged_into_id is not None for one in organisations):
        raise Refused(_("Choose organisations that are in the register."))


def party_of(memorandum: Memorandum, person: Participant | None) -> MemorandumParty | None:
    """The party somebody belongs to, who may therefore read, write and sign; None for everybody else."""
    if person is None or person.cycle_id != memorandum.cycle_id:
        return None
    for party in memorandum.parties.select_related("organisation"):
        if party.organisation_id is None and is_officer(person):
            return party
        if party.organisation_id is not None and party.organisation_id == person.organisation_id and speaks_for(person):
            return party
    return None


def _held(memorandum: Memorandum, by: Participant) -> tuple[Memorandum, MemorandumParty]:
    cycle = _open(memorandum.cycle, by)
    found = Memorandum.objects.select_for_update(of=("self",), no_key=True).select_related("cycle__authority").get(pk=memorandum.pk)
    party = party_of(found, by)
    require(memorandum_rules.why_not_write(party=party is not None, ended=found.state == S.ENDED))
    if found.parties.filter(organisation=None).exists():
        require(cycle.quiet)
    assert party is not None  # noqa: S101 (asked just above; this tells the type checker)
    return found, party


def current(memorandum: Memorandum) -> MemorandumVersion:
    """The terms as they stand."""
    return MemorandumVersion.objects.get(memorandum=memorandum, number=memorandum.version)


def write(memorandum: Memorandum, sections: Mapping[str, str], *, seen_version: int, by: Participant, now: datetime) -> Memorandum:
    """Save the terms as the next version; every party signs again. The same words change nothing.

    Raises `SomebodyElseWrote` when somebody saved meanwhile.
    """
    said = {name: printable(sections.get(name, "")).strip() for name in SECTIONS}
    for words in said.values():
        if len(words) > LONGEST:
            clean_words(words, LONGEST)
    with transaction.atomic():
        memorandum, __ = _held(memorandum, by)
        now_stands = current(memorandum)
        if {name: getattr(now_stands, name) for name in SECTIONS} == said:
            return memorandum
        if memorandum.version != seen_version:
            raise SomebodyElseWrote(now_stands, said)
        memorandum.version, memorandum.state, memorandum.signed_at = memorandum.version + 1, S.DRAFT, None
        memorandum.save(update_fields=["version", "state", "signed_at"])
        MemorandumVersion.objects.create(memorandum=memorandum, number=memorandum.version, by=by, at=now, **said)
    return memorandum


def sign(memorandum: Memorandum, *, signed_as: str, seen_version: int, by: Participant, now: datetime) -> Memorandum:
    """Sign the words one has seen, for one's party, by one's role. Once all have signed them, the memorandum is signed."""
    role = clean_words(signed_as, 120)
    with transaction.atomic():
        memorandum, party = _held(memorandum, by)
        version = current(memorandum)
        if memorandum.version != seen_version:
            raise SomebodyElseWrote(version, {})
        sections = {name: getattr(version, name) for name in SECTIONS}
        parties = set(memorandum.parties.values_list("pk", flat=True))
        require(memorandum_rules.why_not_sign(sections, parties=len(parties)))
        Signature.objects.get_or_create(version=version, party=party, defaults={"signed_as": role, "by": by, "at": now})
        if memorandum.state == S.DRAFT and memorandum_rules.signed(parties, version.signatures.values_list("party", flat=True)):
            memorandum.state, memorandum.signed_at = S.SIGNED, now
            memorandum.save(update_fields=["state", "signed_at"])
            what = _("Memorandum “{title}” is signed by its {n} parties", title=memorandum.title, n=len(parties))
            minutes.record(memorandum.cycle, "memorandum", what, by=None, now=now)
    return memorandum


def say_part(memorandum: Memorandum, *, words: str, by: Participant) -> None:
    """Say in a line what one's own party does; everybody who sees the memorandum's parties reads it."""
    with transaction.atomic():
        __, party = _held(memorandum, by)
        party.part = words_if_any(words, 300)
        party.save(update_fields=["part"])


def review_on(memorandum: Memorandum, *, day: date, by: Participant, now: datetime) -> None:
    """Set the day on which the parties look at it again; they are reminded before it."""
    require(memorandum_rules.why_not_review_on(day, timezone.localdate(now)))
    with transaction.atomic():
        memorandum, __ = _held(memorandum, by)
        memorandum.review_on = day
        memorandum.save(update_fields=["review_on"])


def end(memorandum: Memorandum, *, because: str, by: Participant, now: datetime) -> None:
    """End a memorandum with a reason its parties and officers read; its words stay."""
    words = clean_words(because, 500)
    with transaction.atomic():
        memorandum, __ = _held(memorandum, by)
        memorandum.state, memorandum.ended_at, memorandum.ended_because = S.ENDED, now, words
        memorandum.save(update_fields=["state", "ended_at", "ended_because"])


# Looks


def wishes(cycle: Cycle) -> QuerySet[WishToWork]:
    """Who would like to work with others: for the organisations of the cycle."""
    return WishToWork.objects.filter(cycle=cycle).select_related("organisation")


@dataclass(frozen=True)
class MemorandumLook:
    """What somebody may know of a memorandum; its terms only where they are of one of its parties."""

    memorandum: Memorandum
    parties: list[MemorandumParty]
    readable: bool


def visible_to(cycle: Cycle, person: Participant | None) -> list[MemorandumLook]:
    """The memoranda somebody may know of: officers all of them, an organisation its own. No terms are read here."""
    officer, mine = is_officer(person), person.organisation_id if person is not None and speaks_for(person) else None
    found = Memorandum.objects.filter(cycle=cycle).select_related("award__lot").prefetch_related("parties__organisation")
    looks = []
    for one in found:
        parties = list(one.parties.all())
        readable = any((p.organisation_id is None and officer) or (mine is not None and p.organisation_id == mine) for p in parties)
        if officer or readable:
            looks.append(MemorandumLook(one, parties, readable))
    return looks


def to_look_at_again(person: Participant | None, *, today: date) -> list[Memorandum]:
    """The memoranda whose parties look at them again soon, for somebody of a party."""
    if person is None:
        return []
    until = today + timedelta(days=award_rules.limits_on(today).review_days)
    near = Memorandum.objects.filter(cycle=person.cycle_id, review_on__lte=until).exclude(state=S.ENDED)
    return [one for one in near.select_related("cycle__authority") if party_of(one, person) is not None]


def _day(one: Memorandum) -> str:
    return date_format(one.review_on, "j F Y") if one.review_on else ""


def remind(*, now: datetime) -> int:
    """Write once for each day that was set: to the people of its parties, and to the lead, who reads no terms in it."""
    today, asked = timezone.localdate(now), 0
    until = today + timedelta(days=award_rules.limits_on(today).review_days)
    near = Memorandum.objects.filter(review_on__range=(today, until), cycle__state=Cycle.State.OPEN, cycle__paused_until=None)
    for one in near.exclude(state=S.ENDED).select_related("cycle__authority"):
        listed = Participant.objects.filter(cycle=one.cycle, withdrawn_at=None).prefetch_related("roles")
        reached = [p for p in listed if party_of(one, p) is not None or any(role.code == "lead" for role in p.roles.all())]
        day = on_record(partial(_day, one))
        says = _("The memorandum “{title}” is looked at again by its parties by {day}.", title=one.title, day=day)
        with transaction.atomic():
            occasion = f"memorandum:{one.pk}:{one.review_on}"
            asked += letters.ask_for(reached, Letter.Kind.REVIEW, occasion, cycle=one.cycle, now=now, words=str(says))
    return asked


def formed(cycle: Cycle) -> tuple[int, int]:
    """How many memoranda all parties signed, and how many awards more than one organisation delivers (S7-7, M-35)."""
    signed = Memorandum.objects.filter(cycle=cycle, state=S.SIGNED).count()
    together = Award.objects.filter(lot__cycle=cycle, parties__standing="partner").distinct().count()
    return signed, together
