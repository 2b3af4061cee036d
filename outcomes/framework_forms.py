"""Forms of the framework: an indicator with its figures, what stands around an outcome."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissioning.models import Asset
from outcomes import adopting, aiming
from outcomes.framework_content import DIMENSIONS
from outcomes.framing import NAMES, Around
from outcomes.models import Indicator, Outcome

PARTS = (
    (gettext_lazy("What kind of sign"), ("form", "unit", "scale_from", "scale_to", "own_horizon")),
    (gettext_lazy("What we hope to see"), ("direction", "baseline", "baseline_on", "aim", "aim_on", "target")),
    (gettext_lazy("Who collects it, and how"), ("collector", "hours", "frequency", "source", "shown_by")),
)
NUMBERS = ("scale_from", "scale_to", "baseline", "aim", "hours")


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """How an indicator is collected and what it aims at. Nothing here needs a number (ME-01), and no figure is money (ME-02)."""

    class Meta:
        model = Indicator
        fields = [name for __, names in PARTS for name in names]
        widgets = {name: forms.DateInput(attrs={"type": "date"}) for name in ("baseline_on", "aim_on")}
        help_texts = {
            "unit": gettext_lazy("For a count, such as: families. A share is always in per cent."),
            "scale_from": gettext_lazy("Only for a scale, such as 0."),
            "scale_to": gettext_lazy("Only for a scale, such as 10."),
            "direction": gettext_lazy("Enough on its own, where a figure would be a guess."),
            "baseline": gettext_lazy("A number, if there is one. A share is written as 0 to 100."),
            "aim": gettext_lazy("A number, or leave it empty. A story or an observation has none."),
            "target": gettext_lazy("What we hope to see, said in words."),
            "collector": gettext_lazy("A role, not a name. Nobody can look at a sign that nobody collects."),
            "hours": gettext_lazy("Time is money too: how long it takes each time, such as 2.5."),
            "frequency": gettext_lazy("Such as: each quarter."),
            "source": gettext_lazy("Such as: talks with families, or the council’s records."),
            "shown_by": gettext_lazy("Such as: age and neighbourhood. Groups of fewer than five people are never shown."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NUMBERS:
            self.fields[name].error_messages["invalid"] = _("Write a number, such as 12 or 4.5.")
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 20})
        horizon = self.fields["own_horizon"]
        assert isinstance(horizon, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        own = list(Outcome.Horizon.choices)
        horizon.choices = [("", _("As for its outcome: %(words)s") % {"words": self.instance.outcome.get_horizon_display()}), *own]
        direction = self.fields["direction"]
        assert isinstance(direction, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        direction.choices = [("", _("Not said")), *Indicator.Direction.choices]

    def clean(self) -> dict[str, Any]:
        """Every figure that cannot be, with its sentence, beside its field."""
        data = super().clean() or {}
        known: dict[str, Any] = {name: data.get(name) for name in aiming.Aim.__dataclass_fields__}
        if "form" in data:
            for name, sentence in aiming.problems(aiming.Aim(**known)).items():
                if name not in self.errors:
                    self.add_error(name, str(sentence))
        return data

    def words(self) -> dict[str, Any]:
        """What the act takes."""
        return {name: self.cleaned_data[name] for name in adopting.COLLECTED}

    @staticmethod
    def in_words(indicator: Indicator) -> list[tuple[str, str]]:
        """What stands of an indicator: each field that says something, with its label."""
        return [(str(f.label), said) for f in IndicatorForm(instance=indicator) if (said := _said(indicator, f.name))]

    def parts(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields in three parts, each with its heading."""
        for title, names in PARTS:
            yield str(title), [self[name] for name in names]


def _said(one: Indicator | Outcome, name: str) -> str:
    """One value in words; nothing for what was left empty."""
    value = getattr(one, name)
    if value is None or value in ("", False):
        return ""
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if value is True:
        return _("Yes")
    shown = getattr(one, f"get_{name}_display", None)
    return str(shown()) if shown else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


class AroundForm(forms.Form):
    """What an outcome improves, when it can show, who else benefits and whether it prevents a later need."""

    dimensions = forms.MultipleChoiceField(
        label=gettext_lazy("What it improves"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("social", gettext_lazy("Social")),
            ("economic", gettext_lazy("Economic")),
            ("environmental", gettext_lazy("Environmental")),
        ],
    )
    horizon = forms.ChoiceField(label=gettext_lazy("When it can show"), choices=Outcome.Horizon)
    benefits_beyond = forms.CharField(
        label=gettext_lazy("Who else benefits, beyond those who use the service"),
        help_text=gettext_lazy("Such as: the wider community, because neighbours know each other."),
        max_length=300,
        required=False,
    )
    prevents = forms.BooleanField(label=gettext_lazy("It prevents a later need"), required=False)
    prevents_what = forms.CharField(label=gettext_lazy("Which later need it prevents"), max_length=300, required=False)

    @staticmethod
    def of(outcome: Outcome) -> dict[str, Any]:
        """What is said of an outcome now."""
        names = ("horizon", "benefits_beyond", "prevents", "prevents_what")
        return {name: getattr(outcome, name) for name in names} | {"dimensions": [name for name in DIMENSIONS if getattr(outcome, name)]}

    @staticmethod
    def in_words(outcome: Outcome) -> list[tuple[str, str]]:
        """What stands around an outcome: each field that says something, with its label."""
        improves = ", ".join(str(label) for name, label in NAMES.items() if getattr(outcome, name))
        said = {"dimensions": improves} | {n: _said(outcome, n) for n in ("horizon", "benefits_beyond", "prevents", "prevents_what")}
        return [(str(f.label), said[f.name]) for f in AroundForm() if said[f.name]]

    def around(self) -> Around:
        """What the act takes."""
        return Around(**self.cleaned_data | {"dimensions": frozenset(self.cleaned_data["dimensions"])})


class ConsequenceForm(forms.Form):
    """What else may follow from an outcome."""

    text = forms.CharField(label=gettext_lazy("What else may follow?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    intended = forms.ChoiceField(
        label=gettext_lazy("Is it wanted?"),
        widget=forms.RadioSelect,
        choices=[("no", gettext_lazy("No, it would come by itself")), ("yes", gettext_lazy("Yes, it is meant to happen"))],
    )
    positive = forms.ChoiceField(
        label=gettext_lazy("Is it good for people?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Good")), ("no", gettext_lazy("Bad for somebody"))],
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class CoDeliveryForm(forms.Form):
    """What citizens or communities do themselves for an outcome."""

    who = forms.CharField(label=gettext_lazy("Who does it?"), help_text=gettext_lazy("A group or a place, not a person."), max_length=200)
    what = forms.CharField(label=gettext_lazy("What do they do?"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    asset: Any = forms.ModelChoiceField(
        label=gettext_lazy("From the list of what is here already"), queryset=Asset.objects.none(), required=False
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, assets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["asset"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.queryset = assets
        field.empty_label = _("None of these")
