"""Forms in which the evaluation score is shared, advised on and adopted."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from commissioning.models import Cycle
from outcomes import weighting_rules
from outcomes.models import Outcome
from outcomes.weighing import Excepted

NAMES = ("price", "quality", "social_value")


class ShareField(forms.CharField):
    """A share in whole per cent; what is none is refused with a sentence that helps."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: Any) -> int | None:
        """The share as a number; None where none was asked for and none given."""
        said = str(value or "").strip()
        if not said and not self.required:
            return None
        if wrong := weighting_rules.why_no_share(said):
            raise ValidationError(str(wrong))
        return weighting_rules.share_of(said)


class ExceptionFields(forms.Form):
    """Why a share stays below the authority's minimum, if it does."""

    exception_reason = forms.CharField(
        label=_("If it is below the authority’s minimum: why an exception"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Leave these three empty when it is not below."),
    )  # fmt: skip
    allowed_by = forms.CharField(label=_("Who allowed the exception, by role"), max_length=120, required=False)
    allowed_on = forms.DateField(label=_("On which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def excepted(self) -> Excepted | None:
        """The exception, when one was written."""
        data = self.cleaned_data
        if not data.get("exception_reason"):
            return None
        return Excepted(data["exception_reason"], data["allowed_by"], data["allowed_on"])

    def clean(self) -> dict[str, Any]:
        """An exception names all three: why, who and when."""
        data = super().clean() or self.cleaned_data
        given = [bool(data.get(name)) for name in ("exception_reason", "allowed_by", "allowed_on")]
        if any(given) and not all(given):
            raise ValidationError(_("An exception says why, who allowed it and on which day. Fill in all three, or none."))
        return data


class WeightingForm(ExceptionFields):
    """Three shares that come to a hundred, and why."""

    band = forms.ChoiceField(label=_("Social value, as a share of the evaluation score"), required=False, widget=forms.RadioSelect)
    social_value = ShareField(
        label=_("Social value, in per cent"), required=False, help_text=_("Needed above 10%, or for a share that is not in the list.")
    )
    price = ShareField(label=_("Price, in per cent"))
    quality = ShareField(label=_("Quality, in per cent"))
    reason = forms.CharField(
        label=_("Why"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when social value counts for nothing. Everybody can read it."),
    )  # fmt: skip
    draft_only = forms.BooleanField(
        label=_("Keep it as a draft, even below the minimum"), required=False, help_text=_("A draft below the minimum cannot be adopted.")
    )

    field_order = ["band", "social_value", "price", "quality", "reason", "draft_only"]

    def __init__(self, *args: Any, minimum: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["band"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(band.code, lazystr(str(band.name))) for band in weighting_rules.bands()]
        if not minimum:
            for name in ("exception_reason", "allowed_by", "allowed_on", "draft_only"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The share that was written, or that of the band that was chosen; the two agree."""
        data = super().clean()
        band = next((b for b in weighting_rules.bands() if b.code == data.get("band")), None)
        written = data.get("social_value")
        if "social_value" in self.errors:
            return data
        if written is None:
            if band is None or band.value is None:
                self.add_error("social_value", _("Choose a share, or write the number."))
            else:
                data["social_value"] = band.value
        elif band is not None and not band.least <= written <= band.most:
            self.add_error("social_value", _("You chose one share and wrote another. Keep one of the two."))
        return data

    def shares(self) -> dict[str, Any]:
        """The three shares and the reason, as the act wants them."""
        return {name: self.cleaned_data[name] for name in (*NAMES, "reason")}


class AdoptForm(WeightingForm):
    """What the authority adopts: the shares, why, for which outcomes, and who decided."""

    reason = forms.CharField(
        label=_("Why, in plain words"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Everybody can read it.")
    )
    outcomes = forms.ModelMultipleChoiceField(
        label=_("Which outcomes this is about"), queryset=Outcome.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    decider_role = forms.CharField(label=_("Who decides, by role"), max_length=120)

    field_order = ["band", "social_value", "price", "quality", "reason", "outcomes", "decider_role"]

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("draft_only", None)
        field = self.fields["outcomes"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.queryset = Outcome.objects.standing().filter(theme__framework__cycle=cycle)
        field.label_from_instance = lambda o: f"{o.code}. {o.statement[:90]}"  # type: ignore[assignment, method-assign]


class MinimumForm(forms.Form):
    """The authority's minimum from a day on."""

    share = ShareField(
        label=_("Least share of the evaluation score for social value, in per cent"),
        help_text=_("0 says that there is no minimum any more."),
    )
    since = forms.DateField(label=_("From which day"), widget=forms.DateInput(attrs={"type": "date"}))
    set_by = forms.CharField(label=_("Who set it, by role or body"), max_length=160, help_text=_("For example: Cabinet."))
    words = forms.CharField(
        label=_("What it says, in its own words"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AdviceForm(forms.Form):
    """The share one voice advises."""

    share = ShareField(
        label=_("Which share of the evaluation score do you advise for social value, in per cent?"),
        required=False,
        help_text=_("A whole number from 0 to 100. Empty takes your advice back."),
    )
