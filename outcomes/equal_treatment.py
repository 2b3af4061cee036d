"""The equal-treatment record: who was invited, could see, came, said and declared what, when; and what was not alike (FS-03).

Only looks; the judgement is in `fairness`. A fixed number of queries, however many suppliers there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commissioning import registering, release_rules
from commissioning.models import (
    Contribution,
    Cycle,
    Delivery,
    FlagAnswer,
    Group,
    InterestDeclaration,
    Minute,
    Participant,
    Reach,
    Release,
    ReleaseEvent,
    SharedFile,
    SupplierContact,
)
from outcomes import fairness, shown_in_rooms, single_source
from workshops.models import Action, Attendance, Invitation, Letter, Workshop


@dataclass(frozen=True)
class Entry:
    """One moment in the time of one supplier."""

    at: datetime
    kind: str
    words: str
    note: str = ""
    sha256: str = ""


@dataclass
class SupplierLine:
    """One supplier with everything that is known of it here, in order."""

    registered: registering.Registered
    here: bool = True  # whether it is registered now; one that was met, given something or invited stays in the record either way
    entries: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.registered.organisation)

    @property
    def ordered(self) -> list[Entry]:
        """Everything in order of time."""
        return sorted(self.entries, key=lambda entry: entry.at)


@dataclass(frozen=True)
class FlagLook:
    """A flag with what was answered."""

    flag: fairness.Flag
    answers: list[FlagAnswer]

    @property
    def kind_words(self) -> str:
        """What it is about, in a few words."""
        return str(fairness.KINDS[self.flag.kind])

    @property
    def room(self) -> str:
        """The workshop it is about, where its notes can be released to all; empty for any other flag."""
        kind, __, slug = self.flag.key.partition(":")
        return slug if kind == "room" else ""

    @property
    def state_words(self) -> str:
        """Where it stands, in words."""
        if self.answers:
            return _("Answered")
        return _("Still so") if self.flag.state == fairness.STILL else _("Over, not answered yet")


@dataclass
class Record:
    """The whole record of a cycle at one moment."""

    cycle: Cycle
    now: datetime
    lines: list[SupplierLine]
    releases: list[Release]
    flags: list[FlagLook]
    gone: list[FlagAnswer]  # answers to flags that are raised no more
    consultation: list["Meeting"]

    @property
    def even(self) -> bool:
        """Whether at this moment nobody has anything that others lack."""
        return fairness.all_had_the_same(look.flag for look in self.flags)


@dataclass(frozen=True)
class Meeting:
    """One workshop in the consultation log: who was asked when and how, with what, and when its notes went to all (LG-09)."""

    workshop: Workshop
    invited: list[tuple[str, datetime, str]]
    had_before: list[Release]
    notes: Release | None


def record_of(cycle: Cycle, *, now: datetime) -> Record:
    """The record of a cycle as it stands."""
    lines = {one.organisation.pk: SupplierLine(one) for one in registering.registered_in(cycle)}
    contacts = list(SupplierContact.objects.filter(cycle=cycle).select_related("organisation", "by").prefetch_related("files"))
    _add_others(lines, cycle, contacts)
    people = {p.pk: p for p in Participant.objects.filter(cycle=cycle, organisation__in=lines).select_related("organisation")}
    releases = list(Release.objects.filter(cycle=cycle, sent_at__isnull=False).prefetch_related("files").order_by("sent_at", "pk"))
    letters = _letters(cycle)
    for add in (_joined, _declared, _came, _contributed):
        add(lines, people)
    _invited(lines, people, letters)
    _had(lines, cycle)
    _talked(lines, contacts)
    found = fairness.flags(_facts(cycle, lines, people, releases, contacts, letters, now))
    answers: dict[str, list[FlagAnswer]] = defaultdict(list)
    for answer in FlagAnswer.objects.filter(cycle=cycle).select_related("by"):
        answers[answer.flag].append(answer)
    looks = [FlagLook(flag, answers.pop(flag.key, [])) for flag in found]
    gone = [answer for listed in answers.values() for answer in listed]
    return Record(cycle, now, list(lines.values()), releases, looks, gone, _consultation(cycle, releases, letters))


def _add_others(lines: dict[int, SupplierLine], cycle: Cycle, contacts: Iterable[SupplierContact]) -> None:
    """Also who is not registered, or not any more: a supplier that was met, or left after it saw something, does not fall out of the record."""
    met = [registering.Registered(one.organisation, one.happened_at) for one in contacts]
    gone = cycle.participants.filter(withdrawn_at__isnull=False, voice=False, organisation__isnull=False)
    may_supply = Q(group=Group.VSO) | Q(interests__kind__in=registering.MAY_SUPPLY)
    left = gone.exclude(group=Group.COMMISSIONER).filter(may_supply).distinct().select_related("organisation")
    met += [registering.Registered(one.organisation, one.joined_at) for one in left if one.organisation is not None]
    for one in sorted(met, key=lambda row: row.since):
        lines.setdefault(one.organisation.pk, SupplierLine(one, here=False))


def _add(lines: dict[int, SupplierLine], person: Participant, entry: Entry) -> None:
    if person.organisation_id in lines:
        lines[person.organisation_id].entries.append(entry)


def _joined(lines: dict[int, SupplierLine], people: dict[int, Participant]) -> None:
    for line in lines.values():
        if line.here:
            line.entries.append(Entry(line.registered.since, "registered", _("Registered")))
    for person in people.values():
        _add(lines, person, Entry(person.joined_at, "joined", _("%(who)s joined") % {"who": person.shown_name}))


def _declared(lines: dict[int, SupplierLine], people: dict[int, Participant]) -> None:
    for one in InterestDeclaration.objects.filter(participant__in=people):
        words = _("%(who)s declared: %(what)s") % {"who": people[one.participant_id].shown_name, "what": one.get_kind_display()}
        _add(lines, people[one.participant_id], Entry(one.at, "declared", words))


def _came(lines: dict[int, SupplierLine], people: dict[int, Participant]) -> None:
    for one in Attendance.objects.filter(participant__in=people).select_related("workshop"):
        words = _("%(who)s came to %(room)s") % {"who": people[one.participant_id].shown_name, "room": one.workshop}
        until = date_format(timezone.localtime(one.last_at), "j F Y, H:i")
        _add(lines, people[one.participant_id], Entry(one.first_at, "came", words, _("until %(until)s") % {"until": until}))


def _contributed(lines: dict[int, SupplierLine], people: dict[int, Participant]) -> None:
    said = Contribution.objects.filter(participant__in=people, withdrawn_at=None).order_by()
    for row in said.values("participant", "place").annotate(n=Count("pk"), first=Min("at")):
        person = people[row["participant"]]
        words = _("%(who)s said something, times: %(n)s") % {"who": person.shown_name, "n": row["n"]}
        _add(lines, person, Entry(row["first"], "said", words))


def _letters(cycle: Cycle) -> dict[tuple[str, int], Letter]:
    """Letters about invitations and the rule on bidding, by occasion and person."""
    kinds = (Letter.Kind.INVITATION, Letter.Kind.BIDDING)
    return {(one.occasion, one.participant_id or 0): one for one in Letter.objects.filter(cycle=cycle, kind__in=kinds)}


def _how_invited(invitation: Invitation, letters: dict[tuple[str, int], Letter]) -> str:
    letter = letters.get((f"invitation:{invitation.workshop_id}", invitation.participant_id))
    if letter is None:
        return _("on their own page")
    if letter.sent_at is None:
        return _("by e-mail, not sent yet")
    return _("by e-mail, sent %(at)s") % {"at": date_format(timezone.localtime(letter.sent_at), "j F Y, H:i")}


def _invited(lines: dict[int, SupplierLine], people: dict[int, Participant], letters: dict[tuple[str, int], Letter]) -> None:
    for one in Invitation.objects.filter(participant__in=people).select_related("workshop"):
        words = _("%(who)s was invited to %(room)s") % {"who": people[one.participant_id].shown_name, "room": one.workshop}
        _add(lines, people[one.participant_id], Entry(one.at, "invited", words, _how_invited(one, letters)))


def _had(lines: dict[int, SupplierLine], cycle: Cycle) -> None:
    """From when each could have each release, and what the log says of it."""
    for one in Delivery.objects.filter(release__cycle=cycle, organisation__in=lines, about=Delivery.About.RELEASE).select_related(
        "release"
    ):
        by_hand = one.channel in (Reach.POST, Reach.PHONE)
        if by_hand and one.done_at is None:
            words, kind = _("Out, and has not reached them by post or phone: %(what)s") % {"what": one.release}, "waits"
        else:
            words, kind = _("Could have: %(what)s") % {"what": one.release}, "could"
        note = _("registered after it was out, and had it at once") if one.later else ""
        at = one.done_at if by_hand and one.done_at is not None else one.at
        lines[one.organisation_id].entries.append(Entry(at, kind, words, note, one.release.content_hash))
    told = ReleaseEvent.objects.filter(release__cycle=cycle, organisation__in=lines).exclude(what=ReleaseEvent.What.SHOWN)
    for event in told.select_related("release", "file"):
        what = str(event.file or event.release)
        entry = Entry(event.happened_at, event.what, f"{event.get_what_display()}: {what}", event.note, event.sha256)
        lines[event.organisation_id or 0].entries.append(entry)


def _talked(lines: dict[int, SupplierLine], contacts: Iterable[SupplierContact]) -> None:
    for one in contacts:
        if one.organisation_id not in lines:
            continue
        entries = lines[one.organisation_id].entries
        entries.append(Entry(one.happened_at, "contact", str(one.get_kind_display()), f"{one.who}: {one.summary}"))
        entries += [
            Entry(one.happened_at, "given", _("Was given: %(file)s") % {"file": file.name}, "", file.sha256) for file in one.files.all()
        ]


def _facts(
    cycle: Cycle,
    lines: dict[int, SupplierLine],
    people: dict[int, Participant],
    releases: list[Release],
    contacts: list[SupplierContact],
    letters: dict[tuple[str, int], Letter],
    now: datetime,
) -> fairness.Facts:
    return fairness.Facts(
        suppliers=tuple(fairness.Supplier(pk, line.name, line.registered.since) for pk, line in lines.items()),
        now=now,
        contact_days=release_rules.limits_on(timezone.localdate(now)).contact_days,
        given=tuple(_given(lines, releases, contacts)),
        shown=tuple(shown_in_rooms.shown(cycle, {p.pk: p.organisation_id or 0 for p in people.values()}, releases)),
        reached=tuple(_reached(cycle, lines)),
        rules=tuple(_rules(cycle, lines, people, letters)),
        origins=tuple(single_source.origins(cycle)),
        contacts=tuple(_contact(one) for one in contacts),
        promised=tuple(_promised(cycle, lines, people)),
        unnamed=_unnamed(cycle),
    )


def _given(lines: dict[int, SupplierLine], releases: list[Release], contacts: list[SupplierContact]) -> Iterable[fairness.Given]:
    """Files given to single suppliers, each with the moment the same file, to the last letter, went to all."""
    out: dict[str, datetime] = {}
    for release in releases:
        if release.is_out and release.sent_at:
            for file in release.files.all():
                out.setdefault(file.sha256, release.sent_at)
    had: dict[str, dict[int, datetime]] = defaultdict(dict)
    names: dict[str, str] = {}
    for contact in contacts:
        files: Iterable[SharedFile] = contact.files.all() if contact.organisation_id in lines else ()
        for file in files:
            names.setdefault(file.sha256, file.name)
            had[file.sha256].setdefault(contact.organisation_id, contact.happened_at)
    return [fairness.Given(mark[:16], names[mark], who, out.get(mark)) for mark, who in had.items()]


def _reached(cycle: Cycle, lines: dict[int, SupplierLine]) -> Iterable[fairness.Reached]:
    here = [pk for pk, line in lines.items() if line.here]
    way = Delivery.objects.filter(release__cycle=cycle, release__state=Release.State.SENT, organisation__in=here)
    for one in way.filter(about=Delivery.About.RELEASE).select_related("release"):
        yield fairness.Reached(f"{one.release_id}:{one.organisation_id}", str(one.release), one.organisation_id, one.at, one.done_at)


def _rules(
    cycle: Cycle, lines: dict[int, SupplierLine], people: dict[int, Participant], letters: dict[tuple[str, int], Letter]
) -> Iterable[fairness.RuleChange]:
    for minute in Minute.objects.filter(cycle=cycle, act="bidding rule"):
        before = {pk for pk, line in lines.items() if line.here and line.registered.since <= minute.at}
        told: dict[int, datetime] = {}
        for person in people.values():
            letter = letters.get((f"bidding:{minute.pk}", person.pk))
            if letter is not None and letter.sent_at is not None and person.organisation_id is not None:
                told[person.organisation_id] = min(letter.sent_at, told.get(person.organisation_id, letter.sent_at))
        yield fairness.RuleChange(str(minute.pk), minute.at, before, told)


def _contact(one: SupplierContact) -> fairness.Contact:
    day = date_format(timezone.localtime(one.happened_at), "j F Y")
    what = str(one.get_kind_display())
    return fairness.Contact(str(one.pk), one.organisation_id, str(one.organisation), what, day, one.happened_at, one.at)


def _promised(cycle: Cycle, lines: dict[int, SupplierLine], people: dict[int, Participant]) -> Iterable[fairness.Promised]:
    """Actions marked as done that name a supplier, or are owned by one of its people."""
    done = Action.objects.filter(workshop__cycle=cycle, progress=Action.Progress.DONE, progress_at__isnull=False)
    for action in done:
        owner = people.get(action.owner_participant_id or 0)
        named = [pk for pk, line in lines.items() if line.name.casefold() in action.text.casefold()]
        for pk in named or ([owner.organisation_id] if owner is not None and owner.organisation_id else []):
            if action.progress_at is not None and pk in lines:
                yield fairness.Promised(f"{action.pk}:{pk}", action.text, pk, lines[pk].name, action.at, action.progress_at)


def _unnamed(cycle: Cycle) -> int:
    """How many people said last that they may bid, and come for no organisation."""
    alone = Q(organisation=None, withdrawn_at=None, voice=False)
    people = cycle.participants.filter(alone, interests__kind__in=registering.MAY_SUPPLY).distinct().prefetch_related("interests")
    return sum(1 for p in people if list(p.interests.all())[-1].kind in registering.MAY_SUPPLY)


def _consultation(cycle: Cycle, releases: list[Release], letters: dict[tuple[str, int], Letter]) -> list[Meeting]:
    meetings = []
    asked: dict[int, list[Invitation]] = defaultdict(list)
    for one in Invitation.objects.filter(workshop__cycle=cycle).select_related("participant__organisation"):
        asked[one.workshop_id].append(one)
    for workshop in Workshop.objects.filter(cycle=cycle, parent=None).order_by("pk"):
        invited = [(i.participant.signature, i.at, _how_invited(i, letters)) for i in asked[workshop.pk]]
        begun = workshop.started_at or workshop.starts_at or workshop.closed_at
        before = [r for r in releases if begun is None or (r.sent_at is not None and r.sent_at <= begun)]
        notes = next((r for r in releases if r.place == workshop.slug and r.is_out), None)
        meetings.append(Meeting(workshop, invited, before, notes))
    return meetings
