"""Doorways to the agenda: seeing it, building it, starting from a recipe or a kept one, and a framework to begin with."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commissioning import roles, vocabulary
from commissioning.doorway import Request, number_in, taking_part
from commissioning.models import Participant
from commissioning.sentences import Refused
from workshops import agenda, proposing, recipes, running
from workshops.agenda_forms import ActivityForm
from workshops.models import Activity, KeptAgenda, Workshop
from workshops.views import in_workshop


def _builder(request: Request, workshop: Workshop) -> Participant:
    if not request.held & {roles.FACILITATE, roles.CONVENE}:
        raise Http404
    return taking_part(request, workshop.cycle)


@require_http_methods(["GET", "POST"])
@in_workshop
def agenda_page(request: Request, workshop: Workshop) -> HttpResponse:
    """The agenda, and the forms to build it."""
    me = _builder(request, workshop)
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agenda.add(workshop, form.plan(), by=me, now=timezone.now())
        messages.success(request, _("It is on the agenda."))
        return redirect("agenda", workshop.slug)
    parts = list(workshop.activities.all())
    context = {
        "workshop": workshop,
        "parts": parts,
        "minutes": sum(a.minutes for a in parts if a.state != Activity.State.SKIPPED),
        "form": form,
        "recipes": recipes.all_recipes().values(),
        "kept": KeptAgenda.objects.filter(authority=workshop.cycle.authority_id),
        "facilitates": roles.FACILITATE in request.held,
        "now_at": running.current(workshop),
        "unresolved": list(vocabulary.unresolved(workshop.cycle)),
    }
    return render(request, "workshops/agenda.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_workshop
def activity_page(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """One part of the agenda, to change it."""
    me = _builder(request, workshop)
    activity = get_object_or_404(Activity, pk=pk, workshop=workshop)
    form = ActivityForm(request.POST or None, initial=ActivityForm.initial_of(activity))
    if request.method == "POST" and form.is_valid():
        agenda.change(activity, form.plan(), by=me, now=timezone.now())
        return redirect("agenda", workshop.slug)
    context = {"workshop": workshop, "activity": activity, "form": form}
    return render(request, "workshops/activity.html", context, status=422 if form.errors else 200)


STEPS: dict[str, Callable[..., Any]] = {
    "earlier": lambda a, **who: agenda.reorder(a, -1, **who),
    "later": lambda a, **who: agenda.reorder(a, 1, **who),
    "repeat": agenda.repeat,
    "skip": agenda.skip,
    "plan": agenda.take_up_again,
    "remove": agenda.remove,
    "go": lambda a, **who: running.go_to(a.workshop, a, seen=None, **who),
}


@require_POST
@in_workshop
def activity_step(request: Request, workshop: Workshop, pk: int, step: str) -> HttpResponse:
    """One act on one part: earlier, later, once more, skip, plan again, remove, or go to it now."""
    me = _builder(request, workshop)
    if step not in STEPS:
        raise Http404
    activity = get_object_or_404(Activity.objects.select_related("workshop__cycle"), pk=pk, workshop=workshop)
    STEPS[step](activity, by=me, now=timezone.now())
    return redirect("room" if step == "go" else "agenda", workshop.slug)


@require_POST
@in_workshop
def lay_out(request: Request, workshop: Workshop) -> HttpResponse:
    """Put a recipe, or an agenda that was kept, in the place of what is still to come."""
    me = _builder(request, workshop)
    recipe = recipes.all_recipes().get(request.POST.get("recipe", ""))
    kept = KeptAgenda.objects.filter(authority=workshop.cycle.authority_id, pk=number_in(request.POST.get("kept", "")) or 0).first()
    if recipe is not None:
        agenda.lay_out(workshop, recipe.plans, name=recipe.title, by=me, now=timezone.now())
    elif kept is not None:
        plans = [agenda.ActivityPlan.of(part) for part in kept.activities]
        agenda.lay_out(workshop, plans, name=kept.name, by=me, now=timezone.now())
    else:
        raise Refused(_("Choose a recipe or an agenda that was kept."))
    messages.success(request, _("The agenda is laid out. Change whatever you like."))
    return redirect("agenda", workshop.slug)


@require_POST
@in_workshop
def keep_agenda(request: Request, workshop: Workshop) -> HttpResponse:
    """Keep this agenda for other workshops of the authority."""
    me = _builder(request, workshop)
    kept = agenda.keep(workshop, request.POST.get("name", ""), by=me, now=timezone.now())
    messages.success(request, _("The agenda is kept as “%(name)s”.") % {"name": kept.name})
    return redirect("agenda", workshop.slug)


@require_POST
@in_workshop
def bring_framework(request: Request, workshop: Workshop) -> HttpResponse:
    """Bring a ready-made framework in as proposals that everybody can change and vote on (PS-05)."""
    me = _builder(request, workshop)
    made = proposing.propose_framework(workshop, request.POST.get("framework", ""), by=me, now=timezone.now())
    messages.success(request, _("%(n)s proposals are on the board, open to change and to the vote.") % {"n": len(made)})
    return redirect("room", workshop.slug)
