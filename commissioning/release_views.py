"""Doorways of releases: the public list, one release with its log, its files, and the link from an e-mail."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import release_letters, release_looks, release_rules, releasing, roles, words_in_files
from commissioning.doorway import Request, in_cycle, in_public, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Delivery, Release, SharedFile
from commissioning.release_forms import ByHandForm, ChangeForm, FileForm, ReleaseForm
from commissioning.sentences import Refused

ROWS = 30
SHOWN_AS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@in_public
def releases(request: Request, cycle: Cycle) -> HttpResponse:
    """Everything that was given to potential suppliers, for everybody to read."""
    officer = roles.CONVENE in request.held
    page = Paginator(release_looks.listed(cycle, officer=officer), ROWS).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "page": page, "officer": officer, "me": request.me}
    return render(request, "commissioning/releases.html", context)


@require_http_methods(["GET", "POST"])
@in_cycle
def new_release(request: Request, cycle: Cycle) -> HttpResponse:
    """Begin a release: what it is, words, and a first file."""
    me = may(request, roles.CONVENE)
    form = ReleaseForm(request.POST or None, request.FILES or None, initial={"key": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        made = releasing.draft(cycle, releasing.Draft(data["title"], data["kind"], data["text"]), key=data["key"], by=me, now=now)
        if data["file"] and made.state == Release.State.DRAFT:
            releasing.add_file(made, *data["file"], by=me, now=now)
        return redirect("release", cycle.slug, made.pk)
    return render(request, "commissioning/new_release.html", {"cycle": cycle, "form": form}, status=422 if form.errors else 200)


def _visible(request: Request, cycle: Cycle, pk: int) -> Release:
    """A release this viewer may know of: what is or was out, and for officers what is not out yet."""
    related = Release.objects.select_related("by", "sent_by", "ended_by", "cycle").prefetch_related("files")
    release = get_object_or_404(related, pk=pk, cycle=cycle)
    if release.sent_at is None and roles.CONVENE not in request.held:
        raise Http404
    return release


@require_http_methods(["GET", "POST"])
@in_public
def release_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One release: what it is, its files, and its log; for officers what can be done with it."""
    release = _visible(request, cycle, pk)
    if request.method == "POST":
        may(request, roles.CONVENE)
        return _act_on(request, release)
    supplier = release_looks.supplier_of(cycle, request.me)
    releasing.note_opened(release, supplier, by=request.me, now=timezone.now())
    return _show(request, release)


def _show(request: Request, release: Release, status: int = 200, **changes: Any) -> HttpResponse:
    officer = roles.CONVENE in request.held
    supplier = None if officer else release_looks.supplier_of(release.cycle, request.me)
    may_read_log = officer or supplier is not None
    context = {
        "cycle": release.cycle,
        "release": release,
        "officer": officer,
        "shown": release.is_out or (officer and release.state == Release.State.DRAFT),
        "line": release_looks.line_of(release, supplier) if may_read_log else [],
        "rows": release_looks.by_supplier(release, supplier) if may_read_log else [],
        "limits": release_rules.limits_on(timezone.localdate()),
        "now": timezone.localtime(),
    }
    if officer and release.state == Release.State.DRAFT:
        kept = {"title": release.title, "kind": release.kind, "text": release.text, "seen": release.turn}
        fields = {"form": ChangeForm(initial=kept), "file_form": FileForm(auto_id="file_%s")}
        context |= fields | {"not_read": releasing.not_read(release)}
    return render(request, "commissioning/release.html", context | changes, status=status)


def _act_on(request: Request, release: Release) -> HttpResponse:
    """What an officer does with a release, by the button they pressed."""
    act = {"change": _change, "file": _add_file, "drop_file": _drop_file, "send": _send, "withdraw": _withdraw, "by_hand": _by_hand}
    doing = act.get(request.POST.get("act", ""))
    if doing is None:
        raise Refused(_("Choose what to do with this release."))
    return doing(request, release) or redirect("release", release.cycle.slug, release.pk)


def _change(request: Request, release: Release) -> HttpResponse | None:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _show(request, release, 422, form=form)
    data = form.cleaned_data
    given = releasing.Draft(data["title"], data["kind"], data["text"])
    releasing.change(release, given, seen=data["seen"], by=taking_part(request, release.cycle), now=timezone.now())
    messages.success(request, _("Kept."))
    return None


def _add_file(request: Request, release: Release) -> HttpResponse | None:
    form = FileForm(request.POST, request.FILES, auto_id="file_%s")
    if not form.is_valid():
        return _show(request, release, 422, file_form=form)
    name, content = form.cleaned_data["file"]
    before = release.files.count()
    made = releasing.add_file(release, name, content, by=taking_part(request, release.cycle), now=timezone.now())
    if release.files.count() == before:
        messages.info(request, _("This file is in the release already, as %(name)s.") % {"name": made.name})
    return None


def _drop_file(request: Request, release: Release) -> None:
    file = get_object_or_404(SharedFile, pk=number_in(request.POST.get("file", "")), release=release)
    releasing.take_file_out(release, file, by=taking_part(request, release.cycle), now=timezone.now())


def _send(request: Request, release: Release) -> HttpResponse | None:
    hint = releasing.price_in(release) if release.state == Release.State.DRAFT and "sure" not in request.POST else None
    if hint is not None:
        return _show(request, release, 422, hint=hint)
    seen = number_in(request.POST.get("seen", ""))
    mine = releasing.send(release, seen=-1 if seen is None else seen, by=taking_part(request, release.cycle), now=timezone.now())
    if mine:
        messages.success(request, _("Released. Every registered supplier has it from this moment."))
    else:
        messages.info(request, _("This was released already. Nothing was sent twice."))
    return None


def _withdraw(request: Request, release: Release) -> None:
    mine = releasing.withdraw(release, reason=request.POST.get("reason", ""), by=taking_part(request, release.cycle), now=timezone.now())
    if mine:
        messages.success(request, _("Taken back. Everybody who had got it is told why."))
    else:
        messages.info(request, _("This was taken back already. Nobody is told twice."))


def _by_hand(request: Request, release: Release) -> HttpResponse | None:
    form = ByHandForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    data = form.cleaned_data
    delivery = get_object_or_404(Delivery, pk=data["delivery"], release=release)
    me = taking_part(request, release.cycle)
    releasing.done_by_hand(delivery, happened_at=data["happened_at"], note=data["note"], by=me, now=timezone.now())
    messages.success(request, _("Written into the log."))
    return None


# Files


@require_safe
@in_public
def release_file(request: Request, cycle: Cycle, pk: int, file: int) -> HttpResponse:
    """A file of a release, always as a download. For a known supplier the log notes it, with its hash."""
    release = _visible(request, cycle, pk)
    found = get_object_or_404(SharedFile.objects.select_related("release"), pk=file, release=release)
    if not release.is_out and release.state != Release.State.DRAFT:
        raise Http404
    if request.method == "GET":
        supplier = release_looks.supplier_of(cycle, request.me)
        releasing.note_downloaded(found, supplier, by=request.me, now=timezone.now())
    return handed_out(request, found)


def handed_out(request: Request, file: SharedFile) -> HttpResponse:
    """The file as it came: a download under its own name, never something a browser runs."""
    mark = f'"{file.sha256}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified()
    if not default_storage.exists(file.stored):
        raise Http404
    with default_storage.open(file.stored) as kept:
        response = HttpResponse(kept.read(), content_type=SHOWN_AS.get(words_in_files.kind_of(file.name), release_rules.PLAIN))
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"], response["Cache-Control"] = mark, "private, no-cache"
    return response


# The link from an e-mail


def _delivered(token: str) -> Delivery:
    """The delivery a signed link stands for. A signature cannot be guessed by trying."""
    delivery = release_letters.delivery_of(token[:80])
    if delivery is None:
        raise Http404
    return delivery


@require_safe
def released(request: Request, token: str) -> HttpResponse:
    """A release for the supplier whose e-mail led here; no account needed."""
    delivery = _delivered(token)
    release = delivery.release
    if request.method == "GET":
        releasing.note_opened(release, delivery.organisation, by=None, now=timezone.now())
    context = {"cycle": release.cycle, "release": release, "supplier": delivery.organisation, "token": token, "shown": release.is_out}
    return render(request, "commissioning/released.html", context)


@require_safe
def released_file(request: Request, token: str, file: int) -> HttpResponse:
    """A file of that release."""
    delivery = _delivered(token)
    found = get_object_or_404(SharedFile.objects.select_related("release"), pk=file, release=delivery.release)
    if not delivery.release.is_out:
        raise Http404
    if request.method == "GET":
        releasing.note_downloaded(found, delivery.organisation, by=None, now=timezone.now())
    return handed_out(request, found)
