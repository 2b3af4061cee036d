"""Forms of lots, awards, commitments, concerns and capacity. None has a field for a price, a bid or a file (DO-11)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import Organisation
from outcomes import awarding, capacity, committing, concerns
from outcomes.models import Award, AwardParty, Clause, Commitment, ConcernFlag, Criterion, Indicator, Lot, Measure

PARTIES, MOST_PARTIES = 5, 60  # rows of the award's form at first, and as many as one form takes
DAY = forms.DateInput(attrs={"type": "date"})


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class LotForm(forms.Form):
    """What a lot is called, and what is in it."""

    number = forms.IntegerField(min_value=1, max_value=999, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What the lot is called"), max_length=160)
    about = forms.CharField(label=_("What is in it"), max_length=600, required=False, widget=_area(2))


class BecauseForm(forms.Form):
    """A reason everybody in the cycle reads."""

    because = forms.CharField(label=_("Why? Everybody will see this reason."), max_length=500, widget=_area(2))


class AwardForm(forms.Form):
    """Who delivers a lot, with whom, for which days and why."""

    lot = forms.ModelChoiceField(label=_("Lot"), queryset=Lot.objects.none())
    provider = forms.ModelChoiceField(
        label=_("Who delivers it, or leads"), queryset=Organisation.objects.none(),
        help_text=_("An organisation in the authority’s register."),
    )  # fmt: skip
    starts = forms.DateField(label=_("First day of the contract"), widget=DAY)
    ends = forms.DateField(label=_("Last day of the contract"), widget=DAY)
    why = forms.CharField(
        label=_("Why this provider, in plain words"), max_length=600, widget=_area(),
        help_text=_("Everybody can read it. No price and nothing from a bid belongs here."),
    )  # fmt: skip
    procurement_over = forms.BooleanField(
        label=_("Procurement is over with this. People can talk openly again."), required=False, initial=True
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lots: Any, organisations: Any, running: bool, rows: int = PARTIES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = range(1, min(max(rows, PARTIES), MOST_PARTIES) + 1)
        for name, queryset in (("lot", lots), ("provider", organisations)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
            field.queryset = queryset
            if field.empty_label is not None:
                field.empty_label = _("Choose one") if field.required else _("None of these")
        if not running:
            del self.fields["procurement_over"]
        for n in self.rows:
            self.fields[f"party_{n}"] = forms.ModelChoiceField(
                label=_("Organisation"), queryset=organisations, required=False, empty_label=_("None of these")
            )
            self.fields[f"standing_{n}"] = forms.ChoiceField(
                label=_("Partner or subcontractor"), choices=AwardParty.Standing, required=False
            )
            self.fields[f"part_{n}"] = forms.CharField(label=_("What it does"), max_length=300, required=False)

    def parties(self) -> list[list[Any]]:
        """The fields of each row of parties, for the page."""
        return [[self[f"{name}_{n}"] for name in ("party", "standing", "part")] for n in self.rows]

    def main(self) -> list[Any]:
        """The other fields, for the page."""
        return [field for field in self.visible_fields() if not field.name.startswith(("party_", "standing_", "part_"))]

    def result(self) -> awarding.Result:
        """What was awarded, as the act takes it."""
        data = self.cleaned_data
        parties = [
            awarding.Part(data[f"party_{n}"], data[f"standing_{n}"] or AwardParty.Standing.PARTNER, data[f"part_{n}"])
            for n in self.rows
            if data[f"party_{n}"]
        ]
        names = ("lot", "provider", "starts", "ends", "why")
        over = bool(data.get("procurement_over"))
        return awarding.Result(**{name: data[name] for name in names}, parties=tuple(parties), procurement_over=over)


class PromiseForm(forms.Form):
    """What was promised, who sees to it, and in which quarters it is shown."""

    promise = forms.CharField(label=_("What the provider promised"), max_length=1000, widget=_area(4))
    owner = forms.CharField(label=_("Who sees to it, by role"), max_length=120, help_text=_("Such as “Youth work manager”; not a name."))
    first_quarter = forms.IntegerField(label=_("First quarter it is shown in"), min_value=1, max_value=200, initial=1)
    last_quarter = forms.IntegerField(label=_("Last quarter, if it ends before the contract"), min_value=1, max_value=200, required=False)

    def said(self) -> committing.Promise:
        """The promise as the act takes it."""
        data = self.cleaned_data
        return committing.Promise(data["promise"], data["owner"], data["first_quarter"], data["last_quarter"])


class CommitmentForm(PromiseForm):
    """A promise and where it comes from."""

    award = forms.ModelChoiceField(label=_("Which contract"), queryset=Award.objects.none())
    criterion = forms.ModelChoiceField(label=_("Which criterion it answers"), queryset=Criterion.objects.none(), required=False)
    clause = forms.ModelChoiceField(label=_("Or which clause"), queryset=Clause.objects.none(), required=False)
    measures = forms.ModelMultipleChoiceField(
        label=_("Measures of the monitoring plan that show it"), queryset=Measure.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("You can also add a measure later, on the page of the commitment."),
    )  # fmt: skip
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    field_order = ("award", "criterion", "clause")

    def __init__(self, *args: Any, awards: Any, criteria: Any, clauses: Any, measures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (("award", awards), ("criterion", criteria), ("clause", clauses), ("measures", measures)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
            field.queryset = queryset
            if field.empty_label is not None:
                field.empty_label = _("Choose one") if field.required else _("None of these")


class VaryForm(PromiseForm):
    """A changed promise, with the reason."""

    because = forms.CharField(label=_("Why? Everybody will see this reason."), max_length=600, widget=_area(2))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class MeasureForm(forms.Form):
    """How a promise is looked at."""

    text = forms.CharField(label=_("What is looked at"), max_length=600, widget=_area(2))
    form = forms.ChoiceField(label=_("What kind of sign"), choices=Indicator.Form)
    owner = forms.CharField(label=_("Who collects it, by role"), max_length=120)
    hours = forms.DecimalField(label=_("Hours each time"), min_value=0, max_value=999, decimal_places=1, max_digits=5)
    every = forms.TypedChoiceField(label=_("How often"), choices=Measure.Every, coerce=int, initial=Measure.Every.QUARTER)
    first_quarter = forms.IntegerField(label=_("Quarter of the first return"), min_value=1, max_value=200, initial=1)

    def new(self) -> committing.NewMeasure:
        """The measure as the act takes it."""
        return committing.NewMeasure(**self.cleaned_data)


class ConcernForm(forms.Form):
    """What cannot be done or would harm, and why."""

    about = forms.ChoiceField(label=_("What is it about?"))
    kind = forms.ChoiceField(label=_("What is wrong with it?"), choices=ConcernFlag.Kind, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Why, in your own words"), max_length=1000, widget=_area(4),
        help_text=_("Everybody in the cycle reads it, and the answer."),
    )  # fmt: skip
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, listed: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [("", _("Choose one")), *listed]


class AnswerForm(forms.Form):
    """Accept, change or decline, with the reason."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=ConcernFlag.Answer, widget=forms.RadioSelect)
    because = forms.CharField(label=_("Why? Everybody will see this reason."), max_length=600, widget=_area(3))
    became = forms.CharField(label=_("The new words, if you change it"), max_length=1000, required=False, widget=_area(3))


class CapacityForm(forms.Form):
    """What the authority does so that organisations can provide. Its own money, not a bid."""

    text = forms.CharField(
        label=_("What the authority does"), max_length=300, help_text=_("Such as “Two days of training in bid writing”.")
    )
    for_whom = forms.CharField(label=_("For whom"), max_length=200)
    budget = forms.CharField(
        label=_("From which budget, and how much"),
        max_length=200,
        help_text=_("The authority’s own money, such as “Community fund, £4,000”."),
    )
    due = forms.DateField(label=_("By when"), widget=DAY)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def planned(self) -> capacity.Plan:
        """The plan as the act takes it."""
        return capacity.Plan(**{name: self.cleaned_data[name] for name in ("text", "for_whom", "budget", "due")})


class ReceivedForm(forms.Form):
    """Whether an organisation received it."""

    yes = forms.TypedChoiceField(
        label=_("Did your organisation receive it?"), choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda said: said == "yes"
    )
    words = forms.CharField(label=_("What you would add, if anything"), max_length=300, required=False)


def concern_of(form: ConcernForm, award: Award) -> concerns.Concern:
    """The concern of a valid form: what it is about is found among what this contract has."""
    kind, __, pk = form.cleaned_data["about"].partition("-")
    found: dict[str, Any] = {}
    if kind == "clause":
        found["clause"] = Clause.objects.filter(pk=pk, specification__cycle=award.lot.cycle_id).first()
    elif kind == "commitment":
        found["commitment"] = Commitment.objects.filter(pk=pk, award=award).first()
    else:
        found["measure"] = Measure.objects.filter(pk=pk, cycle=award.lot.cycle_id).first()
    return concerns.Concern(form.cleaned_data["kind"], form.cleaned_data["words"], **found)
