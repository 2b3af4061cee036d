"""Asking for letters about a workshop, composing them, and sending each of them once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from commissioning.models import Cycle, Participant
from commissioning.people import link_key
from workshops import calendar_file, tasks
from workshops.models import Letter, Workshop

HELD_FOR = timedelta(minutes=10)  # a letter somebody began to send this long ago was not sent by them
WITH_CALENDAR = (Letter.Kind.INVITATION, Letter.Kind.CHOSEN, Letter.Kind.CALLED_OFF, Letter.Kind.REMINDER)


def ask_for(
    people: Iterable[Participant],
    kind: str,
    occasion: str,
    *,
    cycle: Cycle,
    now: datetime,
    workshop: Workshop | None = None,
    words: str = "",
) -> int:
    """Ask for one letter to each of these people who has an address; asking again for the same occasion sends nothing more.

    Returns how many were asked for now. The caller holds a transaction: nothing is sent unless it commits.
    """
    reached = {p.pk: p for p in people if p.user_id is not None and p.withdrawn_at is None}
    had = set(Letter.objects.filter(participant__in=reached, occasion=occasion).values_list("participant", flat=True))
    rows = [
        Letter(cycle=cycle, workshop=workshop, participant=person, kind=kind, occasion=occasion, words=words[:600], asked_at=now)
        for pk, person in reached.items()
        if pk not in had
    ]
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = Letter.objects.filter(participant__in=[row.participant_id for row in rows], occasion=occasion, sent_at=None)
    for letter_id in wanted.values_list("pk", flat=True):
        tasks.send_letter.delay_on_commit(letter_id)
    return len(rows)


def hold(letter_id: int, *, now: datetime) -> Letter | None:
    """Take a letter to send it; None when it is sent, or somebody else is sending it at this moment."""
    free = Q(held_at=None) | Q(held_at__lt=now - HELD_FOR)
    taken = Letter.objects.filter(free, pk=letter_id, sent_at=None).update(held_at=now, tries=F("tries") + 1)
    if not taken:
        return None
    return Letter.objects.select_related("participant__user", "cycle__authority", "workshop__cycle__authority").get(pk=letter_id)


def deliver(letter: Letter, *, now: datetime) -> None:
    """Send a letter that is held, and note that it went. Raises what the mail server raises, after letting the letter go."""
    person = letter.participant
    if person.user is None or person.withdrawn_at is not None or stale(letter, now):
        Letter.objects.filter(pk=letter.pk).update(sent_at=now)  # nobody is to have it any more
        return
    try:
        compose(letter, now=now).send()
    except Exception:
        Letter.objects.filter(pk=letter.pk).update(held_at=None)
        raise
    Letter.objects.filter(pk=letter.pk).update(sent_at=now)


def stale(letter: Letter, now: datetime) -> bool:
    """Whether a reminder comes too late to remind: a letter may have waited for a mail server that was down."""
    workshop = letter.workshop
    if workshop is None:
        return False
    if letter.kind == Letter.Kind.REMINDER:
        return workshop.starts_at is None or workshop.starts_at <= now or bool(workshop.called_off_because)
    if letter.kind == Letter.Kind.CLOSING:
        return workshop.closes_at is None or workshop.closes_at <= now
    return False


def compose(letter: Letter, *, now: datetime) -> EmailMessage:
    """A letter in words, with its personal link, and the calendar file where the letter is about a date."""
    workshop = letter.workshop
    context = {"letter": letter, "workshop": workshop, "cycle": letter.cycle, "person": letter.participant, **links(letter)}
    subject, _blank, body = render_to_string(f"workshops/letters/{letter.kind}.txt", context).strip().partition("\n\n")
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    assert letter.participant.user is not None  # noqa: S101 (`deliver` has asked; this tells the type checker)
    mail = EmailMessage(
        " ".join(subject.split()),
        body.strip() + "\n",
        to=[letter.participant.user.email],
        # The same name each time it is tried: should one be sent twice, mail programs show it once.
        headers={"Message-ID": f"<letter-{letter.pk}-{int(letter.asked_at.timestamp())}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if workshop is not None and workshop.starts_at is not None and letter.kind in WITH_CALENDAR:
        mail.attach(_calendar(workshop, now))
    return mail


def _calendar(workshop: Workshop, now: datetime) -> MIMEText:
    part = MIMEText(calendar_file.as_ics(workshop, now=now).decode(), "calendar", "utf-8")
    part.set_param("method", calendar_file.method_of(workshop))
    part.add_header("Content-Disposition", "attachment", filename=_("workshop.ics"))
    return part


def links(letter: Letter) -> dict[str, Any]:
    """The addresses a letter names: the person's own page about the workshop, or about the cycle."""
    key = link_key(letter.participant)
    own = reverse("mine", args=[key])
    if letter.workshop is None:
        return {"link": settings.PUBLIC_URL + own}
    page = reverse("invited_claim" if letter.kind == Letter.Kind.CLAIM else "invited", args=[key, letter.workshop.slug])
    return {"link": settings.PUBLIC_URL + page}
