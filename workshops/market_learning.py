"""The notes of a workshop to every registered supplier at one moment (AN-14, FS-01): what was said, agreed and photographed."""

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from commissioning import policy, prices, quoting, release_rules, releasing, roles
from commissioning.models import Contribution, Group, Participant, Release
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, on_record, require
from workshops import handing_out, picturing, reporting
from workshops.models import Photo, Workshop


def notes_of(workshop: Workshop) -> Release | None:
    """The release of a workshop's notes that is or was out, the newest; None when there is none."""
    sent = Release.objects.filter(cycle=workshop.cycle_id, place=workshop.slug, sent_at__isnull=False)
    return sent.order_by("-pk").first()


def price_in(workshop: Workshop) -> Sentence | None:
    """A question before the notes go to everybody who may bid: do they name a price? (FS-06)"""
    report = reporting.report_of(workshop, now=timezone.now())
    said = [one.text for group in report.said for one in (*group.first, *group.rest)]
    agreed = [result.card.proposal.text for result in (*report.agreed, *report.contested)]
    return prices.looks_commercial(*said, *agreed, *(photo.shows for photo in _photographs(workshop)))


def release_notes(workshop: Workshop, *, by: Participant, now: datetime) -> tuple[Release, bool]:
    """Release the report of a closed workshop with its photographs, in one act. Two officers at once make one release.

    Returns it and whether it was this press. Raises `Refused` while the workshop is open, and for anybody who does not convene.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    closing = workshop.closings.order_by("-number").first()
    if workshop.closed_at is None or closing is None:
        raise Refused(_("Close the workshop first. Its notes are written then."))
    report = on_record(lambda: handing_out.build(_for_everybody(workshop), outside=True))
    words = on_record(lambda: _words(workshop))
    title = on_record(lambda: _("Notes of %(workshop)s") % {"workshop": workshop})[:160]
    with transaction.atomic():
        given = releasing.Draft(title, Release.Kind.NOTES, words, workshop.slug)
        release = releasing.draft(workshop.cycle, given, key=f"notes-{closing.pk}", by=by, now=now)
        if release.state == Release.State.DRAFT:
            releasing.add_file(release, f"{workshop.slug}.docx", report, by=by, now=now)
            most = release_rules.limits_on(timezone.localdate(now)).most_files
            for n, photo in enumerate(_photographs(workshop)[: most - 1], start=1):
                if default_storage.exists(photo.large):
                    with default_storage.open(photo.large) as kept:
                        releasing.add_file(release, f"photograph-{n}.jpg", kept.read(), by=by, now=now)
        release.refresh_from_db()
        mine = releasing.send(release, seen=release.turn, by=by, now=now)
        release.refresh_from_db()
    return release, mine


def _for_everybody(workshop: Workshop) -> reporting.Report:
    """The report as the whole world may read it: the words of a card only where their author agreed to their use (ET-01)."""
    report = reporting.report_of(workshop, now=timezone.now())
    cards = [*(result.card for result in (*report.agreed, *report.contested)), *report.not_settled]
    own = Contribution.objects.filter(pk__in=[card.proposal.contribution_id for card in cards]).exclude(group=Group.COMMISSIONER)
    before = dict(own.values_list("pk", "text"))
    hidden = {one.pk: one.text for one in quoting.as_agreed(own.select_related("participant")) if one.text != before[one.pk]}
    for card in cards:
        card.proposal.text = hidden.get(card.proposal.contribution_id, card.proposal.text)
    return report


def _words(workshop: Workshop) -> str:
    report = _for_everybody(workshop)
    lines = render_to_string("workshops/release_notes.txt", {"workshop": workshop, "report": report}).splitlines()
    return "\n".join(line.rstrip() for i, line in enumerate(lines) if line.strip() or (i and lines[i - 1].strip())).strip()


def _photographs(workshop: Workshop) -> list[Photo]:
    """The photographs everybody in the room could see, also those of its rooms."""
    places = [workshop, *workshop.rooms.all()]
    listed = Photo.objects.filter(idea__workshop__in=places).select_related("idea__contribution")
    return [photo for photo in listed if picturing.may_see(photo, None, facilitates=False)]
