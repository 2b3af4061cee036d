"""Forms of what trust rests on: history, words, expectations, risks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning import expectations
from commissioning.models import Expectation, FragilityMark, FragilityResponse


class HistoryForm(forms.Form):
    """Something from before, said once."""

    text = forms.CharField(
        label=_("What do you bring from before?"),
        max_length=1000,
        help_text=_("Say it once, in your own words: what happened, and what it did to you."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HeardForm(forms.Form):
    """ "We heard this", in words and in a role."""

    words = forms.CharField(label=_("We heard this. In your own words:"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    role = forms.CharField(label=_("Your role"), max_length=120, help_text=_("Such as “Head of children’s services”."))


class TermForm(forms.Form):
    """A word that is not clear or not fair, and why."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    term = forms.CharField(label=_("Which word?"), max_length=80)
    why = forms.CharField(label=_("What is wrong with it here?"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    wording = forms.CharField(
        label=_("What should it mean here? Leave this empty if you do not know yet."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WordingForm(forms.Form):
    """A wording put forward for a word."""

    wording = forms.CharField(label=_("What should it mean here?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class ExpectationsForm(forms.Form):
    """The five items, each with its answers and one's own words."""

    def __init__(self, *args: Any, kept: dict[str, Expectation], with_words: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, item in expectations.items().items():
            before = kept.get(code)
            self.fields[code] = forms.ChoiceField(
                label=str(item.ask),
                choices=[(c, str(text)) for c, text in item.choices.items()],
                widget=forms.RadioSelect,
                initial=before.choice if before else None,
            )
            if with_words:
                self.fields[f"{code}_words"] = forms.CharField(
                    label=_("In your own words, if you like"),
                    required=False,
                    max_length=400,
                    initial=before.words if before else "",
                )

    def given(self) -> tuple[dict[str, str], dict[str, str]]:
        """The answers and the words, by item."""
        codes, data = expectations.items(), self.cleaned_data
        return {c: data[c] for c in codes}, {c: data.get(f"{c}_words", "") for c in codes}


class FragilityForm(forms.Form):
    """What an organisation says of itself, privately."""

    kind = forms.ChoiceField(label=_("What may happen?"), choices=FragilityMark.Kind, widget=forms.RadioSelect)
    before = forms.DateField(label=_("Before which decision date?"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    pounds = forms.IntegerField(
        label=_("What is your work worth in a year, in pounds?"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=_("Leave it empty if you do not want to say."),
    )


class ResponseForm(forms.Form):
    """What the authority does about organisations at risk."""

    kind = forms.ChoiceField(label=_("What does the authority do?"), choices=FragilityResponse.Kind, widget=forms.RadioSelect)
    words = forms.CharField(label=_("What exactly, from when; or why nothing"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
