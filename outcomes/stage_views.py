"""The page of one stage: its tasks, its milestones, its exit questions with what the record shows, and moving on."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import carrying_forward, convening, ticking
from commissioning import cycle as table
from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.forms import ReasonForm
from commissioning.models import Cycle, Stage
from commissioning.sentences import Refused
from outcomes import carrying, evidence


@require_http_methods(["GET", "POST"])
@in_cycle
def stage_page(request: Request, cycle: Cycle, code: str) -> HttpResponse:
    """One stage; anybody in the cycle may read it, whoever convenes may write."""
    stage = get_object_or_404(Stage.objects.select_related("cycle__authority", "cycle__service"), cycle=cycle, code=code)
    plan = table.STAGES[stage.code]
    if request.method == "POST":
        return _act(request, stage, plan)
    answers = {a.question: a for a in stage.answers.all()}
    done = {d.task: d for d in stage.done.select_related("by__organisation")}
    met = convening.milestones_met(cycle)
    context = {
        "cycle": cycle,
        "stage": stage,
        "plan": plan,
        "tasks": [(task, done.get(task.code)) for task in plan.tasks],
        "done": sum(1 for task in plan.tasks if task.code in done),
        "questions": [(q, answers.get(q.code), evidence.of(q.code, cycle)) for q in plan.questions],
        "milestones": [(m, m.code in met) for m in plan.milestones],
        "why_not": table.why_not_close_stage(stage.code, answers.keys(), met),
        "held": request.held,
        "reason_form": ReasonForm(),
        "next_cycles": list(cycle.followed_by.all()) if code == "review" else [],
    }
    return render(request, "commissioning/stage.html", context)


def _act(request: Request, stage: Stage, plan: table.StagePlan) -> HttpResponse:
    me, now, act = taking_part(request, stage.cycle), timezone.now(), request.POST.get("act")
    reason, task = request.POST.get("reason", ""), request.POST.get("task", "")
    if act == "answer":
        convening.answer_exit_questions(stage, _answers(request.POST, plan), by=me, now=now)
        messages.success(request, _("Kept."))
    elif act == "tick":
        words, link = request.POST.get("words", ""), request.POST.get("link", "")
        ticking.tick(stage, task=task, words=words, link=link, by=me, now=now)
    elif act == "take_back":
        ticking.take_back(stage, task=task, by=me, now=now)
    elif act == "close":
        convening.close_stage(stage, by=me, now=now)
    elif act == "skip":
        convening.skip_stage(stage, reason=reason, by=me, now=now)
    elif act == "reopen":
        convening.reopen_stage(stage, reason=reason, by=me, now=now)
    elif act == "forward" and stage.code == "review":
        following = carrying_forward.open_next(stage.cycle, title=request.POST.get("title", ""), by=me, now=now)
        carrying.carry_all(stage.cycle, now=now)
        messages.success(request, _("The next cycle is open. What goes forward stands in its starting point."))
        return redirect("cycle", following.slug)
    else:
        raise Refused(_("Choose what to do with this stage."))
    return redirect("stage", stage.cycle.slug, stage.code)


def _answers(sent: Mapping[str, str], plan: table.StagePlan) -> dict[str, tuple[bool, str]]:
    """The answers somebody began: each needs both yes or no, and words. Raises `Refused` naming the one that is half blank."""
    given = {}
    for question in plan.questions:
        choice, words = sent.get(f"yes-{question.code}", ""), sent.get(f"words-{question.code}", "")
        if not choice and not words.strip():
            continue
        if choice not in ("yes", "no"):
            raise Refused(_("%(question)s Choose “yes” or “no, because”.") % {"question": question.text})
        if not words.strip():
            raise Refused(_("%(question)s Say how we know, or why not. An answer is never blank.") % {"question": question.text})
        given[question.code] = (choice == "yes", words)
    if not given:
        raise Refused(_("Answer at least one question."))
    return given
