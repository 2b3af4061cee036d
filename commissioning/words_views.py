"""Pages about words: the language to read in, what the field's words mean, and the five-minute introduction."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from commissioning import glossary
from commissioning.doorway import Request, safe_address
from commissioning.models import Cycle

MOST_CYCLES = 10  # of somebody's own, named on the page of words


@require_POST
def choose_language(request: Request) -> HttpResponse:
    """Remember on this device which language to read in, and go back to the same page. An unknown one changes nothing."""
    response = redirect(safe_address(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return response


@require_safe
def words(request: Request) -> HttpResponse:
    """What the words of the field mean, each in one sentence; `?q=` finds one, by the words we avoid as well."""
    asked = request.GET.get("q", "").strip()[:60]
    found = glossary.find(asked)
    mine = [p.cycle for p in request.viewer.participants]
    if request.viewer.user is not None:
        mine = list(Cycle.objects.visible_to(request.viewer)[:MOST_CYCLES])
    return render(request, "commissioning/words.html", {"asked": asked, "found": found, "cycles": mine[:MOST_CYCLES]})


@require_safe
def primer(request: Request) -> HttpResponse:
    """Commissioning in five minutes, for somebody who is new to it."""
    return render(request, "commissioning/primer.html")
