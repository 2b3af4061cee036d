"""Legal basis sets: what is asked before procurement starts, read from dated data and judged. Values in, values out (LG-12).

No duty, section or sum stands in code or in a template. A set says what it asks and where that comes from; nothing here or
anywhere else says that anybody has done what the law asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from commissioning.sentences import Sentence as _

KINDS: dict[str, _] = {
    "services": _("Services"),
    "mainly_services": _("Mainly services, with some goods or works"),
    "goods": _("Goods"),
    "works": _("Works"),
}


class WrongSetError(ValueError):
    """A set that cannot be used; `str()` of it says where and why."""


@dataclass(frozen=True)
class Part:
    """One question of a duty, answered in words."""

    code: str
    title: str
    question: str
    hint: str
    least_words: int


@dataclass(frozen=True)
class Choice:
    """A decision, yes or no, that still needs its reason in words."""

    question: str
    yes: str
    no: str


@dataclass(frozen=True)
class Duty:
    """One thing that is written down, with the place in the law it comes from."""

    code: str
    title: str
    plain: str
    act: str
    section: str
    source: str
    before_start: bool
    evidence: bool
    parts: tuple[Part, ...]
    short_parts: tuple[str, ...]
    choice: Choice | None

    def asked(self, short: bool) -> tuple[Part, ...]:
        """The parts that are asked; in the short form only those that matter most."""
        return tuple(p for p in self.parts if p.code in self.short_parts) if short and self.short_parts else self.parts


@dataclass(frozen=True)
class Threshold:
    """A sum from which the duties apply, from a day on."""

    from_day: date
    value: int


@dataclass(frozen=True)
class Basis:
    """A whole set as it is in force from a day on."""

    code: str
    title: str
    in_force_from: date
    source: str
    act: str
    section: str
    scope_source: str
    thresholds_source: str
    scope_note: str
    starts_when: str
    starts_section: str
    duties_for: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    short_under: int
    short_note: str
    waiver: str
    may_waive: tuple[str, ...]
    duties: tuple[Duty, ...]

    def duty(self, code: str) -> Duty | None:
        """The duty of this code, if the set has one."""
        return next((d for d in self.duties if d.code == code), None)

    @property
    def musts(self) -> tuple[Duty, ...]:
        """What must be written before procurement starts."""
        return tuple(d for d in self.duties if d.before_start)

    def threshold(self, day: date) -> Threshold | None:
        """The sum that counts on a day."""
        return max((t for t in self.thresholds if t.from_day <= day), key=lambda t: t.from_day, default=None)


@dataclass(frozen=True)
class Standing:
    """Whether the duties apply to a cycle, and why; `applies` is None while nobody has said what is bought (LG-06)."""

    applies: bool | None
    why: _

    @property
    def voluntary(self) -> bool:
        """Whether records are kept of free will."""
        return self.applies is False


def read(data: Mapping[str, Any]) -> Basis:
    """A set from its data. Raises `WrongSetError` with the place when something is missing or does not fit."""
    least = int(data.get("least_words", 1))
    duties = tuple(_duty(row, least) for row in data.get("duties", ()))
    scope, short, waiver = data.get("scope", {}), data.get("short_form", {}), data.get("waiver", {})
    basis = Basis(
        code=_text(data, "code", "the set"),
        title=_text(data, "title", "the set"),
        in_force_from=_day(data.get("in_force_from"), "in_force_from"),
        source=_text(data, "source", "the set"),
        act=_text(scope, "act", "scope"),
        section=_text(scope, "section", "scope"),
        scope_source=_text(scope, "source", "scope"),
        thresholds_source=str(scope.get("thresholds_source", "")),
        scope_note=str(scope.get("note", "")),
        starts_when=str(scope.get("starts_when", "")),
        starts_section=str(scope.get("starts_section", "")),
        duties_for=tuple(scope.get("duties_for", ())),
        thresholds=tuple(Threshold(_day(t.get("from"), "scope.thresholds"), int(t["value"])) for t in scope.get("thresholds", ())),
        short_under=int(short.get("under", 0)),
        short_note=str(short.get("note", "")),
        waiver=str(waiver.get("duty", "")),
        may_waive=tuple(waiver.get("may_cover", ())),
        duties=duties,
    )
    _check(basis)
    return basis


def _check(basis: Basis) -> None:
    codes = [d.code for d in basis.duties]
    if not codes or len(set(codes)) != len(codes):
        raise WrongSetError("every duty needs a code of its own")
    if not basis.musts:
        raise WrongSetError("no duty is a must before the start")
    unknown = ({basis.waiver, *basis.may_waive} - {""}) - set(codes)
    if unknown or basis.waiver in basis.may_waive:
        raise WrongSetError(f"waiver: names what it cannot leave out: {', '.join(sorted(unknown)) or basis.waiver}")
    if strange := set(basis.duties_for) - set(KINDS):
        raise WrongSetError(f"scope: no such kind: {', '.join(sorted(strange))}")


def _duty(row: Mapping[str, Any], least: int) -> Duty:
    code = _text(row, "code", "a duty")
    parts = tuple(
        Part(
            code=_text(p, "code", code),
            title=_text(p, "title", code),
            question=_text(p, "question", code),
            hint=str(p.get("hint", "")),
            least_words=max(1, int(p.get("least_words", least))),
        )
        for p in row.get("parts", ())
    )
    if not parts:
        raise WrongSetError(f"{code}: a duty needs a part that is answered in words")  # LG-08: no record is a tick
    choice = row.get("choice")
    return Duty(
        code=code,
        title=_text(row, "title", code),
        plain=_text(row, "plain", code),
        act=_text(row, "act", code),
        section=str(row.get("section", "")),
        source=str(row.get("source", "")),
        before_start=bool(row.get("before_start", False)),
        evidence=bool(row.get("evidence", False)),
        parts=parts,
        short_parts=tuple(row.get("short_parts", ())),
        choice=Choice(*(_text(choice, name, code) for name in ("question", "yes", "no"))) if choice else None,
    )


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not found.strip():
        raise WrongSetError(f"{where}: {name} is missing")
    return found.strip()


def _day(found: Any, where: str) -> date:
    if isinstance(found, str):
        try:
            return date.fromisoformat(found)
        except ValueError as wrong:
            raise WrongSetError(f"{where}: {found} is no date") from wrong
    if type(found) is date:
        return found
    raise WrongSetError(f"{where}: a date is missing")


def standing(basis: Basis, *, kind: str, value: int | None, day: date) -> Standing:
    """Whether the duties of a set apply to what is bought, judged with the sums of the day its cycle was opened (LG-06)."""
    if not kind or value is None:
        return Standing(None, _("Nobody has said yet what is bought and what it is worth."))
    what = {"kind": KINDS[kind], "act": basis.act}
    if kind not in basis.duties_for:
        return Standing(False, _("{kind} are bought. The {act} is about services.", **what))
    from_sum = basis.threshold(day)
    if from_sum is not None and value < from_sum.value:
        sums = {"value": f"{value:,}", "least": f"{from_sum.value:,}"}
        return Standing(False, _("{kind} for about £{value} are bought. The {act} is for £{least} and more.", **what, **sums))
    return Standing(True, _("{kind} for about £{value} are bought. The {act} is about these.", **what, value=f"{value:,}"))


def short_form(basis: Basis, value: int | None) -> bool:
    """Whether a contract is so small that the short form fits it (LG-13)."""
    return value is not None and value < basis.short_under
