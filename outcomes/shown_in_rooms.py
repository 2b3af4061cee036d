"""What potential suppliers could see in a room before it was released: words of the commissioner side, photographs, agreed items."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from commissioning.models import Contribution, Cycle, Group, Release
from outcomes import fairness
from workshops.models import Agreement, Attendance, Photo, Workshop

LONGEST = 140  # characters of one thing in the list of what was shown


def shown(cycle: Cycle, supplier_of: Mapping[int, int], releases: list[Release]) -> list[fairness.Shown]:
    """For each workshop: what was shown, which suppliers were there, and when all of it was released; five queries."""
    workshops = list(Workshop.objects.filter(cycle=cycle))
    main = {w.pk: w.parent_id or w.pk for w in workshops}
    by_pk = {w.pk: w for w in workshops}
    things = _things(cycle, workshops, main)
    was_there: dict[int, dict[int, Attendance]] = defaultdict(dict)
    for one in Attendance.objects.filter(workshop__in=workshops, participant__in=supplier_of):
        supplier, place = supplier_of[one.participant_id], was_there[main[one.workshop_id]]
        if supplier not in place or one.first_at < place[supplier].first_at:
            place[supplier] = one
    found = []
    for pk, items in things.items():
        workshop = by_pk[pk]
        notes = sorted((r for r in releases if r.place == workshop.slug and r.is_out), key=lambda r: r.at)
        open_still = [(at, words) for at, words in items if not notes or at > notes[-1].at]
        listed = open_still or items
        words = tuple(words for __, words in sorted(listed))
        released_at = None if open_still else notes[0].sent_at
        begun = min(at for at, __ in listed)
        # Whoever came could see what was shown before and after: a room stays open to those who were in it.
        had = {s: max(seen.first_at, begun) for s, seen in was_there[pk].items() if released_at is None or seen.first_at < released_at}
        found.append(fairness.Shown(workshop.slug, str(workshop), begun, had, released_at, words))
    return found


def _things(cycle: Cycle, workshops: list[Workshop], main: Mapping[int, int]) -> dict[int, list[tuple[datetime, str]]]:
    """What was shown in each workshop, with its moment; rooms of a workshop count with it."""
    things: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    at_slug = {w.slug: main[w.pk] for w in workshops}
    said = Contribution.objects.filter(cycle=cycle, group=Group.COMMISSIONER, place__in=at_slug, moderation__gte=0, held=False)
    for one in said.filter(withdrawn_at=None):
        things[at_slug[one.place]].append((one.at, _("An officer said: %(words)s") % {"words": one.text[:LONGEST]}))
    for photo in Photo.objects.filter(idea__workshop__in=workshops).select_related("idea"):
        things[main[photo.idea.workshop_id]].append((photo.at, _("A photograph: %(words)s") % {"words": photo.shows[:LONGEST]}))
    agreed = Agreement.objects.filter(proposal__workshop__in=workshops, superseded_at=None).select_related("proposal")
    for agreement in agreed:
        words = _("Agreed: %(words)s") % {"words": agreement.proposal.text[:LONGEST]}
        things[main[agreement.proposal.workshop_id]].append((agreement.at, words))
    return things
