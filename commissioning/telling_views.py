"""The open question: for whoever takes part, and once the cycle is public for anybody, with no account."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import limiting, people, telling
from commissioning.doorway import Request, in_public, keep_seat, manner_of, taking_part
from commissioning.models import Contribution, Cycle
from commissioning.needs_forms import StrangerForm, TellForm
from commissioning.sentences import Refused


@require_http_methods(["GET", "POST"])
@in_public
def tell(request: Request, cycle: Cycle) -> HttpResponse:
    """One screen: what would be different, and what is already here. Somebody new takes part by sending it."""
    if request.me is None and request.method == "POST" and request.user.is_authenticated:
        taking_part(request, cycle)
    form = (TellForm if request.me else StrangerForm)(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"cycle": cycle, "form": form, "me": request.me, "scope": list(cycle.scope.all())}
        return render(request, "commissioning/tell.html", context, status=422 if form.errors else 200)
    now, key = timezone.now(), form.cleaned_data["key"]
    words = {name: form.cleaned_data[name] for name in ("difference", "here_already")}
    if isinstance(form, TellForm) and request.me:
        telling.tell(cycle, **words, key=key, by=request.me, now=now, manner=manner_of(request))
        return redirect("told", cycle.slug)
    if _kept_before(cycle, key):
        return redirect("told", cycle.slug)
    if limiting.too_many(request, "told"):
        raise Refused(_("Many people wrote from here just now. Wait ten minutes and send it again."))
    limiting.count_wrong_try(request, "told")
    assert isinstance(form, StrangerForm)  # noqa: S101 (tells the type checker which form it is)
    with transaction.atomic():  # whoever's words are refused has not come, either
        me, seat = people.take_part(cycle, form.introduction(), now=now)
        telling.tell(cycle, **words, key=key, by=me, now=now, manner=manner_of(request))
    return keep_seat(redirect("told", cycle.slug), me, seat)


def _kept_before(cycle: Cycle, key: str) -> bool:
    """Whether this very form arrived before: whoever sends it again is nobody new."""
    return Contribution.objects.filter(cycle=cycle, key__in=[f"{key[:30]}-{kind}" for kind in telling.KINDS]).exists()


@require_http_methods(["GET"])
@in_public
def told(request: Request, cycle: Cycle) -> HttpResponse:
    """Thank you, and where to see what becomes of it."""
    return render(request, "commissioning/told.html", {"cycle": cycle, "me": request.me})
