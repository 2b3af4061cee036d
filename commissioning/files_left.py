"""Files of answers that nobody brings in: they hold people's words and addresses, so each waits only so long."""

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from commissioning import bringing_in, minutes
from commissioning.models import Bringing
from commissioning.sentences import Sentence as _

State = Bringing.State
WAITING = (State.ARRIVED, State.CHECKED, State.FAILED)


def may_wait(day: date) -> timedelta:
    """How long a file may wait, by the rule that holds on this day: the newest that has begun."""
    rules = sorted(settings.ANSWER_FILES_WAIT, key=lambda rule: str(rule["since"]))
    begun = [rule for rule in rules if date.fromisoformat(rule["since"]) <= day]
    return timedelta(days=(begun or rules)[-1 if begun else 0]["days"])


def put_away_left(now: datetime) -> int:
    """Put away what waited too long, with a line in the minutes, and delete files that no row knows; returns how many were put away."""
    before = now - may_wait(timezone.localdate(now))
    left = list(Bringing.objects.filter(state__in=WAITING, at__lt=before).values_list("pk", flat=True)[:50])
    done = sum(_put_away(pk, before, now) for pk in left)
    _delete_unknown(before)
    return done


def _put_away(pk: int, before: datetime, now: datetime) -> bool:
    with transaction.atomic():
        rows = Bringing.objects.select_related("consultation__cycle").select_for_update(of=("self",), no_key=True)
        held = rows.filter(pk=pk, state__in=WAITING, at__lt=before).first()
        if held is None:
            return False  # somebody took it up meanwhile
        bringing_in.leave_nothing(held)
        what = _("A file of answers that nobody brought in was put away after {n} days: {name}", n=(now - held.at).days, name=held.name)
        minutes.record(held.consultation.cycle, "answers", what, by=None, now=now)
    return True


def _delete_unknown(before: datetime) -> None:
    """Files of a sending or a check that was killed before it could write down that it had them."""
    folder = Path(default_storage.path(bringing_in.FOLDER))
    old = [path for path in folder.glob("*") if path.stat().st_mtime < before.timestamp()]
    known = set(Bringing.objects.exclude(stored="").values_list("stored", flat=True)) if old else set()
    for path in old:
        if f"{bringing_in.FOLDER}/{path.name.partition('-')[0]}" not in known:
            path.unlink(missing_ok=True)
