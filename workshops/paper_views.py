"""Doorways to papers and hands: printing them, typing them in, confirming them, setting them aside."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commissioning.doorway import Request, number_in
from commissioning.forms import first_error
from commissioning.models import Participant
from commissioning.roles import FACILITATE
from commissioning.sentences import Refused
from workshops import hands, paper_looks, papers, printing
from workshops.models import Ballot, Paper, PaperEntry, Standing, Workshop
from workshops.paper_forms import CountsForm
from workshops.seating_views import for_scribes


@require_safe
@for_scribes
def papers_page(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """What to print, who gets which paper, the hands group by group, and what waits for a second person."""
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "open_ballots": paper_looks.open_ballots(workshop, me),
        "aside": paper_looks.put_aside(workshop),
        "recounts": paper_looks.recounts(workshop),
        "facilitates": FACILITATE in request.held,
    }
    return render(request, "workshops/papers.html", context)


def _printed(request: Request, workshop: Workshop, ballot: Ballot | None, made: list[Paper]) -> HttpResponse:
    """The papers as a PDF; as a page to print from the browser when asked, or when this machine can make no PDF."""
    large = "large" in request.POST
    if "page" not in request.POST:
        try:
            pdf = printing.as_pdf(printing.sheet(workshop, ballot, made, large=large))
            return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="papers.pdf"'})
        except printing.NoPdf:
            note = _("This machine cannot make a PDF. Print this page from your browser: each paper starts on a new sheet.")
    else:
        note = _("Print this page from your browser: each paper starts on a new sheet.")
    return HttpResponse(printing.sheet(workshop, ballot, made, large=large, style=static("paper.css"), note=note))


@require_POST
@for_scribes
def print_papers(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """The ballot papers of one open ballot."""
    ballot = get_object_or_404(Ballot.objects.select_related("version"), pk=pk, workshop=workshop)
    everybody = request.POST.get("whose") == "everybody"
    made = papers.make_papers(ballot, everybody=everybody, by=me, now=timezone.now())
    if not made:
        raise Refused(_("There is nobody without a device in this ballot. Add them first, or print papers for everybody."))
    return _printed(request, workshop, ballot, made)


@require_POST
@for_scribes
def print_cards(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Blank cards to write on."""
    made = papers.make_cards(workshop, number_in(request.POST.get("number", "")) or 0, by=me, now=timezone.now())
    return _printed(request, workshop, None, made)


@require_http_methods(["GET", "POST"])
@for_scribes
def enter_papers(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Quick entry: a code, a key, Enter, the next. What is wrong is said at once, and what was typed stays in the box."""
    said, typed, status = "", "", 200
    if request.method == "POST":
        try:
            said = str(papers.enter(workshop, request.POST.get("line", ""), by=me, now=timezone.now()).said)
        except Refused as refused:
            said, typed, status = str(refused), request.POST.get("line", "")[:40], 409
    context = {"workshop": workshop, "cycle": workshop.cycle, "said": said, "typed": typed, "wrong": status == 409}
    return render(request, "workshops/enter_papers.html", context | paper_looks.entering(workshop, me), status=status)


@require_POST
@for_scribes
def undo_paper(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Take back one's own entry."""
    papers.undo(get_object_or_404(PaperEntry, pk=pk, paper__workshop=workshop), by=me)
    return redirect("enter_papers", workshop.slug)


@require_POST
@for_scribes
def count_hands(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Enter the hands of one group, or confirm them by counting the same."""
    form = CountsForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    ballot = get_object_or_404(Ballot, pk=pk, workshop=workshop)
    counted = hands.count(ballot, form.show, by=me, now=timezone.now())
    stands = counted.standing == Standing.COUNTED
    messages.success(request, _("Two people counted the same. It stands.") if stands else _("Kept. A second person must count them too."))
    return redirect("papers", workshop.slug)


@require_POST
@for_scribes
def set_aside(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Set aside what no second person has confirmed."""
    ballot = get_object_or_404(Ballot, pk=pk, workshop=workshop)
    papers.set_waiting_aside(ballot, reason=request.POST.get("reason", ""), by=me, now=timezone.now())
    messages.success(request, _("Set aside. The voting can close now."))
    return redirect("papers", workshop.slug)
