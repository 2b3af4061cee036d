"""Forms of the contract's shape and route."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import ContractShape, Means, Route

POUNDS = 2_000_000_000  # more than any service here is bought for, and less than the database's largest whole number


class ShapeForm(forms.ModelForm):  # type: ignore[type-arg]
    """One version of the shape of a contract."""

    value = forms.IntegerField(label=_("Value of the whole contract, in pounds"), min_value=1, max_value=POUNDS)
    cash = forms.IntegerField(
        label=_("Cash a provider needs before it is first paid, in pounds"),
        min_value=0,
        max_value=POUNDS,
        help_text=_("For the whole contract. With several lots each provider needs its share."),
    )
    months = forms.IntegerField(label=_("Length, in months"), min_value=1, max_value=240)
    lots = forms.IntegerField(label=_("Number of lots"), min_value=1, max_value=200, initial=1)
    days = forms.IntegerField(label=_("Days the tender is open"), min_value=1, max_value=730)
    days_reason = forms.CharField(
        label=_("If that is short: why?"), max_length=500, required=False, help_text=_("Everybody can read this reason.")
    )

    field_order = [
        "value",
        "months",
        "lots",
        "cash",
        "payment",
        "consortia",
        "subcontracting",
        "full_costs",
        "risk",
        "days",
        "days_reason",
        "why",
    ]

    class Meta:
        model = ContractShape
        fields = [
            "value",
            "months",
            "lots",
            "cash",
            "payment",
            "consortia",
            "subcontracting",
            "full_costs",
            "risk",
            "days",
            "days_reason",
            "why",
        ]
        widgets = {"risk": forms.Textarea(attrs={"rows": 2}), "why": forms.Textarea(attrs={"rows": 2})}

    def figures(self) -> dict[str, Any]:
        """The figures, as the act wants them."""
        words = ("why", "risk", "days_reason")
        return {name: value for name, value in self.cleaned_data.items() if name not in words}


class MeansForm(forms.Form):
    """What an organisation can manage."""

    cash = forms.IntegerField(label=_("How much cash could you put in before the first payment, in pounds?"), min_value=0, max_value=POUNDS)
    yearly = forms.IntegerField(label=_("What is the largest contract you could run, in pounds a year?"), min_value=0, max_value=POUNDS)
    days = forms.IntegerField(label=_("How many days do you need to write a bid?"), min_value=1, max_value=365)

    @classmethod
    def kept(cls, means: Means | None) -> dict[str, int]:
        """What was said before, to begin from."""
        return {name: getattr(means, name) for name in ("cash", "yearly", "days")} if means else {}


class RouteForm(forms.Form):
    """One way to secure the service."""

    kind = forms.ChoiceField(label=_("The way"), choices=Route.Kind)
    pros = forms.CharField(label=_("What speaks for it"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    cons = forms.CharField(label=_("What speaks against it"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))


class RouteChoiceForm(forms.Form):
    """The choice of one way, with its reason and who decided."""

    kind = forms.ChoiceField(label=_("The way chosen"))
    because = forms.CharField(label=_("Why this one"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    role = forms.CharField(label=_("Who decided: the role, such as “Head of communities”"), max_length=120)

    def __init__(self, *args: Any, routes: list[Route], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(route.kind, route.get_kind_display()) for route in routes]


class SayForm(forms.Form):
    """Something to say, once for its key."""

    text = forms.CharField(label=_("What do you want to say?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
