"""The page on which somebody says how they want to hear back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import hearing_back
from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.forms import HearingBackForm
from commissioning.models import Cycle


@require_http_methods(["GET", "POST"])
@in_cycle
def hear_back(request: Request, cycle: Cycle) -> HttpResponse:
    """One's own wish: whether, where and in which format."""
    me = taking_part(request, cycle)
    wish = hearing_back.wishes_of([me])[0]
    kept = {"wants": "yes" if wish.asked else "no", "form": wish.form, "email": wish.email, "by_post": wish.by_post}
    form = HearingBackForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        hearing_back.choose(me, **form.cleaned_data, now=timezone.now())
        messages.success(request, _("We will keep to this."))
        return redirect("hear_back", cycle.slug)
    context = {"cycle": cycle, "form": form}
    return render(request, "commissioning/hear_back.html", context, status=422 if form.errors else 200)
