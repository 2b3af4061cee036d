"""Forms of the top floor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.adopting import Placing
from outcomes.models import Clause, Decision, Outcome


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


class ClauseForm(forms.Form):
    """The words of a clause and what kind it is."""

    text = forms.CharField(label=_("Words of the clause"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=_("What kind of clause"), choices=Clause.Kind)
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class NewClauseForm(forms.Form):
    """A clause of the commissioner's own: from an outcome, or from a named professional or legal requirement."""

    text = forms.CharField(label=_("Words of the clause"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("What kind of clause"), choices=Clause.Kind)
    outcome = forms.ModelChoiceField(label=_("From which outcome"), queryset=Outcome.objects.none(), required=False)
    requirement = forms.CharField(label=_("Or from which professional or legal requirement"), max_length=300, required=False)

    def __init__(self, *args: Any, outcomes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.queryset = outcomes
        field.label_from_instance = lambda o: f"{o.code} {o}"  # type: ignore[assignment, method-assign]
