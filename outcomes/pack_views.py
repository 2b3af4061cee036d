"""Doorways of the export pack: ask for a file and fetch it, check a pack, keep one that was made elsewhere."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may
from commissioning.models import Cycle
from outcomes import checking_packs, data_pack, publishing
from outcomes.models import BroughtIn, Export, SpecificationVersion

KINDS = {
    "pack": ("zip", "application/zip"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("pdf", "application/pdf"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("json", "application/json"),
}


@require_http_methods(["GET", "POST"])
@in_cycle
def file_page(request: Request, cycle: Cycle, number: int, form: str) -> HttpResponse:
    """A file of a signed-off version: asked for by POST, fetched by GET when it is ready."""
    version = get_object_or_404(SpecificationVersion.objects.defer("content"), specification__cycle=cycle, number=number)
    if form not in Export.Form.values:
        raise Http404
    if request.method == "POST":
        publishing.ask_for(version, form, now=timezone.now())
        return redirect("file", cycle.slug, number, form)
    export = get_object_or_404(Export.objects.defer("file"), version=version, form=form)
    ready = export.state == Export.State.READY
    if not ready or request.headers.get("HX-Request") or "look" in request.GET:
        stuck = not ready and export.pk in publishing.left_lying(timezone.now())
        context = {"cycle": cycle, "export": export, "version": version, "stuck": stuck}
        return render(request, "outcomes/file.html", context, status=200 if ready else 202)
    ending, kind = KINDS[form]
    return _download(bytes(export.file or b""), f"{cycle.slug}-v{number}.{ending}", kind)


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_http_methods(["GET", "POST"])
@in_cycle
def check_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Is this file a whole, unaltered pack, and do we have that version? A pack made elsewhere can be kept beside."""
    me = may(request, roles.SPECIFY)
    context: dict[str, Any] = {"cycle": cycle, "kept": list(BroughtIn.objects.filter(cycle=cycle).defer("package"))}
    if request.method == "GET":
        return render(request, "outcomes/check_pack.html", context)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise data_pack.NotOurs(checking_packs.CHOOSE)
        pack = data_pack.read(file.read(data_pack.LARGEST + 1))
    except data_pack.NotOurs as wrong:
        return render(request, "outcomes/check_pack.html", context | {"wrong": wrong}, status=422)
    if request.POST.get("act") == "keep" and checking_packs.same_here(pack) is None:
        kept = checking_packs.keep(pack, cycle=cycle, by=me, now=timezone.now())
        messages.success(request, _("The pack is kept to the letter. It is not mixed with what is written here."))
        return redirect("brought_in", cycle.slug, kept.pk)
    same = checking_packs.same_here(pack)
    mine = same if same and same.specification.cycle_id == cycle.pk else None
    return render(request, "outcomes/check_pack.html", context | {"pack": pack, "same": same, "mine": mine})


@require_safe
@in_cycle
def brought_in_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """A pack that was brought in from elsewhere, read-only."""
    may(request, roles.SPECIFY)
    kept = get_object_or_404(BroughtIn.objects.select_related("by"), pk=pk, cycle=cycle)
    pack = data_pack.read(kept.package.encode())
    context = {"cycle": cycle, "kept": kept, "pack": pack, "outcomes": checking_packs.outcomes_of(pack)}
    return render(request, "outcomes/brought_in.html", context)


@require_safe
@in_cycle
def brought_in_file(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """The same pack as a file again, to the letter."""
    may(request, roles.SPECIFY)
    kept = get_object_or_404(BroughtIn, pk=pk, cycle=cycle)
    return _download(kept.package.encode(), f"pack-{kept.content_hash[:12]}-v{kept.number}.json", "application/json")
