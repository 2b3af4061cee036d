"""Doorways of needs and assets: the list, one need with both kinds of evidence, adding, sorting what people said, files."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import assets, needs, needs_file, needs_rules, tagging, taking_words_out, telling
from commissioning.doorway import Request, device_secrets, in_cycle, manner_of, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Asset, Contribution, Cycle, Evidence, Need, Origin, Participant, Tag
from commissioning.needs_forms import AssetForm, EvidenceForm, NeedForm, SortForm
from commissioning.sentences import Refused
from commissioning.unattributed import mine

ROWS = 50


def may_run(request: Request) -> bool:
    """Whether the viewer puts the lists in order: they set up the cycle or run its workshops."""
    return request.me is not None and needs_rules.why_not_run(request.held) is None


def running(request: Request, cycle: Cycle) -> Participant:
    """The viewer, who must be one of those who run the work; for anybody else the page is not there."""
    if not may_run(request):
        raise Http404
    return taking_part(request, cycle)


@require_http_methods(["GET", "POST"])
@in_cycle
def needs_page(request: Request, cycle: Cycle) -> HttpResponse:
    """All needs, whatever the evidence, in one list and one format; beside them what is already there."""
    if request.method == "POST":
        assets.say_why_none(cycle, reason=request.POST.get("reason", ""), by=running(request, cycle), now=timezone.now())
        return redirect("needs", cycle.slug)
    told = Evidence.objects.select_related("by")
    listed = (
        needs.on_the_list(cycle)
        .select_related("contributor__organisation")
        .annotate(others=Count("joined", distinct=True), voices=Count("origins", distinct=True))
        .order_by("number")
    )
    page = Paginator(listed.prefetch_related(Prefetch("evidence", told)), ROWS).get_page(request.GET.get("page"))
    have = Asset.objects.filter(cycle=cycle).select_related("contributor__organisation").prefetch_related("needs")
    context = {
        "cycle": cycle,
        "page": page,
        "assets": list(have[: ROWS * 2]),
        "why_none": assets.why_none(cycle),
        "agenda": list(needs.for_the_next_agenda(cycle)[:ROWS]),
        "may_run": may_run(request),
        "me": request.me,
        "waiting": telling.waiting_to_be_sorted(cycle).count(),
    }
    return render(request, "commissioning/needs.html", context)


@require_http_methods(["GET", "POST"])
@in_cycle
def add_need(request: Request, cycle: Cycle) -> HttpResponse:
    """Put a need on the list, with how one knows: one form for residents, organisations and officers."""
    me = taking_part(request, cycle)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        made = telling.say_need(cycle, form.said(), key=key, by=me, now=timezone.now(), manner=manner_of(request))
        messages.success(request, _("It is on the list."))
        return redirect("need", cycle.slug, made.number)
    context = {"cycle": cycle, "form": form}
    return render(request, "commissioning/add_need.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def add_asset(request: Request, cycle: Cycle) -> HttpResponse:
    """Say what is already there."""
    me = taking_part(request, cycle)
    form = AssetForm(request.POST or None, listed=needs.on_the_list(cycle))
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        telling.say_asset(cycle, form.said(), key=key, by=me, now=timezone.now(), manner=manner_of(request))
        messages.success(request, _("It is on the list."))
        return redirect("needs", cycle.slug)
    context = {"cycle": cycle, "form": form}
    return render(request, "commissioning/add_asset.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def need_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One need: what the data say beside what people say, whether they differ, and whose words it was made of."""
    need = get_object_or_404(
        Need.objects.select_related("cycle", "contributor__organisation", "merged_into", "differs_by"), cycle=cycle, number=number
    )
    form = EvidenceForm(request.POST if request.POST.get("act") == "evidence" else None)
    if request.method == "POST" and (request.POST.get("act") != "evidence" or form.is_valid()):
        _act_on_need(request, need, form)
        return redirect("need", cycle.slug, number)
    family = needs.family_of(need)
    evidence = list(Evidence.objects.filter(need__in=family).select_related("by", "need"))
    said = Origin.objects.filter(need__in=family, contribution__in=Contribution.objects.open_to_all())
    origins = list(said.select_related("need", "contribution__participant__organisation").prefetch_related("contribution__tags"))
    linked = Asset.objects.filter(needs__in=family).distinct()
    context = {
        "cycle": cycle,
        "need": need,
        "form": form,
        "data_says": [row for row in evidence if not row.is_told],
        "people_say": [row for row in evidence if row.is_told],
        "origins": origins,
        "mine": _my_words(request, cycle, origins),
        "joined": list(Need.objects.filter(pk__in=family).exclude(pk=need.pk)),
        "themes": list(need.themes.all()),
        "assets": list(linked),
        "other_assets": list(Asset.objects.filter(cycle=cycle).exclude(pk__in=linked)[: ROWS * 2]) if request.me else [],
        "others": list(needs.on_the_list(cycle).exclude(pk__in=family)[: ROWS * 4]) if may_run(request) else [],
        "may_run": may_run(request),
        "me": request.me,
        "tag_words": Tag.Word.choices,
    }
    return render(request, "commissioning/need.html", context, status=422 if form.errors else 200)


def _my_words(request: Request, cycle: Cycle, origins: list[Origin]) -> set[int]:
    if request.me is None:
        return set()
    own = Contribution.objects.filter(mine(cycle, request.me, device_secrets(request, cycle)), pk__in=[o.contribution_id for o in origins])
    return set(own.values_list("pk", flat=True))


def _act_on_need(request: Request, need: Need, form: EvidenceForm) -> None:
    """One press on the page of a need. Raises `Refused` for an act that there is not."""
    me, now, asked = taking_part(request, need.cycle), timezone.now(), request.POST
    words = asked.get("words", "")
    acts: dict[str, Any] = {
        "evidence": lambda: needs.add_evidence(need, **form.cleaned_data, by=me, now=now),
        "confirm": lambda: needs.set_state(need, Need.State.CONFIRMED, by=me, now=now),
        "park": lambda: needs.set_state(need, Need.State.PARKED, reason=words, by=me, now=now),
        "differ": lambda: needs.mark_differ(need, words=words, by=me, now=now),
        "settle": lambda: needs.settle_difference(need, words=words, by=me, now=now),
        "merge": lambda: needs.merge(need, _other(need, asked.get("into", "")), by=me, now=now),
        "undo": lambda: needs.undo_merge(_other(need, asked.get("joined", "")), by=me, now=now),
        "means": lambda: needs.note_means(need, provided_by=asked.get("provided_by", ""), paid_by=asked.get("paid_by", ""), by=me, now=now),
        "take_out": lambda: taking_words_out.out_of_need(need, **_parts(asked), by=me, now=now),
        "link": lambda: assets.link(_asset(need, asked.get("asset", "")), need, by=me, now=now),
        "tag": lambda: tagging.tag(_said(need, asked.get("said", "")), word=asked.get("word", ""), by=me, now=now),
        "disagree": lambda: tagging.disagree(_tag(need, asked), words=words, by=me, secrets=device_secrets(request, need.cycle), now=now),
    }
    if asked.get("act") not in acts:
        raise Refused(_("Choose what to do with this need."))
    acts[asked["act"]]()


def _parts(asked: Any) -> dict[str, str]:
    return {"parts": asked.get("parts", ""), "note": asked.get("note", "")}


def _other(need: Need, pk: str) -> Need:
    return get_object_or_404(Need.objects.select_related("cycle"), cycle=need.cycle, pk=number_in(pk))


def _asset(need: Need, pk: str) -> Asset:
    return get_object_or_404(Asset, cycle=need.cycle, pk=number_in(pk))


def _said(need: Need, pk: str) -> Contribution:
    return get_object_or_404(Contribution.objects.open_to_all(), cycle=need.cycle, pk=number_in(pk))


def _tag(need: Need, asked: Any) -> Tag:
    return get_object_or_404(Tag, contribution__cycle=need.cycle, pk=number_in(asked.get("tag", "")))


@require_http_methods(["GET", "POST"])
@in_cycle
def sort_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What people said, to be made into needs and assets, or added to those on the list."""
    me = running(request, cycle)
    waiting = telling.waiting_to_be_sorted(cycle)
    listed, have = needs.on_the_list(cycle), Asset.objects.filter(cycle=cycle)
    if request.method == "POST":
        form = SortForm(request.POST, waiting=waiting, needs=listed, assets=have)
        if not form.is_valid():
            raise first_error(form)
        messages.success(request, _sort(request.POST.get("act", ""), cycle, form.cleaned_data, me))
        return redirect("sort_said", cycle.slug)
    page = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "page": page, "needs": list(listed[: ROWS * 4]), "assets": list(have[: ROWS * 4]), "words": Tag.Word.choices}
    return render(request, "commissioning/sort_said.html", context)


def _sort(act: str, cycle: Cycle, data: dict[str, Any], me: Participant) -> str:
    """Do with the ticked words what was asked; returns what was done, in words."""
    said, now = list(data["contributions"]), timezone.now()
    words = data["statement"].strip() or said[0].text
    if act == "need":
        raised = {name: data[name] for name in ("who", "where", "of_group")}
        made = needs.raise_need(cycle, statement=words, contributions=said, **raised, by=me, now=now)
        return _("Need %(n)s is on the list.") % {"n": made.number}
    if act == "asset":
        kept = assets.record_asset(cycle, what=words, owner=data["who"], of_group=data["of_group"], contributions=said, by=me, now=now)
        return _("Asset %(n)s is on the list.") % {"n": kept.number}
    if act == "join" and data["need"] is not None:
        needs.join_to(data["need"], said, by=me, now=now)
    elif act == "join_asset" and data["asset"] is not None:
        assets.join_to(data["asset"], said, by=me, now=now)
    elif act == "tag":
        for one in said:
            tagging.tag(one, word=data["word"], by=me, now=now)
    else:
        raise Refused(_("Choose what to do with what you ticked."))
    return _("Done.")


@require_http_methods(["GET", "POST"])
@in_cycle
def import_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Bring needs and assets in from a file: everything that is wrong with it at once, and nothing half kept."""
    me = running(request, cycle)
    sheet = None
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            raise Refused(_("Choose a file first."))
        data = file.read(needs_file.MOST_BYTES + 1)
        sheet = needs_file.read(data, timezone.localdate())
        if not sheet.wrong:
            told = telling.bring_in(cycle, sheet.rows, by=me, now=timezone.now())
            text = _("%(needs)s needs and %(assets)s assets are new. %(already)s were on the list already.")
            messages.success(request, text % {"needs": told.needs, "assets": told.assets, "already": told.already})
            return redirect("needs", cycle.slug)
    context = {"cycle": cycle, "wrong": sheet.wrong[:500] if sheet else [], "most": needs_file.MOST_ROWS}
    return render(request, "commissioning/import_needs.html", context, status=422 if sheet else 200)
