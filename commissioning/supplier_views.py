"""Doorways of suppliers beside releases: how they are reached, contacts with one of them, and what somebody has to gain."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import contacting, people, reaching, registering, roles
from commissioning.doorway import Request, in_cycle, number_in, taking_part
from commissioning.models import Cycle, Organisation, Participant, SupplierContact
from commissioning.release_forms import ContactForm, InterestForm, ReachForm
from commissioning.sentences import Refused

ROWS = 50


def _officer_or_supplier(request: Request) -> tuple[Participant, bool]:
    """The viewer, and whether they are an officer who convenes; 404 for anybody who is neither that nor speaks for an organisation.

    A name typed into a form with the open code is not enough: what was said with a supplier, and where its releases go, is its own.
    """
    officer, me = roles.CONVENE in request.held, request.me
    if me is None or not (officer or reaching.acts_for_supplier(me)):
        raise Http404
    return me, officer


def _organisation(cycle: Cycle, me: Participant, officer: bool, name: str) -> Organisation:
    if officer:
        cleaned = people.printable_line(name)
        if not cleaned:
            raise Refused(_("Say which organisation."))
        return people.find_or_add_organisation(cycle.authority, cleaned)
    if me.organisation is None:
        raise Http404
    return me.organisation


@require_http_methods(["GET", "POST"])
@in_cycle
def reach(request: Request, cycle: Cycle) -> HttpResponse:
    """Who is registered and how each gets releases; officers register suppliers, a supplier chooses its own way."""
    me, officer = _officer_or_supplier(request)
    listed = registering.registered_in(cycle)
    mine = next((one for one in listed if one.organisation.pk == me.organisation_id), None)
    kept = {"channel": mine.channel, "where": mine.where if mine.chosen else ""} if mine and not officer else {}
    form = ReachForm(request.POST or None, own=not officer, initial=kept)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taking_part(request, cycle)
        with transaction.atomic():  # what is refused leaves no organisation behind
            supplier = _organisation(cycle, me, officer, data.get("organisation", ""))
            reaching.register(cycle, supplier, channel=data["channel"], where=data["where"], by=me, now=timezone.now())
        messages.success(request, _("%(who)s gets every release from now on, and has all earlier ones.") % {"who": supplier})
        return redirect("release_recipients", cycle.slug)
    rows = listed if officer else [one for one in listed if one is mine]
    known = [one.organisation for one in listed] if officer else []
    context: dict[str, Any] = {"cycle": cycle, "form": form, "rows": rows, "officer": officer, "known": known}
    return render(request, "commissioning/reach.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def contacts(request: Request, cycle: Cycle) -> HttpResponse:
    """Visits, calls and letters with one supplier: officers see and log all, a supplier its own (FS-08)."""
    me, officer = _officer_or_supplier(request)
    seen = (
        SupplierContact.objects.filter(cycle=cycle)
        if officer
        else SupplierContact.objects.filter(cycle=cycle, organisation=me.organisation_id)
    )
    if request.method == "POST" and request.POST.get("act") == "even_out" and officer:
        contact = get_object_or_404(seen.select_related("cycle"), pk=number_in(request.POST.get("contact", "")))
        title = ", ".join(file.name for file in contact.files.all())[:160]
        made = contacting.even_out(contact, title=title, by=taking_part(request, cycle), now=timezone.now())
        return redirect("release", cycle.slug, made.pk)
    fresh = {"key": uuid.uuid4().hex}
    form = ContactForm(request.POST or None, request.FILES or None, own=not officer, initial=fresh)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taking_part(request, cycle)
        files = (data["file"],) if data["file"] else ()
        met = contacting.Met(data["kind"], data["who"], data["happened_at"], data["summary"], data["minutes"], files)
        with transaction.atomic():  # as above
            supplier = _organisation(cycle, me, officer, data.get("organisation", ""))
            contacting.log(cycle, supplier, met, key=data["key"], by=me, now=timezone.now())
        messages.success(request, _("Logged."))
        return redirect("contacts", cycle.slug)
    ordered = seen.select_related("organisation", "by").prefetch_related("files").order_by("-happened_at", "-pk")
    page = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
    rows = contacting.with_release(list(page), officer=officer)
    known = [one.organisation for one in registering.registered_in(cycle)] if officer else []
    context = {"cycle": cycle, "form": form, "page": page, "rows": rows, "officer": officer, "me": me, "known": known}
    return render(request, "commissioning/contacts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def interest(request: Request, cycle: Cycle) -> HttpResponse:
    """What one has to gain, said again whenever it changes; what was said before stays with its day (FS-02)."""
    if request.me is None:
        raise Http404
    said = list(request.me.interests.all())
    form = InterestForm(request.POST or None, initial={"kind": said[-1].kind if said else "none"})
    if request.method == "POST" and form.is_valid():
        me = taking_part(request, cycle)
        if not said or said[-1].kind != form.cleaned_data["kind"]:  # the same form sent twice is one declaration
            people.declare_interest(me, form.cleaned_data["kind"], now=timezone.now())
        messages.success(request, _("Kept, with today’s date."))
        return redirect("interest", cycle.slug)
    context = {"cycle": cycle, "form": form, "said": said}
    return render(request, "commissioning/interest.html", context, status=422 if form.errors else 200)
