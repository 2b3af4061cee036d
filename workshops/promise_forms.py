"""Forms of the promise ledger: a promise made outside a workshop, what came of it, and handing over."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commissioning.models import Participant
from workshops import handing_over, promised
from workshops.models import Action
from workshops.outside_promises import Said


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class OutsidePromiseForm(forms.Form):
    """A promise made on the phone, in a letter or at another meeting."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    text = forms.CharField(label=_("What was promised"), max_length=300)
    person = forms.TypedChoiceField(label=_("Who promised it"), required=False, coerce=int, empty_value=None)
    owner = forms.CharField(label=_("Or their name, if they are not on the list"), max_length=120, required=False)
    side = forms.ChoiceField(
        label=_("Which side they are on, if they are not on the list"),
        required=False,
        choices=[("", _("Choose a side")), *Action.Side.choices],
    )
    promised_to = forms.ChoiceField(label=_("Who it was promised to"), choices=Action.To)
    where = forms.CharField(label=_("Where it was promised"), max_length=200, help_text=_("Such as “on the phone” or “in a letter”."))
    made_on = _day(_("On which day it was promised"))
    due = _day(_("By when it will be done"))

    def __init__(self, *args: Any, people: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {p.pk: p for p in people}
        field = self.fields["person"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [("", _("Choose somebody")), *((p.pk, p.signature) for p in people)]

    def clean(self) -> dict[str, Any]:
        """Checks that there is one owner with a side, and that the days are in order."""
        data = super().clean() or {}
        if "person" not in self.errors and not data.get("person"):
            if not data.get("owner", "").strip():
                self.add_error("owner", _("Say who promised it."))
            elif not data.get("side"):
                self.add_error("side", _("Say which side they are on."))
        if (made := data.get("made_on")) and made > timezone.localdate():
            self.add_error("made_on", _("That day is still to come. Write down a promise that was made."))
        return data

    def said(self) -> Said:
        """The promise, as the act wants it."""
        data = self.cleaned_data
        plain = {name: data[name] for name in ("text", "where", "made_on", "due", "promised_to", "owner", "side")}
        return Said(person=self.people.get(data["person"] or 0), **plain)


class LeaveForm(forms.Form):
    """A new owner for each open promise of somebody who leaves, and for their role if they have one."""

    def __init__(self, *args: Any, person: Participant, has_role: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {p.pk: p for p in handing_over.successors(person)}
        self.lines = promised.open_of(person)
        choices = [("", _("Choose somebody")), *((pk, p.signature) for pk, p in self.others.items())]
        for line in self.lines:
            name = handing_over.name_of(line)
            self.fields[name] = forms.TypedChoiceField(
                label=line.promise.text,
                choices=choices,
                coerce=int,
                required=False,
                empty_value=None,
                help_text=_("Their promise, by {day}. Who takes it over?").format(day=f"{line.due:%-d %B %Y}"),
            )
        if has_role:
            self.fields["role_to"] = forms.TypedChoiceField(
                label=_("Who takes over the role?"), choices=choices, coerce=int, required=False, empty_value=None
            )

    def given(self) -> dict[str, Participant]:
        """The new owner of each promise for which one was chosen."""
        data = {name: pk for name, pk in self.cleaned_data.items() if pk and name != "role_to"}
        return {name: self.others[pk] for name, pk in data.items()}

    def role_to(self) -> Participant | None:
        """Who takes over the role, if anybody."""
        return self.others.get(self.cleaned_data.get("role_to") or 0)
