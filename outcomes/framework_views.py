"""Doorways of the framework: the whole of it, the authority's answers, and two versions side by side."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.forms import ReasonForm
from commissioning.models import Cycle, Group
from commissioning.sentences import Refused
from outcomes import adopting, answering_needs, comparing, framework_content, framing, policy
from outcomes.forms import DecisionForm
from outcomes.models import Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from workshops import rules, teaching

FEW = 20  # outcomes that are shown unfolded: above it a theme is opened when somebody wants it


@require_http_methods(["GET", "POST"])
@in_cycle
def framework_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The outcomes framework and the agreed items that still wait for the authority's answer."""
    framework = adopting.framework_of(cycle)
    if request.method == "POST":
        return _act_on_framework(request, cycle, framework)
    themes = _themes_of(framework)
    outcomes = [o for t in themes for o in t.outcomes.all()]
    not_adopted = Decision.objects.filter(agreement__proposal__workshop__cycle=cycle, answer=Decision.Answer.NOT)
    owed = list(adopting.unanswered_in(cycle).prefetch_related("proposal__indicators"))
    reopened = set(adopting.reopened_in(framework).values_list("pk", flat=True))
    signs = [sign for o in outcomes for sign in o.indicators.all()]
    why_none = framework_content.coverage_reasons(framework)
    context = {
        "cycle": cycle,
        "framework": framework,
        "themes": themes,
        "outcomes": outcomes,
        "signs": signs,
        "prevent": [o for o in outcomes if o.prevents],
        "unfolded": len(outcomes) <= FEW,
        "reopened": reopened,
        "owed": owed,
        "not_adopted": list(not_adopted.select_related("agreement__proposal")),
        "retired": list(Outcome.objects.filter(theme__framework=framework).exclude(retired_at=None)),
        "held": request.held,
        "why_not_freeze": policy.why_not_freeze(
            frozen=framework.state == Framework.State.FROZEN,
            unanswered=len(owed),
            outcomes=len(outcomes),
            without_indicator=sum(1 for o in outcomes if not o.is_standard and not o.indicators.all()),
            uncollected=sum(1 for sign in signs if not sign.is_collected),
            reopened=len(reopened),
        ),
        "uncollected": [sign for sign in signs if not sign.is_collected],
        "coverage": _coverage(outcomes, why_none),
        "warnings": _warnings(cycle, outcomes) if roles.SPECIFY in request.held else [],
        "versions": list(framework.versions.defer("content").select_related("by")),
        "reason_form": ReasonForm(),
        "states": rules.STATES,
    }
    return render(request, "outcomes/framework.html", context)


def _themes_of(framework: Framework) -> list[Theme]:
    """The themes with their standing outcomes and what is shown of each; the same queries however many there are."""
    standing = (
        Outcome.objects.standing()
        .select_related("decision__agreement__proposal__workshop", "theme")
        .prefetch_related(Prefetch("indicators", Indicator.objects.select_related("outcome")), "clauses", "co_delivered")
        .prefetch_related(Prefetch("consequences", framework_content.consequences_shown()))
    )
    themes = framework.themes.prefetch_related(Prefetch("outcomes", standing))
    return [theme for theme in themes if theme.outcomes.all()]


def _coverage(outcomes: list[Outcome], why_none: dict[str, str]) -> list[dict[str, Any]]:
    """For each dimension how many outcomes serve it, and for none the reason, if somebody gave one (PL-09)."""
    if not outcomes:
        return []
    return [
        {"code": name, "name": label, "n": sum(1 for o in outcomes if getattr(o, name)), "reason": why_none.get(name, "")}
        for name, label in framing.NAMES.items()
    ]


def _warnings(cycle: Cycle, outcomes: list[Outcome]) -> list[tuple[Outcome, str]]:
    """What to look at before freezing: nobody's need or voice behind an outcome (INV-01), or a count of what is done (INV-03)."""
    traced = answering_needs.trace(cycle)
    found = [(o, _("No need on the list stands behind it.")) for o in traced.without_need]
    found += [(o, _("Nobody outside the council’s own team said anything behind it.")) for o in traced.without_voice]
    counted = [o for o in outcomes if not o.is_standard and teaching.looks_like_output(o.statement)]
    return [*found, *((o, _("It counts what is done, and not what changes for people.")) for o in counted)]


def _act_on_framework(request: Request, cycle: Cycle, framework: Framework) -> HttpResponse:
    me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
    reason = request.POST.get("reason", "")
    if act == "freeze":
        version = adopting.freeze(framework, by=me, now=now)
        messages.success(request, _("The framework is frozen as version %(n)s.") % {"n": version.number})
    elif act == "none":
        framing.say_why_none(framework, dimension=request.POST.get("dimension", ""), reason=reason, by=me, now=now)
        messages.success(request, _("The reason is kept. Everybody in the cycle can read it."))
    elif act == "reopen":
        adopting.reopen(framework, reason=reason, by=me, now=now)
        messages.success(request, _("The framework is open again. The reason is in the minutes."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect("framework", cycle.slug)


@require_http_methods(["GET", "POST"])
@in_cycle
def answer_agreement(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """The authority's answer to one agreed item."""
    me = may(request, roles.DECIDE)
    agreement = get_object_or_404(adopting.agreed_in(cycle), pk=pk)
    themes = list(adopting.framework_of(cycle).themes.values_list("title", flat=True))
    form = DecisionForm(request.POST or None, initial={"theme": themes[-1] if themes else "", "dimensions": ["social"]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {name: data[name] for name in ("answer", "reason", "decider_role", "kind")}
        try:
            adopting.decide(agreement, **said, by=me, now=timezone.now(), placing=form.placing())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The answer is given. Everybody in the cycle can read it."))
            return redirect("framework", cycle.slug)
    context = {
        "cycle": cycle,
        "agreement": agreement,
        "form": form,
        "themes": themes,
        "indicators": list(agreement.proposal.indicators.all()),
    }
    return render(request, "outcomes/answer_agreement.html", context, status=422 if form.errors else 200)


# Versions


@require_safe
@in_cycle
def compare_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Two versions of the framework word by word: any two that were frozen, or the last one and the words of today."""
    framework = adopting.framework_of(cycle)
    versions = list(framework.versions.defer("content"))
    if not versions:
        raise Http404
    numbers = [version.number for version in versions]
    new = number_in(request.GET.get("new", "")) or 0  # 0 is the draft
    old = number_in(request.GET.get("old", "")) or (numbers[-1] if not new or len(numbers) == 1 else numbers[-2])
    if old not in numbers or (new and new not in numbers):
        raise Http404
    kept = {v.number: v for v in FrameworkVersion.objects.filter(framework=framework, number__in=[old, new])}
    after = kept[new].content if new else adopting.content_of(framework)
    context = {
        "cycle": cycle,
        "versions": versions,
        "old": kept[old],
        "new": kept.get(new),
        "found": comparing.compare(kept[old].content, after, _said()),
    }
    return render(request, "outcomes/framework_compare.html", context)


def _said() -> dict[str, dict[str, str]]:
    """What the codes of a frozen version mean, in words."""
    horizons = {code: str(label) for code, label in Outcome.Horizon.choices}
    return {
        "dimensions": {code: str(name) for code, name in framing.NAMES.items()},
        "horizon": horizons,
        "prevents": {"true": _("Yes")},
        "form": {code: str(label) for code, label in Indicator.Form.choices},
        "direction": {code: str(label) for code, label in Indicator.Direction.choices},
        "chosen_by": {code: str(label) for code, label in Group.choices},
    }
