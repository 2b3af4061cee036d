"""Opening a cycle's page to everybody, taking it back, and what only an officer can say for its notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words, printable
from commissioning.models import AuthorityDetails, Cycle, EngagementNotice, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def _ready(cycle: Cycle, by: Participant) -> Cycle:
    """The cycle, locked, when `by` may convene it; else raises `Refused`."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not part of this cycle."))
    return Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)


def _clean(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: printable(value).strip() if isinstance(value, str) else value for name, value in said.items()}


def open_page(cycle: Cycle, *, by: Participant, now: datetime) -> None:
    """Publish the cycle's page: from now on everybody can read it without signing in (AN-13, FS-05). Sent twice it is one act."""
    with transaction.atomic():
        cycle = _ready(cycle, by)
        if cycle.public_at is None:
            cycle.public_at = now
            cycle.save(update_fields=["public_at"])
            minutes.record(cycle, "open page", _("The public page was published: everybody can read it"), by=by, now=now)


def take_back(cycle: Cycle, *, reason: str, by: Participant, now: datetime) -> None:
    """Take the page back, with a reason; what people copied meanwhile stays with them, and releases of open data are kept."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        cycle = _ready(cycle, by)
        if cycle.public_at is None:
            raise Refused(_("This page is not public."))
        cycle.public_at = None
        cycle.save(update_fields=["public_at"])
        minutes.record(cycle, "take back page", _("The public page was taken back"), by=by, now=now, why=words)


def keep_details(cycle: Cycle, said: Mapping[str, Any], *, by: Participant, now: datetime) -> AuthorityDetails:
    """Keep how the authority is found and reached; it stands for all its cycles."""
    with transaction.atomic():
        cycle = _ready(cycle, by)
        details, __ = AuthorityDetails.objects.update_or_create(authority_id=cycle.authority_id, defaults=_clean(said))
        minutes.record(cycle, "authority details", _("How to find and reach the authority was changed"), by=by, now=now)
    return details


def keep_notice(cycle: Cycle, said: Mapping[str, Any], *, by: Participant, now: datetime) -> EngagementNotice:
    """Keep what an officer says for the notice of preliminary market engagement."""
    with transaction.atomic():
        cycle = _ready(cycle, by)
        notice, __ = EngagementNotice.objects.update_or_create(cycle=cycle, defaults=_clean(said))
        minutes.record(cycle, "notice", _("What the notice of early market engagement says was changed"), by=by, now=now)
    return notice
