"""Doorways of priorities: criteria and one's own ranking, the result by group, and the adopted order with its reasons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import needs, roles
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.models import Adoption, Cycle, Need, Participant, Prioritising, Priority
from commissioning.needs_views import may_run
from commissioning.sentences import Refused
from workshops import prioritising, priority_order, tally
from workshops.priority_order import Adopted

EARLIER = 10


@require_http_methods(["GET", "POST"])
@in_cycle
def priorities_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Which needs come first: ranking them, and once that is closed what people said beside what was adopted."""
    if request.method == "POST":
        _act(request, cycle, taking_part(request, cycle))
        return redirect("priorities", cycle.slug)
    rounds = Prioritising.objects.filter(cycle=cycle).select_related("opened_by")
    asked = request.GET.get("of", "")
    round_ = get_object_or_404(rounds, pk=number_in(asked) or 0) if asked else rounds.first()
    context: dict[str, Any] = {"cycle": cycle, "round": round_, "me": request.me, "may_run": may_run(request)}
    context["may_decide"] = request.me is not None and roles.DECIDE in request.held
    context["earlier"] = list(rounds.exclude(pk=round_.pk if round_ else 0)[:EARLIER])
    if round_ is None or round_.closed_at is not None:
        context["to_rank"] = list(needs.on_the_list(cycle).exclude(state=Need.State.PARKED)[: priority_order.MOST_NEEDS * 2])
    stands, counted = prioritising.standing(cycle), prioritising.newest_counted(cycle)
    context |= {"stands": stands, "waits": counted if stands and counted and counted.pk > stands.prioritising_id else None}
    context["may_decide"] = context["may_decide"] and counted == round_
    if round_ is not None and round_.closed_at is None:
        context |= _open_ranking(request, round_)
    elif round_ is not None and "all" in (round_.result or {}):
        context |= _result(round_)
    return render(request, "workshops/priorities.html", context)


def _open_ranking(request: Request, round_: Prioritising) -> dict[str, Any]:
    """One's own ranking, and how many are in; nobody sees what is in them."""
    marks: dict[int, int] = {}
    why = None if request.me else _("You are not a participant of this cycle, so you can look but not act.")
    if request.me:
        why = prioritising.why_not_rank(round_, request.me)  # type: ignore[assignment]
        try:
            marks = prioritising.my_marks(round_, request.me)
        except Refused as refused:
            why = str(refused)
    listed = list(round_.needs.order_by("number"))
    return {
        "rows": [(need, marks.get(need.pk)) for need in listed],
        "numbers": range(1, len(listed) + 1),
        "why_not": why,
        "have_ranked": bool(marks),
        "handed_in": len(prioritising.counted(round_)),
        "fewest": priority_order.FEWEST,
    }


def _result(round_: Prioritising) -> dict[str, Any]:
    """The order of each group, of all, and what was adopted beside it."""
    result = round_.result or {}
    by_pk = {need.pk: need for need in round_.needs.all()}
    adoption = prioritising.adopted_in(round_)
    return {
        "groups": [
            (code, result["voices"][code], _listed(result["groups"][code], by_pk)) for code in tally.GROUPS if code in result["groups"]
        ],
        "everybody": _listed(result["all"], by_pk),
        "hidden": result["hidden"],
        "total": result["total"],
        "adoption": adoption,
        "rows": _compared(adoption),
        "slope": _slope(adoption),
    }


def _listed(tiers: list[list[int]], by_pk: dict[int, Need]) -> list[tuple[int, bool, Need]]:
    return [(place.at, place.level > 1, by_pk[pk]) for pk, place in priority_order.places(tiers).items()]


def _compared(adoption: Adoption | None) -> list[dict[str, Any]]:
    """Each adopted place with the words for how it moved."""
    listed = list(adoption.priorities.all()) if adoption else []
    return [{"priority": p, "moved": priority_order.words_of(_place(p).moved(p.place)), "same": _place(p).holds(p.place)} for p in listed]


def _place(priority: Priority) -> priority_order.Place:
    return priority_order.Place(priority.ranked, priority.level)


def _slope(adoption: Adoption | None) -> priority_order.Slope | None:
    if adoption is None:
        return None
    return priority_order.slope([(p.need.number, _place(p), p.place) for p in adoption.priorities.all()])


def _act(request: Request, cycle: Cycle, me: Participant) -> None:
    now, asked = timezone.now(), request.POST
    if asked.get("act") == "open":
        chosen = Need.objects.filter(cycle=cycle, pk__in=[pk for pk in map(number_in, asked.getlist("needs")) if pk])
        prioritising.open_ranking(cycle, criteria=asked.get("criteria", "").splitlines(), chosen=chosen, by=me, now=now)
        messages.success(request, _("People can rank now. Tell them."))
        return
    round_ = get_object_or_404(Prioritising, cycle=cycle, pk=number_in(asked.get("of", "")) or 0)
    if asked.get("act") == "rank":
        prioritising.rank(round_, _marks(request, "rank-"), by=me, now=now)
        messages.success(request, _("Your ranking is in. You can change it until the ranking is closed."))
    elif asked.get("act") == "close":
        prioritising.close_ranking(round_, by=me, now=now)
        messages.success(request, _("The ranking is closed and counted."))
    elif asked.get("act") == "call_off":
        prioritising.call_off(round_, reason=asked.get("reason", ""), by=me, now=now)
    else:
        raise Refused(_("Choose what to do."))


def _marks(request: Request, prefix: str) -> dict[int, int]:
    """The numbers written beside needs. Raises `Refused` for what is no number."""
    found = {}
    for name in request.POST:
        need, value = number_in(name.removeprefix(prefix)) if name.startswith(prefix) else None, request.POST.get(name, "").strip()
        if need is None or not value:
            continue
        mark = number_in(value)
        if mark is None:
            raise Refused(_("Write a whole number from 1 up beside each need."))
        found[need] = mark
    return found


@require_http_methods(["GET", "POST"])
@in_cycle
def adopt_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Adopt an order: a place for each need, and for each that moved a reason, typed officer or political."""
    me = may(request, roles.DECIDE)
    round_ = get_object_or_404(Prioritising, cycle=cycle, pk=pk)
    ranked = prioritising.places_of(round_)
    if not ranked:
        raise Http404
    refused = None
    if request.method == "POST":
        try:
            _adopt(request, round_, me)
        except Refused as why:
            refused = why
        else:
            messages.success(request, _("The order is adopted. Everybody sees it beside their own, with the reasons."))
            return redirect("priorities", cycle.slug)
    by_pk = {need.pk: need for need in round_.needs.all()}
    asked = request.POST
    rows = [
        {
            "need": by_pk[item],
            "ranked": place,
            "place": asked.get(f"place-{item}", at),
            "kind": asked.get(f"kind-{item}", ""),
            "reason": asked.get(f"reason-{item}", ""),
        }
        for at, (item, place) in enumerate(ranked.items(), 1)
    ]
    context = {"cycle": cycle, "round": round_, "rows": rows, "refused": refused, "kinds": Priority.Kind.choices, "n": len(rows)}
    context |= {"role": asked.get("role", ""), "first": asked.get("first", len(rows))}
    return render(request, "workshops/adopt_priorities.html", context, status=409 if refused else 200)


def _adopt(request: Request, round_: Prioritising, me: Participant) -> None:
    asked = request.POST
    order = {
        need: Adopted(place, asked.get(f"kind-{need}", ""), asked.get(f"reason-{need}", ""))
        for need, place in _marks(request, "place-").items()
    }
    first = number_in(asked.get("first", ""))
    prioritising.adopt(round_, order, role=asked.get("role", ""), first=first, by=me, now=timezone.now())
