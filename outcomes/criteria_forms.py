"""Forms of criteria and of the measures in the monitoring plan."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commissioning.models import Cycle, Need
from outcomes import criteria, monitoring
from outcomes.models import Criterion, Indicator, Measure, Outcome
from workshops.models import Proposal


def _choose(form: forms.Form, name: str, queryset: QuerySet[Any], called: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (tells the type checker which field it is)
    field.queryset, field.label_from_instance = queryset, called  # type: ignore[method-assign]
    if field.empty_label is not None:
        field.empty_label = _("None of these")


class CriterionForm(forms.Form):
    """A criterion: what is asked, how, what good looks like, and what it is tied to."""

    question = forms.CharField(label=_("What is asked"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    how_question = forms.CharField(
        label=_("The “how” question"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("How will you do it, and what is special about the way you do it? Without it the criterion is not complete."),
    )  # fmt: skip
    good = forms.CharField(
        label=_("What a good answer looks like"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    outcome = forms.ModelChoiceField(label=_("Which outcome it serves"), queryset=Outcome.objects.none(), required=False)
    need = forms.ModelChoiceField(label=_("Which need it meets"), queryset=Need.objects.none(), required=False)
    no_local_need = forms.BooleanField(
        label=_("It meets no need on the list"), required=False, help_text=_("It is then shown as “not linked to local need”.")
    )
    share = forms.DecimalField(
        label=_("Share of the evaluation score, in per cent"), min_value=0, max_value=100, decimal_places=2, initial=0,
        help_text=_("The shares of all criteria come to the share of social value."),
    )  # fmt: skip
    first_return = forms.IntegerField(
        label=_("Quarter of the first return"), min_value=1, max_value=400, required=False,
        help_text=_("The quarter of the contract in which something first comes back. 1 is the first."),
    )  # fmt: skip
    because = forms.CharField(label=_("Why this card becomes a criterion"), max_length=500, required=False)
    proposal = forms.ModelChoiceField(queryset=Proposal.objects.none(), required=False, widget=forms.HiddenInput)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cycle: Cycle, taken_up: Proposal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = Outcome.objects.standing().filter(theme__framework__cycle=cycle).select_related("theme__framework")
        needs = cycle.needs.exclude(state__in=[Need.State.MERGED, Need.State.PARKED])
        _choose(self, "outcome", outcomes, lambda o: f"{o.code}. {o.statement[:90]}")
        _choose(self, "need", needs, lambda n: f"{n.number}. {n.statement[:90]}")
        if taken_up is None:
            del self.fields["because"], self.fields["proposal"]
        else:
            _choose(self, "proposal", criteria.may_take_up(cycle), str)

    def words(self) -> criteria.Words:
        """What was written, as the act wants it."""
        beside = ("because", "proposal", "seen_version", "key")
        return criteria.Words(**{name: value for name, value in self.cleaned_data.items() if name not in beside})

    @staticmethod
    def kept(criterion: Criterion) -> dict[str, Any]:
        """What stands, to begin from."""
        names = ("question", "how_question", "good", "outcome", "need", "no_local_need", "share", "first_return")
        return {name: getattr(criterion, name) for name in names} | {"seen_version": criterion.version}


class MeasureForm(forms.Form):
    """One line of the monitoring plan. No field asks for a money value (ME-02)."""

    text = forms.CharField(label=_("What is looked at"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    indicator = forms.ModelChoiceField(label=_("Which indicator it shows"), queryset=Indicator.objects.none(), required=False)
    criterion = forms.ModelChoiceField(label=_("Which criterion it follows up"), queryset=Criterion.objects.none(), required=False)
    form = forms.ChoiceField(
        label=_("What kind of sign"), choices=Indicator.Form, initial=Indicator.Form.STORY,
        help_text=_("A story or what somebody sees counts as much as a number."),
    )  # fmt: skip
    owner = forms.CharField(label=_("Who collects it, by role"), max_length=120)
    hours = forms.DecimalField(label=_("Hours each time"), min_value=0, max_value=999, decimal_places=1)
    paid_by = forms.CharField(label=_("Who pays for collecting it"), max_length=120, required=False)
    every = forms.TypedChoiceField(label=_("How often"), choices=Measure.Every, coerce=int, initial=Measure.Every.QUARTER)
    first_quarter = forms.IntegerField(label=_("Quarter of the first return"), min_value=1, max_value=400, initial=1)
    baseline = forms.DecimalField(
        label=_("Where it stands at the start"),
        max_digits=14,
        decimal_places=4,
        required=False,
        help_text=_("Empty for a story, or where nobody knows."),
    )
    target = forms.DecimalField(label=_("Target"), max_digits=14, decimal_places=4, required=False)
    direction = forms.ChoiceField(label=_("Which way is better"), choices=[("", _("Not said")), *Measure.Direction.choices], required=False)
    unit = forms.CharField(label=_("Counted in"), max_length=60, required=False, help_text=_("For example: weeks, evenings, per cent."))
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signs = Indicator.objects.filter(outcome__theme__framework__cycle=cycle).select_related("outcome__theme__framework")
        _choose(self, "indicator", signs.order_by("number"), lambda i: f"I{i.number}. {i.text[:80]} ({i.outcome.code})")
        _choose(self, "criterion", criteria.standing(cycle), lambda c: f"{c.code}. {c.question[:80]}")

    def words(self, measure: Measure | None = None) -> monitoring.Words:
        """What was written, as the act wants it; what a provider promised stays with its promise and its lot."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("seen_version", "key")}
        beside: dict[str, Any] = {"commitment": measure.commitment, "lot": measure.lot} if measure else {}
        return monitoring.Words(**said, **beside)

    @staticmethod
    def kept(measure: Measure) -> dict[str, Any]:
        """What stands, to begin from."""
        figures = {name: None if (n := getattr(measure, name)) is None else f"{n.normalize():f}" for name in ("baseline", "target")}
        names = ("text", "indicator", "criterion", "form", "owner", "hours", "paid_by", "every", "first_quarter", "direction", "unit")
        return {name: getattr(measure, name) for name in names} | figures | {"seen_version": measure.version}


class CeilingForm(forms.Form):
    """The most hours a quarter, and who agreed them."""

    hours = forms.DecimalField(label=_("Most hours a quarter"), min_value=0, max_value=9999, decimal_places=1)
    agreed_by = forms.CharField(
        label=_("Who agreed it"), max_length=200, help_text=_("For example: the joint workshop of 3 May, or the provider forum.")
    )
