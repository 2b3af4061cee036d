"""E-mails about releases: each goes once to one supplier, says what there is and where, and leaves its line in the log."""

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse

from commissioning.models import Delivery, Reach, Recipient, Release, ReleaseEvent

HELD_FOR = timedelta(minutes=10)  # an e-mail somebody began to send this long ago was not sent by them
WAITED = timedelta(minutes=2)  # one asked for this long ago and not sent has lost its message
TRIES = 12  # then somebody must look at the mail server, or at the address
AT_ONCE = 500  # e-mails swept up in one go
_SIGNER = signing.Signer(salt="commissioning.release")


class DeliveryError(OSError):
    """An e-mail did not go. Says what kind of fault it was and no more: a mail server's own words may hold an address."""


def link_token(delivery: Delivery) -> str:
    """The end of the link in an e-mail: which supplier it went to, signed, so that nobody opens another's."""
    return _SIGNER.sign(str(delivery.pk))


def delivery_of(token: str) -> Delivery | None:
    """The delivery a link was made for, or None for any other text."""
    try:
        number = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    return Delivery.objects.select_related("release__cycle__authority", "organisation").filter(pk=int(number)).first()


def hold(delivery_id: int, *, now: datetime) -> Delivery | None:
    """Take an e-mail to send it, in one statement, so that of two workers one sends; None when there is nothing to send."""
    free = Q(held_at=None) | Q(held_at__lt=now - HELD_FOR)
    waiting = Delivery.objects.filter(free, pk=delivery_id, done_at=None, channel=Reach.EMAIL, tries__lt=TRIES)
    if not waiting.update(held_at=now, tries=F("tries") + 1):
        return None
    return Delivery.objects.select_related("release__cycle__authority", "organisation").get(pk=delivery_id)


def deliver(delivery: Delivery, *, now: datetime) -> None:
    """Send an e-mail that is held, and note that it went. Raises `DeliveryError` for every fault, after letting it go."""
    if delivery.about == Delivery.About.RELEASE and not delivery.release.is_out:
        return  # it was withdrawn before it went: it stays held, not sent, and is not tried again
    try:
        compose(delivery).send()
    except Exception as wrong:  # noqa: BLE001 (whatever the post office says, the row must tell that it did not go)
        Delivery.objects.filter(pk=delivery.pk).update(held_at=None)
        raise DeliveryError(f"delivery {delivery.pk}: {type(wrong).__name__}") from None
    note_sent(delivery, now=now)


def note_sent(delivery: Delivery, *, now: datetime) -> None:
    """Write down that an e-mail went; once, whoever else writes the same."""
    with transaction.atomic():
        if Delivery.objects.filter(pk=delivery.pk, done_at=None).update(done_at=now):
            about = delivery.about == Delivery.About.RELEASE
            ReleaseEvent.objects.create(
                release=delivery.release,
                organisation=delivery.organisation,
                what=ReleaseEvent.What.SENT if about else ReleaseEvent.What.TOLD,
                sha256=delivery.release.content_hash,
                happened_at=now,
                at=now,
            )


def compose(delivery: Delivery) -> EmailMessage:
    """The e-mail: plain text with one link; the first line of its template is the subject."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    # The same name each time it is tried: should one be sent twice, mail programs show it once.
    headers = {"Message-ID": f"<release-{delivery.pk}-{int(delivery.at.timestamp())}@{host}>", "Auto-Submitted": "auto-generated"}
    link = f"{settings.PUBLIC_URL}{reverse('released', args=[link_token(delivery)])}"
    context = {"release": delivery.release, "cycle": delivery.release.cycle, "supplier": delivery.organisation, "link": link}
    subject, __, body = render_to_string(f"commissioning/letters/{delivery.about}.txt", context).strip().partition("\n\n")
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[delivery.where], headers=headers)


def tell_of_change(recipient_id: int, address: str) -> None:
    """Say to the address before that releases reach the supplier another way from now on; never at which new address.

    Raises `DeliveryError` for every fault of the post office.
    """
    row = Recipient.objects.select_related("cycle__authority", "organisation").filter(pk=recipient_id).first()
    if row is None or (row.channel, row.where) == (Reach.EMAIL, address):
        return  # joined with another, or changed back before this went
    link = f"{settings.PUBLIC_URL}{reverse('releases', args=[row.cycle.slug])}" if row.cycle.public_at else ""
    context = {"row": row, "cycle": row.cycle, "supplier": row.organisation, "link": link}
    subject, __, body = render_to_string("commissioning/letters/reach_changed.txt", context).strip().partition("\n\n")
    letter = EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[address], headers={"Auto-Submitted": "auto-generated"})
    try:
        letter.send()
    except Exception as wrong:  # noqa: BLE001 (a mail server's own words may hold the address)
        raise DeliveryError(f"recipient {recipient_id}: {type(wrong).__name__}") from None


def to_try_again(now: datetime) -> list[int]:
    """E-mails that did not go, whose message was lost, or whose worker died; none of a release that was withdrawn since."""
    lost = Q(held_at=None) & (Q(tries__gt=0) | Q(at__lt=now - WAITED))
    wanted = Q(about=Delivery.About.WITHDRAWAL) | Q(release__state=Release.State.SENT)
    waiting = Delivery.objects.filter(lost | Q(held_at__lt=now - HELD_FOR), wanted, done_at=None, channel=Reach.EMAIL, tries__lt=TRIES)
    return list(waiting.values_list("pk", flat=True)[:AT_ONCE])
