"""Forms of consultations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning import response_files
from commissioning.models import LookedUp, Theme


class ConsultationForm(forms.Form):
    """What is said of a consultation before its answers come in."""

    title = forms.CharField(label=_("What is it called?"), max_length=160)
    about = forms.CharField(
        label=_("What do you ask, and why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("We look up what people told you about this before."),
    )
    reached = forms.CharField(
        label=_("Who is asked, and who may be missing?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as “Sent to every home in two wards. Few people under 25 answered.” It stands beside every number."),
    )


class DecideForm(forms.Form):
    """Use what people told before, or ask again, and why."""

    answer = forms.ChoiceField(label=_("What do you do?"), choices=LookedUp.Answer, widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody in the cycle can read this, also those who told you before."),
    )


class LookUpForm(forms.Form):
    """What to look up."""

    words = forms.CharField(label=_("What do you want to know?"), max_length=300)


class ReadAsForm(forms.Form):
    """How a file of text is written."""

    encoding = forms.ChoiceField(label=_("Letters"))
    separator = forms.ChoiceField(
        label=_("Between the columns"), choices=[(",", _("Comma")), (";", _("Semicolon")), ("\t", _("Tab")), ("|", _("Upright line"))]
    )

    def __init__(self, *args: Any, found: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(response_files.ENCODINGS)
        field = self.fields["encoding"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [*([(found, found)] if found and found not in known else []), *((code, str(name)) for code, name in known.items())]


class ThemeForm(forms.Form):
    """A theme's words."""

    name = forms.CharField(label=_("Name of the theme"), max_length=120)
    line = forms.CharField(label=_("What it means, in one line"), max_length=300, required=False)


class MergeForm(forms.Form):
    """Which theme takes this one in."""

    into = forms.ModelChoiceField(label=_("Merge it into"), queryset=Theme.objects.none(), empty_label=None)

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Theme.objects.filter(consultation=theme.consultation_id, merged_into=None).exclude(pk=theme.pk).order_by("name")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SummaryForm(forms.Form):
    """One summary in plain words; `seen` says which state of it was looked at."""

    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput, empty_value=None)
    summary = forms.CharField(
        label=_("What people said, in plain words"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("It goes on the public page and, when you send it, to everybody who left an address. Name nobody."),
    )
