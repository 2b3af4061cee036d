"""Doorways to the action plan of a cycle and to what is asked about each action."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused
from workshops import agreeing_plans, asking_for_updates, plan_looks, plan_rules, policy
from workshops.models import Action, PlanVersion, UpdateAsked
from workshops.plan_forms import AdoptionForm, ChangedForm, LookAgainForm, PlanAnswerForm, UpdateForm


@require_http_methods(["GET", "POST"])
@in_cycle
def plan_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The action plan: every action, how far each side is, who agreed, which body adopted it."""
    if request.method == "POST":
        _act_on_plan(request, cycle, taking_part(request, cycle))
        return redirect("plan", cycle.slug)
    keeps_notes, now = policy.why_not_keep_notes(request.held) is None, timezone.now()
    plan = plan_looks.lines(cycle, request.me, keeps_notes=keeps_notes, now=now)
    versions = plan_looks.versions_of(cycle)
    newest = versions[0] if versions else None
    mine = newest.signals.filter(participant=request.me).first() if newest and request.me else None
    context = {
        "cycle": cycle,
        "plan": plan,
        "sides": plan_looks.by_side(plan),
        "newest": newest,
        "earlier": versions[1:],
        "asking": newest is not None and newest.ended_at is None,
        "changed_since": plan_looks.changed_since(newest, plan) if newest else [],
        "counts": plan_looks.shown_counts(newest) if newest else [],
        "reasons": plan_looks.reasons_of(newest) if newest and newest.ended_at else [],
        "rule": plan_rules.RULE,
        "why_not_ask": agreeing_plans.why_not_ask(cycle, [line.action for line in plan], versions),
        "keeps_notes": keeps_notes,
        "adopts": keeps_notes or bool(request.held & {roles.CONVENE, roles.DECIDE}),
        "answers": agreeing_plans.may_answer(request.me),
        "mine": mine,
        "answer_form": PlanAnswerForm(initial={"says": mine.says, "words": mine.words} if mine else None),
        "adoption_form": AdoptionForm(auto_id="adopt_%s"),
    }
    return render(request, "workshops/plan.html", context)


def _act_on_plan(request: Request, cycle: Cycle, me: Participant) -> None:
    now, act = timezone.now(), request.POST.get("act", "")
    if act == "ask":
        version = agreeing_plans.ask_everybody(cycle, by=me, now=now)
        messages.success(request, _("Everybody is asked about version %(n)s. It stays as it is now.") % {"n": version.number})
        return
    version = get_object_or_404(PlanVersion, cycle=cycle, number=_number(request.POST.get("version", "")))
    if act == "answer":
        agreeing_plans.answer(version, **_checked(PlanAnswerForm(request.POST)), by=me, now=now)
        messages.success(request, _("Kept. You can change it until the question ends."))
    elif act == "end":
        agreeing_plans.end_asking(version, by=me, now=now)
    elif act == "adopt":
        agreeing_plans.adopt(version, **_checked(AdoptionForm(request.POST)), by=me, now=now)
        messages.success(request, _("Written down."))
    else:
        raise Refused(_("Choose what to do with the plan."))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _checked(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise first_error(form)
    return form.cleaned_data


@require_http_methods(["GET", "POST"])
@in_cycle
def plan_action(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One action of the plan: questions how it goes, answers, the champion, and what changed."""
    action = get_object_or_404(Action.objects.select_related("workshop__cycle", "owner_participant"), pk=pk, workshop__cycle=cycle)
    if request.method == "POST":
        _act_on_action(request, action, taking_part(request, cycle))
        return redirect("plan_action", cycle.slug, pk)
    now = timezone.now()
    keeps_notes = policy.why_not_keep_notes(request.held) is None
    mine = action.practice_answers.filter(participant=request.me).first() if request.me else None
    context = {
        "cycle": cycle,
        "action": action,
        "line": plan_looks.waits_for(action, request.me, keeps_notes=keeps_notes, now=now),
        "asked": list(action.asked_about.select_related("asker__organisation", "answered_by__organisation")),
        "changed": list(action.practice_answers.select_related("participant")),
        "keeps_notes": keeps_notes,
        "past": action.due <= timezone.localdate(now),
        "look_again_form": LookAgainForm(initial={"on": action.revisit_on}, auto_id="again_%s"),
        "update_form": UpdateForm(auto_id="update_%s"),
        "changed_form": ChangedForm(initial={"changed": mine.changed, "words": mine.words} if mine else None, auto_id="changed_%s"),
        "me": request.me,
    }
    return render(request, "workshops/plan_action.html", context)


def _act_on_action(request: Request, action: Action, me: Participant) -> None:
    now, act = timezone.now(), request.POST.get("act", "")
    if act == "ask":
        asking_for_updates.ask(action, words=request.POST.get("words", ""), by=me, now=now)
        messages.success(request, _("Asked. The owner is told, and everybody here sees the question."))
    elif act == "look_again":
        agreeing_plans.say_when_to_look_again(action, **_checked(LookAgainForm(request.POST)), by=me, now=now)
    elif act == "changed":
        asking_for_updates.say_what_changed(action, **_checked(ChangedForm(request.POST)), by=me, now=now)
        messages.success(request, _("Kept. You can change it later."))
    else:
        _act_on_question(request, action, me, act)


def _act_on_question(request: Request, action: Action, me: Participant, act: str) -> None:
    asked = get_object_or_404(UpdateAsked, pk=_number(request.POST.get("question", "")), action=action)
    if act == "answer":
        asking_for_updates.answer(asked, **_checked(UpdateForm(request.POST)), by=me, now=timezone.now())
        messages.success(request, _("The answer is there for everybody here."))
    elif act == "escalate":
        asking_for_updates.escalate(asked, because=request.POST.get("because", ""), by=me, now=timezone.now())
        messages.success(request, _("The champion is asked."))
    else:
        raise Refused(_("Choose what to do with this action."))
