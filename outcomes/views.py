"""Doorways of the top floor: the cycle at a glance, framework, specification, the thread, and what became of what I said."""

import secrets

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import answering, convening, limiting, meaning, minutes, next_steps, people, roles, starting, unattributed
from commissioning.doorway import Request, device_secrets, in_cycle, keep_seat, seat_key, taking_part
from commissioning.forms import ScopeForm
from commissioning.models import Contribution, Cycle, Participant
from outcomes import (
    adopting,
    single_source,
    thread_onward,
    threading_back,
    travelling,
)
from outcomes.models import (
    Clause,
    Outcome,
)
from workshops import (
    closing_desk,
)
from workshops.models import Workshop

ROWS = 50


@require_safe
@in_cycle
def cycle_page(request: Request, cycle: Cycle) -> HttpResponse:
    """One cycle at a glance: its promise, its four stages, its honesty list, its workshops, and where to go next."""
    context = {
        "cycle": cycle,
        "stages": convening.stages_of(cycle),
        "scope": convening.scope_with_questions(cycle),
        "key": secrets.token_hex(12),
        "scope_form": ScopeForm(),
        "policy": starting.policy_of(cycle.authority),
        "level_note": minutes.of(cycle).filter(act="level").first(),
        "meaning_news": meaning.news_for(cycle, request.me),
        "areas": list(cycle.areas.all()),
        "workshops": list(Workshop.objects.filter(cycle=cycle)),
        "unanswered": answering.unanswered_in(cycle),
        "owed": adopting.unanswered_in(cycle).count(),
        "outcome_count": Outcome.objects.standing().filter(theme__framework__cycle=cycle).count(),
        "clause_count": Clause.objects.filter(specification__cycle=cycle).count(),
        "me": request.me,
        "held": request.held,
        "next_steps": next_steps.of(cycle) if roles.CONVENE in request.held and cycle.state == "open" and not cycle.quiet else [],
        "taking_part": cycle.participants.filter(withdrawn_at=None, voice=False).count(),
    }
    return render(request, "commissioning/cycle.html", context)


# The thread


@require_safe
@in_cycle
def clause_thread(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """From a clause back to what people said."""
    related = (
        "specification__cycle",
        "outcome__theme",
        "outcome__decision__agreement__proposal__workshop",
        "outcome__decision__agreement__ballot",
    )
    clause = get_object_or_404(Clause.objects.select_related(*related), pk=pk, specification__cycle=cycle)
    back = threading_back.walk_back(clause)
    context = {
        "cycle": cycle,
        "back": back,
        "onward": thread_onward.of_outcome(cycle, clause.outcome, {clause.pk}),
        "versions": threading_back.readable_versions(back.proposal),
        "single_source": roles.CONVENE in request.held and single_source.flag_of(clause),
    }
    return render(request, "outcomes/clause_thread.html", context)


@require_safe
@in_cycle
def contribution_thread(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """From something said forward to what it became."""
    readable = Contribution.objects.filter(
        Q(pk__in=Contribution.objects.open_to_all()) | Q(participant=request.me, participant__isnull=False)
    )
    said = get_object_or_404(readable.select_related("participant__organisation"), pk=pk, cycle=cycle, withdrawn_at=None)
    return render(
        request,
        "outcomes/contribution_thread.html",
        {"cycle": cycle, "journey": travelling.with_steps(cycle, threading_back.journeys([said]))[0]},
    )


@require_safe
@in_cycle
def thread_json(request: Request, cycle: Cycle) -> JsonResponse:
    """The whole thread as data."""
    return JsonResponse(threading_back.thread_of(cycle), json_dumps_params={"ensure_ascii": False})


# What became of what I said


@require_http_methods(["GET", "POST"])
def mine(request: Request, key: str) -> HttpResponse:
    """Somebody's own page, from the link they got when joining; no account needed. POST brings them back on this device."""
    found = people.holders_of([key[:80]])
    if not found and limiting.too_many(request):
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    if not found:
        limiting.count_wrong_try(request)
        raise Http404
    me = found[0]
    if request.method == "POST":
        return keep_seat(redirect("cycle", me.cycle.slug), me, key)
    return _what_became(request, me.cycle, me, key)


@require_safe
@in_cycle
def mine_here(request: Request, cycle: Cycle) -> HttpResponse:
    """The same page for somebody who is already known on this device."""
    return _what_became(request, cycle, taking_part(request, cycle), seat_key(request, cycle))


def _what_became(request: Request, cycle: Cycle, me: Participant, key: str) -> HttpResponse:
    said = Contribution.objects.filter(unattributed.mine(cycle, me, [key, *device_secrets(request, cycle)]), cycle=cycle, withdrawn_at=None)
    page = Paginator(said, ROWS).get_page(request.GET.get("page"))
    journeys = travelling.with_steps(cycle, threading_back.journeys(page))
    answered = sum(1 for j in journeys if j.feedback)
    return render(
        request,
        "outcomes/mine.html",
        {"cycle": cycle, "me": me, "journeys": journeys, "page": page, "answered": answered, "key": key}
        | closing_desk.for_me(me, timezone.now())
        | travelling.news_for(me, journeys, now=timezone.now()),
    )
