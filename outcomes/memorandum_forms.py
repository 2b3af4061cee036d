"""Forms of working together: a wish, a memorandum's parties, its terms, a signature."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import Organisation
from outcomes.models import Award


class WishForm(forms.Form):
    """What one could bring, and whom one looks for."""

    words = forms.CharField(
        label=_("What you could bring, and whom you look for"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Other organisations in the cycle read it. Put in no price."),
    )  # fmt: skip


class BeginForm(forms.Form):
    """What a memorandum is called, and between whom it is."""

    title = forms.CharField(label=_("What it is called"), max_length=160)
    award = forms.ModelChoiceField(
        label=_("For which contract, if it is awarded"), queryset=Award.objects.none(), required=False,
        help_text=_("Then those who deliver it are the parties."),
    )  # fmt: skip
    organisations = forms.ModelMultipleChoiceField(
        label=_("Parties"), queryset=Organisation.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    with_authority = forms.BooleanField(
        label=_("The authority is a party too"), required=False, help_text=_("Then it reads and signs the terms like everybody.")
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisations: Any, awards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (("organisations", organisations), ("award", awards)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
            field.queryset = queryset
            if field.empty_label is not None:
                field.empty_label = _("Choose one") if field.required else _("None of these")


def _words(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=hint)


class TermsForm(forms.Form):
    """The five sections of a memorandum."""

    purpose = _words(_("What it is for"), _("What you want to do together, and for whom."))
    who_does_what = _words(_("Who does what"), _("One line for each party."))
    how_we_decide = _words(_("How we decide"), _("Who meets when, and what if you do not agree."))
    money_between_us = _words(_("Money between us"), _("How money is shared and when it is paid on. Only the parties read it."))
    how_we_part = _words(_("How we part"), _("How somebody leaves, and what happens to the people served."))
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(forms.Form):
    """By which role somebody signs."""

    signed_as = forms.CharField(label=_("Your role"), max_length=120, help_text=_("Such as “Chair of trustees”."))
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class PartForm(forms.Form):
    """What one's own party does, in a line that officers read too."""

    words = forms.CharField(label=_("What your organisation does, in a line"), max_length=300, required=False)


class ReviewForm(forms.Form):
    """When the parties look at it again."""

    day = forms.DateField(label=_("When you look at it again"), widget=forms.DateInput(attrs={"type": "date"}))
