"""Who is looking, who takes part and with what permissions; joining with no account and coming back."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from commissioning import minutes, policy, registering, roles
from commissioning.contributing import printable
from commissioning.models import (
    Authority,
    Consent,
    Cycle,
    FormerName,
    HearingBack,
    InterestDeclaration,
    Organisation,
    Participant,
    Role,
    User,
)
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _

PSEUDONYMS = {"commissioner": _("Officer {n}"), "vso": _("VSO member {n}"), "citizen": _("Citizen {n}")}


@dataclass(frozen=True)
class Viewer:
    """Whoever asks: an account, or participants this device holds the key of, or both, or neither."""

    user: User | None = None
    participants: tuple[Participant, ...] = field(default=())

    @property
    def cycle_ids(self) -> list[int]:
        """The cycles this device has joined."""
        return [p.cycle_id for p in self.participants]

    def participant_in(self, cycle: Cycle) -> Participant | None:
        """This viewer as a participant of a cycle: the account first, then the device."""
        if self.user is not None:
            mine = Participant.objects.select_related("organisation").filter(cycle=cycle, user=self.user, withdrawn_at=None).first()
            if mine is not None:
                return mine
        return next((p for p in self.participants if p.cycle_id == cycle.pk), None)


def key_hash(key: str) -> str:
    """What the server keeps of a personal key; the key itself is only in the person's link and cookie."""
    return salted_hmac("commissioning.participant", key, algorithm="sha256").hexdigest()


def link_key(participant: Participant) -> str:
    """A personal key for the links in a letter, which can be made again, so that no letter's key is ever stored.

    It opens the same doors as the personal key, and ends when that one is renewed.
    """
    signed = salted_hmac("commissioning.letter", f"{participant.pk}:{participant.key_hash}", algorithm="sha256").hexdigest()
    return f"{participant.pk}.{signed}"


def holders_of(keys: Iterable[str]) -> tuple[Participant, ...]:
    """The participants whose personal keys, or keys from letters, these are; unknown and withdrawn ones are left out."""
    listed = list(keys)
    if not listed:
        return ()
    lettered = {int(match[1]): key for key in listed if (match := _LINK_KEY.fullmatch(key))}
    hashes = {key_hash(key) for key in listed}
    people = Participant.objects.select_related("organisation", "cycle").filter(withdrawn_at=None)
    found = people.filter(Q(key_hash__in=hashes) | Q(pk__in=lettered)) if lettered else people.filter(key_hash__in=hashes)
    return tuple(p for p in found if p.key_hash in hashes or constant_time_compare(link_key(p), lettered.get(p.pk, "")))


_LINK_KEY = re.compile(r"([1-9][0-9]{0,11})\.[0-9a-f]{64}")


def role_codes(participant: Participant) -> frozenset[str]:
    """The roles a participant holds, read once for each object."""
    kept: frozenset[str] | None = participant.__dict__.get("_role_codes")
    if kept is None:
        kept = frozenset(role.code for role in participant.roles.all())
        participant.__dict__["_role_codes"] = kept
    return kept


def held_by(participant: Participant | None) -> frozenset[str]:
    """The permissions of a participant; none for somebody who is not one."""
    return roles.permissions_of(role_codes(participant)) if participant is not None else frozenset()


@dataclass(frozen=True)
class Introduction:
    """What somebody says of themselves on the one joining screen."""

    name: str
    group: str
    standing: str
    interest: str = "none"
    consents: frozenset[str] = frozenset({"take_part"})
    organisation: str = ""
    size: str = "unknown"
    email: str = ""


def printable_line(text: str) -> str:
    """A name on one line, without what cannot be printed."""
    return " ".join(printable(text).split())


def find_organisation(authority: Authority, name: str) -> Organisation | None:
    """The organisation of this name in the authority's register, also by a name it had before or of one that became part of it."""
    found = Organisation.objects.filter(authority=authority, name__iexact=name).first()
    if found is None:
        former = FormerName.objects.filter(organisation__authority=authority, name__iexact=name).select_related("organisation")
        found = next((one.organisation for one in former.order_by("-pk")), None)
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


def find_or_add_organisation(authority: Authority, name: str, size: str = "unknown") -> Organisation:
    """The organisation of this name in the authority's register, added when it is new (FS-05)."""
    name = printable_line(name)
    return find_organisation(authority, name) or Organisation.objects.create(authority=authority, name=name, size=size)


def speaks_for_organisation(participant: Participant) -> bool:
    """Whether somebody who names an organisation may use its one vote, and so see it while it is sealed.

    Whoever was invited for it may. Somebody who came with the open code may only when nobody was invited for it and they
    were the first to name it: a name typed into a form must not take a vote that is somebody's already.
    """
    if participant.invited:
        return True
    others = Participant.objects.filter(cycle=participant.cycle_id, organisation=participant.organisation_id, withdrawn_at=None)
    return not others.filter(Q(invited=True) | Q(pk__lt=participant.pk)).exists()


def take_part(
    cycle: Cycle,
    introduction: Introduction,
    *,
    now: datetime,
    user: User | None = None,
    invited: bool = False,
    place: str = "",
) -> tuple[Participant, str]:
    """Make somebody a participant of a cycle; returns them and their personal key, which is not kept.

    Raises `Refused` when the cycle is closed, a VSO names no organisation, or taking part is not agreed to.
    """
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        _require_introduced(cycle, introduction)
        organisation = None
        if introduction.organisation.strip():
            organisation = find_or_add_organisation(cycle.authority, introduction.organisation, introduction.size)
        key = secrets.token_urlsafe(18)
        pseudonym = next_pseudonym(cycle, introduction.group)
        participant = Participant.objects.create(
            cycle=cycle,
            user=user,
            organisation=organisation,
            group=introduction.group,
            standing=introduction.standing,
            display_name=printable_line(introduction.name),
            pseudonym=pseudonym,
            shown_name=printable_line(introduction.name) if "naming" in introduction.consents else pseudonym,
            key_hash=key_hash(key),
            invited=invited or user is not None,
            joined_at=now,
        )
        _note_consents(participant, introduction, now)
        if introduction.email and "summary" in introduction.consents:
            HearingBack.objects.create(participant=participant, email=introduction.email, at=now)
        InterestDeclaration.objects.create(participant=participant, kind=introduction.interest, at=now)
        minutes.record(cycle, "join", _("{who} joined", who=participant.signature), by=participant, now=now, place=place)
        registering.catch_up(cycle, now=now)
        return participant, key


def _require_introduced(cycle: Cycle, introduction: Introduction) -> None:
    require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
    if "take_part" not in introduction.consents:
        raise Refused(_("You can only join if you agree to take part. Everything else is up to you."))
    if introduction.group == "vso" and not introduction.organisation.strip():
        raise Refused(_("Say which organisation you are from. Each organisation has one counted vote."))


def _note_consents(participant: Participant, introduction: Introduction, now: datetime) -> None:
    answers = [(kind, kind in introduction.consents) for kind in Consent.Kind.values]
    Consent.objects.bulk_create(Consent(participant=participant, kind=kind, given=given, at=now) for kind, given in answers)


def next_pseudonym(cycle: Cycle, group: str) -> str:
    """The next free "Citizen 7"; the caller holds the cycle's row, so two people never get the same."""
    number = Participant.objects.filter(cycle=cycle, group=group, voice=False).count() + 1
    return on_record(lambda: str(_(PSEUDONYMS[group].text, n=number)))


def new_personal_key(participant: Participant) -> str:
    """A fresh personal link for somebody; the old one stops working."""
    key = secrets.token_urlsafe(18)
    Participant.objects.filter(pk=participant.pk).update(key_hash=key_hash(key))
    return key


def give_role(participant: Participant, code: str, *, by: Participant, now: datetime) -> None:
    """Give a participant a role in their cycle. Raises `Refused` when `by` may not convene."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if code not in roles.ROLES:
        raise Refused(_("There is no such role."))
    with transaction.atomic():
        __, new = Role.objects.get_or_create(participant=participant, code=code)
        participant.__dict__.pop("_role_codes", None)
        if new:
            what = _("{who} is now {role}", who=participant.signature, role=on_record(lambda: str(roles.ROLES[code].title).lower()))
            minutes.record(participant.cycle, "role", what, by=by, now=now)


def give_facilitation(participant: Participant, *, by: Participant, now: datetime) -> None:
    """Make somebody a facilitator too, at a hand-over. Raises `Refused` when `by` does not facilitate."""
    if roles.FACILITATE not in held_by(by):
        raise Refused(_("Only a facilitator can do this."))
    __, new = Role.objects.get_or_create(participant=participant, code="facilitator")
    participant.__dict__.pop("_role_codes", None)
    if new:
        what = _("{who} is now {role}", who=participant.signature, role=str(roles.ROLES["facilitator"].title).lower())
        minutes.record(participant.cycle, "role", what, by=by, now=now)


def declare_interest(participant: Participant, kind: str, *, now: datetime) -> None:
    """Say what one has to gain, at any time; earlier declarations stay (FS-02)."""
    with transaction.atomic():
        InterestDeclaration.objects.create(participant=participant, kind=kind, at=now)
        what = _("{who} declared an interest: {kind}", who=participant.signature, kind=InterestDeclaration.Kind(kind).label)
        minutes.record(participant.cycle, "interest", what, by=participant, now=now)
        registering.catch_up(participant.cycle, now=now)
