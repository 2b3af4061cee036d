"""Forms for finding a date, asking people to come, and claiming for it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commissioning import people
from commissioning.forms import InviteForm
from commissioning.models import Cycle, Participant
from workshops import scheduling
from workshops.models import Claim, Invitation, Workshop

AT_ONCE = 3  # dates on one form


def _moment(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, help_text=help_text, widget=picker)


class ProposeDatesForm(forms.Form):
    """Up to three dates to ask people about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, AT_ONCE + 1):
            self.fields[f"date_{n}"] = _moment(_("Date and time %(n)s") % {"n": n}, required=n == 1)

    def moments(self) -> list[datetime]:
        """The dates that were written."""
        return [self.cleaned_data[f"date_{n}"] for n in range(1, AT_ONCE + 1) if self.cleaned_data[f"date_{n}"]]


class ArrangementForm(forms.Form):
    """What people are told about time, place and pay, and the window for taking part without the meeting."""

    hours = forms.DecimalField(label=_("Hours it asks of each person"), min_value=Decimal("0.5"), max_value=99, decimal_places=1)
    parts = forms.IntegerField(label=_("In how many parts"), min_value=1, max_value=20)
    venue = forms.CharField(label=_("Where it meets"), max_length=200, required=False, help_text=_("Leave empty when it is only on line."))
    rate = forms.DecimalField(
        label=_("Payment in pounds an hour"),
        min_value=0,
        max_value=1000,
        decimal_places=2,
        required=False,
        help_text=_("Claims are counted with it. Leave empty when there is no payment by the hour."),
    )
    opens_at = _moment(
        _("People can take part without the meeting from"),
        help_text=_("Leave both times empty when everybody must come to the meeting."),
    )
    closes_at = _moment(_("People can take part without the meeting until"))
    reason = forms.CharField(
        label=_("Reason, if people get less time than they were told"),
        max_length=500,
        required=False,
        help_text=_("It is kept in the minutes."),
    )

    @classmethod
    def of(cls, workshop: Workshop) -> "ArrangementForm":
        """The form as the workshop stands."""
        return cls(initial={name: getattr(workshop, name) for name in ("hours", "parts", "venue", "rate", "opens_at", "closes_at")})

    def arrangement(self) -> scheduling.Arrangement:
        """What was stated, as the act wants it."""
        return scheduling.Arrangement(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


class AskPeopleForm(forms.Form):
    """People of the cycle to ask to a workshop."""

    people = forms.TypedMultipleChoiceField(label=_("Who"), coerce=int, widget=forms.CheckboxSelectMultiple)
    capacity = forms.ChoiceField(label=_("Do they come for one of these?"), choices=Invitation.Capacity, required=False)

    def __init__(self, *args: Any, listed: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(p.pk, p.signature) for p in listed]
        field.error_messages["required"] = _("Tick at least one person.")


class EntryForm(forms.Form):
    """Who can join a workshop."""

    entry = forms.ChoiceField(label=_("Who can join"), choices=Workshop.Entry, widget=forms.RadioSelect)


class BringInForm(InviteForm):
    """Somebody new, asked to a workshop."""

    role = None  # type: ignore[assignment]
    capacity = forms.ChoiceField(label=_("Do they come for one of these?"), choices=Invitation.Capacity, required=False)

    def introduction(self) -> people.Introduction:
        """Who is asked, as the act wants it."""
        self.cleaned_data["role"] = ""
        return super().introduction()


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What every invitation of a cycle says about pay and bidding."""

    reason = forms.CharField(
        label=_("Why does it change?"),
        max_length=500,
        required=False,
        help_text=_("Needed for a new rule on bidding once a provider has joined. Everybody who joined is told."),
    )

    class Meta:
        model = Cycle
        fields = ["payment_line", "bidding_rule"]
        help_texts = {"payment_line": _("Such as “£15 an hour and travel”, or “none, because …”.")}


class ClaimForm(forms.Form):
    """Hours and costs of one person for one workshop."""

    hours = forms.DecimalField(label=_("Hours"), required=False, help_text=_("Such as 2.5"))
    expenses = forms.DecimalField(label=_("Costs in pounds"), required=False, help_text=_("Such as 4.60. Leave empty if you had none."))
    expenses_for = forms.CharField(label=_("What the costs were for"), max_length=200, required=False)

    def claimed(self) -> dict[str, Any]:
        """What is claimed, as the act wants it; empty means nothing."""
        data = self.cleaned_data
        return {name: data[name] or Decimal(0) for name in ("hours", "expenses")} | {"expenses_for": data["expenses_for"]}


class DecisionForm(forms.Form):
    """What becomes of a claim."""

    to = forms.ChoiceField(choices=Claim.State)
    amount = forms.DecimalField(label=_("Amount in pounds"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    paid_on = forms.DateField(label=_("Paid on"), required=False, initial=timezone.localdate)
