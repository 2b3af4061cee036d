"""Which set of legal duties a cycle was opened under. New ones are added; none is ever changed (LG-12)."""

import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from commissioning import legal_basis
from commissioning.models import Cycle, LegalBasis
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _

OURS = Path(__file__).parent / "legal"  # the sets that come with the product


def add(text: str, *, now: datetime) -> tuple[LegalBasis, bool]:
    """Add a set from its TOML text; returns it and whether it is new. Loading the same text again changes nothing.

    Raises `Refused` when it cannot be read, or another text has this code: a new law is a new set with a new code.
    """
    content = _content(text)
    try:
        basis = legal_basis.read(content)
    except (legal_basis.WrongSetError, KeyError, TypeError, ValueError) as wrong:
        raise Refused(_("This set cannot be used: {why}.", why=wrong)) from wrong
    with transaction.atomic():
        _pin_old_cycles()
        kept = LegalBasis.objects.filter(code=basis.code).first()
        if kept is not None and kept.content != content:
            raise Refused(
                _("A set with the code “{code}” is kept already, with other words. Give the new one a code of its own.", code=basis.code)
            )
        if kept is not None:
            return kept, False
        names = ("code", "title", "in_force_from", "source")
        return LegalBasis.objects.create(content=content, loaded_at=now, **{n: getattr(basis, n) for n in names}), True


def _content(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(json.dumps(tomllib.loads(text), default=_plainly)))
    except (tomllib.TOMLDecodeError, TypeError) as wrong:
        raise Refused(_("This is no TOML file: {why}", why=wrong)) from wrong


def _plainly(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no text, number or date")


def _pin_old_cycles() -> None:
    """Cycles opened before there were sets keep the one that was in force when they were opened, whatever is added later."""
    for cycle in Cycle.objects.filter(basis=None) if LegalBasis.objects.exists() else ():
        Cycle.objects.filter(pk=cycle.pk).update(basis=in_force(timezone.localdate(cycle.opened_at)))


def in_force(day: date) -> LegalBasis:
    """The set in force on a day: the newest that had begun; the oldest there is for days before all of them."""
    if not LegalBasis.objects.exists():
        for path in sorted(OURS.glob("*.toml")):
            add(path.read_text(), now=timezone.now())
    begun = LegalBasis.objects.filter(in_force_from__lte=day).last()
    return begun or LegalBasis.objects.order_by("in_force_from", "pk")[0]


def of(cycle: Cycle) -> legal_basis.Basis:
    """The set a cycle was opened under."""
    kept = cycle.basis if cycle.basis is not None else in_force(timezone.localdate(cycle.opened_at))
    return kept.as_read
