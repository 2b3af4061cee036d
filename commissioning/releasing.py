"""Giving something to every potential supplier at one moment (FS-01, INV-13): drafting, releasing, withdrawing, and the log of it."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from commissioning import minutes, policy, prices, registering, release_rules, roles, words_in_files
from commissioning.contributing import clean_words, printable
from commissioning.models import (
    Cycle,
    Delivery,
    Organisation,
    Participant,
    Reach,
    Release,
    ReleaseEvent,
    SharedFile,
    SupplierContact,
)
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, require
from commissioning.sentences import Sentence as _

AGAIN = timedelta(minutes=10)  # the same person fetching the same file again this soon is one line in the log


@dataclass(frozen=True)
class Draft:
    """What an officer wants to give to every supplier; `place` is the workshop whose notes it is, if any."""

    title: str
    kind: str = Release.Kind.OTHER
    text: str = ""
    place: str = ""


def draft(cycle: Cycle, given: Draft, *, key: str, by: Participant, now: datetime) -> Release:
    """Begin a release. The same form sent twice, or the same notes by two officers at once, make one."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    title, text = _cleaned(given)
    with transaction.atomic():
        cycle = _open(cycle)
        had = Release.objects.filter(cycle=cycle, key=key).first()
        if had is not None:
            return had
        made = Release.objects.create(cycle=cycle, title=title, kind=given.kind, text=text, place=given.place, key=key, by=by, at=now)
        minutes.record(cycle, "release", _("A release was begun: {title}", title=title), by=by, now=now, place=given.place)
    return made


def change(release: Release, given: Draft, *, seen: int, by: Participant, now: datetime) -> Release:
    """Change a release that is not out yet. Refused when somebody else changed it since it was looked at."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    title, text = _cleaned(given)
    with transaction.atomic():
        release = _locked(release)
        require(release_rules.why_not_change(release.state))
        if seen != release.turn:
            raise Refused(_("Somebody changed this since you opened it. Look at it again; your words are shown below."))
        release.title, release.kind, release.text = title, given.kind, text
        _turned(release, "title", "kind", "text")
    return release


def add_file(release: Release, name: str, content: bytes, *, by: Participant, now: datetime) -> SharedFile:
    """Put a file into a release that is not out yet. The same file a second time is the one that is there."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    name = release_rules.safe_name(name)
    limits = release_rules.limits_on(timezone.localdate(now))
    require(release_rules.why_not_file(name, content, limits))
    mark = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        release = _locked(release)
        require(release_rules.why_not_change(release.state))
        had = release.files.filter(sha256=mark).first()
        if had is not None:
            return had
        if release.files.count() >= limits.most_files:
            raise Refused(_("A release can hold {most} files. Put the rest in another one.", most=limits.most_files))
        made = keep_file(name, content, by=by, now=now, release=release)
        _turned(release)
    return made


def take_file_out(release: Release, file: SharedFile, *, by: Participant, now: datetime) -> None:
    """Take a file out of a release that is not out yet."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        release = _locked(release)
        require(release_rules.why_not_change(release.state))
        if release.files.filter(pk=file.pk).delete()[0]:
            _turned(release)
            transaction.on_commit(lambda: default_storage.delete(file.stored))


def keep_file(
    name: str,
    content: bytes,
    *,
    by: Participant,
    now: datetime,
    release: Release | None = None,
    contact: SupplierContact | None = None,
) -> SharedFile:
    """Keep a file that was found good, under a name nobody can guess and nobody chose."""
    mark = secrets.token_hex(16)
    stored = default_storage.save(f"shared/{mark[:2]}/{mark}", ContentFile(content))
    try:
        with transaction.atomic():
            return SharedFile.objects.create(
                release=release,
                contact=contact,
                name=name,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                stored=stored,
                by=by,
                at=now,
            )
    except (Refused, IntegrityError):
        default_storage.delete(stored)
        raise


def price_in(release: Release) -> Sentence | None:
    """A question before everybody who may bid reads it: does it name a price? Looks at the words, also of its files (FS-06)."""
    files = list(release.files.all())
    return prices.looks_commercial(release.title, release.text, *(f"{file.name}\n{_words_of(file) or ''}" for file in files))


def not_read(release: Release) -> list[str]:
    """The names of files whose words nobody but a person can look through for prices."""
    return [file.name for file in release.files.all() if _words_of(file) is None]


def _words_of(file: SharedFile) -> str | None:
    if not default_storage.exists(file.stored):
        return None
    with default_storage.open(file.stored) as kept:
        return words_in_files.words_in(file.name, kept.read())


def send(release: Release, *, seen: int, by: Participant, now: datetime) -> bool:
    """Release it: one act, one moment, every registered supplier, and the public page. Returns whether it was this press that did it.

    Two officers at once make one release. Raises `Refused` when it is empty, changed since it was seen, or out already in the same words.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = _open(release.cycle)
        release = _locked(release)
        if release.is_out:
            return False
        files = list(release.files.all())
        has_content = bool(release.text or files)
        require(release_rules.why_not_send(release_rules.Standing(release.state, release.turn, has_content), seen))
        mark = content_hash(release, files)
        before = Release.objects.filter(cycle=cycle, content_hash=mark, state=Release.State.SENT).first()
        if before is not None:
            raise Refused(_("Exactly this was released before: {title}. Nobody needs it twice.", title=before.title))
        release.state, release.sent_by, release.sent_at, release.content_hash = Release.State.SENT, by, now, mark
        release.save(update_fields=["state", "sent_by", "sent_at", "content_hash"])
        given = registering.give(release, registering.registered_in(cycle), now=now)
        what = _("Released to {n} registered suppliers at once: {title}", n=len(given), title=release.title)
        minutes.record(cycle, "release", what, by=by, now=now, place=release.place)
    return True


def content_hash(release: Release, files: list[SharedFile]) -> str:
    """What was released, as one number that anybody can work out again: its words and the hashes of its files."""
    told = {"title": release.title, "kind": release.kind, "text": release.text, "files": sorted(f.sha256 for f in files)}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def withdraw(release: Release, *, reason: str, by: Participant, now: datetime) -> bool:
    """Take a release back. What was out stays in the log with who had it, is shown to nobody, and everybody who got it is told why.

    Returns False, and tells nobody again, when it was taken back before.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = _open(release.cycle)
        release = _locked(release)
        if release.state in (Release.State.WITHDRAWN, Release.State.DROPPED):
            return False
        why = printable(reason).strip()[:500]
        require(release_rules.why_not_end(release.state, why))
        was_out = release.is_out
        release.state = Release.State.WITHDRAWN if was_out else Release.State.DROPPED
        release.ended_by, release.ended_at, release.ended_because = by, now, why
        release.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
        if was_out:
            # Also an e-mail that is on its way at this moment, or whose worker died: it may have arrived.
            reached = Q(done_at__isnull=False) | Q(channel=Reach.EMAIL, held_at__isnull=False)
            had = Delivery.objects.filter(reached, release=release, about=Delivery.About.RELEASE).select_related("organisation")
            told = [registering.Registered(one.organisation, one.at, one.channel, one.where) for one in had]
            registering.give(release, told, about=Delivery.About.WITHDRAWAL, now=now)
        what = (
            _("Withdrawn: {title}", title=release.public_title)
            if was_out
            else _("Taken back before it was released: {title}", title=release.title)
        )
        minutes.record(cycle, "release", what, by=by, now=now, why=why, place=release.place)
    return True


def done_by_hand(delivery: Delivery, *, happened_at: datetime, note: str, by: Participant, now: datetime) -> bool:
    """Write down that a letter was posted or a call made, when and by whom. Returns False when that was written down before."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        release = _locked(delivery.release)
        delivery = (
            Delivery.objects.select_for_update(of=("self",), no_key=True).select_related("release", "organisation").get(pk=delivery.pk)
        )
        if delivery.done_at is not None:
            return False
        too_late = release.ended_at is not None and delivery.about == Delivery.About.RELEASE
        if too_late and release.ended_at is not None and happened_at >= release.ended_at:
            require(release_rules.why_not_send(release_rules.Standing(release.state, release.turn, True), release.turn))
        if delivery.channel not in (Reach.POST, Reach.PHONE):
            raise Refused(_("This supplier is not reached by post or phone."))
        if happened_at > now or happened_at < delivery.at.replace(second=0, microsecond=0):
            raise Refused(_("Give a time after the release and not in the future."))
        happened_at = max(happened_at, delivery.at)
        delivery.done_at = happened_at
        delivery.save(update_fields=["done_at"])
        by_channel = {Reach.POST: ReleaseEvent.What.POSTED, Reach.PHONE: ReleaseEvent.What.PHONED}[Reach(delivery.channel)]
        what = by_channel if delivery.about == Delivery.About.RELEASE else ReleaseEvent.What.TOLD
        _note(delivery.release, delivery.organisation, what, happened_at, now, by=by, note=printable(note).strip()[:300])
        if too_late:  # it was posted before the withdrawal and written down after: they have it, so they are told too
            to = registering.Registered(delivery.organisation, delivery.at, delivery.channel, delivery.where)
            registering.give(release, [to], about=Delivery.About.WITHDRAWAL, now=now)
        minutes.record(
            delivery.release.cycle,
            "release",
            _("{title}: {what}, {who}", title=delivery.release.title, what=what.label, who=delivery.organisation),
            by=by,
            now=now,
        )
    return True


def note_opened(release: Release, supplier: Organisation | None, *, by: Participant | None, now: datetime) -> None:
    """Note that a supplier opened a release: the first time for each person of it."""
    if supplier is None or not release.is_out:
        return
    if not ReleaseEvent.objects.filter(release=release, organisation=supplier, what=ReleaseEvent.What.OPENED, by=by).exists():
        _note(release, supplier, ReleaseEvent.What.OPENED, now, now, by=by)


def note_downloaded(file: SharedFile, supplier: Organisation | None, *, by: Participant | None, now: datetime) -> None:
    """Note that a supplier fetched a file, with its hash; again only after a while. Whoever nobody knows is not noted."""
    release = file.release
    if supplier is None or release is None or not release.is_out:
        return
    same = ReleaseEvent.objects.filter(file=file, organisation=supplier, what=ReleaseEvent.What.DOWNLOADED, by=by)
    if not same.filter(at__gt=now - AGAIN).exists():
        _note(release, supplier, ReleaseEvent.What.DOWNLOADED, now, now, by=by, file=file)


def _note(
    release: Release,
    supplier: Organisation,
    what: str,
    happened_at: datetime,
    now: datetime,
    *,
    by: Participant | None = None,
    note: str = "",
    file: SharedFile | None = None,
) -> None:
    mark = file.sha256 if file else release.content_hash
    ReleaseEvent.objects.create(
        release=release, organisation=supplier, what=what, happened_at=happened_at, at=now, by=by, note=note, file=file, sha256=mark
    )


def _cleaned(given: Draft) -> tuple[str, str]:
    if given.kind not in Release.Kind.values:
        raise Refused(_("Choose what it is."))
    return clean_words(given.title, 160), clean_words(given.text, 20_000) if given.text.strip() else ""


def _open(cycle: Cycle) -> Cycle:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return cycle


def _locked(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=release.pk)


def _turned(release: Release, *names: str) -> None:
    release.turn += 1
    release.save(update_fields=[*names, "turn"])
