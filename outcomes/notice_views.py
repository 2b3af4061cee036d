"""Officers' doorways: publishing the page, and what the notice says beside the record."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import opening_pages, roles
from commissioning.doorway import Request, in_cycle, may, taking_part
from commissioning.forms import ReasonForm
from commissioning.models import AuthorityDetails, Cycle, EngagementNotice
from commissioning.open_pages_forms import DetailsForm, NoticeForm
from outcomes import notice_document, noticing, ocds, open_data, public_looks

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_http_methods(["GET", "POST"])
@in_cycle
def public_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What everybody could read is listed first; then the page is published, or taken back with a reason."""
    may(request, roles.CONVENE)
    if request.method == "POST":
        me, now = taking_part(request, cycle), timezone.now()
        if request.POST.get("act") == "take back":
            opening_pages.take_back(cycle, reason=request.POST.get("reason", ""), by=me, now=now)
            messages.success(request, _("The page is not public any more. The reason is in the minutes."))
        else:
            opening_pages.open_page(cycle, by=me, now=now)
            messages.success(request, _("The page is public. Everybody can read it, without signing in."))
        return redirect("public_page", cycle.slug)
    now, facts = timezone.now(), open_data.facts_of(cycle)
    context = {
        "cycle": cycle,
        "parts": public_looks.becomes_public(cycle, now=now),
        "not_said": public_looks.not_said(cycle),
        "not_in_data": ocds.missing(facts),
        "kept": cycle.open_data.count(),
        "reason_form": ReasonForm(),
    }
    return render(request, "outcomes/open/publish.html", context)


@require_http_methods(["GET", "POST"])
@in_cycle
def notice_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The six items as they stand, what is missing, and the form for what only an officer can say."""
    me = may(request, roles.CONVENE)
    details = AuthorityDetails.objects.filter(authority=cycle.authority).first() or AuthorityDetails(authority=cycle.authority)
    notice = EngagementNotice.objects.filter(cycle=cycle).first() or EngagementNotice(cycle=cycle)
    form, authority_form = NoticeForm(instance=notice), DetailsForm(instance=details)
    if request.method == "POST":
        now = timezone.now()
        if request.POST.get("about") == "authority":
            authority_form = DetailsForm(request.POST, instance=details)
            if authority_form.is_valid():
                opening_pages.keep_details(cycle, authority_form.cleaned_data, by=me, now=now)
        else:
            form = NoticeForm(request.POST, instance=notice)
            if form.is_valid():
                opening_pages.keep_notice(cycle, form.cleaned_data, by=me, now=now)
        if not (form.errors or authority_form.errors):
            messages.success(request, _("Kept."))
            return redirect("notice", cycle.slug)
    facts, law = open_data.facts_of(cycle), noticing.law_on(timezone.localdate())
    items = noticing.draft(facts, law)
    wrong = form.errors or authority_form.errors
    context = {"cycle": cycle, "law": law, "items": items, "form": form, "authority_form": authority_form}
    return render(request, "outcomes/open/notice_form.html", context, status=422 if wrong else 200)


@require_safe
@in_cycle
def notice_file(request: Request, cycle: Cycle) -> HttpResponse:
    """The draft notice as a Word document."""
    may(request, roles.CONVENE)
    facts, law = open_data.facts_of(cycle), noticing.law_on(timezone.localdate())
    body = notice_document.as_docx(facts, law, noticing.draft(facts, law), at=timezone.localtime())
    response = HttpResponse(body, content_type=WORD)
    response["Content-Disposition"] = f'attachment; filename="notice-{cycle.slug}.docx"'
    return response
