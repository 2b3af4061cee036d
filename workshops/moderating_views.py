"""Doorways of looking after what people say: the facilitator's queue, reports, and the private channel."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, may, taking_part
from commissioning.forms import first_error
from commissioning.models import Contribution
from workshops import moderating, redacting
from workshops.forms import CommentForm
from workshops.models import Photo, PrivateWord, Report, Step, Workshop
from workshops.talking_views import said_here
from workshops.views import acting, in_workshop


@require_safe
@in_workshop
def queue(request: Request, workshop: Workshop) -> HttpResponse:
    """What waits for the facilitator, on their own screen."""
    may(request, roles.FACILITATE)
    context = {"workshop": workshop, "cycle": workshop.cycle, "queue": moderating.queue_of(workshop), "times": Workshop.Moderation.choices}
    return render(request, "workshops/queue.html", context)


@acting
def choose(request: Request, workshop: Workshop, me: Any) -> HttpResponse:
    """Choose when what people write is looked at."""
    moderating.choose(workshop, when=request.POST.get("when", ""), by=me, now=timezone.now())
    return redirect("queue", workshop.slug)


@require_http_methods(["GET", "POST"])
@in_workshop
def look_after(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """One thing somebody said, with everything the facilitator can do about it."""
    me, said = may(request, roles.FACILITATE), said_here(workshop, pk)
    if request.method == "POST":
        taking_part(request, workshop.cycle)
        act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
        step = moderating.take_step(workshop, said, act=act, reason=reason, by=me, now=timezone.now())
        messages.success(request, _("Done: %(what)s.") % {"what": step.get_act_display().lower()})
        return redirect("queue", workshop.slug)
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "said": said,
        "waits": moderating.is_waiting(said),
        "is_private": said.moderation == Contribution.Moderation.PRIVATE,
        "reports": list(Report.objects.filter(contribution=said, settled=None)),
        "steps": list(Step.objects.filter(contribution=said).select_related("by__organisation")),
        "photo": Photo.objects.filter(idea__contribution=said).first(),
    }
    return render(request, "workshops/look_after.html", context)


@acting
def take_out(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Take words out of what somebody said, with a note."""
    said = said_here(workshop, pk)
    redacting.take_out(workshop, said, parts=request.POST.get("parts", ""), note=request.POST.get("note", ""), by=me, now=timezone.now())
    messages.success(request, _("The words were taken out."))
    for other in redacting.also_in(workshop, request.POST.get("parts", ""))[:5]:
        where = {"kind": other.get_kind_display(), "n": other.pk, "who": other.participant.signature}
        messages.warning(request, _("They also stand in: %(kind)s %(n)s, said by %(who)s.") % where)
    return redirect("look_after", workshop.slug, pk)


@require_http_methods(["GET", "POST"])
@in_workshop
def report(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """Ask the facilitator to look at something."""
    me, said = taking_part(request, workshop.cycle), said_here(workshop, pk)
    if not said.is_shown:
        raise Http404
    if request.method == "POST":
        moderating.report(workshop, said, words=request.POST.get("words", ""), by=me, now=timezone.now())
        messages.success(request, _("The facilitator will look at it. You will be told here. Nobody else learns that you asked."))
        return redirect("room", workshop.slug)
    return render(request, "workshops/report_said.html", {"workshop": workshop, "cycle": workshop.cycle, "said": said})


@require_http_methods(["GET", "POST"])
@in_workshop
def private(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """A remark in the private channel and what was said about it there."""
    me, said = request.me, said_here(workshop, pk)
    if me is None or not moderating.may_read_private(said, me):
        raise Http404
    if request.method == "POST":
        taking_part(request, workshop.cycle)
        form = CommentForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        moderating.say_privately(workshop, said, **form.cleaned_data, by=me, now=timezone.now())
        return redirect(reverse("private", args=[workshop.slug, pk]))
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "said": said,
        "moved": moderating.last_steps([said.pk]).get(said.pk),
        "lines": list(PrivateWord.objects.filter(contribution=said).select_related("by__organisation")),
        "key": uuid.uuid4().hex,
    }
    return render(request, "workshops/private.html", context)
