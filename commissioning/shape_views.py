"""Pages of the contract's shape and of the way to secure the service."""

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import shaping
from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.forms import ReasonForm, first_error
from commissioning.models import Cycle, ShapeComment
from commissioning.sentences import Refused
from commissioning.shape_forms import MeansForm, RouteChoiceForm, RouteForm, SayForm, ShapeForm


def _say_form() -> SayForm:
    return SayForm(initial={"key": secrets.token_hex(12)})


def _say(request: Request, cycle: Cycle, about: str) -> None:
    form = SayForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    shaping.say_of_shape(cycle, about=about, **form.cleaned_data, by=taking_part(request, cycle), now=timezone.now())
    messages.success(request, _("It is kept, and it waits for an answer."))


@require_http_methods(["GET", "POST"])
@in_cycle
def shape_page(request: Request, cycle: Cycle) -> HttpResponse:
    """How the contract could look, whom that would leave out, and what people say about it."""
    officers = request.me is not None and request.me.group == "commissioner"
    act, seen = request.POST.get("act"), shaping.look(cycle, officers=officers)
    may_answer = request.me is not None and shaping.may_say_means(request.me)
    own = cycle.means.filter(organisation=request.me.organisation_id).first() if request.me and may_answer else None
    form = ShapeForm(request.POST) if act == "propose" else ShapeForm(instance=seen.shape)
    means = MeansForm(request.POST if act == "means" else None, initial=MeansForm.kept(own))
    if request.method == "POST" and _acted(request, cycle, act, form, means):
        return redirect("shape", cycle.slug)
    context = {
        "cycle": cycle,
        "look": seen,
        "form": form,
        "means_form": means,
        "own": own,
        "rules": shaping.rules_of(cycle),
        "may_answer": may_answer,
        "said": shaping.said_of_shape(cycle, "shape"),
        "risks": shaping.said_of_shape(cycle, "payment"),
        "say_form": _say_form(),
        "held": request.held,
        "me": request.me,
    }
    return render(request, "commissioning/shape.html", context, status=422 if form.errors or means.errors else 200)


def _acted(request: Request, cycle: Cycle, act: str | None, form: ShapeForm, means: MeansForm) -> bool:
    me, now = taking_part(request, cycle), timezone.now()
    if act == "propose":
        if not form.is_valid():
            return False
        words = {name: form.cleaned_data[name] for name in ("why", "risk", "days_reason")}
        shaping.propose_shape(cycle, form.figures(), **words, by=me, now=now)
        messages.success(request, _("This is the shape now. Earlier versions stay below."))
    elif act == "means":
        if not means.is_valid():
            return False
        shaping.say_means(cycle, **means.cleaned_data, by=me, now=now)
        messages.success(request, _("Kept. Only your organisation sees these figures."))
    elif act in (ShapeComment.About.SHAPE, ShapeComment.About.PAYMENT):
        _say(request, cycle, act)
    else:
        raise Refused(_("Choose what to do here."))
    return True


@require_http_methods(["GET", "POST"])
@in_cycle
def route_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The ways to secure the service that were considered, and the one chosen."""
    act, routes = request.POST.get("act"), list(cycle.routes.all())
    form = RouteForm(request.POST if act == "consider" else None)
    choice = RouteChoiceForm(request.POST if act == "choose" else None, routes=routes)
    if request.method == "POST":
        me, now = taking_part(request, cycle), timezone.now()
        if act == "consider" and form.is_valid():
            shaping.consider(cycle, form.cleaned_data.pop("kind"), **form.cleaned_data, by=me, now=now)
        elif act == "choose" and choice.is_valid():
            data = choice.cleaned_data
            route = next(r for r in routes if r.kind == data["kind"])
            shaping.choose_route(route, because=data["because"], role=data["role"], by=me, now=now)
        elif act == "back":
            shaping.take_choice_back(cycle, because=request.POST.get("reason", ""), by=me, now=now)
        elif act == "say":
            _say(request, cycle, ShapeComment.About.ROUTE)
        if not (form.errors or choice.errors):
            return redirect("route", cycle.slug)
    context = {
        "cycle": cycle,
        "routes": routes,
        "chosen": next((r for r in routes if r.chosen_at), None),
        "form": form,
        "choice": choice,
        "said": shaping.said_of_shape(cycle, "route"),
        "say_form": _say_form(),
        "reason_form": ReasonForm(),
        "held": request.held,
        "me": request.me,
    }
    return render(request, "commissioning/route.html", context, status=422 if form.errors or choice.errors else 200)
