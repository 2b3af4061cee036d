"""Doorways into a workshop: the box for a code, the one joining screen, and the code as a picture."""

import io

import segno
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import limiting
from commissioning.doorway import Request, keep_seat
from commissioning.forms import IntroductionForm
from workshops import attending
from workshops.models import Workshop
from workshops.views import in_workshop


@require_http_methods(["GET", "POST"])
def enter_code(request: Request) -> HttpResponse:
    """The box for a join code. Wrong, expired and closed codes get the same answer; too many wait."""
    if request.method == "GET":
        return render(request, "workshops/enter_code.html")
    if limiting.too_many(request):
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    workshop = attending.workshop_for_code(request.POST.get("code", ""), timezone.now())
    if workshop is None:
        limiting.count_wrong_try(request)
        return render(
            request,
            "workshops/enter_code.html",
            {"wrong": True, "typed": request.POST.get("code", "")[:40]},
            status=404,
        )
    return redirect("join", workshop.spoken_code)


@require_http_methods(["GET", "POST"])
def join(request: Request, code: str) -> HttpResponse:
    """The one joining screen. Looking never joins: link previews look. Coming back on the same device, you are still you."""
    if limiting.too_many(request):
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    now = timezone.now()
    workshop = attending.workshop_for_code(code, now)
    if workshop is None:
        limiting.count_wrong_try(request)
        return render(request, "workshops/enter_code.html", {"wrong": True, "typed": code[:40]}, status=404)
    me = request.viewer.participant_in(workshop.cycle)
    if me is not None:
        if request.method == "POST":
            attending.attend(workshop, me, now=now)
        return redirect("room", workshop.slug)
    # The commissioner side is invited by name: otherwise anybody with the code could vote as the council.
    form = IntroductionForm(request.POST or None, groups=("citizen", "vso"))
    if request.method == "POST" and form.is_valid():
        # A link shared in the room never claims an account's identity: an officer joins as themselves by signing in.
        participant, key = attending.join(workshop, form.introduction(), now=now)
        return keep_seat(redirect("room", workshop.slug), participant, key)
    context = {"workshop": workshop, "cycle": workshop.cycle, "scope": list(workshop.cycle.scope.all()), "form": form}
    return render(request, "workshops/join.html", context, status=422 if form.errors else 200)


@require_safe
@in_workshop
def join_picture(request: Request, workshop: Workshop) -> HttpResponse:
    """The join link as a QR picture."""
    address = request.build_absolute_uri(reverse("join", args=[workshop.spoken_code]))
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=1, border=2, omitsize=True, dark="#0b0c0c", xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
