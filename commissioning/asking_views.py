"""Doorways of questions and answers: anybody asks, everybody reads the answer at the same moment."""

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commissioning import asking, duty_rules, gate, limiting, roles
from commissioning.doorway import Request, in_cycle, in_public, may
from commissioning.duty_forms import QuestionForm
from commissioning.forms import ReasonForm, first_error
from commissioning.models import Cycle, ProcurementQuestion
from commissioning.sentences import Refused


@require_http_methods(["GET", "POST"])
@in_public
def questions_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every question with its answer, and the box to ask one; once the cycle is public, for everybody."""
    form = QuestionForm(request.POST or None, initial={"key": secrets.token_hex(10)})
    if request.method == "POST" and form.is_valid():
        if request.me is None:
            _require_patience(request)
        made = asking.ask(cycle, **form.cleaned_data, by=request.me, now=timezone.now())
        waits = _("Thank you. An officer reads it first, then it stands here without a name.")
        messages.success(request, waits if made.waits else _("Your question stands here now, without your name."))
        return redirect("questions", cycle.slug)
    held_gate, answers = gate.gates_of(cycle).filter(ended_at=None).first(), roles.ANSWER in request.held
    until, today = held_gate.questions_until if held_gate else None, timezone.localdate()
    context = {
        "cycle": cycle,
        "questions": asking.questions_of(cycle, waiting=answers),
        "waiting": asking.how_many_wait(cycle),
        "gate": held_gate,
        "why_not": duty_rules.why_not_ask(started=held_gate is not None, until=until, today=today),
        "form": form,
        "me": request.me,
        "held": request.held,
    }
    return render(request, "commissioning/questions.html", context, status=422 if form.errors else 200)


def _require_patience(request: Request) -> None:
    """One address cannot fill the box for everybody: raises `Refused` after some questions in ten minutes."""
    if limiting.too_many(request, "asked", limiting.ASKED_AT_ONCE):
        raise Refused(_("Many people wrote from here just now. Wait ten minutes and send it again."))
    limiting.count_wrong_try(request, "asked")


@require_POST
@in_cycle
def set_aside(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """Set a question aside that is none."""
    me = may(request, roles.ANSWER)
    question = get_object_or_404(ProcurementQuestion, cycle=cycle, number=number)
    form = ReasonForm(request.POST, prefix="aside")
    if not form.is_valid():
        raise first_error(form)
    asking.set_aside(question, reason=form.cleaned_data["reason"], by=me, now=timezone.now())
    return redirect("questions", cycle.slug)
