"""Summing a consultation up: one summary in plain words, on a public page, and once to everybody who left an address (FB-04)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.template.loader import render_to_string
from django.urls import reverse

from commissioning import minutes, policy, roles, tasks
from commissioning.contributing import clean_words
from commissioning.models import Bringing, Consultation, LeftAddress, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

HELD_FOR = timedelta(minutes=10)  # an address somebody began to send to this long ago was not sent to by them
WAITED = timedelta(minutes=2)
TRIES = 12
LONGEST = 6000  # characters
AT_ONCE = 400  # letters of one task: it ends long before a worker's time does
Now = Callable[[], datetime]


class LetterError(OSError):
    """A summary did not go. Says no more: a mail server's own words may hold an address."""


@dataclass(frozen=True)
class Reach:
    """How many answered, how many of them left an address, and how many summaries went."""

    people: int
    left: int
    letters: int
    sent: int
    failed: int
    by_hand: int
    deleted: bool

    @property
    def page_only(self) -> int:
        """Those who can read the summary only on the public page."""
        return self.people - self.left

    @property
    def waiting(self) -> int:
        """Letters still to go."""
        return self.letters - self.sent - self.failed


def reach_of(consultation: Consultation) -> Reach:
    """The count of a consultation's addresses; two queries."""
    files = consultation.bringings.filter(state=Bringing.State.DONE).aggregate(people=Sum("good"), left=Sum("reachable"))
    mail = Q(mail=True)
    found = _theirs(consultation.pk).aggregate(
        letters=Count("pk", filter=mail),
        sent=Count("pk", filter=mail & Q(sent_at__isnull=False)),
        failed=Count("pk", filter=mail & Q(sent_at=None, tries__gte=TRIES)),
        by_hand=Count("pk", filter=Q(mail=False)),
        deleted=Count("pk", filter=Q(address="")),
    )
    return Reach(
        files["people"] or 0, files["left"] or 0, found["letters"], found["sent"], found["failed"], found["by_hand"], bool(found["deleted"])
    )


def _theirs(consultation_id: int) -> QuerySet[LeftAddress]:
    return LeftAddress.objects.filter(consultation=consultation_id, bringing__state=Bringing.State.DONE)


def mark_of(summary: str) -> str:
    """What tells one state of a summary from another."""
    return hashlib.sha256(summary.encode()).hexdigest()[:16]


def publish(consultation: Consultation, *, summary: str, seen: str | None = None, by: Participant, now: datetime) -> None:
    """Publish the summary, or mend the one that is published; nothing is sent by that.

    Raises `Refused` when it is no longer the one whose mark was `seen`.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(summary, LONGEST)
    with transaction.atomic():
        held = Consultation.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=consultation.pk)
        if held.summary == words:
            return
        if seen is not None and seen != mark_of(held.summary):
            raise Refused(_("Somebody changed this since you opened it. Look at it again; your words are shown below."))
        first = held.summed_up_at is None
        held.summary, held.summed_up_at, held.summed_up_by = words, now, by
        held.save(update_fields=["summary", "summed_up_at", "summed_up_by"])
        what = (
            _("The summary of {title} was published", title=held.title)
            if first
            else _("The summary of {title} was mended", title=held.title)
        )
        minutes.record(held.cycle, "summary", what, by=by, now=now)


def send(consultation: Consultation, *, by: Participant, now: datetime) -> int:
    """Send the summary to everybody who left an address and has not had it; returns to how many. Asked twice, each gets one."""
    require(policy.why_not(roles.ANSWER, held_by(by)))
    with transaction.atomic():
        consultation = Consultation.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=consultation.pk)
        if consultation.summed_up_at is None:
            raise Refused(_("Write the summary first. Then it can be sent."))
        fresh = _theirs(consultation.pk).filter(mail=True, sent_at=None, asked_at=None).exclude(address="")
        n = LeftAddress.objects.filter(pk__in=fresh.values("pk")).update(asked_at=now)
        if n:
            what = _("The summary of {title} is sent to {n} who left an address", title=consultation.title, n=n)
            minutes.record(consultation.cycle, "summary", what, by=by, now=now)
            tasks.in_background(tasks.send_summaries, consultation.pk)
    return n


def _waiting(now: datetime) -> Q:
    free = Q(held_at=None) | Q(held_at__lt=now - HELD_FOR)
    return free & Q(asked_at__isnull=False, sent_at=None, mail=True, tries__lt=TRIES) & ~Q(address="")


def left_lying(now: datetime) -> list[int]:
    """Consultations with a summary that did not go, or whose message or worker was lost."""
    found = LeftAddress.objects.filter(_waiting(now), asked_at__lt=now - WAITED)
    return list(found.values_list("consultation", flat=True).distinct().order_by("consultation")[:20])


def send_waiting(consultation_id: int, *, now: Now) -> None:
    """Send what waits, each taken in one statement so that of two workers one sends. Raises `LetterError` when one did not go."""
    consultation = Consultation.objects.select_related("cycle__authority").get(pk=consultation_id)
    subject, body = _words(consultation)
    wrong = 0
    for pk in list(LeftAddress.objects.filter(_waiting(now()), consultation=consultation_id).values_list("pk", flat=True)[:AT_ONCE]):
        if not LeftAddress.objects.filter(_waiting(now()), pk=pk).update(held_at=now(), tries=F("tries") + 1):
            continue
        to = LeftAddress.objects.get(pk=pk)
        try:
            _letter(to, subject, body).send()
        except Exception:  # noqa: BLE001 (whatever the post office says, the row must tell that it did not go)
            LeftAddress.objects.filter(pk=pk).update(held_at=None)
            wrong += 1
            continue
        LeftAddress.objects.filter(pk=pk).update(sent_at=now())
    if wrong:
        raise LetterError(f"consultation {consultation_id}: {wrong} summaries did not go")
    if LeftAddress.objects.filter(_waiting(now()), consultation=consultation_id).exists():
        with transaction.atomic():
            tasks.in_background(tasks.send_summaries, consultation_id)


def _letter(to: LeftAddress, subject: str, body: str) -> EmailMessage:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    # The same name each time it is tried: should one be sent twice, mail programs show it once.
    headers = {"Message-ID": f"<summary-{to.consultation_id}-{to.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, to=[to.address], headers=headers)


def _words(consultation: Consultation) -> tuple[str, str]:
    public = consultation.cycle.public_at is not None
    link = f"{settings.PUBLIC_URL}{reverse('consultation_summary', args=[consultation.cycle.slug, consultation.pk])}" if public else ""
    context = {"consultation": consultation, "cycle": consultation.cycle, "link": link}
    subject, __, body = render_to_string("commissioning/letters/summary.txt", context).strip().partition("\n\n")
    return " ".join(subject.split()), body.strip() + "\n"


def delete_addresses(consultation: Consultation, *, by: Participant, now: datetime) -> int:
    """Delete every address of a consultation whose summary was sent: they were left for that alone."""
    require(policy.why_not(roles.ANSWER, held_by(by)))
    with transaction.atomic():
        theirs = LeftAddress.objects.filter(consultation=consultation).exclude(address="")
        if theirs.filter(mail=True, sent_at=None, tries__lt=TRIES).exists():  # also of a file that came in since the page was loaded
            raise Refused(_("Some summaries are still on their way. Delete the addresses when all have gone."))
        n = theirs.update(address="")
        if n:
            what = _("{n} addresses of {title} were deleted", n=n, title=consultation.title)
            minutes.record(consultation.cycle, "summary", what, by=by, now=now)
    return n
