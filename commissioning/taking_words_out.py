"""Words that name or hurt somebody leave a need or an answer of a consultation for good, with a note (FS-06).

The minutes say who and why, never the words. What was said in a workshop is looked after there, and this follows.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from commissioning import minutes, needs, needs_rules, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Asset, Consultation, Contribution, Evidence, GapDispute, Need, Participant, Response, Theme
from commissioning.people import held_by
from commissioning.removed_words import parts_in, why_not_take_out, without
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

NEED = {"statement": 600, "who": 200, "where": 200, "of_group": 120, "reason": 500, "differs": 500}
NEED |= {"provided_by": 200, "paid_by": 200, "earlier_finding": 300}
ASSET = {"what": 600, "owner": 200, "how": 500}
EVIDENCE = {"source": 300, "says": 600}
DISPUTE = {"words": 500, "answer": 500}
ANSWER = {"text": 100_000, "area": 120, "group": 80}
THEME = {"name": 120, "line": 300, "terms": 200}


def out_of_need(need: Need, *, parts: str, note: str, by: Participant, now: datetime) -> None:
    """Take words out of a need and of everything on its page: evidence, differences, disputes and their answers, assets.

    Of the needs joined with it, too: theirs stand on the same page.
    """
    require(needs_rules.why_not_run(held_by(by)))
    chosen = parts_in(parts)
    with transaction.atomic():
        need = Need.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=need.pk, cycle=by.cycle_id)
        family = Need.objects.filter(pk__in=needs.family_of(need))
        assets = Asset.objects.filter(needs__in=family).distinct()
        made_of = Q(origin__need__in=family) | Q(origin__asset__in=assets)
        own = Contribution.objects.filter(made_of, place="")  # what was said in a workshop is looked after there
        read: list[tuple[QuerySet[Any], dict[str, int]]] = [(family, NEED), (assets, ASSET), (own, {"text": 2000})]
        read += [(Evidence.objects.filter(need__in=family), EVIDENCE), (GapDispute.objects.filter(need__in=family), DISPUTE)]
        texts = [text for rows, names in read for row in rows.values_list(*names) for text in row]
        require(why_not_take_out("\n".join(texts), chosen, note))
        why = clean_words(note, 300)
        for said in own:
            text = without(said.text, chosen)
            if text != said.text:
                said.text, said.redacted_at, said.redaction_note = text, now, why
                said.save(update_fields=["text", "redacted_at", "redaction_note"])
        for one in family:
            _within(one, chosen)
        for asset in assets:
            _strip(asset, ASSET, chosen)
        minutes.record(need.cycle, "need", _("Some words were taken out of need {n}", n=need.number), by=by, now=now, why=why)


def follow(said: Contribution, parts: Collection[str]) -> None:
    """Words taken out of what somebody said leave the need and the asset that were made of it, too."""
    for need in Need.objects.filter(origins__contribution=said):
        _within(need, parts)
    for asset in Asset.objects.filter(origins__contribution=said):
        _strip(asset, ASSET, parts)


def _within(need: Need, parts: Collection[str]) -> None:
    _strip(need, NEED, parts)
    for dispute in GapDispute.objects.filter(need=need):
        _strip(dispute, DISPUTE, parts)
    for evidence in Evidence.objects.filter(need=need):
        left = {name: without(getattr(evidence, name), parts, longest) for name, longest in EVIDENCE.items()}
        if Evidence.objects.filter(need=need, kind=evidence.kind, **left).exclude(pk=evidence.pk).exists():
            evidence.delete()  # without the words it says what another row says already
        else:
            _strip(evidence, EVIDENCE, parts)


def out_of_answers(consultation: Consultation, answers: Sequence[int], *, parts: str, note: str, by: Participant, now: datetime) -> int:
    """Take words out of answers to a consultation, and of whatever was made of them; returns of how many.

    The answers keep their seal, so the same file brought again does not bring the words back.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    chosen = parts_in(parts)
    with transaction.atomic():
        held = Consultation.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=consultation.pk)
        rows = list(Response.objects.filter(consultation=held, pk__in=answers))
        if not rows or held.cycle_id != by.cycle_id:
            raise Refused(_("Tick the answers first."))
        require(why_not_take_out("\n".join(getattr(row, name) for row in rows for name in ANSWER), chosen, note))
        n = sum(_strip(row, ANSWER, chosen) for row in rows)
        for theme in Theme.objects.filter(themings__response__in=rows).select_related("need").distinct():
            _out_of_theme(theme, chosen)
        _strip(held, {"summary": 6000}, chosen)
        what = _("Some words were taken out of {n} answers in {title}", n=n, title=held.title)
        minutes.record(held.cycle, "answers", what, by=by, now=now, why=clean_words(note, 300))
    return n


def _out_of_theme(theme: Theme, parts: Collection[str]) -> None:
    left = without(theme.name, parts, THEME["name"])
    others = Theme.objects.filter(consultation=theme.consultation_id, merged_into=None).exclude(pk=theme.pk)
    if others.filter(name__iexact=left).exists():  # two themes that were told apart by a name only
        Theme.objects.filter(pk=theme.pk).update(name=f"{left[:100]} {theme.pk}")
        theme.refresh_from_db()
    _strip(theme, THEME, parts)
    for change in theme.history.all():
        _strip(change, {"what": 400}, parts)
    if theme.need is not None:
        _within(theme.need, parts)


def _strip(row: Model, names: dict[str, int], parts: Collection[str]) -> bool:
    """Writes what is left of these columns; whether anything was taken out."""
    left = {name: without(getattr(row, name), parts, longest) for name, longest in names.items()}
    changed = {name: text for name, text in left.items() if text != getattr(row, name)}
    if changed:
        type(row)._default_manager.filter(pk=row.pk).update(**changed)
    return bool(changed)
