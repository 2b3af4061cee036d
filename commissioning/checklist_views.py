"""Doorways to the checklists: for everybody to read and print, and one's own with ticks and notes (VS-07, VS-08)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import own_checklist
from commissioning.checklists import Checklist, all_checklists
from commissioning.doorway import Request, in_cycle, visible_cycle
from commissioning.models import Cycle

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _known(code: str) -> Checklist:
    found = all_checklists().get(code)
    if found is None:
        raise Http404
    return found


def _download(checklist: Checklist, file: bytes) -> HttpResponse:
    response = HttpResponse(file, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{checklist.code}.docx"'
    return response


@require_safe
def checklists(request: Request) -> HttpResponse:
    """Every checklist; nobody needs an account to read them."""
    return render(request, "commissioning/checklists.html", {"checklists": all_checklists().values()})


@require_safe
def checklist(request: Request, code: str) -> HttpResponse:
    """One checklist, to read and print."""
    found = _known(code)
    return render(request, "commissioning/checklist.html", {"checklist": found, "rows": [(c, t, None) for c, t in found.items.items()]})


@require_safe
def checklist_file(request: Request, code: str) -> HttpResponse:
    """One checklist as an empty Word document."""
    return _download(_known(code), own_checklist.as_word(_known(code), {}))


@require_safe
@in_cycle
def own_checklists(request: Request, cycle: Cycle) -> HttpResponse:
    """The checklists, each as one's own."""
    if request.me is None:
        raise Http404
    return render(request, "commissioning/checklists.html", {"checklists": all_checklists().values(), "cycle": cycle})


@never_cache
@require_http_methods(["GET", "POST"])
def own(request: Request, slug: str, code: str) -> HttpResponse:
    """One's own checklist: tick, note, keep. It stays open when the cycle has closed."""
    cycle, found = visible_cycle(request, slug), _known(code)
    me = request.viewer.participant_in(cycle)
    if me is None:
        raise Http404
    if request.method == "POST":
        notes = {item: request.POST.get(f"note-{item}", "") for item in found.items}
        own_checklist.keep(found, done=request.POST.getlist("done"), notes=notes, by=me, now=timezone.now())
        messages.success(request, _("It is kept. Only you can see your ticks and notes."))
        return redirect("own_checklist", slug, code)
    kept = own_checklist.notes_of(found, me)
    rows = [(item, text, kept.get(item)) for item, text in found.items.items()]
    return render(request, "commissioning/checklist.html", {"checklist": found, "rows": rows, "cycle": cycle})


@never_cache
@require_safe
@in_cycle
def own_file(request: Request, cycle: Cycle, code: str) -> HttpResponse:
    """One's own checklist as a Word document, with one's notes."""
    found = _known(code)
    if request.me is None:
        raise Http404
    return _download(found, own_checklist.as_word(found, own_checklist.notes_of(found, request.me)))
