"""Saying, after commit, which regions of a workshop have changed: names only, never contents.

Names and not payloads, so that late, doubled, reordered or lost messages cannot show an old state. If the channel
layer is down the act still stands: the revision in the database tells every client, at the next heartbeat, to look again.
"""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import F

from workshops.models import Cast, Workshop

logger = logging.getLogger(__name__)


def group_name(workshop_id: int) -> str:
    """The one channel-layer group of a workshop; each server process joins it once, not each socket."""
    return f"workshop-{workshop_id}"


def announce(workshop_id: int, *regions: str) -> None:
    """Raise the workshop's revision in this transaction, and tell every process afterwards what to redraw."""
    Workshop.objects.filter(pk=workshop_id).update(revision=F("revision") + 1)
    revision = acts_of(workshop_id)
    transaction.on_commit(lambda: _tell(workshop_id, list(regions), revision))


def announce_unrevised(workshop_id: int, *regions: str) -> None:
    """The same for changes that are counted elsewhere: votes (see `revision_of`) and presence.

    A counter in the workshop's row would make every vote wait for the one before it.
    """
    transaction.on_commit(lambda: _tell(workshop_id, list(regions), None))


def acts_of(workshop_id: int) -> int:
    """How many acts have changed a workshop; each raises it by one."""
    return Workshop.objects.filter(pk=workshop_id).values_list("revision", flat=True).first() or 0


def votes_in(workshop_id: int) -> int:
    """How many votes have been cast in a workshop, changes included."""
    return Cast.objects.filter(workshop=workshop_id).count()


def revision_of(workshop_id: int) -> int:
    """The state of a workshop as one number that only grows: acts and votes, all committed."""
    return acts_of(workshop_id) + votes_in(workshop_id)


def _tell(workshop_id: int, regions: list[str], revision: int | None) -> None:
    message = {"type": "changed", "workshop": workshop_id, "regions": regions, "revision": revision}
    try:
        async_to_sync(get_channel_layer().group_send)(group_name(workshop_id), message)
    except Exception:  # noqa: BLE001 (whatever the layer raises, the act is committed and must not be undone by it)
        logger.warning("announcement not sent; clients will catch up at the next heartbeat", extra={"workshop": workshop_id})
