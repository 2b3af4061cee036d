"""The one press that releases a closed workshop's notes to every registered supplier (AN-14)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commissioning import roles
from commissioning.doorway import Request, taking_part
from workshops import before_sending, market_learning
from workshops.models import Workshop
from workshops.views import in_workshop


@require_POST
@in_workshop
def release_notes(request: Request, workshop: Workshop) -> HttpResponse:
    """Release the notes; asks first when they name a price."""
    if roles.CONVENE not in request.held:
        raise Http404
    me = taking_part(request, workshop.cycle)
    hint = market_learning.price_in(workshop) if "sure" not in request.POST and workshop.closed_at else None
    if hint is not None:
        return before_sending.ask(request, workshop, hint)
    release, mine = market_learning.release_notes(workshop, by=me, now=timezone.now())
    if mine:
        messages.success(request, _("Released. Every registered supplier has the notes from this moment."))
    else:
        messages.info(request, _("The notes were released already. Nothing was sent twice."))
    return redirect("release", workshop.cycle.slug, release.pk)
