"""Doorways of procurement: its gate, answering a question, challenges, and the log of who was asked."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import asking, bases, challenging, duties, gate, roles
from commissioning.doorway import Request, in_cycle, may, taking_part
from commissioning.duty_forms import AnswerQuestionForm, ChallengeForm, EndGateForm, MoveStartForm, NewDateForm, SetStartForm
from commissioning.forms import ReasonForm
from commissioning.models import Cycle, Participant, ProcurementQuestion
from commissioning.sentences import Refused
from workshops import consultation_log, procuring

GATE_FORMS: dict[str, type[forms.Form]] = {"set": SetStartForm, "move": MoveStartForm, "end": EndGateForm}
CHALLENGE_FORMS: dict[str, type[forms.Form]] = {"log": ChallengeForm, "longer": NewDateForm, "resume": ReasonForm}


def _forms(request: Request, kinds: dict[str, type[forms.Form]]) -> dict[str, forms.Form]:
    """Every form of a page; the one that was sent holds what was written."""
    sent = request.POST.get("act", "") if request.method == "POST" else ""
    return {name: form(request.POST if name == sent else None, prefix=name) for name, form in kinds.items()}


def _sent(request: Request, cycle: Cycle, all_forms: dict[str, forms.Form]) -> tuple[Participant, forms.Form]:
    """Who sends, and the form they sent. Raises `Refused` for a form this page does not have."""
    may(request, roles.CONVENE)
    me = taking_part(request, cycle)
    form = all_forms.get(request.POST.get("act", ""))
    if form is None:
        raise Refused(_("Choose what to do."))
    return me, form


@require_http_methods(["GET", "POST"])
@in_cycle
def gate_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The day procurement starts: what is missing for it, which rooms are open, and what it ends."""
    all_forms, status = _forms(request, GATE_FORMS), 200
    if request.method == "POST":
        me, form = _sent(request, cycle, all_forms)
        status = _act_on_gate(request, cycle, me, form)
        if status == 302:
            return redirect("gate", cycle.slug)
    rows = duties.looks(cycle)
    context = {
        "cycle": cycle,
        "basis": bases.of(cycle),
        "state": gate.state_of(cycle),
        "figures": duties.figures(rows),
        "open_rooms": list(procuring.open_rooms(cycle)),
        "planned_rooms": list(procuring.planned_rooms(cycle)),
        "forms": all_forms,
        "held": request.held,
    }
    return render(request, "workshops/gate.html", context, status=status)


def _act_on_gate(request: Request, cycle: Cycle, me: Participant, form: forms.Form) -> int:
    now = timezone.now()
    if not form.is_valid():
        return 422
    try:
        if isinstance(form, SetStartForm):
            procuring.set_start(cycle, form.days, despite=form.cleaned_data["despite"], by=me, now=now)
            messages.success(request, _("The day is set. Open talk about the procurement is over."))
        elif isinstance(form, MoveStartForm):
            procuring.move_start(cycle, form.days, reason=form.cleaned_data["reason"], by=me, now=now)
        else:
            procuring.end(cycle, **form.cleaned_data, by=me, now=now)
    except Refused as refused:
        form.add_error(None, str(refused))
        return 409
    return 302


@require_http_methods(["GET", "POST"])
@in_cycle
def challenges_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every challenge with its effect; officers log one, change the new date, and go on."""
    all_forms, status = _forms(request, CHALLENGE_FORMS), 200
    if request.method == "POST":
        me, form = _sent(request, cycle, all_forms)
        status = _act_on_challenge(request, cycle, me, form)
        if status == 302:
            return redirect("challenges", cycle.slug)
    context = {"cycle": cycle, "logged": list(challenging.log_of(cycle)), "forms": all_forms, "held": request.held}
    return render(request, "workshops/challenges.html", context, status=status)


def _act_on_challenge(request: Request, cycle: Cycle, me: Participant, form: forms.Form) -> int:
    now = timezone.now()
    if not form.is_valid():
        return 422
    try:
        if isinstance(form, ChallengeForm):
            procuring.log_challenge(cycle, form.contested, by=me, now=now)
            messages.success(request, _("The challenge is logged and the cycle is paused. Everybody is told."))
        elif isinstance(form, NewDateForm):
            procuring.wait_longer(cycle, **form.cleaned_data, by=me, now=now)
        else:
            procuring.resume(cycle, reason=form.cleaned_data["reason"], by=me, now=now)
            messages.success(request, _("The cycle goes on. Everybody is told."))
    except Refused as refused:
        form.add_error(None, str(refused))
        return 409
    return 302


@require_http_methods(["GET", "POST"])
@in_cycle
def question_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """Answer one question to everybody."""
    me = may(request, roles.ANSWER)
    question = get_object_or_404(ProcurementQuestion.objects.select_related("cycle"), cycle=cycle, number=number, set_aside_because="")
    look = next(q for q in asking.questions_of(cycle, waiting=True) if q.number == number)
    form = AnswerQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        procuring.answer_question(question, **form.cleaned_data, by=me, now=timezone.now())
        messages.success(request, _("Everybody can read the answer now."))
        return redirect("questions", cycle.slug)
    context = {"cycle": cycle, "question": look, "form": form, "reason_form": ReasonForm(prefix="aside"), "held": request.held}
    return render(request, "workshops/question.html", context, status=422 if form.errors else 200)


@require_safe
@in_cycle
def who_was_asked(request: Request, cycle: Cycle) -> HttpResponse:
    """The log of talking with possible providers before procurement: who, when, with what, and where the results stand."""
    context = {"cycle": cycle, "entries": consultation_log.log_of(cycle), "held": request.held}
    return render(request, "workshops/who_was_asked.html", context)
