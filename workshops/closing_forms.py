"""Forms of closing well: an action with its owner, the answer of an owner, how it goes, and the close."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commissioning.models import Participant
from workshops.ending import Afterwards
from workshops.models import Action
from workshops.promising import Owner


class OwnerFields(forms.Form):
    """Who is asked: somebody who is here, or somebody who is not."""

    person = forms.TypedChoiceField(label=_("Choose somebody"), required=False, coerce=int, empty_value=None)
    owner = forms.CharField(label=_("Or who will do it, if they are not on the list"), max_length=120, required=False)
    owner_email = forms.EmailField(label=_("Their e-mail, so that we can ask them"), required=False, max_length=254)

    def __init__(self, *args: Any, people: list[Participant], others: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {p.pk: p for p in (*people, *others)}
        field = self.fields["person"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [
            ("", _("Choose somebody")),
            (_("Here now"), [(p.pk, p.signature) for p in people]),
            (_("In this cycle, not here now"), [(p.pk, p.signature) for p in others]),
        ]

    def clean(self) -> dict[str, Any]:
        """Checks that there is one owner: an action without one is nobody's."""
        data = super().clean() or {}
        if "person" not in self.errors and not data.get("person") and not data.get("owner", "").strip():
            self.add_error("owner", _("Say who will do it."))
        return data

    def owned_by(self) -> Owner:
        """The owner as the act wants it; whoever is chosen from the list goes before a typed name."""
        person = self.people.get(self.cleaned_data["person"] or 0)
        return Owner("", person) if person else Owner(self.cleaned_data["owner"], None, self.cleaned_data["owner_email"])


class ActionForm(OwnerFields):
    """Who does what by when, for whom and why, and how we will know."""

    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("What will be done"), max_length=300)
    side = forms.ChoiceField(label=_("Whose action it is"), required=False, choices=[("", _("Choose a side")), *Action.Side.choices])
    due = forms.DateField(label=_("By when"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    how_we_know = forms.CharField(label=_("How we will know"), max_length=300)
    why = forms.CharField(label=_("Why it matters"), max_length=300, required=False)
    condition = forms.CharField(label=_("Only if"), max_length=200, required=False, help_text=_("Such as “the budget allows it”."))
    promised_to = forms.ChoiceField(label=_("Who it is promised to"), choices=Action.To, required=False)

    def clean_due(self) -> date:
        """A date that is not past."""
        due: date = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError(_("Choose a date that is still to come."))
        return due

    def as_given(self) -> dict[str, Any]:
        """Everything said, as the act wants it."""
        data, owner = self.cleaned_data, self.owned_by()
        names = ("text", "side", "due", "how_we_know", "why", "condition", "key")
        return {name: data[name] for name in names} | {
            "promised_to": data["promised_to"] or Action.To.EVERYBODY,
            "owner": owner.name,
            "person": owner.participant,
            "email": owner.email,
        }


class NewOwnerForm(OwnerFields):
    """Another owner for an action."""

    side = forms.ChoiceField(label=_("Whose action it is"), required=False, choices=[("", _("As before")), *Action.Side.choices])


class AcceptanceForm(forms.Form):
    """Who said yes for an owner who is not here, and when."""

    who = forms.CharField(label=_("Who said yes"), max_length=120, help_text=_("Their name or post."))
    on = forms.DateField(label=_("On which day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class ProgressForm(forms.Form):
    """How a promise goes."""

    progress = forms.ChoiceField(label=_("How is it going?"), choices=Action.Progress, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why, if it is late or dropped"), max_length=300, required=False)


class CloseForm(forms.Form):
    """The close: no actions because, or whether to meet again about those nobody has taken on."""

    none_because = forms.CharField(max_length=500, required=False)
    meet_again = forms.ChoiceField(
        choices=[("", ""), ("yes", _("Propose a follow-up")), ("no", _("No follow-up, because"))], required=False
    )
    agreed_by = forms.CharField(max_length=500, required=False)
    because = forms.CharField(max_length=500, required=False)

    def afterwards(self) -> Afterwards:
        """What the room decided about meeting again."""
        data = self.cleaned_data
        meet_again = {"yes": True, "no": False}.get(data["meet_again"])
        return Afterwards(meet_again, data["agreed_by"], data["because"])
