"""The record of votes for anybody in the workshop: what it is, one's own vote in it by its receipt, and the bundle to check."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commissioning.doorway import Request
from commissioning.small_groups import SMALLEST
from workshops import bundling, papercodes, signing
from workshops.models import Ballot, Entry, Seat, Workshop
from workshops.views import in_workshop


@dataclass
class Found:
    """A voice in the record: how it was counted, and the entry that says so."""

    seat: Seat
    number: int


def _found(workshop: Workshop, receipt: str) -> Found | None:
    """The voice with this receipt in a closed ballot of this workshop; an open one is sealed, also to its own receipt."""
    seats = Seat.objects.filter(ballot__workshop=workshop, code=receipt).exclude(ballot__closed_at=None).select_related("ballot__version")
    for seat in seats[:1]:
        kind = Entry.Kind.VOTE if seat.ballot.is_secret else Entry.Kind.COUNTED
        counted = Entry.objects.filter(ballot=seat.ballot, kind=kind, text__contains=f'"seat":"{receipt}"').first()
        return Found(seat, counted.number) if counted else None
    return None


@require_safe
@in_workshop
def record(request: Request, workshop: Workshop) -> HttpResponse:
    """How votes are recorded, which can be checked, and whether a receipt was counted."""
    typed = request.GET.get("receipt", "")
    receipt = papercodes.tidy(typed)[:8]
    ballots = list(bundling.published(workshop))
    return render(
        request,
        "workshops/record.html",
        {
            "workshop": workshop,
            "cycle": workshop.cycle,
            "ballots": ballots,
            "key": signing.public_key(),
            "command": f"python verify.py {_file_name(workshop)}",
            "typed": typed[:40],
            "found": _found(workshop, receipt) if receipt else None,
            "open": Ballot.objects.filter(workshop=workshop, closed_at=None).exists(),
            "few": SMALLEST,
        },
    )


@require_safe
@in_workshop
def bundle(request: Request, workshop: Workshop) -> HttpResponse:
    """The bundle as a file."""
    kept = f'attachment; filename="{_file_name(workshop)}"'
    return HttpResponse(bundling.bundle(workshop), content_type="application/zip", headers={"Content-Disposition": kept})


def _file_name(workshop: Workshop) -> str:
    return f"votes-{workshop.slug}.zip"
