"""Pages of the starting point, of what social value means here, and of the policy and priorities."""

import secrets

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import meaning, starting
from commissioning.doorway import Request, in_cycle, in_public, manner_of, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Meaning
from commissioning.roles import CONVENE
from commissioning.sentences import Refused
from commissioning.starting_forms import MeaningForm, PolicyForm, StartingForm


@require_http_methods(["GET", "POST"])
@in_cycle
def starting_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Where this cycle starts from; a draft of the officers until it is shared, then open to remarks."""
    heads = starting.heads_of(cycle)
    form = StartingForm(request.POST if request.POST.get("act") == "keep" else None, heads=heads)
    if request.method == "POST" and _act_on_start(request, cycle, form):
        return redirect("starting_point", cycle.slug)
    context = {
        "cycle": cycle,
        "heads": heads,
        "form": form,
        "point": starting.shared_point(cycle),
        "key": secrets.token_urlsafe(12),
        "me": request.me,
        "held": request.held,
    }
    return render(request, "commissioning/starting.html", context, status=422 if form.errors else 200)


def _act_on_start(request: Request, cycle: Cycle, form: StartingForm) -> bool:
    me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
    if act == "keep":
        may(request, CONVENE)
        if not form.is_valid():
            return False
        with transaction.atomic():
            for code, words, unknown in form.written():
                starting.write(cycle, code, words=words, unknown=unknown, by=me, now=now)
        messages.success(request, _("Kept."))
    elif act == "share":
        starting.share(cycle, by=me, now=now)
        messages.success(request, _("Everybody in the cycle can read it now, and say something beside it."))
    elif act == "remark":
        text, heading = request.POST.get("text", ""), request.POST.get("heading", "")
        starting.remark(cycle, heading, text=text, key=_key(request), by=me, now=now, manner=manner_of(request))
        messages.success(request, _("Your words are there. You will hear what became of them."))
    else:
        raise Refused(_("Choose what to do with this page."))
    return True


def _key(request: Request) -> str:
    key = request.POST.get("key", "")
    if not 0 < len(key) <= 40 or not key.isprintable():
        raise Refused(_("Load the page again and send it once more."))
    return key


@require_http_methods(["GET", "POST"])
@in_public
def meaning_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What social value means here: every version, who agreed to it, and who disagrees."""
    newest = starting.newest_meaning(cycle)
    form = MeaningForm(request.POST if request.POST.get("act") == "agree" else None, newest=newest)
    if request.method == "POST" and _act_on_meaning(request, cycle, form):
        return redirect("meaning", cycle.slug)
    context = {
        "cycle": cycle,
        "versions": meaning.versions_of(cycle),
        "key": secrets.token_urlsafe(12),
        "unread": meaning.news_for(cycle, request.me),
        "form": form,
        "me": request.me,
        "held": request.held,
    }
    return render(request, "commissioning/meaning.html", context, status=422 if form.errors else 200)


def _act_on_meaning(request: Request, cycle: Cycle, form: MeaningForm) -> bool:
    me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
    if act == "agree":
        may(request, CONVENE)
        if not form.is_valid():
            return False
        made = meaning.agree(cycle, form.draft(), by=me, now=now)
        messages.success(request, _("Kept as version %(n)s. Everybody in the cycle is told on their cycle page.") % {"n": made.number})
        return True
    about = get_object_or_404(Meaning.objects.select_related("cycle"), pk=number_in(request.POST.get("meaning", "")), cycle=cycle)
    if act == "disagree":
        meaning.disagree(about, text=request.POST.get("text", ""), key=_key(request), by=me, now=now, manner=manner_of(request))
        messages.success(request, _("Your words stay beside this version. You will hear what became of them."))
    elif act == "read":
        meaning.read(about, by=me, now=now)
    else:
        raise Refused(_("Choose what to do with this page."))
    return True


@require_http_methods(["GET", "POST"])
@in_public
def policy_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The authority's social value policy and the borough's priorities, or the sentence that there is none yet."""
    note = starting.policy_of(cycle.authority)
    form = PolicyForm(request.POST if request.method == "POST" else None, note=note)
    if request.method == "POST":
        me = may(request, CONVENE)
        if not form.is_valid():
            raise first_error(form)
        starting.note_policy(cycle, form.said(), by=me, now=timezone.now())
        messages.success(request, _("Kept."))
        return redirect("policy", cycle.slug)
    return render(request, "commissioning/policy.html", {"cycle": cycle, "policy": note, "form": form, "held": request.held})
