"""A question before words are sent: do they name a price? Asked once, and never in the way (FS-06)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from commissioning.doorway import Request
from commissioning.sentences import Sentence
from workshops import teaching
from workshops.models import Workshop

Act = Callable[..., HttpResponse | None]


def mind_prices(*names: str) -> Callable[[Act], Act]:
    """An act whose named fields are looked at for prices; sent again with `sure`, they pass."""

    def minding(view: Act) -> Act:
        @wraps(view)
        def act(request: Request, workshop: Workshop, *args: Any, **kwargs: Any) -> HttpResponse | None:
            hint = teaching.looks_commercial(*(request.POST.get(name, "")[:5000] for name in names))
            if hint is None or "sure" in request.POST:
                return view(request, workshop, *args, **kwargs)
            return ask(request, workshop, hint)

        return act

    return minding


def ask(request: Request, workshop: Workshop, hint: Sentence) -> HttpResponse:
    """The question, beside the form for htmx or on a page of its own, with everything that was written."""
    written = [(name, value) for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", "sure") for value in values]
    whole = request.headers.get("HX-Target") != "proposal-page"
    context = {"hint": hint, "written": written, "workshop": workshop, "words": request.POST.get("text", ""), "on_desk": whole}
    by_htmx = bool(request.headers.get("HX-Request"))
    response = render(request, "workshops/price.html" if by_htmx else "workshops/price_page.html", context, status=422)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"] = "#notice", "innerHTML", "#price"
    return response
