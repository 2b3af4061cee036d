"""Doorways to the promise ledger, to promises made outside a workshop, and to leaving with promises handed over."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import people, roles
from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused
from workshops import handing_over, outside_promises, promised, promises, promising, seating
from workshops.closing_forms import ProgressForm
from workshops.models import Action, OutsidePromise
from workshops.promise_forms import LeaveForm, OutsidePromiseForm

ROWS = 50  # promises on one page


def _whose(listed: list[promised.Line], whose: str, me: Participant | None) -> list[promised.Line]:
    if me is None or whose not in ("us", "ours"):
        return listed
    if whose == "us":
        return [line for line in listed if line.promise.promised_to in (me.group, Action.To.EVERYBODY)]
    return [line for line in listed if line.promise.side in (promising.SIDE_OF[me.group], Action.Side.BOTH)]


def _form(request: Request, cycle: Cycle) -> OutsidePromiseForm:
    listed = cycle.participants.filter(withdrawn_at=None, voice=False).exclude(pk__in=seating.at_tables(cycle.pk))
    known = list(listed.select_related("organisation").order_by("group", "shown_name")[: promised.MOST_LISTED])
    data = request.POST if request.method == "POST" else None
    return OutsidePromiseForm(data, people=known, initial={"key": uuid.uuid4().hex, "made_on": timezone.localdate()})


@require_http_methods(["GET", "POST"])
@in_cycle
def promises_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every promise made in a cycle, in a workshop or outside, with "promised to us" and what came of each (TR-02, M-32)."""
    form = _form(request, cycle) if request.me is not None else None
    if request.method == "POST":
        me = taking_part(request, cycle)
        if form is not None and form.is_valid():
            outside_promises.write_down(cycle, form.said(), by=me, key=form.cleaned_data["key"], now=timezone.now())
            messages.success(request, _("It is in the list. Whoever promised it is asked whether it is right."))
            return redirect("promises", cycle.slug)
    everything = promised.lines(cycle)
    whose, state = request.GET.get("whose", ""), request.GET.get("state", "")
    theirs = _whose(everything, whose, request.me)
    listed = [line for line in theirs if line.state == state] if state in promises.LEDGER else theirs
    context = {
        "cycle": cycle,
        "page": Paginator(listed, ROWS).get_page(request.GET.get("page")),
        "states": [(code, words, sum(1 for line in theirs if line.state == code)) for code, words in promises.LEDGER.items()],
        "sides": promised.by_side(everything),
        "headings": list(promises.LEDGER.values()),
        "whose": whose,
        "state": state,
        "rest": f"&whose={whose}&state={state}" if whose in ("us", "ours") or state in promises.LEDGER else "",
        "me": request.me,
        "form": form,
    }
    return render(request, "workshops/promises.html", context, status=422 if form is not None and form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def outside_promise(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One promise made outside a workshop: for its owner the forms to say whether it was one and how it goes."""
    promise = get_object_or_404(OutsidePromise.objects.select_related("owner_participant", "written_by__organisation"), pk=pk, cycle=cycle)
    if request.method == "POST":
        _act_on(request, promise, taking_part(request, cycle))
        return redirect("outside_promise", cycle.slug, pk)
    context = {
        "cycle": cycle,
        "promise": promise,
        "answers": outside_promises.may_answer(promise, request.me),
        "progress_form": ProgressForm(initial={"progress": promise.progress, "reason": promise.progress_reason}),
    }
    return render(request, "workshops/outside_promise.html", context)


def _act_on(request: Request, promise: OutsidePromise, me: Participant) -> None:
    now, act = timezone.now(), request.POST.get("act", "")
    if act in ("accept", "decline"):
        outside_promises.answer(promise, yes=act == "accept", reason=request.POST.get("reason", ""), by=me, now=now)
    elif act == "progress":
        form = ProgressForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        outside_promises.report_progress(promise, **form.cleaned_data, by=me, now=now)
    else:
        raise Refused(_("Choose what to do with this promise."))


@require_http_methods(["GET", "POST"])
@in_cycle
def leave(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Somebody leaves the cycle: for each open promise a new owner (TR-07)."""
    person = get_object_or_404(cycle.participants.select_related("organisation"), pk=pk, withdrawn_at=None, voice=False)
    if not handing_over.may_hand_over(person, request.me):
        raise Http404
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        person=person,
        has_role=roles.CONVENE in request.held and bool(people.role_codes(person)),
    )
    if request.method == "POST" and form.is_valid():
        me = taking_part(request, cycle)
        try:
            handing_over.leave(person, form.given(), role_to=form.role_to(), by=me, now=timezone.now())
            messages.success(request, _("%(who)s has left. Each promise has a new owner, who is asked.") % {"who": person.shown_name})
            return redirect("home" if me.pk == person.pk else "people", *([] if me.pk == person.pk else [cycle.slug]))
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "cycle": cycle,
        "person": person,
        "form": form,
        "myself": request.me is not None and request.me.pk == person.pk,
        "roles": [roles.ROLES[code] for code in sorted(people.role_codes(person))],
    }
    return render(request, "workshops/leave.html", context, status=422 if form.errors else 200)
