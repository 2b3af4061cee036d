"""The doorway of the library of indicators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request, in_cycle, manner_of, number_in, taking_part
from commissioning.models import Cycle
from commissioning.sentences import Refused
from outcomes import library


@require_http_methods(["GET", "POST"])
@in_cycle
def library_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Indicators to start from: look for one, bring it in for a proposed outcome, take one that waits into its room."""
    if request.method == "POST":
        _act(request, cycle)
        chosen = number_in(request.POST.get("outcome", ""))
        return redirect(reverse("indicator_library", args=[cycle.slug]) + (f"?outcome={chosen}" if chosen else ""))
    read, asked = library.library(), request.GET
    theme, kind, words = (asked.get(name, "")[:60] for name in ("theme", "kind", "q"))
    outcomes = library.outcomes_to_choose(cycle)
    context = {
        "cycle": cycle,
        "library": read,
        "found": read.find(theme=theme, kind=kind, words=words),
        "theme": theme,
        "kind": kind,
        "q": words,
        "outcomes": outcomes,
        "chosen": number_in(asked.get("outcome", "")),
        "waiting": list(library.waiting_in(cycle)),
        "me": request.me,
        "quiet": cycle.quiet,
    }
    return render(request, "outcomes/library.html", context)


def _act(request: Request, cycle: Cycle) -> None:
    me, now, sent = taking_part(request, cycle), timezone.now(), request.POST
    manner = manner_of(request)
    if sent.get("act") == "bring":
        outcomes = {one.pk: one for one in library.outcomes_to_choose(cycle)}
        chosen = outcomes.get(number_in(sent.get("outcome", "")) or 0)
        if chosen is None:
            raise Refused(_("Choose the outcome this is a sign of."))
        waiting = library.bring_in(chosen, sent.get("sign", ""), by=me, key=sent.get("key", ""), now=now, manner=manner)
        if waiting.made_id is None:
            messages.success(request, _("It waits below: its room takes no proposals now. Somebody there can take it in later."))
        else:
            messages.success(request, _("It is a proposal in its room now. People there can change it and vote on it."))
    elif sent.get("act") == "take":
        waiting = get_object_or_404(library.waiting_in(cycle), pk=number_in(sent.get("waiting", "")) or 0)
        library.take(waiting, by=me, now=now, manner=manner)
        messages.success(request, _("It is a proposal in its room now. People there can change it and vote on it."))
    else:
        raise Refused(_("Choose what to do."))
