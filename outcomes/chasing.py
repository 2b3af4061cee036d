"""Reminding of returns that are due soon or missing: the provider's people and the lead, each once for each quarter and reason."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from commissioning import roles
from commissioning.models import Cycle, Participant
from commissioning.sentences import Sentence as _
from outcomes import return_looks, standings
from outcomes.models import Award
from workshops import letters
from workshops.models import Letter

CHASED_FOR = 92  # days after which nobody is written to any more: the page goes on saying that there is no return


def remind(*, now: datetime) -> int:
    """Ask for every letter about returns that is due; returns how many were. Run twice, the second finds nothing to do."""
    day, asked = timezone.localdate(now), 0
    open_awards = Award.objects.filter(starts__lte=day, lot__cycle__paused_until=None).exclude(lot__cycle__state=Cycle.State.CLOSED)
    for cycle in Cycle.objects.filter(pk__in=open_awards.values("lot__cycle")):
        for row in return_looks.rows_of(cycle, day):
            for cell in row.cells:
                asked += _ask(cycle, cell, day, now)
    return asked


def _ask(cycle: Cycle, cell: return_looks.Cell, day: date, now: datetime) -> int:
    if cell.state not in (standings.IS_DUE, standings.OVERDUE) or (day - cell.due_on).days > CHASED_FOR:
        return 0
    term = return_looks.term_of(cell.award)
    why = standings.to_remind(term, cell.quarter, day)
    if not why:
        return 0
    gaps = {"provider": str(cell.award.provider), "q": cell.quarter, "day": _Day(cell.due_on)}
    soon = _("The return of {provider} for quarter {q} is due by {day}.", **gaps)
    late = _(
        "There is no return of {provider} for quarter {q}. It was due by {day}. Everybody in the cycle sees that it is missing.", **gaps
    )
    leads = [code for code, role in roles.ROLES.items() if roles.SPECIFY in role.permissions]
    people = Q(pk__in=return_looks.peoples_of(cell.award)) | Q(roles__code__in=leads)
    reached = Participant.objects.filter(people, cycle=cycle, withdrawn_at=None).distinct()
    with transaction.atomic():
        occasion = f"return:{cell.award.pk}:{cell.quarter}:{why}"
        return letters.tell(reached, Letter.Kind.RETURN, occasion, cycle=cycle, now=now, words=late if why == "overdue" else soon)


class _Day:
    """A day that is said in the language of whoever reads it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return date_format(self.day, "j F Y")

    def __format__(self, spec: str) -> str:
        return str(self)
