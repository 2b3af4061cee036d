"""Writing down a visit, a call or a letter with one supplier before procurement starts, and what it was given (FS-08)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from commissioning import minutes, policy, release_rules, releasing, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Organisation, Participant, Release, SupplierContact
from commissioning.people import held_by
from commissioning.reaching import acts_for_supplier
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

EVEN_OUT = "even-out-"  # followed by the contact, and from the second release of it by how many there were


@dataclass(frozen=True)
class Met:
    """What somebody says of a contact: what it was, who was there, when, how long, what was said, and the files that were given."""

    kind: str
    who: str
    happened_at: datetime
    summary: str
    minutes: int | None = None
    files: tuple[tuple[str, bytes], ...] = field(default=())


def log(cycle: Cycle, supplier: Organisation, met: Met, *, key: str, by: Participant, now: datetime) -> SupplierContact:
    """Keep a contact with one supplier. Officers log any, suppliers their own. The same form sent twice is kept once."""
    had = SupplierContact.objects.filter(by=by, key=key).first()
    if had is not None:
        return had
    if by.cycle_id != cycle.pk or supplier.authority_id != cycle.authority_id:
        raise Refused(_("There is no such organisation in the register."))
    if by.organisation_id != supplier.pk or not acts_for_supplier(by):
        require(policy.why_not(roles.CONVENE, held_by(by)))
    if met.kind not in SupplierContact.Kind.values:
        raise Refused(_("Choose what it was."))
    who, summary = clean_words(met.who, 300), clean_words(met.summary, 2000)
    require(release_rules.why_not_happened(met.happened_at, now, cycle.opened_at))
    limits = release_rules.limits_on(timezone.localdate(now))
    files = [(release_rules.safe_name(name), content) for name, content in met.files]
    for name, content in files:
        require(release_rules.why_not_file(name, content, limits))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        # What a supplier writes here, officers alone read: from now on there is the one channel that is answered to all (INV-12).
        require(None if roles.CONVENE in held_by(by) else cycle.quiet)
        made, new = SupplierContact.objects.get_or_create(
            by=by,
            key=key,
            defaults={
                "cycle": cycle,
                "organisation": supplier,
                "kind": met.kind,
                "who": who,
                "happened_at": met.happened_at,
                "minutes": met.minutes,
                "summary": summary,
                "at": now,
            },
        )
        if new:
            for name, content in files:
                releasing.keep_file(name, content, by=by, now=now, contact=made)
            what = _("Logged: {kind}, {who}", kind=SupplierContact.Kind(met.kind).label, who=supplier)
            minutes.record(cycle, "contact", what, by=by, now=now)
    return made


def even_out(contact: SupplierContact, *, title: str, by: Participant, now: datetime) -> Release:
    """Begin a release of the files that one supplier was given, so that all get the same. An officer reads it and releases it.

    Where the one begun before was taken back, another is begun: the others still do not have what this supplier has.
    """
    files = list(contact.files.all())
    if not files:
        raise Refused(_("No file was given, so there is nothing to release."))
    with transaction.atomic():
        Cycle.objects.select_for_update(no_key=True).get(pk=contact.cycle_id)  # two officers at once begin one
        given, before = releasing.Draft(title, Release.Kind.OTHER), _begun(contact.cycle_id).get(contact.pk, [])
        key = before[-1].key if before and not before[-1].ended_at else f"{EVEN_OUT}{contact.pk}-{len(before)}"
        release = releasing.draft(contact.cycle, given, key=key, by=by, now=now)
        for file in files:
            if release.state == Release.State.DRAFT and default_storage.exists(file.stored):
                with default_storage.open(file.stored) as kept:
                    releasing.add_file(release, file.name, kept.read(), by=by, now=now)
        release.refresh_from_db()
    return release


def with_release(contacts: list[SupplierContact], *, officer: bool) -> list[tuple[SupplierContact, Release | None]]:
    """These contacts, each with the release that was made of its files: once it is out, and for officers what is begun; one query."""
    begun = _begun(contacts[0].cycle_id) if contacts else {}
    known = {pk: [one for one in made if officer or one.sent_at] for pk, made in begun.items()}
    return [(contact, next(reversed(known.get(contact.pk, [])), None)) for contact in contacts]


def _begun(cycle_id: int) -> dict[int, list[Release]]:
    """The releases made of what one supplier was given, for each contact in the order they were begun."""
    made: dict[int, list[Release]] = defaultdict(list)
    for release in Release.objects.filter(cycle=cycle_id, key__startswith=EVEN_OUT).order_by("pk"):
        made[int(release.key.removeprefix(EVEN_OUT).partition("-")[0])].append(release)
    return made
