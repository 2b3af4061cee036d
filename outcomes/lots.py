"""The lots of a cycle: as many as its contract shape has, each named and described."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes
from commissioning.contributing import clean_words, printable
from commissioning.holding import held_open
from commissioning.models import ContractShape, Cycle, Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from outcomes.models import Lot


@dataclass(frozen=True)
class LotLook:
    """One lot as its page shows it; not every one has a name yet."""

    number: int
    lot: Lot | None


def how_many(cycle: Cycle) -> int:
    """How many lots the newest shape of the contract has; one when there is no shape."""
    return ContractShape.objects.filter(cycle=cycle).order_by("-version").values_list("lots", flat=True).first() or 1


def looks(cycle: Cycle) -> list[LotLook]:
    """Every lot there is or should be, by number; one that was named stays, also when the shape has fewer now."""
    named = {lot.number: lot for lot in Lot.objects.filter(cycle=cycle)}
    return [LotLook(n, named.get(n)) for n in sorted(set(range(1, how_many(cycle) + 1)) | set(named))]


def name(cycle: Cycle, *, number: int, title: str, about: str = "", by: Participant, now: datetime) -> Lot:
    """Give a lot its name and say what is in it; the same again changes nothing.

    Raises `Refused` for a number the shape of the contract does not have.
    """
    values = {"title": clean_words(title, 160), "about": printable(about).strip()[:600]}
    with transaction.atomic():
        cycle = held_open(cycle, by)
        if number not in {look.number for look in looks(cycle)}:
            raise Refused(_("The shape of the contract has {n} lots. Change the shape first.", n=how_many(cycle)))
        lot, new = Lot.objects.get_or_create(cycle=cycle, number=number, defaults=values)
        if not new and (lot.title, lot.about) == (values["title"], values["about"]):
            return lot
        lot.title, lot.about = values["title"], values["about"]
        lot.save()
        minutes.record(cycle, "lot", _("Lot {n} is called {title}", n=number, title=lot.title), by=by, now=now, why=lot.about)
    return lot


def as_content(cycle: Cycle) -> list[dict[str, Any]]:
    """The lots as plain data, in a fixed order: what is frozen with the specification."""
    return [{"number": lot.number, "title": lot.title, "about": lot.about} for lot in Lot.objects.filter(cycle=cycle).order_by("number")]
