"""Doorways of the one-minute pulse: for those known on this device, and by a signed link for everybody else."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request
from commissioning.models import Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as __
from workshops import pulse, pulsing
from workshops.models import Workshop
from workshops.views import in_workshop


@require_http_methods(["GET", "POST"])
@in_workshop
def pulse_page(request: Request, workshop: Workshop) -> HttpResponse:
    """The questions of now, for a participant."""
    if request.me is None:
        raise Refused(__("These questions are for those who came."))
    return _ask(request, workshop, request.me, "")


@require_http_methods(["GET", "POST"])
def pulse_link(request: Request, token: str) -> HttpResponse:
    """The same by a signed link from a letter: it opens the questions and nothing else. Looking never answers."""
    found = pulsing.of_token(token)
    if found is None:
        raise Http404
    return _ask(request, *found, token)


def _ask(request: Request, workshop: Workshop, me: Participant, token: str) -> HttpResponse:
    """Show the questions or keep the answers. A cycle that is closed still asks: six months later most are."""
    now = timezone.now()
    moment = pulsing.moment_of(workshop, now)
    if request.method == "POST":
        given, asked = request.POST.dict(), request.POST.get("moment", "")
        pulsing.answer(workshop, given, moment=asked, post=request.POST.get("post", ""), by=me, now=now)
        messages.success(request, _("Thank you. Your answers are kept without your name."))
        return redirect("pulse_link", token) if token else redirect("pulse", workshop.slug)
    questions = [(pulse.QUESTIONS[code], pulse.CHOICES.get(pulse.QUESTIONS[code].scale, {})) for code in pulse.ASKED[moment]]
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "moment": moment,
        "moment_words": pulse.MOMENTS[moment],
        "questions": questions,
        "how_many": sum(1 for question, __ in questions if not question.beside),
        "posts": pulse.POSTS if moment == pulse.LATER else {},
        "answered": pulsing.has_answered(workshop, me, moment),
        "token": token,
    }
    return render(request, "workshops/pulse.html", context)
