"""Doorways of reviews: all of a cycle, one with its levels, one finding, and where a need came from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, number_in, taking_part
from commissioning.models import Contribution, Cycle, Need
from commissioning.sentences import Refused
from outcomes import carrying, judging, review_looks, review_rules, reviewing
from outcomes.models import Finding, Level, Review
from outcomes.review_forms import DecideForm, FindingForm, MinutesForm, PlanForm

WRITERS = frozenset(judging.WRITERS)


@require_http_methods(["GET", "POST"])
@in_cycle
def reviews_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every review of a cycle: planned, held, closed; whoever convenes plans one."""
    plans = roles.CONVENE in request.held
    form = PlanForm(request.POST if request.POST.get("act") == "plan" else None)
    if request.method == "POST":
        me, now = taking_part(request, cycle), timezone.now()
        if request.POST.get("act") == "yearly" and plans:
            made = reviewing.plan_yearly(cycle, now=now)
            messages.success(request, _("Planned: %(n)s.") % {"n": len(made)})
            return redirect("reviews", cycle.slug)
        if not form.is_bound:
            raise Refused(_("Choose what to do."))
        if form.is_valid():
            review = reviewing.plan(cycle, form.said(), by=me, now=now)
            return redirect("review", cycle.slug, review.number)
    awards = review_looks.standing_awards(cycle)
    found = review_looks.reviews_of(cycle)
    context = {
        "cycle": cycle,
        "me": request.me,
        "reviews": found,
        "awards": awards,
        "plans": plans and bool(awards) and cycle.state == "open",
        "yearly_missing": _yearly_missing(awards, found) if plans and cycle.state == "open" else 0,
        "form": form,
        "findings": review_looks.findings_of(cycle),
    }
    return render(request, "outcomes/reviews.html", context, status=422 if form.errors else 200)


def _yearly_missing(awards: list[Any], found: list[Review]) -> int:
    if not awards:
        return 0
    wanted = review_rules.yearly(min(a.starts for a in awards), max(a.ends for a in awards))
    there = {review.quarter for review in found}
    return sum(quarter not in there for quarter, __ in wanted)


def _review(cycle: Cycle, number: int) -> Review:
    found = Review.objects.filter(cycle=cycle).select_related("workshop", "by").prefetch_related("findings__outcome", "left_out__by")
    review = get_object_or_404(found, number=number)
    review.cycle = cycle
    return review


@require_http_methods(["GET", "POST"])
@in_cycle
def review_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One review: its meeting, who was there, its minutes for social value, and its levels with their findings (RV-02, RV-11, RV-15)."""
    review = _review(cycle, number)
    chosen = request.GET.get("level", Level.CONTRACT)
    level = chosen if chosen in Level.values else Level.CONTRACT
    sent = request.POST if request.POST.get("act") == "write" else None
    form = FindingForm(sent, review=review, initial=None if sent else {"level": level}) if request.held & WRITERS else None
    corrected = request.POST if request.POST.get("act") == "minutes" else None
    minutes_form = MinutesForm(corrected)
    if request.method == "POST":
        answer = _act(request, review, form, minutes_form)
        if answer is not None:
            return answer
    wrong = bool((sent and form and form.errors) or minutes_form.errors)
    context = _review_context(request, review, level) | {"form": form, "minutes_form": minutes_form}
    return render(request, "outcomes/review.html", context, status=422 if wrong else 200)


def _act(request: Request, review: Review, form: FindingForm | None, minutes_form: MinutesForm) -> HttpResponse | None:
    """Do what a form on the page of a review asks; nothing when the form has to be shown again."""
    me, now, sent = taking_part(request, review.cycle), timezone.now(), request.POST
    act, back = sent.get("act", ""), redirect("review", review.cycle.slug, review.number)
    if act == "write" and form is not None:
        if not form.is_valid():
            return None
        made = judging.write(review, form.said(), key=form.cleaned_data["key"], by=me, now=now)
        return redirect("finding", review.cycle.slug, made.number)
    if act == "minutes":
        if not minutes_form.is_valid():
            return None
        reviewing.correct_minutes(review, **minutes_form.cleaned_data, by=me, now=now)
    elif act == "leave_out":
        level = sent.get("level", "")
        reviewing.leave_out(review, level=level, because=sent.get("because", ""), by=me, now=now)
        return redirect(f"{back.url}?level={level}")
    elif act in MOVES:
        MOVES[act](review, by=me, now=now)
    else:
        raise Refused(_("Choose what to do with this review."))
    return back


MOVES: dict[str, Callable[..., Any]] = {"convene": reviewing.convene_meeting, "hold": reviewing.hold, "close": reviewing.close}


def _review_context(request: Request, review: Review, level: str) -> dict[str, Any]:
    done = review_looks.levels_done(review)
    findings = list(review.findings.all())
    still = [f.code for f in findings if f.state not in (Finding.State.AGREED, Finding.State.CARRIED)]
    return {
        "cycle": review.cycle,
        "me": request.me,
        "review": review,
        "level": level,
        "level_words": Level(level).label,
        "levels": [
            {"code": code, "title": label, "done": done[code], "n": sum(f.level == code for f in findings)} for code, label in Level.choices
        ],
        "findings": [f for f in findings if f.level == level],
        "left_out": next((one for one in review.left_out.all() if one.level == level), None),
        "measures": review_looks.measures_of(review.cycle, review.quarter) if level in (Level.CONTRACT, Level.STRATEGIC) else [],
        "hours": review_looks.hours_by_quarter(review.cycle) if level == Level.CONTRACT else {},
        "warning": review_rules.warn_when_planning(review_looks.asked(review)) if review.workshop and not review.held_at else None,
        "why_not_hold": review_rules.why_not_hold(review_looks.came(review)) if review.workshop else None,
        "why_not_close": review_rules.why_not_close(done, still),
        "clock": review_looks.clock_minutes(review.workshop),
        "parts": list(review.workshop.activities.all()) if review.workshop else [],
        "writes": bool(request.held & WRITERS) and review.state != Review.State.CLOSED and review.cycle.state == "open",
        "convenes": roles.CONVENE in request.held and review.state != Review.State.CLOSED and review.cycle.state == "open",
    }


def _finding(cycle: Cycle, number: int) -> Finding:
    found = Finding.objects.filter(review__cycle=cycle).select_related("review__workshop", "outcome", "carried_to__cycle", "by")
    finding = get_object_or_404(found.prefetch_related("signals"), number=number)
    finding.review.cycle = cycle
    return finding


@require_http_methods(["GET", "POST"])
@in_cycle
def finding_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One finding: what it rests on, both views of its worth, what follows, and whether each group agrees."""
    finding = _finding(cycle, number)
    open_ = finding.review.state != Review.State.CLOSED and finding.state != Finding.State.CARRIED and cycle.state == "open"
    runs = bool(request.held & WRITERS) and open_
    act = request.POST.get("act", "")
    form = FindingForm(request.POST if act == "revise" else None, review=finding.review, finding=finding) if runs else None
    initial = {"decided": finding.decided or None, "because": finding.because, "seen": finding.version}
    decide_form = DecideForm(request.POST if act == "decide" else None, initial=initial)
    if request.method == "POST":
        answer = _act_on(request, finding, form, decide_form)
        if answer is not None:
            return answer
    present = judging.present_in(finding.review)
    context = {
        "cycle": cycle,
        "me": request.me,
        "finding": finding,
        "review": finding.review,
        "form": form,
        "decide_form": decide_form,
        "readings": [review_looks.MeasureLook(r.measure, r) for r in finding.readings.select_related("measure", "returned")],
        "voices": finding.voices.filter(pk__in=Contribution.objects.open_to_all().filter(cycle=cycle)).select_related(
            "participant__organisation"
        ),
        "tally": judging.tally(finding, present),
        "mine": _mine(request, finding),
        "may_signal": finding.state == Finding.State.DISCUSSED and judging.why_not_signal(finding, request.me) is None,
        "runs": runs,
        "decides": bool(request.held & {roles.CONVENE, roles.DECIDE}) and open_,
        "agrees": bool(request.held & {roles.CONVENE, roles.FACILITATE}) and finding.state == Finding.State.DISCUSSED,
    }
    wrong = bool((form and form.errors) or decide_form.errors)
    return render(request, "outcomes/finding.html", context, status=422 if wrong else 200)


def _mine(request: Request, finding: Finding) -> Any:
    if request.me is None:
        return None
    voice = judging.voice_of(request.me)
    return next((s for s in judging.signals_of(finding) if s.voice == voice), None)


def _act_on(request: Request, finding: Finding, form: FindingForm | None, decide_form: DecideForm) -> HttpResponse | None:
    """Do what a form on the page of a finding asks; nothing when the form has to be shown again."""
    me, now, sent = taking_part(request, finding.review.cycle), timezone.now(), request.POST
    act, seen = sent.get("act", ""), number_in(sent.get("seen", "")) or 0
    written = {"revise": form, "decide": decide_form}.get(act)
    if written is not None and not written.is_valid():
        return None
    if act == "revise" and form is not None:
        judging.revise(finding, form.said(), seen=seen, reason=form.cleaned_data.get("reason", ""), by=me, now=now)
    elif act == "decide":
        judging.decide(finding, **decide_form.cleaned_data, by=me, now=now)
    elif act == "signal" and sent.get("yes") in ("yes", "no"):
        judging.signal(finding, yes=sent["yes"] == "yes", words=sent.get("words", ""), seen=seen, by=me, now=now)
    elif act in STEPS:
        STEPS[act](finding, by=me, now=now)
    else:
        raise Refused(_("Choose what to do with this finding, or whether you can agree."))
    return redirect("finding", finding.review.cycle.slug, finding.number)


STEPS: dict[str, Callable[..., Any]] = {"talk_over": judging.talk_over, "agree": judging.agree}


@require_safe
@in_cycle
def need_origin_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """Where a need of this cycle comes from: the finding of the cycle before, for everybody who takes part here (RV-10)."""
    need = get_object_or_404(Need, cycle=cycle, number=number)
    if not need.earlier_finding:
        raise Http404
    finding = carrying.origin_of(need)
    earlier = finding.review.cycle if finding else None
    inside = earlier is not None and Cycle.objects.visible_to(request.viewer).filter(pk=earlier.pk).exists()
    readings = [review_looks.MeasureLook(r.measure, r) for r in finding.readings.select_related("measure", "returned")] if finding else []
    context = {"cycle": cycle, "need": need, "finding": finding, "earlier": earlier, "inside": inside, "readings": readings}
    return render(request, "outcomes/need_origin.html", context)
