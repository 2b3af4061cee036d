"""What this floor knows of what reached whom: letters that went, invitations that were answered (TR-03)."""

from collections.abc import Iterable

from django.utils import timezone

from commissioning import what_reached
from commissioning.models import Cycle
from commissioning.what_reached import OPENED, SENT, Told
from workshops.models import Invitation, Letter


def letters_and_answers(cycle: Cycle) -> Iterable[Told]:
    """Every letter that went to somebody of an organisation, and every invitation they answered: who answers has read it."""
    sent = Letter.objects.filter(cycle=cycle, participant__withdrawn_at=None).exclude(sent_at=None).exclude(participant__organisation=None)
    for letter in sent.select_related("participant"):
        organisation = letter.participant.organisation_id if letter.participant else None
        if organisation and letter.sent_at:
            route = what_reached.POST if letter.by_post else what_reached.EMAIL
            what, invites = letter.get_kind_display(), letter.kind == Letter.Kind.INVITATION
            yield Told(organisation, what, str(route), timezone.localdate(letter.sent_at), SENT, invites)
    answered = Invitation.objects.filter(workshop__cycle=cycle).exclude(answer="").exclude(participant__organisation=None)
    for one in answered.select_related("participant", "workshop"):
        if one.participant.organisation_id and one.answered_at:
            what = str(one.workshop)
            yield Told(one.participant.organisation_id, what, str(what_reached.ANSWERED), timezone.localdate(one.answered_at), OPENED, True)


def hand_down() -> None:
    """Tell the ground floor's look what only this floor knows."""
    what_reached.SOURCES.append(letters_and_answers)
