"""Doorways of the stakeholder check: which groups must be asked, who is, and why if nobody is."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, number_in
from commissioning.models import Cycle, Participant, StakeholderGroup
from commissioning.sentences import Refused
from workshops import stakeholders


class PeopleForm(forms.Form):
    """Who of those taking part belongs to a group."""

    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who belongs to it?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, listed: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(p.pk, p.signature) for p in listed]


@require_http_methods(["GET", "POST"])
@in_cycle
def stakeholders_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Which groups must be asked: everybody who takes part sees who is missing, and why (AN-07)."""
    convenes = roles.CONVENE in request.held
    if request.method == "POST":
        _act(request, cycle)
        return redirect("stakeholders", cycle.slug)
    rows = stakeholders.check(cycle)
    listed = list(cycle.participants.filter(withdrawn_at=None, voice=False).select_related("organisation")) if convenes else []
    context = {
        "cycle": cycle,
        "begun": bool(rows and rows[0].group.pk),
        "rows": [(row, _people_form(row, listed) if convenes and row.group.pk else None) for row in rows],
        "missing": sum(1 for row in rows if row.state == "missing"),
        "convenes": convenes,
    }
    return render(request, "workshops/stakeholders.html", context)


def _people_form(row: stakeholders.GroupLook, listed: list[Participant]) -> PeopleForm:
    named = [p.pk for p in row.group.people.all()]
    return PeopleForm(listed=listed, initial={"people": named}, auto_id=f"g{row.group.pk}_%s")


def _act(request: Request, cycle: Cycle) -> None:
    """Do what the page asks. Raises `Refused` for what cannot be done."""
    me, now, act = may(request, roles.CONVENE), timezone.now(), request.POST.get("act", "")
    if act == "start":
        stakeholders.start(cycle, by=me, now=now)
        messages.success(request, _("The check has begun. Nobody more is invited while a group has nobody and no reason."))
        return
    if act == "add":
        stakeholders.add_group(cycle, name=request.POST.get("name", ""), by=me, now=now)
        return
    group = get_object_or_404(StakeholderGroup.objects.select_related("cycle"), cycle=cycle, pk=number_in(request.POST.get("group", "")))
    if act == "why":
        stakeholders.say_why(group, why=request.POST.get("why", ""), by=me, now=now)
    elif act == "people":
        form = PeopleForm(request.POST, listed=list(cycle.participants.filter(withdrawn_at=None).select_related("organisation")))
        chosen = form.cleaned_data["people"] if form.is_valid() else []
        stakeholders.name_people(group, cycle.participants.filter(pk__in=chosen), by=me, now=now)
    else:
        raise Refused(_("Choose what to do."))
