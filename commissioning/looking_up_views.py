"""The doorway of looking up before asking again."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import looking_up, roles
from commissioning.consultation_forms import DecideForm, LookUpForm
from commissioning.doorway import Request, in_cycle, may
from commissioning.models import Cycle

DECISIONS = 50


@require_http_methods(["GET", "POST"])
@in_cycle
def looking_up_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What was decided before asking, for everybody in the cycle; officers look up, and decide."""
    officer = roles.CONVENE in request.held
    form = LookUpForm(request.GET if officer and "words" in request.GET else None)
    decide = DecideForm(request.POST or None)
    found = None
    if request.method == "POST":
        me = may(request, roles.CONVENE)
        words = LookUpForm(request.POST)
        if words.is_valid() and decide.is_valid():
            for_what = request.POST.get("for_what", "").strip()[:200] or _("Before asking people")
            about = words.cleaned_data["words"]
            looking_up.decide(cycle, words=about, for_what=for_what, **decide.cleaned_data, by=me, now=timezone.now())
            return redirect("looking_up", cycle.slug)
        form = words
    if form.is_bound and form.is_valid():
        found = looking_up.earlier(cycle, form.cleaned_data["words"])
    context = {
        "cycle": cycle,
        "form": form,
        "decide": decide,
        "found": found,
        "officer": officer,
        "decisions": list(cycle.looked_up.select_related("by")[:DECISIONS]),
    }
    return render(request, "commissioning/looking_up.html", context, status=422 if decide.errors else 200)
