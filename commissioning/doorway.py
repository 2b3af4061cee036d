"""What every request passes through: who looks, and how a refusal is said."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from commissioning.contributing import Manner
from commissioning.models import Cycle, Participant, User
from commissioning.people import Viewer, held_by, holders_of
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _


class Request(HttpRequest):
    """A request as our views get it: with who looks, who they are in the cycle at hand, and what they may do there."""

    viewer: Viewer
    me: Participant | None
    held: frozenset[str]


COOKIE = "seat-"  # followed by the cycle's number; holds the personal key of one participant
COOKIE_LIFE = 60 * 60 * 24 * 400  # seconds: long enough for a cycle, and the most browsers keep
MOST_SEATS = 20  # personal keys read from one device


class SignAnswers:
    """Marks every answer as ours, also one that is a fault.

    A browser that waits for "it is kept" must not take the welcome page of a hotel's network, or a proxy's error, for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Throughline"] = "answered"
        return response


class KnowWhoLooks:
    """Sets `request.viewer` from the account and the personal keys of this device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        request.viewer = viewer_of(request, user)
        response = self.get_response(request)
        patch_cache_control(response, private=True) if seat_keys(request) or user else None
        return response


def seat_keys(request: HttpRequest) -> list[str]:
    """The personal keys this device holds, of whichever cycle."""
    return [value for name, value in request.COOKIES.items() if name.startswith(COOKIE)][:MOST_SEATS]


def viewer_of(request: HttpRequest, user: User | None) -> Viewer:
    """Whoever asks, by their account and by the personal keys of their device."""
    return Viewer(user=user, participants=holders_of(seat_keys(request)))


class SayWhyNot:
    """Turns a refusal into 409 with its sentence, and shows again whatever had been written, so that nothing is lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Answer a `Refused`; anything else is a fault and goes on its way."""
        return refusal(request, exception) if isinstance(exception, Refused) else None


def refusal(request: Request, refused: Refused, status: int = 409) -> HttpResponse:
    """The page, or for htmx the notice, that says why something was not done."""
    if request.headers.get("HX-Request"):
        response = render(request, "ui/notice.html", {"refused": refused}, status=status)
        response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"] = "#notice", "innerHTML", "p"
        return response
    written = [(name, value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "key") and len(value) > 20]
    return render(request, "refused.html", {"refused": refused, "written": written}, status=status)


def on_every_page(request: Request) -> dict[str, Any]:
    """What the frame of every page needs."""
    return {
        "DEMO": settings.DEMO,
        "viewer": getattr(request, "viewer", Viewer()),
        "this_page": here_for(request),
        "languages": settings.LANGUAGES,
    }


def here_for(request: HttpRequest) -> str:
    """The address to come back to after changing the language: this page, or for the answer to a form the page it came from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return safe_address(request, came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.get_host() else "/")


def safe_address(request: HttpRequest, address: str) -> str:
    """An address of our own, or the start page: nobody is sent away from here by a link somebody else made."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.isprintable() else "/"


def manner_of(request: HttpRequest) -> Manner:
    """How words sent with this request are kept: in the language their writer read the page in.

    Words that waited for a connection say which it was: their writer may have changed languages since.
    """
    said = request.POST.get("written_in", "")
    return Manner(language=(said if said in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE)[:2])


def keep_seat(response: HttpResponse, participant: Participant, key: str) -> HttpResponse:
    """Leave a participant's key on this device, so that they are still themselves when they come back."""
    response.set_cookie(
        f"{COOKIE}{participant.cycle_id}",
        key,
        max_age=COOKIE_LIFE,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


VOICE = "voice-"  # followed by the cycle's number; a secret of this device, for words without an author


def device_secrets(request: Request, cycle: Cycle) -> list[str]:
    """What this device can find words without an author by: the personal key, and the device's own secret."""
    return [s for s in (seat_key(request, cycle), request.COOKIES.get(f"{VOICE}{cycle.pk}", "")) if s]


def keep_voice(response: HttpResponse, request: Request, cycle: Cycle) -> HttpResponse:
    """Give a device that holds no secret for this cycle one: an officer who signs in has no personal key on it."""
    if not device_secrets(request, cycle):
        secret = secrets.token_urlsafe(24)
        options = {"max_age": COOKIE_LIFE, "httponly": True, "samesite": "Lax", "secure": settings.HTTPS}
        response.set_cookie(f"{VOICE}{cycle.pk}", secret, **options)
    return response


def seat_key(request: Request, cycle: Cycle) -> str:
    """The personal key this device holds for a cycle, so that the page can show its owner their link; or nothing."""
    return request.COOKIES.get(f"{COOKIE}{cycle.pk}", "")


def visible_cycle(request: Request, slug: str) -> Cycle:
    """The cycle at this address if the viewer may see it; otherwise there is none."""
    return get_object_or_404(Cycle.objects.visible_to(request.viewer).select_related("authority", "service"), slug=slug)


def _require_open(request: Request, cycle: Cycle) -> None:
    """Nothing is added to a closed cycle, by whichever door."""
    if request.method == "POST" and cycle.state == Cycle.State.CLOSED:
        raise Refused(_("This cycle is closed. Nothing more can be added."))


def taking_part(request: Request, cycle: Cycle) -> Participant:
    """The viewer as a participant of the cycle. Raises `Refused` for somebody who only looks on."""
    me = request.viewer.participant_in(cycle)
    _require_open(request, cycle)
    if me is None:
        raise Refused(_("You are not a participant of this cycle, so you can look but not act."))
    return me


def in_cycle(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of one cycle: gives it the cycle, the viewer as participant (or None) and what they may do."""

    @wraps(view)
    def with_cycle(request: Request, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = visible_cycle(request, slug)
        _require_open(request, cycle)
        request.me = request.viewer.participant_in(cycle)
        request.held = held_by(request.me)
        return view(request, cycle, *args, **kwargs)

    return with_cycle


def in_public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one cycle for everybody, once its page is public; before that for those who may see the cycle already."""

    @wraps(view)
    def with_cycle(request: Request, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        cycle = Cycle.objects.public().select_related("authority", "service").filter(slug=slug).first() or visible_cycle(request, slug)
        _require_open(request, cycle)
        request.me = request.viewer.participant_in(cycle)
        request.held = held_by(request.me)
        return view(request, cycle, *args, **kwargs)

    return with_cycle


def number_in(text: str) -> int | None:
    """The number somebody sent, when it is one that could be a row's; digits of other scripts and endless ones are not."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def may(request: Request, permission: str) -> Participant:
    """The viewer as a participant with this permission; 404 for pages that are not for them."""
    if request.me is None or permission not in request.held:
        raise Http404
    return request.me
