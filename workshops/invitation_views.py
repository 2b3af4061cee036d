"""Doorways to invitations: the page of the person invited, with or without an account, and the page of whoever invites."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import limiting, minutes, people, roles
from commissioning.doorway import Request, in_cycle, keep_seat, may, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.starting_forms import LevelForm
from workshops import inviting, scheduling, seating, stakeholders
from workshops.dates_forms import AskPeopleForm, BringInForm, EntryForm, TermsForm
from workshops.dates_views import answers_in, dates_context
from workshops.models import Invitation, Workshop
from workshops.views import acting, in_workshop


def _invitation_page(request: Request, workshop: Workshop, address: str) -> HttpResponse:
    mine = Invitation.objects.filter(workshop=workshop, participant=request.me).first() if request.me else None
    offered = [a for a in Invitation.Answer if a and (a != Invitation.Answer.BESIDE or workshop.window.stated)]
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "look": inviting.said_in(workshop),
        "mine": mine,
        "choices": offered,
        "address": address,
        "by_link": address.startswith("/invited/"),
        **dates_context(request, workshop),
    }
    return render(request, "workshops/invitation.html", context)


def _answered(request: Request, workshop: Workshop) -> None:
    """Do what the invitation's page asks: answer the invitation, or the dates."""
    me, now, act = taking_part(request, workshop.cycle), timezone.now(), request.POST.get("act")
    if act == "dates":
        scheduling.answer_dates(workshop, answers_in(request), by=me, now=now)
    elif act == "answer":
        mine = get_object_or_404(Invitation, workshop=workshop, participant=me)
        inviting.answer(mine, said=request.POST.get("answer", ""), by=me, now=now)
    else:
        return
    messages.success(request, _("Thank you. Your answer is kept. You can change it here."))


@require_http_methods(["GET", "POST"])
@in_workshop
def invitation(request: Request, workshop: Workshop) -> HttpResponse:
    """What somebody is asked to, in plain words, and their answer."""
    if request.method == "POST":
        _answered(request, workshop)
        return redirect("invitation", workshop.slug)
    return _invitation_page(request, workshop, reverse("invitation", args=[workshop.slug]))


def by_key(request: Request, key: str, slug: str) -> Workshop | None:
    """The workshop a letter's link leads to, with the person as `request.me`; None when there have been too many wrong links."""
    found = people.holders_of([key[:80]])
    if not found:
        if limiting.too_many(request):
            return None
        limiting.count_wrong_try(request)
        raise Http404
    cycle_workshops = Workshop.objects.select_related("cycle__authority", "cycle__service").filter(cycle=found[0].cycle_id)
    workshop = get_object_or_404(cycle_workshops, slug=slug)
    request.me, request.held = found[0], held_by(found[0])
    return workshop


@require_http_methods(["GET", "POST"])
def invited(request: Request, key: str, slug: str) -> HttpResponse:
    """The same page from the link in a letter: no account needed. Looking changes nothing; answering keeps this device."""
    workshop = by_key(request, key, slug)
    if workshop is None:
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    if request.method == "GET":
        return _invitation_page(request, workshop, reverse("invited", args=[key, slug]))
    assert request.me is not None  # noqa: S101 (`by_key` has set it; this tells the type checker)
    request.viewer = people.Viewer(participants=(request.me,))
    _answered(request, workshop)
    to = "room" if request.POST.get("act") == "enter" else "invitation"
    return keep_seat(redirect(to, slug), request.me, key)


@require_http_methods(["GET", "POST"])
@in_workshop
def invitations(request: Request, workshop: Workshop) -> HttpResponse:
    """Who is invited and what they answered, who is absent; bring somebody new in."""
    me = may(request, roles.CONVENE)
    form = BringInForm(request.POST or None)
    link = ""
    if request.method == "POST":
        require(workshop.cycle.quiet)  # whatever the form says
    if request.method == "POST" and form.is_valid():
        try:
            link = _brought_in(request, workshop, form, taking_part(request, workshop.cycle))
            form = BringInForm()
        except Refused as refused:
            form.add_error(None, str(refused))
    invited_so_far = inviting.invited_to(workshop)
    begun = stakeholders.begun(workshop.cycle)
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "invited": invited_so_far,
        "begun": begun,
        "advice": [] if begun else inviting.advice(workshop, invited_so_far),
        "not_asked": [row for row in stakeholders.check(workshop.cycle) if row.state == "missing"] if begun else [],
        "ask_form": AskPeopleForm(listed=_not_invited(workshop, me), auto_id="ask_%s"),
        "entry_form": EntryForm(initial={"entry": workshop.entry}, auto_id="entry_%s"),
        "form": form,
        "link": link,
    }
    return render(request, "workshops/invitations.html", context, status=422 if form.errors else 200)


def _brought_in(request: Request, workshop: Workshop, form: BringInForm, me: Participant) -> str:
    """Bring the person on the form in; returns the link to give them when they have no address to write to."""
    data = form.cleaned_data
    made, key = inviting.bring_in(workshop, form.introduction(), email=data["email"], capacity=data["capacity"], by=me, now=timezone.now())
    messages.success(request, _("%(who)s is invited.") % {"who": made.participant.display_name})
    return "" if data["email"] else request.build_absolute_uri(reverse("invited", args=[key, workshop.slug]))


def _not_invited(workshop: Workshop, me: Participant) -> list[Participant]:
    invited_so_far = Invitation.objects.filter(workshop=workshop).values("participant")
    named = workshop.cycle.participants.filter(withdrawn_at=None).exclude(pk__in=seating.at_tables(workshop.cycle_id))
    rest = named.exclude(pk__in=invited_so_far).exclude(pk=me.pk)
    return list(rest.select_related("organisation"))


@acting
def ask_people(request: Request, workshop: Workshop, me: Any) -> HttpResponse:
    """Invite people who are in the cycle already."""
    listed = _not_invited(workshop, me)
    form = AskPeopleForm(request.POST, listed=listed)
    if not form.is_valid():
        raise first_error(form)
    chosen = [p for p in listed if p.pk in form.cleaned_data["people"]]
    made = inviting.invite(workshop, chosen, capacity=form.cleaned_data["capacity"], by=me, now=timezone.now())
    messages.success(request, _("%(n)s people are invited.") % {"n": len(made)})
    return redirect("invitations", workshop.slug)


@acting
def who_can_join(request: Request, workshop: Workshop, me: Any) -> HttpResponse:
    """People who are invited, or anybody who finds the public page."""
    form = EntryForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    inviting.open_to(workshop, entry=form.cleaned_data["entry"], by=me, now=timezone.now())
    messages.success(request, _("Kept. The public page of the cycle says so."))
    return redirect("invitations", workshop.slug)


@require_http_methods(["GET", "POST"])
@in_cycle
def terms_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What every invitation says about pay and bidding; changed in the open."""
    me = may(request, roles.CONVENE)
    form = TermsForm(request.POST or None, instance=Cycle.objects.get(pk=cycle.pk))
    if request.method == "POST" and form.is_valid():
        try:
            inviting.change_terms(cycle, **form.cleaned_data, by=me, now=timezone.now())
            messages.success(request, _("The terms are changed."))
            return redirect("terms", cycle.slug)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"cycle": cycle, "form": form, "provider_joined": inviting.provider_joined(cycle)}
    return render(request, "workshops/terms.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def level_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What people are promised, how that changed and why; whoever convenes can change it, and all hear of less (INV-20)."""
    form = LevelForm(request.POST if request.method == "POST" else None, initial={"level": cycle.level})
    if request.method == "POST":
        me = may(request, roles.CONVENE)
        if not form.is_valid():
            raise first_error(form)
        inviting.change_level(cycle, **form.cleaned_data, by=me, now=timezone.now())
        messages.success(request, _("Kept. It stands on the page of the cycle, with your reason."))
        return redirect("level", cycle.slug)
    changes = list(minutes.of(cycle).filter(act="level"))
    return render(request, "workshops/level.html", {"cycle": cycle, "form": form, "changes": changes, "held": request.held})
