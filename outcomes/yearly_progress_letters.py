"""The summary of a published year, once to each address left with an answer; then the address is gone (FB-04, ET-06)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from outcomes import tasks, yearly_progress_rules
from outcomes.models import ProgressYear, VoiceAddress

HELD_FOR = timedelta(minutes=10)
WAITED = timedelta(minutes=2)
TRIES = 12
AT_ONCE = 400
Now = Callable[[], datetime]


class LetterError(OSError):
    """A summary did not go. Says no more: a mail server's own words may hold an address."""


def ask_for(year: ProgressYear, *, now: datetime) -> int:
    """Have the year's summary sent to every address that waits for one; returns how many. The caller holds a transaction."""
    n = VoiceAddress.objects.filter(link__cycle=year.cycle_id, asked_at=None).update(year=year, asked_at=now)
    if n:
        tasks.send_progress.delay_on_commit(year.pk)
    return n


def _waiting(now: datetime) -> Q:
    return (Q(held_at=None) | Q(held_at__lt=now - HELD_FOR)) & Q(asked_at__isnull=False, tries__lt=TRIES)


def left_lying(now: datetime) -> list[int]:
    """Years whose letters did not all go, or whose message or worker was lost."""
    found = VoiceAddress.objects.filter(_waiting(now), asked_at__lt=now - WAITED)
    return [pk for pk in found.values_list("year", flat=True).distinct().order_by("year")[:20] if pk]


def send_waiting(year_id: int, *, now: Now) -> None:
    """Send what waits, each taken in one statement so that of two workers one sends; what went is deleted with its address.

    Raises `LetterError` when one did not go.
    """
    year = ProgressYear.objects.select_related("cycle__authority").get(pk=year_id)
    wrong = 0
    for pk in list(VoiceAddress.objects.filter(_waiting(now()), year=year).values_list("pk", flat=True)[:AT_ONCE]):
        if not VoiceAddress.objects.filter(_waiting(now()), pk=pk).update(held_at=now(), tries=F("tries") + 1):
            continue
        to = VoiceAddress.objects.get(pk=pk)
        try:
            with translation.override(to.language):
                letter(year, to.address, pk).send()
        except Exception:  # noqa: BLE001 (whatever the post office says, the row must tell that it did not go)
            VoiceAddress.objects.filter(pk=pk).update(held_at=None)
            wrong += 1
            continue
        with transaction.atomic():
            gone, __ = VoiceAddress.objects.filter(pk=pk).delete()
            if gone:
                ProgressYear.objects.filter(pk=year_id).update(sent=F("sent") + 1)
    if wrong:
        raise LetterError(f"year {year_id}: {wrong} summaries did not go")
    if VoiceAddress.objects.filter(_waiting(now()), year=year).exists():
        with transaction.atomic():
            tasks.send_progress.delay_on_commit(year_id)


def letter(year: ProgressYear, address: str, number: int) -> EmailMessage:
    """The year in plain words: each outcome with where it stands, why, and what people say."""
    rows = [row | {"standing_words": yearly_progress_rules.WORDS[row["standing"]]} for row in year.content["outcomes"]]
    link = f"{settings.PUBLIC_URL}{reverse('progress_year', args=[year.cycle.slug, year.year, year.version])}"
    context = {"year": year, "cycle": year.cycle, "rows": rows, "link": link}
    subject, __, body = render_to_string("outcomes/letters/progress.txt", context).strip().partition("\n\n")
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<progress-{year.pk}-{number}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[address], headers=headers)
