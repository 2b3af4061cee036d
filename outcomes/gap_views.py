"""The doorway of the gap list: generated from the record, open to whoever sees it differently."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import disputing, gaps, needs, provider_map, roles
from commissioning.doorway import Request, in_cycle, number_in, taking_part
from commissioning.models import Cycle, GapDispute, Need, Participant
from commissioning.needs_views import may_run
from commissioning.sentences import Refused
from outcomes import answering_needs
from outcomes.models import Outcome

MOST = 200


@require_http_methods(["GET", "POST"])
@in_cycle
def gaps_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Needs without provider, outcome or money; disputes of lines with their answers; outcomes nobody's need stands behind."""
    if request.method == "POST":
        _act(request, cycle, taking_part(request, cycle))
        return redirect("gaps", cycle.slug)
    listed = list(needs.on_the_list(cycle).exclude(state=Need.State.PARKED)[:MOST])
    listed.sort(key=lambda need: need.state != Need.State.PRIORITISED)
    traced = answering_needs.trace(cycle)
    nobody = set(provider_map.needs_without_provider(cycle, {need.pk: need.who for need in listed if need.who}))
    reached = [need.pk for need in listed if need.who and need.pk not in nobody]
    found = answering_needs.gaps_of(cycle, listed, traced, with_provider=reached)
    context = {
        "cycle": cycle,
        "rows": _rows(cycle, listed, traced, {(gap.need, gap.lacks) for gap in found}),
        "summary": gaps.summary(found, len(listed)),
        "heads": gaps.HEADS.values(),
        "without_need": traced.without_need,
        "without_voice": traced.without_voice,
        "needs": listed,
        "outcomes": traced.outcomes,
        "me": request.me,
        "may_run": may_run(request),
        "may_answer": request.me is not None and roles.ANSWER in request.held,
    }
    return render(request, "outcomes/gaps.html", context)


def _rows(cycle: Cycle, listed: list[Need], traced: answering_needs.Traced, missing: set[tuple[int, str]]) -> list[dict[str, Any]]:
    """Each need with its three cells: what there is, or that there is nothing, and what people said about that."""
    said: dict[tuple[int, str], list[GapDispute]] = {}
    for one in disputing.disputes_in(cycle):
        said.setdefault((one.need_id, one.lacks), []).append(one)
    by_need = traced.by_need()
    rows = []
    for need in listed:
        have = {
            gaps.PROVIDER: need.provided_by or str(_("Somebody on the map of providers")),
            gaps.OUTCOME: "; ".join(f"{outcome.code}: {outcome.statement}" for outcome in by_need.get(need.pk, [])),
            gaps.FUNDING: need.paid_by,
        }
        cells = [
            {
                "lacks": code,
                "head": head,
                "missing": (need.pk, code) in missing,
                "text": have[code],
                "disputes": said.get((need.pk, code), []),
            }
            for code, head in gaps.HEADS.items()
        ]
        rows.append({"need": need, "cells": cells})
    return rows


def _act(request: Request, cycle: Cycle, me: Participant) -> None:
    now, asked = timezone.now(), request.POST
    words = asked.get("words", "")
    if asked.get("act") == "dispute":
        need = get_object_or_404(needs.on_the_list(cycle).select_related("cycle"), pk=number_in(asked.get("need", "")) or 0)
        disputing.dispute(need, lacks=asked.get("lacks", ""), words=words, by=me, now=now)
        messages.success(request, _("It stands beside the line. An officer answers it there."))
    elif asked.get("act") == "answer":
        made = get_object_or_404(GapDispute, pk=number_in(asked.get("dispute", "")) or 0, need__cycle=cycle)
        disputing.answer(made, words=words, by=me, now=now)
    elif asked.get("act") == "link":
        need = get_object_or_404(needs.on_the_list(cycle).select_related("cycle"), pk=number_in(asked.get("need", "")) or 0)
        outcomes = Outcome.objects.select_related("theme__framework").filter(theme__framework__cycle=cycle)
        answering_needs.link(get_object_or_404(outcomes, pk=number_in(asked.get("outcome", "")) or 0), need, by=me, now=now)
    else:
        raise Refused(_("Choose what to do."))
