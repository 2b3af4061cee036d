"""Doorways of closing well: actions and promises, the follow-up, the close, the report and its sending."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import limiting, people, roles
from commissioning.doorway import Request, taking_part
from commissioning.forms import first_error
from commissioning.models import Participant
from commissioning.sentences import Refused
from workshops import facilitating, handing_out, market_learning, policy, promised, promising, reporting, sending, writing
from workshops.closing_forms import AcceptanceForm, ActionForm, CloseForm, NewOwnerForm, ProgressForm
from workshops.models import Action, Letter, Workshop
from workshops.views import acting, after_act, in_workshop


@acting
def add_action(request: Request, workshop: Workshop, me: Any) -> None:
    """Write down who does what next."""
    form = ActionForm(request.POST, **promised.askable(workshop, timezone.now()))
    if not form.is_valid():
        raise first_error(form)
    promising.add_action(workshop, **form.as_given(), by=me, now=timezone.now())


@acting
def close(request: Request, workshop: Workshop, me: Any) -> None:
    """Close the workshop with its actions, or with "none, because"."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    facilitating.close(workshop, none_because=form.cleaned_data["none_because"], afterwards=form.afterwards(), by=me, now=timezone.now())


@acting
def willing(request: Request, workshop: Workshop, me: Any) -> None:
    """Say whether one would meet again."""
    promising.would_meet_again(workshop, yes=request.POST.get("yes") == "yes", by=me, now=timezone.now())


def _action(workshop: Workshop, pk: int) -> Action:
    return get_object_or_404(promised.actions_of(workshop).select_related("workshop__cycle"), pk=pk)


@require_http_methods(["GET", "POST"])
@in_workshop
def action_page(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """One action: where it stands, and for its owner and the note keeper the forms to answer and to say how it goes."""
    action = _action(workshop, pk)
    if request.method == "POST":
        _act_on(request, action, taking_part(request, workshop.cycle))
        if request.headers.get("HX-Request"):
            return after_act(request, workshop)
        return redirect("action", workshop.slug, pk)
    me, keeps_notes = request.me, policy.why_not_keep_notes(request.held) is None
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "action": action,
        "is_owner": me is not None and action.owner_participant_id == me.pk,
        "keeps_notes": keeps_notes,
        "progress_form": ProgressForm(initial={"progress": action.progress, "reason": action.progress_reason}, auto_id="how_%s"),
        "acceptance_form": AcceptanceForm(initial={"on": timezone.localdate()}, auto_id="yes_%s"),
        "owner_form": NewOwnerForm(auto_id="owner_%s", **promised.askable(workshop, timezone.now())) if keeps_notes else None,
    }
    return render(request, "workshops/action.html", context)


def _act_on(request: Request, action: Action, me: Participant) -> None:
    """What an owner or a note keeper does with an action, by the button they pressed."""
    now, act = timezone.now(), request.POST.get("act", "")
    if act in ("accept", "decline"):
        promising.answer(action, yes=act == "accept", reason=request.POST.get("reason", ""), by=me, now=now)
    elif act == "progress":
        promising.report_progress(action, **_checked(ProgressForm(request.POST)), by=me, now=now)
    elif act == "accepted":
        promising.record_acceptance(action, **_checked(AcceptanceForm(request.POST)), by=me, now=now)
    elif act == "owner":
        form = NewOwnerForm(request.POST, **promised.askable(action.workshop, now))
        data = _checked(form)
        promising.give_to(action, form.owned_by(), side=data["side"], by=me, now=now)
    else:
        raise Refused(_("Choose what to do with this action."))


def _checked(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise first_error(form)
    return dict(form.cleaned_data)


@require_http_methods(["POST"])
def my_action(request: Request, key: str, pk: int) -> HttpResponse:
    """The same for an owner who came by their personal link and is not known on this device."""
    found = people.holders_of([key[:80]])
    if not found and limiting.too_many(request):
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    if not found:
        limiting.count_wrong_try(request)
        raise Http404
    action = get_object_or_404(Action.objects.select_related("workshop__cycle"), pk=pk, owner_participant=found[0])
    _act_on(request, action, found[0])
    return redirect("mine", key)


@require_http_methods(["GET", "POST"])
def promise(request: Request, token: str) -> HttpResponse:
    """The signed link of somebody outside who is asked to act. Looking never answers: link previews look."""
    action = promised.action_of_token(token)
    if action is None:
        raise Http404
    if request.method == "POST":
        yes = request.POST.get("act") == "accept"
        promising.answer(action, yes=yes, reason=request.POST.get("reason", ""), by=None, now=timezone.now())
        return redirect("promise", token)
    context = {"action": action, "workshop": action.workshop, "cycle": action.workshop.cycle, "token": token}
    return render(request, "workshops/promise.html", context)


# The report


@require_safe
@in_workshop
def report(request: Request, workshop: Workshop) -> HttpResponse:
    """The report in plain words: for everybody of the cycle once the workshop is closed, a draft for the facilitator before."""
    if workshop.closed_at is None and roles.FACILITATE not in request.held:
        return render(request, "workshops/report_later.html", {"workshop": workshop, "cycle": workshop.cycle})
    made = reporting.report_of(workshop, now=timezone.now())
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "report": made,
        "follows_sending": bool(request.held & {roles.FACILITATE, roles.ANSWER}),
        "me": request.me,
        "releases_notes": roles.CONVENE in request.held and workshop.closed_at is not None,
        "notes": market_learning.notes_of(workshop) if roles.CONVENE in request.held else None,
    }
    return render(request, "workshops/report.html", context)


@require_safe
@in_workshop
def report_file(request: Request, workshop: Workshop, size: str) -> HttpResponse:
    """The report as a Word document, in ordinary or in large print."""
    closing = workshop.closings.order_by("-number").first()
    if closing is None or workshop.closed_at is None or size not in ("word", "large"):
        raise Http404
    response = HttpResponse(handing_out.document(closing, large=size == "large"), content_type=writing.DOCX)
    ending = "-large-print" if size == "large" else ""
    response["Content-Disposition"] = f'attachment; filename="{workshop.slug}{ending}.docx"'
    return response


@require_http_methods(["GET", "POST"])
@in_workshop
def report_sending(request: Request, workshop: Workshop) -> HttpResponse:
    """How far the sending is, and the formats a person must make, with their dates (PN-04)."""
    if not request.held & {roles.FACILITATE, roles.ANSWER}:
        raise Http404
    closing = workshop.closings.order_by("-number").first()
    if closing is None:
        raise Http404
    by_hand = Letter.objects.filter(workshop=workshop, kind=Letter.Kind.SUMMARY).exclude(due=None)
    if request.method == "POST":
        letter = get_object_or_404(by_hand, pk=request.POST.get("letter") if request.POST.get("letter", "").isdecimal() else 0)
        sending.mark_sent(letter, by=taking_part(request, workshop.cycle), now=timezone.now())
        messages.success(request, _("Marked as sent."))
        return redirect("report_sending", workshop.slug)
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "progress": sending.progress(closing, timezone.localdate()),
        "requests": list(by_hand.select_related("participant", "sent_by").order_by("due", "pk")),
        "today": timezone.localdate(),
    }
    return render(request, "workshops/report_sending.html", context)
