"""Themes: making, naming and merging them, and putting answers under them. People decide, the machine only suggests (AN-08)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commissioning import minutes, needs, policy, roles, small_groups
from commissioning.contributing import clean_words, printable
from commissioning.models import Consultation, Need, Participant, Response, Theme, ThemeChange, Theming
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _

AT_ONCE = 5000  # answers put under a theme in one go
BATCH = 2000


def make_theme(consultation: Consultation, *, name: str, line: str = "", by: Participant, now: datetime) -> Theme:
    """Make a theme. Raises `Refused` when there is one of this name."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(name, 120)
    with transaction.atomic():
        _require_unused(consultation.pk, words)
        theme = Theme.objects.create(consultation=consultation, name=words, line=printable(line).strip()[:300], made_at=now)
        _note(theme, _("Made: {name}", name=words), by, now)
        minutes.record(consultation.cycle, "theme", _("A theme was made: {name}", name=words), by=by, now=now)
    return theme


def rename(theme: Theme, *, name: str, line: str, by: Participant, now: datetime) -> None:
    """Give a theme better words; naming one the machine suggested makes it the people's own."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words, means = clean_words(name, 120), printable(line).strip()[:300]
    with transaction.atomic():
        held = _held(theme)
        if (held.name, held.line, held.suggested) == (words, means, False):
            return
        if words.casefold() != held.name.casefold():
            _require_unused(held.consultation_id, words)
        _note(held, _("Was called: {name}", name=held.name) if words != held.name else _("Looked at, and kept as it is"), by, now)
        minutes.record(held.consultation.cycle, "theme", _("Theme {old} is now: {name}", old=held.name, name=words), by=by, now=now)
        held.name, held.line, held.suggested = words, means, False
        held.save(update_fields=["name", "line", "suggested"])


def merge(theme: Theme, *, into: Theme, by: Participant, now: datetime) -> None:
    """Make two themes one. Every answer goes along, with whose hand put it there; what was stays on record."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if theme.pk == into.pk or theme.consultation_id != into.consultation_id:
        raise Refused(_("Choose another theme of this consultation to merge it into."))
    with transaction.atomic():
        both = Theme.objects.select_for_update(of=("self",), no_key=True).select_related("consultation__cycle")
        held = {t.pk: t for t in both.filter(pk__in=(theme.pk, into.pk), merged_into=None).order_by("pk")}
        if len(held) != 2:
            raise Refused(_("One of these themes was merged since you loaded the page."))
        _carry(held[theme.pk], held[into.pk], by, now)
        Theme.objects.filter(pk=theme.pk).update(merged_into=into, suggested=False)
        Theme.objects.filter(pk=into.pk).update(suggested=False)
        _note(held[theme.pk], _("Merged into: {name}", name=into.name), by, now)
        _note(held[into.pk], _("Took in: {name}", name=theme.name), by, now)
        what = _("Theme {old} was merged into {name}", old=theme.name, name=into.name)
        minutes.record(theme.consultation.cycle, "theme", what, by=by, now=now)


def _carry(theme: Theme, into: Theme, by: Participant, now: datetime) -> None:
    there = Theming.objects.filter(theme=into, ended_at=None).values("response")
    moving = Theming.objects.filter(theme=theme, ended_at=None)
    fresh = [
        Theming(response_id=response, theme=into, hand=hand, by_id=who, at=now, replaces_id=pk)
        for pk, response, hand, who in moving.exclude(response__in=there).values_list("pk", "response", "hand", "by")
    ]
    moving.update(ended_at=now, ended_by=by)
    Theming.objects.bulk_create(fresh, batch_size=BATCH)


def assign(responses: Collection[int], theme: Theme, *, instead_of: Theme | None = None, by: Participant, now: datetime) -> int:
    """Put answers under a theme; returns how many are new there. The machine's own suggestion of it becomes a person's word.

    With `instead_of`, they are taken from under that one in the same step. Sent twice, it is done once.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if not responses:
        raise Refused(_("Tick at least one answer."))
    if len(responses) > AT_ONCE:
        raise Refused(_("Put at most {most} answers under a theme at once.", most=f"{AT_ONCE:,}"))
    with transaction.atomic():
        held = _held(theme)
        known = set(Response.objects.filter(pk__in=list(responses), consultation=held.consultation_id).values_list("pk", flat=True))
        now_there = Theming.objects.filter(theme=held, response__in=known, ended_at=None)
        by_people = set(now_there.filter(hand=Theming.Hand.PERSON).values_list("response", flat=True))
        replaced = dict(now_there.filter(hand=Theming.Hand.MACHINE).values_list("response", "pk"))
        new = known - by_people
        if instead_of is not None and instead_of.pk != held.pk:
            off = Theming.objects.filter(theme=instead_of, response__in=known, ended_at=None)
            replaced |= dict(off.values_list("response", "pk"))
            off.update(ended_at=now, ended_by=by)
        now_there.filter(hand=Theming.Hand.MACHINE).update(ended_at=now, ended_by=by)
        fresh = [
            Theming(response_id=pk, theme=held, hand=Theming.Hand.PERSON, by=by, at=now, replaces_id=replaced.get(pk)) for pk in sorted(new)
        ]
        Theming.objects.bulk_create(fresh, batch_size=BATCH)
        if new:
            what = _("{n} answers were put under the theme {name}", n=len(new), name=held.name)
            minutes.record(held.consultation.cycle, "theme", what, by=by, now=now)
    return len(new)


def take_off(responses: Collection[int], theme: Theme, *, by: Participant, now: datetime) -> int:
    """Take answers from under a theme; that they were there stays on record."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        held = _held(theme)
        off = Theming.objects.filter(theme=held, response__in=list(responses)[:AT_ONCE], ended_at=None)
        n = off.update(ended_at=now, ended_by=by)
        if n:
            what = _("{n} answers were taken from under the theme {name}", n=n, name=held.name)
            minutes.record(held.consultation.cycle, "theme", what, by=by, now=now)
    return n


def responses_behind(theme: Theme) -> QuerySet[Response]:
    """The answers a theme stands for, by anybody's hand: what a need or a priority made of it rests on."""
    return Response.objects.shown().filter(themings__theme=theme, themings__ended_at=None).order_by("pk")


def raise_need(theme: Theme, *, by: Participant, now: datetime) -> Need:
    """Put a theme on the list of needs, with how many answers stand behind it; a theme that is there gives its need back (AN-08).

    Raises `Refused` when `by` may not convene, or the theme was merged into another.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        held = _held(theme)
        if held.merged_into_id is not None:
            raise Refused(_("This theme was merged into another. Make a need of that one."))
        if held.need is not None:
            return held.need
        count, title = responses_behind(held).count(), held.consultation.title
        source = on_record(lambda: str(_behind(count, title)))
        statement = f"{held.name}. {held.line}".strip(" .")
        held.need = needs.raise_need(
            held.consultation.cycle, statement=statement, evidence=[("consultation", source[:200])], by=by, now=now
        )
        held.save(update_fields=["need"])
        _note(held, _("It became need {n}", n=held.need.number), by, now)
    return held.need


def _behind(count: int, title: str) -> _:
    """How many answers stand behind a need, as everybody reads it on the list."""
    if not small_groups.shown({"answers": count}):
        return _("Fewer than 5 answers in the consultation “{title}”", title=title)
    return _("{n} answers in the consultation “{title}”", n=f"{count:,}", title=title)


def _held(theme: Theme) -> Theme:
    held = Theme.objects.select_for_update(of=("self",), no_key=True).select_related("consultation__cycle").get(pk=theme.pk)
    if held.merged_into_id is not None:
        raise Refused(_("This theme was merged into another since you loaded the page."))
    return held


def _require_unused(consultation_id: int, name: str) -> None:
    Consultation.objects.select_for_update(no_key=True).get(pk=consultation_id)  # two at once: the second finds what the first made
    if Theme.objects.filter(consultation=consultation_id, merged_into=None, name__iexact=name).exists():
        raise Refused(_("There is a theme of this name already."))


def _note(theme: Theme, what: _, by: Participant | None, now: datetime) -> None:
    ThemeChange.objects.create(theme=theme, what=on_record(lambda: str(what))[:400], by=by, at=now)
