"""Pages of the social value criteria."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.contributing import printable
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.forms import ReasonForm
from commissioning.models import Contribution, Cycle
from commissioning.quoting import as_agreed
from commissioning.sentences import Refused, require
from outcomes import criteria, policy, threading_back
from outcomes.criteria_forms import CriterionForm
from outcomes.models import Criterion, Specification
from workshops.models import Agreement, Proposal


def _signed_off(cycle: Cycle) -> bool:
    return Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).exists()


@require_http_methods(["GET", "POST"])
@in_cycle
def criteria_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The criteria, what each lacks, and for who writes the specification a form for the next one."""
    may_write = roles.SPECIFY in request.held
    card = _card(request, cycle) if may_write else None
    form = CriterionForm(request.POST or None, cycle=cycle, taken_up=card, initial=_begin(card))
    if request.method == "POST":
        me = taking_part(request, cycle)
        require(policy.why_not_edit(request.held, frozen=False))
        if form.is_valid() and _written(cycle, form, card, me):
            messages.success(request, _("The criterion is kept as a draft."))
            return redirect("criteria", cycle.slug)
    listed = criteria.rows(cycle)
    adopted = criteria.adopted_share(cycle)
    context = {
        "cycle": cycle,
        "rows": listed,
        "withdrawn": list(Criterion.objects.filter(cycle=cycle, state=Criterion.State.WITHDRAWN)),
        "given": sum((row.criterion.share for row in listed), start=0),
        "adopted": adopted,
        "why_not": criteria.why_not_publish(cycle),
        "may_write": may_write and not _signed_off(cycle),
        "signed_off": _signed_off(cycle),
        "cards": _cards(cycle) if may_write else [],
        "card": card,
        "form": form,
    }
    return render(request, "outcomes/criteria.html", context, status=422 if form.errors else 200)


def _card(request: Request, cycle: Cycle) -> Proposal | None:
    """The card of a room that the form begins from."""
    pk = number_in(request.POST.get("proposal", "") if request.method == "POST" else request.GET.get("from", ""))
    return criteria.may_take_up(cycle).filter(pk=pk).first() if pk is not None else None


def _begin(card: Proposal | None) -> dict[str, Any]:
    key = {"key": secrets.token_hex(12)}
    return key | {"question": card.text[:1000], "proposal": card.pk} if card else key


def _cards(cycle: Cycle) -> list[tuple[Proposal, str]]:
    """What rooms put forward, with how it stands."""
    cards = list(criteria.may_take_up(cycle)[:100])
    states = dict(Agreement.objects.filter(proposal__in=cards, superseded_at=None).values_list("proposal", "state"))
    return [(card, states[card.pk]) for card in cards]


def _written(cycle: Cycle, form: CriterionForm, card: Proposal | None, me: Any) -> bool:
    data = form.cleaned_data
    try:
        criteria.write(cycle, form.words(), proposal=card, because=data.get("because", ""), key=data["key"], by=me, now=timezone.now())
    except Refused as refused:
        if _signed_off(cycle):
            raise  # the page has no form any more to show it in
        form.add_error(None, str(refused))
        return False
    return True


@require_http_methods(["GET", "POST"])
@in_cycle
def criterion_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One criterion: what it asks, where it comes from, what measures it, how it was worded before."""
    related = ("outcome", "need", "proposal__workshop", "by__organisation", "cycle")
    criterion = get_object_or_404(Criterion.objects.select_related(*related), cycle=cycle, number=number)
    form, changed = CriterionForm(cycle=cycle, initial=CriterionForm.kept(criterion)), None
    if request.method == "POST":
        me, now = may(request, roles.SPECIFY), timezone.now()
        if request.POST.get("act") == "withdraw":
            criteria.withdraw(criterion, reason=request.POST.get("reason", ""), by=me, now=now)
            return redirect("criteria", cycle.slug)
        form = CriterionForm(request.POST, cycle=cycle)
        if form.is_valid():
            try:
                criteria.rewrite(criterion, form.words(), seen_version=form.cleaned_data["seen_version"] or 0, by=me, now=now)
            except criteria.SomebodyElseSaved as late:
                changed, criterion = late, get_object_or_404(Criterion.objects.select_related(*related), pk=criterion.pk)
                form = CriterionForm(cycle=cycle, initial=form.cleaned_data | {"seen_version": criterion.version})
            except Refused as refused:
                if criterion.state == Criterion.State.WITHDRAWN or _signed_off(cycle):
                    raise  # the page has no form any more to show it in
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Kept. The earlier words stay below."))
                return redirect("criterion", cycle.slug, criterion.number)
    status = 409 if changed else 422 if form.errors else 200
    return render(request, "outcomes/criterion.html", _about(request, cycle, criterion, form, changed), status=status)


def _about(request: Request, cycle: Cycle, criterion: Criterion, form: CriterionForm, changed: Any) -> dict[str, Any]:
    row = next((r for r in criteria.rows(cycle) if r.criterion.pk == criterion.pk), None)
    standing = row is not None and not _signed_off(cycle)
    return {
        "cycle": cycle,
        "criterion": criterion,
        "row": row,
        "form": form,
        "changed": changed,
        "said": _said_for(criterion),
        "card_shown": _shown(criterion),
        "agreement": Agreement.objects.filter(proposal=criterion.proposal_id, superseded_at=None).first()
        if criterion.proposal_id
        else None,
        "measures": list(criterion.measures.filter(retired_at=None)),
        "versions": list(criterion.versions.select_related("by__organisation", "outcome", "need")),
        "may_write": standing and roles.SPECIFY in request.held,
        "reason_form": ReasonForm(),
    }


def _said_for(criterion: Criterion) -> list[Contribution]:
    """What people said that led to the card it was made of, as far as each allows."""
    if criterion.proposal is None:
        return []
    roots = threading_back.roots_of([criterion.proposal])[criterion.proposal.pk]
    said = Contribution.objects.open_to_all().filter(pk__in=roots).select_related("participant__organisation").order_by("pk")
    return as_agreed(said)


def _shown(criterion: Criterion) -> str:
    """The words of the card, unless they were taken out since."""
    if criterion.proposal is None or not Contribution.objects.shown().filter(pk=criterion.proposal.contribution_id).exists():
        return ""
    return printable(criterion.proposal.text)
