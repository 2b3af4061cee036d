"""The doorway of the provider's form: kept as they go, in parts or whole, sent when it is finished."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused, require
from outcomes import discarding, return_forms, return_looks, return_rules, returning, standings
from outcomes.models import Award, Measure, Reading, Return, Story


def award_here(cycle: Cycle, pk: int) -> Award:
    """An award of this cycle, with its provider and partners."""
    listed = Award.objects.select_related("lot__cycle__authority", "provider").prefetch_related("parties__organisation")
    return get_object_or_404(listed, pk=pk, lot__cycle=cycle)


@require_http_methods(["GET", "POST"])
@in_cycle
def fill_page(request: Request, cycle: Cycle, pk: int, quarter: int) -> HttpResponse:
    """The form of one quarter, for the provider's people only."""
    award = award_here(cycle, pk)
    if not return_looks.is_ours(award, request.me):
        raise Http404
    due = return_looks.due_measures(award, quarter, return_looks.measures_of(cycle))
    require(returning.why_not(award, quarter, request.me, len(due)))
    last = returning.last_of(award, quarter)
    if request.method == "POST" and request.POST.get("act") == "discard":
        discarding.discard(award, quarter, by=taking_part(request, cycle), now=timezone.now())
        messages.success(request, _("The return stays as it was sent."))
        return redirect("return", cycle.slug, pk, quarter)
    if request.method == "POST":
        return _keep(request, Form(award, quarter, due, taking_part(request, cycle), timezone.now()))
    if last is not None and last.state != Return.State.DRAFT:
        return redirect("return", cycle.slug, pk, quarter)
    return _drawn(request, award, quarter, due, last)


class Form:
    """What was sent, for one quarter of an award, by one person at one moment."""

    def __init__(self, award: Award, quarter: int, due: list[Measure], by: Participant, now: datetime) -> None:
        self.award, self.quarter, self.due = award, quarter, due
        self.act: dict[str, Any] = {"by": by, "now": now}
        self.kept: dict[int, returning.Kept] = {}
        self.rest: return_forms.Rest | None = None

    def keep(self, sent: QueryDict) -> None:
        """Keep all that can be read of it."""
        parts = [m for m in self.due if return_forms.typed_in(sent, m) is not None]
        said = {m.pk: return_forms.typed_in(sent, m) or {} for m in parts}
        seen = {m.pk: return_forms.seen_in(sent, m) for m in parts}
        if said:
            self.kept = returning.keep_readings(self.award, self.quarter, said, seen, **self.act)
        of_this = {"reading__returned__award": self.award, "reading__returned__quarter": self.quarter}
        there = set(Story.objects.filter(**of_this).values_list("key", flat=True))
        for measure in parts:
            told = [one for one in return_forms.stories_in(sent, measure) if one.words.strip() or one.key in there]
            if told:
                returning.keep_stories(self.award, self.quarter, measure, told, **self.act)
        if "hours" in sent:
            self._keep_rest(sent)

    def _keep_rest(self, sent: QueryDict) -> None:
        self.rest = return_forms.rest_in(sent)
        if self.rest.wrong:
            return
        hours = return_rules.read_hours(self.rest.hours)[0]
        if hours is None and not self.rest.resources and returning.last_of(self.award, self.quarter) is None:
            return
        seen = sent.get("seen", "1")
        revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
        made = returning.keep_rest(self.award, self.quarter, hours=hours, resources=self.rest.resources, seen=revision, **self.act)
        self.rest.theirs = made is None

    @property
    def clean(self) -> bool:
        """Whether all of it was kept as typed."""
        return not any(k.wrong or k.theirs for k in self.kept.values()) and not (self.rest and (self.rest.wrong or self.rest.theirs))


def _keep(request: Request, form: Form) -> HttpResponse:
    form.keep(request.POST)
    award, quarter, due = form.award, form.quarter, form.due
    if request.headers.get("HX-Request"):
        return _kept_so_far(request, form)
    problem: Refused | None = None
    missing: dict[int, dict[str, Any]] = {}
    if form.clean and request.POST.get("act") == "send":
        try:
            returning.send(award, quarter, **form.act)
        except Refused as refused:
            problem, missing = refused, returning.unfinished(returning.last_of(award, quarter), due)
        else:
            messages.success(request, _("Sent. Thank you. Everybody in the cycle can read it now."))
            return redirect("return", award.lot.cycle.slug, award.pk, quarter)
    elif form.clean:
        messages.success(request, _("Kept. You can close this page and come back at any time."))
        return redirect("fill_return", award.lot.cycle.slug, award.pk, quarter)
    return _drawn(request, award, quarter, due, returning.last_of(award, quarter), form=form, problem=problem, missing=missing)


def _kept_so_far(request: Request, form: Form) -> HttpResponse:
    """What became of each part, put beside it without touching a box somebody writes in."""
    returned = returning.last_of(form.award, form.quarter)
    there = {r.measure_id: r for r in returned.readings.all()} if returned else {}
    parts = [return_forms.part_of(m, there.get(m.pk), kept=form.kept.get(m.pk)) for m in form.due]
    context = {"parts": parts, "returned": returned, "rest": form.rest, "now": form.act["now"], "clean": form.clean}
    return render(request, "outcomes/returns/kept.html", context, status=200 if form.clean else 422)


def _drawn(
    request: Request,
    award: Award,
    quarter: int,
    due: list[Measure],
    returned: Return | None,
    *,
    form: Form | None = None,
    problem: Refused | None = None,
    missing: dict[int, dict[str, Any]] | None = None,
) -> HttpResponse:
    there = {r.measure_id: r for r in returned.readings.prefetch_related("stories")} if returned else {}
    before = _before(award, quarter)
    parts = []
    for measure in due:
        kept = form.kept.get(measure.pk) if form else None
        if missing and measure.pk in missing:
            kept = returning.Kept(there.get(measure.pk), missing[measure.pk])
        typed = return_forms.typed_in(request.POST, measure) if form else None
        parts.append(return_forms.part_of(measure, there.get(measure.pk), before=before.get(measure.pk, ""), typed=typed, kept=kept))
    rest = return_forms.rest_of(returned)
    if form and form.rest and (form.rest.wrong or form.rest.theirs):
        rest = form.rest
    term = return_looks.term_of(award)
    context = {
        "cycle": award.lot.cycle,
        "award": award,
        "quarter": quarter,
        "returned": returned,
        "as_it_was": discarding.as_it_was(returned),
        "parts": parts,
        "rest": rest,
        "problem": problem,
        "errors": [box for part in parts for box in part.errors],
        "done": sum(1 for part in parts if part.done),
        "ends_on": term.ends_on(quarter),
        "due_on": term.due_on(quarter),
        "late": timezone.localdate() > term.due_on(quarter),
        "consents": return_forms.consents(),
        "planned": sum((m.hours for m in due), 0),
    }
    return render(request, "outcomes/returns/fill.html", context, status=422 if form else 200)


def _before(award: Award, quarter: int) -> dict[int, str]:
    """What each measure showed the last time it was returned, in print."""
    earlier = Reading.objects.filter(returned__award=award, returned__quarter__lt=quarter, returned__state__in=return_looks.SENT)
    found = {}
    for reading in earlier.select_related("measure", "returned").order_by("returned__quarter", "returned__version"):
        shown = standings.printed(reading.value, reading.part, reading.whole, reading.measure.unit)
        words = shown or str(standings.STANDINGS[reading.standing])
        found[reading.measure_id] = _("Quarter %(n)s: %(shown)s") % {"n": reading.returned.quarter, "shown": words}
    return found
