"""Doorways of the provider map: the map for everybody, putting oneself on it, and what officers do with it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commissioning import limiting, provider_import, provider_map, providers, register, roles, size_chart
from commissioning.doorway import Request, in_cycle, in_public, keep_seat, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, MapImport, MapReview, Organisation, ProviderEntry
from commissioning.provider_rows import HEADS
from commissioning.providers_forms import (
    FileForm,
    FilterForm,
    MergeForm,
    MustReachForm,
    NoteForm,
    OnTheMapForm,
    ProviderForm,
    SentForm,
    WordsForm,
)
from commissioning.sentences import Refused, Sentence

ROWS = 50


@require_safe
@in_public
def provider_map_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Who could provide, whom they reach, and whom nobody reaches; for everybody once the cycle is public (AN-06)."""
    outside = request.me is None
    lines = {kind: provider_map.lines_of(cycle, kind, outside=outside) for kind in provider_map.KINDS}
    asked = request.GET.dict()
    listed = provider_map.filtered(cycle, asked, outside=outside).select_related("organisation").prefetch_related("labels")
    sizes = provider_map.by_size(cycle)
    context = {
        "cycle": cycle,
        "page": Paginator(listed, ROWS).get_page(request.GET.get("page")),
        "rest": "".join(f"&{name}={asked[name]}" for name in provider_map.FILTERS if asked.get(name, "").isalnum()),
        "charts": [_chart(kind, lines[kind]) for kind in provider_map.KINDS if lines[kind]],
        "gaps": provider_map.gaps_in(lines),
        "sizes": [(provider_map.SIZES[size], n) for size, n in sizes.items() if n],
        "total": sum(sizes.values()),
        "outside": outside,
        "filter_form": FilterForm(request.GET or None, lines=lines, auto_id="filter_%s"),
        "filtering": any(asked.get(name) for name in provider_map.FILTERS),
        "held": request.held,
        "reviews": list(MapReview.objects.filter(cycle=cycle).select_related("by__organisation").order_by("-pk")[:5]),
        "note_form": NoteForm(auto_id="review_%s"),
        "reach_form": _must_reach_form(lines),
    }
    return render(request, "commissioning/provider_map.html", context)


def _must_reach_form(lines: dict[str, list[provider_map.Line]]) -> MustReachForm:
    said = {f"{kind}s": "\n".join(one.name for one in lines[kind] if one.required) for kind in ("group", "area")}
    return MustReachForm(initial=said, auto_id="must_%s")


def _chart(kind: str, lines: list[provider_map.Line]) -> size_chart.Chart:
    gaps = sum(1 for line in lines if line.is_gap)
    titles = {
        "group": Sentence("Groups with nobody: {n} of {all}", n=gaps, all=len(lines)),
        "area": Sentence("Areas with nobody: {n} of {all}", n=gaps, all=len(lines)),
        "sector": Sentence("Organisations by sector"),
    }
    return size_chart.bars(kind, titles[kind], provider_map.KINDS[kind], [(line.name, line.sizes, line.is_gap) for line in lines])


@require_http_methods(["GET", "POST"])
@in_public
def join_map(request: Request, cycle: Cycle) -> HttpResponse:
    """Put one's organisation on the map, and join, with no account (FS-05). Looking never joins."""
    if request.method == "POST" and limiting.too_many(request, "joined-map", limiting.JOINED_AT_ONCE):
        raise Refused(_("Many have joined from this address in the last minutes. Wait ten minutes and send it again."))
    form = OnTheMapForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limiting.count_wrong_try(request, "joined-map")
        who = None if request.me else form.introduction()
        entry, joined, key = providers.put_itself(cycle, form.draft(), who=who, key=form.cleaned_data["key"], now=timezone.now())
        said = _("Thank you. Your organisation is on the map.") if entry else _("Your organisation was on the map already.")
        messages.success(request, said)
        if joined is None:
            return redirect("provider_map", cycle.slug)
        return keep_seat(redirect("cycle", cycle.slug), joined, key)
    context = {"cycle": cycle, "form": form, "scope": list(cycle.scope.all()), "me": request.me}
    return render(request, "commissioning/provider_join.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def add_provider(request: Request, cycle: Cycle) -> HttpResponse:
    """Put one organisation on the map."""
    me = may(request, roles.CONVENE)
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = providers.add(cycle, form.draft(), by=me, now=timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s is on the map.") % {"name": entry.organisation.name})
            return redirect("provider", cycle.slug, entry.pk)
    return render(request, "commissioning/provider_add.html", {"cycle": cycle, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_public
def provider_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One organisation as it shows itself; its own people and the officers change it, officers note what was sent to it."""
    listed = ProviderEntry.objects.filter(cycle=cycle, joined_into=None).select_related("organisation", "cycle", "verified_by")
    convenes = roles.CONVENE in request.held
    if not convenes:
        listed = listed.filter(removed_at=None)
        listed = listed.exclude(provider_map.UNSEEN) if request.me is None else listed
    entry = get_object_or_404(listed, pk=pk)
    own = providers.why_not_speak_for(entry, request.me) is None
    form = WordsForm(request.POST if request.POST.get("act") in ("change", "own") else None, initial=WordsForm.said_of(entry))
    sent_form = SentForm(
        request.POST if request.POST.get("act") == "sent" else None, initial={"day": timezone.localdate()}, auto_id="sent_%s"
    )
    if request.method == "POST" and _act_on_entry(request, entry, form, sent_form):
        return redirect("provider", cycle.slug, entry.pk)
    of_it = provider_map.organisations_by_entry(cycle).get(entry.organisation_id, [entry.pk])
    context = {
        "cycle": cycle,
        "entry": entry,
        "labels": [(title, [n.name for n in entry.labels.all() if n.kind == kind]) for kind, title in provider_map.KINDS.items()],
        "form": form if convenes or own else None,
        "sent_form": sent_form,
        "convenes": convenes,
        "own": own,
        "sent": list(providers.log_of(of_it)) if convenes or own else [],
        "former": list(entry.organisation.former_names.all()),
    }
    return render(request, "commissioning/provider.html", context, status=422 if form.errors or sent_form.errors else 200)


def _act_on_entry(request: Request, entry: ProviderEntry, form: WordsForm, sent_form: SentForm) -> bool:
    """Do what the page asks; whether it was done. Raises `Refused` for what somebody may not do."""
    me, now, act = taking_part(request, entry.cycle), timezone.now(), request.POST.get("act", "")
    if act in ("change", "own"):
        if form.is_valid():
            does = providers.say_of_itself if act == "own" else providers.change
            does(entry, form.draft(entry.organisation.name), by=me, now=now)
    elif act == "sent":
        if sent_form.is_valid():
            providers.log_sent(entry.cycle, [entry], sent_form.sent(), key=sent_form.cleaned_data["key"], by=me, now=now)
    elif act == "verify":
        providers.verify(entry, by=me, now=now)
    elif act == "off":
        providers.take_off(entry, because=request.POST.get("because", ""), by=me, now=now)
    else:
        raise Refused(_("Choose what to do with this organisation."))
    return not (form.errors or sent_form.errors)


@require_POST
@in_cycle
def must_reach(request: Request, cycle: Cycle) -> HttpResponse:
    """Say which groups and areas somebody on the map must reach."""
    me = may(request, roles.CONVENE)
    form = MustReachForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    data = {name: form.cleaned_data[name].splitlines() for name in ("groups", "areas")}
    providers.must_reach(cycle, **data, by=me, now=timezone.now())
    return redirect("provider_map", cycle.slug)


@require_POST
@in_cycle
def review_map(request: Request, cycle: Cycle) -> HttpResponse:
    """Note that the map was looked over."""
    me = may(request, roles.CONVENE)
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    providers.review(cycle, note=form.cleaned_data["note"], by=me, now=timezone.now())
    messages.success(request, _("The review is noted, with today’s gaps."))
    return redirect("provider_map", cycle.slug)


@require_http_methods(["GET", "POST"])
@in_cycle
def import_file(request: Request, cycle: Cycle) -> HttpResponse:
    """Bring a file of organisations; nothing is kept before its preview."""
    me = may(request, roles.CONVENE)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = provider_import.bring(cycle, name=file.name, data=file.read(provider_import.MOST_READ), by=me, now=timezone.now())
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("provider_import_look", cycle.slug, kept.pk)
    context = {"cycle": cycle, "form": form, "heads": [(column, names[0]) for column, names in HEADS.items()]}
    return render(request, "commissioning/provider_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def import_look(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Everything a file would do, and everything wrong with it; then bring it in, whole."""
    me = may(request, roles.CONVENE)
    kept = get_object_or_404(MapImport.objects.select_related("cycle"), cycle=cycle, by=me, pk=pk)
    if kept.done_at is not None:
        return redirect("provider_map", cycle.slug)
    context: dict[str, Any] = {"cycle": cycle, "kept": kept, "refused": None, "chosen": {}}
    if request.method == "POST":
        named = {name.removeprefix("choice-"): str(value) for name, value in request.POST.items() if name.startswith("choice-")}
        chosen = {number: value for line, value in named.items() if (number := number_in(line)) is not None}
        try:
            n = provider_import.bring_in(kept, chosen, by=me, now=timezone.now())
        except Refused as refused:
            context |= {"refused": refused, "chosen": chosen}
        else:
            messages.success(request, _("%(n)s organisations came on the map.") % {"n": n})
            return redirect("provider_map", cycle.slug)
    look = provider_import.look(kept)
    page = Paginator(look.rows, 200).get_page(request.GET.get("page"))
    context |= {"look": look, "page": page, "alike": [one for one in look.rows if one.state == provider_import.ALIKE]}
    context["adding"] = look.counts["new"] + look.counts["known"] + look.counts["alike"]
    return render(request, "commissioning/provider_import_look.html", context, status=409 if context["refused"] else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def merge_organisations(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Make one organisation part of another, with a reason everybody sees."""
    me = may(request, roles.CONVENE)
    going = get_object_or_404(Organisation, pk=pk, authority=cycle.authority, merged_into=None)
    alike = register.look_alike(going)
    form = MergeForm(request.POST or None, going=going, alike=alike)
    if request.method == "POST" and form.is_valid():
        staying = get_object_or_404(Organisation, pk=form.cleaned_data["staying"], authority=cycle.authority)
        try:
            register.merge(going, staying, why=form.cleaned_data["why"], cycle=cycle, by=me, now=timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(going)s is now part of %(staying)s.") % {"going": going.name, "staying": staying.name})
            return redirect("organisation", cycle.slug, staying.pk)
    context = {"cycle": cycle, "form": form, "going": going, "alike": alike}
    return render(request, "commissioning/organisation_merge.html", context, status=422 if form.errors else 200)
