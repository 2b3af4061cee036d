"""Doorways of commitments, the dashboard of what was promised and shown, and concerns."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.bringing_views import as_csv
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused
from outcomes import awarding, committing, concerns, promised_shown, quarters, shown, threading_back
from outcomes.award_forms import AnswerForm, BecauseForm, CommitmentForm, ConcernForm, MeasureForm, VaryForm, concern_of
from outcomes.models import Award, Clause, Commitment, ConcernFlag, Measure


@require_safe
@in_cycle
def promised_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every commitment by quarter: what was promised, what was shown, and what is missing."""
    states = [(state, promised_shown.SHAPES[state], word) for state, word in promised_shown.WORDS.items() if state]
    context = {"cycle": cycle, "board": shown.look(cycle), "states": states, "held": request.held}
    return render(request, "outcomes/promised.html", context)


@require_safe
@in_cycle
def promised_csv(request: Request, cycle: Cycle) -> HttpResponseBase:
    """The same as a table for a spreadsheet."""
    return as_csv(f"{cycle.slug}-promised-and-shown.csv", shown.as_rows(shown.look(cycle)))


@require_http_methods(["GET", "POST"])
@in_cycle
def new_commitment(request: Request, cycle: Cycle) -> HttpResponse:
    """Make a scored promise part of the contract."""
    me = may(request, roles.CONVENE)
    awards = Award.objects.filter(lot__cycle=cycle, ended_at=None).select_related("lot__cycle", "provider")
    form = CommitmentForm(
        request.POST or None,
        awards=awards,
        criteria=committing.criteria_of(cycle),
        clauses=Clause.objects.filter(specification__cycle=cycle).select_related("specification"),
        measures=Measure.objects.filter(cycle=cycle, commitment=None, retired_at=None),
        initial={"key": uuid.uuid4().hex, "award": request.GET.get("award", ""), "criterion": request.GET.get("criterion", "")},
    )
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        origin = {name: data[name] for name in ("criterion", "clause", "measures")}
        try:
            made = committing.commit(data["award"], form.said(), **origin, key=data["key"], by=me, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It is a commitment now."))
            return redirect("commitment", cycle.slug, made.number)
    return render(request, "outcomes/new_commitment.html", {"cycle": cycle, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def commitment_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One commitment: its words and how they changed, its measures, what was shown, and the way back to what people said."""
    commitment = _commitment_here(cycle, number)
    changes = list(commitment.changes.select_related("by__organisation").order_by("-number"))
    act = request.POST.get("act", "")
    names = ("promise", "owner", "first_quarter", "last_quarter")
    first = {name: getattr(commitment, name) for name in names} | {"seen": changes[0].number if changes else 0}
    vary_form = VaryForm(request.POST if act == "vary" else None, initial=first, prefix="vary")
    measure_form = MeasureForm(request.POST if act == "measure" else None, initial={"owner": commitment.owner}, prefix="measure")
    form = {"vary": vary_form, "measure": measure_form}.get(act)
    if request.method == "POST" and (form is None or form.is_valid()):
        _act_on_commitment(request, commitment, taking_part(request, cycle), vary_form, measure_form)
        return redirect("commitment", cycle.slug, number)
    board = shown.look(cycle)
    row = next(row for grid in board.grids for row in grid.rows if row.commitment.pk == commitment.pk)
    context = {
        "cycle": cycle,
        "commitment": commitment,
        "row": row,
        "so_far": [cell for cell in row.cells if cell.state and cell.state != promised_shown.TO_COME],
        "to_come": [cell for cell in row.cells if cell.state == promised_shown.TO_COME],
        "back": threading_back.walk_back_from_commitment(commitment),
        "changes": changes,
        "flags": [one for one in board.flags if one.flag.commitment_id == commitment.pk],
        "free": list(Measure.objects.filter(cycle=cycle, commitment=None, retired_at=None)) if roles.CONVENE in request.held else [],
        "vary_form": vary_form,
        "measure_form": measure_form,
        "end_form": BecauseForm(),
        "form": form,
        "quarters": quarters.how_many(commitment.award.starts, commitment.award.ends),
        "may_change": roles.CONVENE in request.held and commitment.state != Commitment.State.ENDED,
        "may_flag": concerns.may_raise(commitment.award, request.me),
    }
    return render(request, "outcomes/commitment.html", context, status=422 if form is not None and form.errors else 200)


def _commitment_here(cycle: Cycle, number: int) -> Commitment:
    related = (
        "award__lot__cycle",
        "award__provider",
        "criterion__need",
        "criterion__outcome__theme",
        "criterion__outcome__decision__agreement__proposal__workshop",
        "clause__outcome__theme",
        "clause__outcome__decision__agreement__proposal__workshop",
    )
    return get_object_or_404(Commitment.objects.select_related(*related), award__lot__cycle=cycle, number=number)


def _act_on_commitment(request: Request, commitment: Commitment, me: Participant, vary_form: VaryForm, measure_form: MeasureForm) -> None:
    now, act = timezone.now(), request.POST.get("act")
    if act == "vary":
        data = vary_form.cleaned_data
        committing.vary(commitment, vary_form.said(), because=data["because"], seen=data["seen"] or 0, by=me, now=now)
        messages.success(request, _("The commitment has changed. What stood before stays below."))
    elif act == "measure":
        committing.add_measure(commitment, measure_form.new(), by=me, now=now)
        messages.success(request, _("The measure is in the monitoring plan."))
    elif act == "attach":
        found = Measure.objects.filter(cycle=commitment.award.lot.cycle_id)
        measure = get_object_or_404(found, pk=number_in(request.POST.get("of", "")))
        committing.attach(commitment, measure, by=me, now=now)
    elif act == "end":
        committing.end(commitment, because=request.POST.get("because", ""), by=me, now=now)
    else:
        raise Refused(_("Choose what to do."))


@require_http_methods(["GET", "POST"])
@in_cycle
def concerns_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What providers say cannot be done or would harm, with the answers; everybody in the cycle reads both."""
    mine = [award for award in awarding.awards_for(request.me).filter(ended_at=None) if concerns.may_raise(award, request.me)]
    listed = _may_be_about(cycle, mine) if mine else []
    raising = request.method == "POST" and request.POST.get("act") == "raise"
    first = {"key": uuid.uuid4().hex, "about": request.GET.get("about", "")}
    form = ConcernForm(request.POST if raising else None, listed=[(code, words) for code, words, __ in listed], initial=first)
    if request.method == "POST" and (not raising or form.is_valid()):
        me, now = taking_part(request, cycle), timezone.now()
        if raising:
            award = next(award for code, __, award in listed if code == form.cleaned_data["about"])
            concerns.raise_flag(award, concern_of(form, award), key=form.cleaned_data["key"], by=me, now=now)
            messages.success(request, _("Your concern is raised. Everybody sees it, and by when it is answered."))
        else:
            _answer(request, cycle, me)
        return redirect("concerns", cycle.slug)
    context = {
        "cycle": cycle,
        "looks": concerns.flags_of(cycle),
        "form": form,
        "answer_form": AnswerForm(),
        "may_raise": bool(mine),
        "held": request.held,
    }
    return render(request, "outcomes/concerns.html", context, status=422 if form.errors else 200)


def _may_be_about(cycle: Cycle, mine: list[Award]) -> list[tuple[str, str, Award]]:
    """What the viewer's organisation can raise a concern about, each with the contract it belongs to."""
    found: list[tuple[str, str, Award]] = []
    for kept in Commitment.objects.filter(award__in=mine).exclude(state=Commitment.State.ENDED).order_by("number"):
        award = next(one for one in mine if one.pk == kept.award_id)
        found.append((f"commitment-{kept.pk}", f"{kept.code} {kept.promise[:90]}", award))
    for measure in Measure.objects.filter(cycle=cycle, retired_at=None):
        found += [
            (f"measure-{measure.pk}", f"{measure.code} {measure.text[:90]}", one) for one in mine if measure.lot_id in (None, one.lot_id)
        ][:1]
    clauses = Clause.objects.filter(specification__cycle=cycle)
    return found + [(f"clause-{c.pk}", _("Clause %(n)s") % {"n": c.label} + f" {c.text[:90]}", mine[0]) for c in clauses]


def _answer(request: Request, cycle: Cycle, me: Participant) -> None:
    if request.POST.get("act") != "answer":
        raise Refused(_("Choose what to do."))
    found = ConcernFlag.objects.select_related("award__lot__cycle")
    flag = get_object_or_404(found, pk=number_in(request.POST.get("flag", "")), award__lot__cycle=cycle)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    concerns.answer(flag, **form.cleaned_data, by=me, now=timezone.now())
    messages.success(request, _("The answer is given. Everybody in the cycle can read it."))
