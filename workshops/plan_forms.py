"""Forms of the action plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.models import Action, PlanSignal, PracticeAnswer


class PlanAnswerForm(forms.Form):
    """Whether somebody agrees to the plan."""

    says = forms.ChoiceField(label=_("Do you agree to this plan?"), choices=PlanSignal.Says, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Why, if you have a reservation or do not agree"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AdoptionForm(forms.Form):
    """Which body adopted the plan."""

    body = forms.CharField(label=_("Which body adopted it"), max_length=160, help_text=_("Such as “the local partnership board”."))
    on = forms.DateField(label=_("On which day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    minute = forms.CharField(label=_("Where its minutes say so"), max_length=300)


class LookAgainForm(forms.Form):
    """When the condition of an action is looked at again."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class UpdateForm(forms.Form):
    """How an action goes, in answer to a question."""

    words = forms.CharField(label=_("How it goes"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    progress = forms.ChoiceField(label=_("Where it stands"), choices=[("", _("As before")), *Action.Progress.choices], required=False)


class ChangedForm(forms.Form):
    """What changed in practice, six months on."""

    changed = forms.ChoiceField(
        label=_("Do you work differently now because of it?"), choices=PracticeAnswer.Changed, widget=forms.RadioSelect
    )
    words = forms.CharField(label=_("An example"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
