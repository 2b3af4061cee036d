"""Background work of the ground floor: e-mails about releases. The row is the truth, the message only a nudge."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def send_delivery(self: Any, delivery_id: int) -> None:
    """Send one e-mail about a release. Safe to run twice, and at the same time."""
    from commissioning import release_letters  # noqa: PLC0415 (what asks for this task is asked by it: the import would go round)

    delivery = release_letters.hold(delivery_id, now=timezone.now())
    if delivery is not None:
        release_letters.deliver(delivery, now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_deliveries() -> None:
    """Give newly registered suppliers what is out, and ask again for e-mails that did not go."""
    from commissioning import registering, release_letters  # noqa: PLC0415 (as above)
    from commissioning.models import Cycle  # noqa: PLC0415 (as above)

    for cycle in Cycle.objects.filter(state=Cycle.State.OPEN, releases__state="sent").distinct():
        registering.catch_up(cycle, now=timezone.now())
    for delivery_id in release_letters.to_try_again(timezone.now()):
        send_delivery.delay_on_commit(delivery_id)
