"""Forms of the top floor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.adopting import Placing
from outcomes.models import Decision, Outcome


class DecisionForm(forms.Form):
    """The authority's answer to one agreed item, and where it goes in the framework when it is adopted."""

    answer = forms.ChoiceField(label=_("The authority’s answer"), choices=Decision.Answer, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why, in plain words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    decider_role = forms.CharField(label=_("Who decides, by role"), max_length=120)
    kind = forms.ChoiceField(label=_("What kind of decision"), choices=Decision.Kind, initial="officer")
    theme = forms.CharField(label=_("Theme in the framework"), max_length=120, required=False, help_text=_("If adopted."))
    for_whom = forms.CharField(label=_("For whom"), max_length=200, required=False, help_text=_("If adopted."))
    dimensions = forms.MultipleChoiceField(
        label=_("What it improves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("social", _("Social")), ("economic", _("Economic")), ("environmental", _("Environmental"))],
    )
    horizon = forms.ChoiceField(label=_("When it can show"), choices=Outcome.Horizon, initial="medium")
    statement = forms.CharField(
        label=_("The words adopted, if only in part"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def placing(self) -> Placing:
        """Where an adopted item goes."""
        data = self.cleaned_data
        return Placing(data["theme"], data["for_whom"], data["horizon"], tuple(data["dimensions"]), data["statement"])
