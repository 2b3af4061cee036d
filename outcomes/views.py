"""Doorways of the top floor: the cycle at a glance, framework, specification, the thread, and what became of what I said."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import answering, convening, limiting, meaning, minutes, next_steps, people, roles, starting, unattributed
from commissioning.doorway import Request, device_secrets, in_cycle, keep_seat, may, seat_key, taking_part
from commissioning.forms import ReasonForm, ScopeForm
from commissioning.models import Contribution, Cycle, Participant
from commissioning.sentences import Refused
from outcomes import adopting, composing, policy, single_source, specifying, threading_back
from outcomes.forms import ClauseForm, DecisionForm, IndicatorForm, NewClauseForm
from outcomes.models import Clause, Decision, Export, Framework, Indicator, Outcome, Specification
from workshops import closing_desk, rules, tally
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
        "outcome_count": Outcome.objects.filter(theme__framework__cycle=cycle).count(),
        "clause_count": Clause.objects.filter(specification__cycle=cycle).count(),
        "me": request.me,
        "held": request.held,
        "next_steps": next_steps.of(cycle) if roles.CONVENE in request.held and cycle.state == "open" and not cycle.quiet else [],
        "taking_part": cycle.participants.filter(withdrawn_at=None, voice=False).count(),
    }
    return render(request, "commissioning/cycle.html", context)


# The framework


@require_http_methods(["GET", "POST"])
@in_cycle
def framework_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The outcomes framework and the agreed items that still wait for the authority's answer."""
    framework = adopting.framework_of(cycle)
    if request.method == "POST":
        me, now = taking_part(request, cycle), timezone.now()
        if request.POST.get("act") == "freeze":
            version = adopting.freeze(framework, by=me, now=now)
            messages.success(request, _("The framework is frozen as version %(n)s.") % {"n": version.number})
        else:
            adopting.reopen(framework, reason=request.POST.get("reason", ""), by=me, now=now)
            messages.success(request, _("The framework is open again. The reason is in the minutes."))
        return redirect("framework", cycle.slug)
    themes = list(
        framework.themes.prefetch_related("outcomes__indicators", "outcomes__decision__agreement__proposal__workshop", "outcomes__clauses")
    )
    outcomes = [o for t in themes for o in t.outcomes.all()]
    not_adopted = Decision.objects.filter(agreement__proposal__workshop__cycle=cycle, answer=Decision.Answer.NOT)
    owed = list(adopting.unanswered_in(cycle).prefetch_related("proposal__indicators"))
    context = {
        "cycle": cycle,
        "framework": framework,
        "themes": themes,
        "owed": owed,
        "not_adopted": list(not_adopted.select_related("agreement__proposal")),
        "held": request.held,
        "why_not_freeze": policy.why_not_freeze(
            frozen=framework.state == Framework.State.FROZEN,
            unanswered=len(owed),
            outcomes=len(outcomes),
            without_indicator=sum(1 for o in outcomes if not o.is_standard and not o.indicators.all()),
            reopened=adopting.reopened_in(framework).count(),
        ),
        "missing": [label for name, label in _DIMENSIONS if outcomes and not any(getattr(o, name) for o in outcomes)],
        "versions": list(framework.versions.defer("content")),
        "reason_form": ReasonForm(),
        "states": rules.STATES,
    }
    return render(request, "outcomes/framework.html", context)


_DIMENSIONS = (
    ("social", gettext_lazy("social")),
    ("economic", gettext_lazy("economic")),
    ("environmental", gettext_lazy("environmental")),
)


@require_http_methods(["GET", "POST"])
@in_cycle
def answer_agreement(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """The authority's answer to one agreed item."""
    me = may(request, roles.DECIDE)
    agreement = get_object_or_404(adopting.agreed_in(cycle), pk=pk)
    themes = list(adopting.framework_of(cycle).themes.values_list("title", flat=True))
    form = DecisionForm(request.POST or None, initial={"theme": themes[-1] if themes else "", "dimensions": ["social"]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answer, reason, role, kind = data["answer"], data["reason"], data["decider_role"], data["kind"]
        try:
            adopting.decide(
                agreement,
                answer=answer,
                reason=reason,
                decider_role=role,
                kind=kind,
                by=me,
                now=timezone.now(),
                placing=form.placing(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The answer is given. Everybody in the cycle can read it."))
            return redirect("framework", cycle.slug)
    context = {
        "cycle": cycle,
        "agreement": agreement,
        "form": form,
        "themes": themes,
        "indicators": list(agreement.proposal.indicators.all()),
    }
    return render(request, "outcomes/answer_agreement.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def indicator_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """How one indicator is collected."""
    me = may(request, roles.SPECIFY)
    indicator = get_object_or_404(Indicator.objects.select_related("outcome"), pk=pk, outcome__theme__framework__cycle=cycle)
    form = IndicatorForm(request.POST or None, instance=indicator)
    if request.method == "POST" and form.is_valid():
        adopting.describe_indicator(indicator, form.cleaned_data, by=me, now=timezone.now())
        return redirect("framework", cycle.slug)
    return render(
        request,
        "outcomes/indicator.html",
        {"cycle": cycle, "indicator": indicator, "form": form},
        status=422 if form.errors else 200,
    )


# The specification


@require_http_methods(["GET", "POST"])
@in_cycle
def specification_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The specification: clauses with their links, what kinds they are, sign-off and files."""
    specification = specifying.specification_of(cycle)
    outcomes = Outcome.objects.filter(theme__framework__cycle=cycle)
    new_form = NewClauseForm(request.POST if request.POST.get("act") == "add" else None, outcomes=outcomes)
    if request.method == "POST" and (request.POST.get("act") != "add" or new_form.is_valid()):
        _act_on_specification(request, cycle, specification, new_form)
        return redirect("specification", cycle.slug)
    clauses = list(specification.clauses.select_related("outcome__decision__agreement__proposal__contribution"))
    mix = composing.mix_of(clause.kind for clause in clauses)
    framework = adopting.framework_of(cycle)
    context = {
        "cycle": cycle,
        "specification": specification,
        "clauses": clauses,
        "mix": mix,
        "new_form": new_form,
        "held": request.held,
        "versions": list(specification.versions.defer("content").prefetch_related(Prefetch("exports", Export.objects.defer("file")))),
        "forms": Export.Form.choices,
        "origins": _origins(clauses),
        "why_not_sign_off": policy.why_not_sign_off(
            signed_off=specification.state == Specification.State.SIGNED_OFF,
            framework_frozen=framework.state == Framework.State.FROZEN,
            unanswered=adopting.unanswered_in(cycle).count(),
            clauses=len(clauses),
            uncovered=len({o.pk for o in outcomes} - {c.outcome_id for c in clauses}),
            reopened=adopting.reopened_in(framework).count(),
        ),
        "reason_form": ReasonForm(),
    }
    return render(request, "outcomes/specification.html", context, status=422 if new_form.errors else 200)


def _origins(clauses: list[Clause]) -> list[tuple[Any, int]]:
    """How many clauses came from each group's words, and how many from law or practice (PS-10)."""
    groups = [c.outcome.decision.agreement.proposal.contribution.group if c.outcome else "" for c in clauses]
    rows: list[tuple[Any, int]] = [(label, groups.count(code)) for code, label in tally.GROUPS.items()]
    return [*rows, (_("Law or professional practice"), groups.count(""))]


def _act_on_specification(request: Request, cycle: Cycle, specification: Specification, new_form: NewClauseForm) -> None:
    me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
    if act == "compose":
        added = specifying.compose(specification, by=me, now=now)
        messages.success(request, _("%(n)s clauses drafted. Read each one and make it yours.") % {"n": added})
    elif act == "add":
        specifying.add_clause(specification, **new_form.cleaned_data, by=me, now=now)
    elif act == "sign_off":
        version = specifying.sign_off(specification, by=me, now=now)
        messages.success(request, _("The specification is signed off as version %(n)s.") % {"n": version.number})
    elif act == "reopen":
        specifying.reopen(specification, reason=request.POST.get("reason", ""), by=me, now=now)
    else:
        raise Refused(_("Choose what to do with the specification."))


@require_http_methods(["GET", "POST"])
@in_cycle
def clause_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Edit one clause; an officer who was slower is shown both texts."""
    me = may(request, roles.SPECIFY)
    clause = get_object_or_404(Clause.objects.select_related("specification__cycle", "outcome"), pk=pk, specification__cycle=cycle)
    form = ClauseForm(request.POST or None, initial={"text": clause.text, "kind": clause.kind, "seen_version": clause.version})
    changed = None
    if request.method == "POST" and form.is_valid():
        try:
            specifying.edit_clause(clause, **form.cleaned_data, by=me, now=timezone.now())
        except specifying.SomebodyElseEdited as late:
            changed = late
            clause.refresh_from_db()
            form = ClauseForm(initial={"text": late.yours, "kind": form.cleaned_data["kind"], "seen_version": clause.version})
        else:
            return redirect("specification", cycle.slug)
    context = {
        "cycle": cycle,
        "clause": clause,
        "form": form,
        "changed": changed,
        "versions": list(clause.versions.select_related("by")),
    }
    return render(request, "outcomes/clause.html", context, status=409 if changed else 422 if form.errors else 200)


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
    return render(request, "outcomes/contribution_thread.html", {"cycle": cycle, "journey": threading_back.journeys([said])[0]})


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
    journeys = threading_back.journeys(page)
    answered = sum(1 for j in journeys if j.feedback)
    return render(
        request,
        "outcomes/mine.html",
        {"cycle": cycle, "me": me, "journeys": journeys, "page": page, "answered": answered, "key": key}
        | closing_desk.for_me(me, timezone.now()),
    )
