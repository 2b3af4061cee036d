"""The doorway of a browser that comes back: who am I here, may I send, and how much is still waiting."""

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request, number_in
from workshops import attending
from workshops.models import Workshop
from workshops.views import in_workshop

MOST_WAITING = 999  # a browser that says more says nothing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_workshop
def waiting(request: Request, workshop: Workshop) -> HttpResponse:
    """GET: who the browser is here, and a fresh token to send with. POST: how many messages it still holds."""
    if request.method == "POST" and request.me is not None:
        n = min(number_in(request.POST.get("n", "")) or 0, MOST_WAITING)
        attending.note_waiting(workshop, request.me, n, now=timezone.now())
    return JsonResponse({"me": str(request.me.pk) if request.me else "", "token": get_token(request)})
