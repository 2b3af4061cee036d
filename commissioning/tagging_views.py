"""The doorway of the policy words officers put to one's own words."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import tagging
from commissioning.doorway import Request, device_secrets, in_cycle, number_in, taking_part
from commissioning.models import Contribution, Cycle, Tag
from commissioning.unattributed import mine

MOST = 200


@require_http_methods(["GET", "POST"])
@in_cycle
def my_tags(request: Request, cycle: Cycle) -> HttpResponse:
    """What one said with the words officers put to it, wherever it went; each can be disagreed with (PN-02)."""
    me, secrets = taking_part(request, cycle), device_secrets(request, cycle)
    if request.method == "POST":
        made = get_object_or_404(Tag, contribution__cycle=cycle, pk=number_in(request.POST.get("tag", "")) or 0)
        tagging.disagree(made, words=request.POST.get("words", ""), by=me, secrets=secrets, now=timezone.now())
        messages.success(request, _("What you say stands beside the word now."))
        return redirect("my_tags", cycle.slug)
    own = Contribution.objects.filter(mine(cycle, me, secrets), cycle=cycle, tags__isnull=False).distinct()
    listed = list(own.prefetch_related("tags")[:MOST])
    context = {"cycle": cycle, "listed": listed, "mine": {said.pk for said in listed}}
    return render(request, "commissioning/my_tags.html", context)
