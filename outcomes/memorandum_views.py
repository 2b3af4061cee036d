"""Doorways of working together: who would like to, and memoranda between parties. Terms are a page for the parties alone."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Organisation, Participant
from commissioning.sentences import Refused
from outcomes import awarding, understanding
from outcomes.memorandum_forms import BeginForm, PartForm, ReviewForm, SignForm, TermsForm, WishForm
from outcomes.models import Award, Memorandum
from outcomes.models.memoranda import SECTIONS


@never_cache
@require_http_methods(["GET", "POST"])
@in_cycle
def working_together(request: Request, cycle: Cycle) -> HttpResponse:
    """Who would like to work with others, and the memoranda one may know of."""
    me = request.me
    officer, speaks = understanding.is_officer(me), understanding.speaks_for(me)
    if not officer and not speaks:
        raise Http404
    act = request.POST.get("act", "")
    wish_form = WishForm(request.POST if act == "wish" else None)
    begin_form = _begin_form(request, cycle, act)
    form = {"wish": wish_form, "begin": begin_form}.get(act)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _act_on_list(request, cycle, taking_part(request, cycle), wish_form, begin_form)
    context = {
        "cycle": cycle,
        "me": me,
        "officer": officer,
        "speaks": speaks,
        "wishes": list(understanding.wishes(cycle)) if speaks else [],
        "memoranda": understanding.visible_to(cycle, me),
        "again": understanding.to_look_at_again(me, today=timezone.localdate()),
        "wish_form": wish_form,
        "begin_form": begin_form,
        "form": form,
    }
    return render(request, "outcomes/working_together.html", context, status=422 if form is not None and form.errors else 200)


def _begin_form(request: Request, cycle: Cycle, act: str) -> BeginForm:
    here = (
        Organisation.objects.filter(authority=cycle.authority_id, merged_into=None, participants__cycle=cycle).distinct().order_by("name")
    )
    awards: Any = awarding.awards_for(request.me) if understanding.speaks_for(request.me) else Award.objects.filter(lot__cycle=cycle)
    first = {"key": uuid.uuid4().hex, "organisations": [request.me.organisation_id] if request.me else []}
    data = request.POST if act == "begin" else None
    return BeginForm(data, organisations=here, awards=awards.filter(ended_at=None).select_related("lot", "provider"), initial=first)


def _act_on_list(request: Request, cycle: Cycle, me: Participant, wish_form: WishForm, begin_form: BeginForm) -> HttpResponse:
    act, now = request.POST.get("act"), timezone.now()
    if act == "begin":
        data = begin_form.cleaned_data
        new = understanding.Beginning(data["title"], tuple(data["organisations"]), data["with_authority"], data["award"])
        made = understanding.begin(cycle, new, key=data["key"], by=me, now=now)
        return redirect("memorandum", cycle.slug, made.number)
    if act == "wish":
        understanding.wish(cycle, words=wish_form.cleaned_data["words"], by=me, now=now)
        messages.success(request, _("Other organisations in the cycle can see it."))
    elif act == "take back":
        understanding.take_back_wish(cycle, by=me)
    else:
        raise Refused(_("Choose what to do."))
    return redirect("working_together", cycle.slug)


@never_cache
@require_http_methods(["GET", "POST"])
@in_cycle
def memorandum_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """The terms, who signed them, and the next look at them: for its parties; nobody else finds this page."""
    memorandum = get_object_or_404(Memorandum.objects.select_related("cycle__authority", "award__lot"), cycle=cycle, number=number)
    party = understanding.party_of(memorandum, request.me)
    if party is None:
        raise Http404
    stands = understanding.current(memorandum)
    first = {name: getattr(stands, name) for name in SECTIONS} | {"seen_version": memorandum.version}
    terms_form, late = TermsForm(initial=first), None
    if request.method == "POST":
        try:
            _act_on_memorandum(request, memorandum, taking_part(request, cycle))
        except understanding.SomebodyElseWrote as refused:
            late = refused
            memorandum.refresh_from_db()
            yours = late.yours or {name: getattr(late.current, name) for name in SECTIONS}
            terms_form = TermsForm(initial=yours | {"seen_version": memorandum.version})
            stands = late.current
        else:
            return redirect("memorandum", cycle.slug, number)
    context = _shown(cycle, memorandum, stands) | {"party": party, "terms_form": terms_form, "late": late}
    return render(request, "outcomes/memorandum.html", context, status=409 if late else 200)


def _shown(cycle: Cycle, memorandum: Memorandum, stands: Any) -> dict[str, Any]:
    signed = {one.party_id: one for one in stands.signatures.select_related("by")}
    parties = list(memorandum.parties.select_related("organisation", "memorandum__cycle__authority"))
    return {
        "cycle": cycle,
        "memorandum": memorandum,
        "stands": stands,
        "sections": [(stands._meta.get_field(name).verbose_name, getattr(stands, name)) for name in SECTIONS],
        "parties": [(one, signed.get(one.pk)) for one in parties],
        "versions": list(memorandum.versions.select_related("by__organisation").order_by("-number")),
        "sign_form": SignForm(initial={"seen_version": memorandum.version}),
        "review_form": ReviewForm(),
        "part_form": PartForm(),
        "open": memorandum.state != Memorandum.State.ENDED,
    }


def _act_on_memorandum(request: Request, memorandum: Memorandum, me: Participant) -> None:
    act, now = request.POST.get("act"), timezone.now()
    forms: dict[str, Any] = {"write": TermsForm, "sign": SignForm, "review": ReviewForm, "part": PartForm}
    if act == "end":
        understanding.end(memorandum, because=request.POST.get("because", ""), by=me, now=now)
        return
    if act not in forms:
        raise Refused(_("Choose what to do."))
    form = forms[act](request.POST)
    if not form.is_valid():
        raise first_error(form)
    data = form.cleaned_data
    if act == "write":
        seen = data.pop("seen_version")
        understanding.write(memorandum, data, seen_version=seen, by=me, now=now)
        messages.success(request, _("Saved. Every party signs these words."))
    elif act == "sign":
        understanding.sign(memorandum, **data, by=me, now=now)
    elif act == "review":
        understanding.review_on(memorandum, **data, by=me, now=now)
    else:
        understanding.say_part(memorandum, **data, by=me)
