"""Forms of reviews and findings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import Contribution, Cycle
from commissioning.needs_file import DATES
from commissioning.needs_forms import new_key
from outcomes import review_looks, review_rules
from outcomes.judging import FindingSaid
from outcomes.models import Finding, Level, Outcome, Reading, Review
from outcomes.reviewing import ReviewPlan

AREA = forms.Textarea(attrs={"rows": 3})


class PlanForm(forms.Form):
    """A review: what it is called, up to which quarter it looks, and its day."""

    title = forms.CharField(label=_("What is it called?"), max_length=160)
    quarter = forms.IntegerField(
        label=_("Up to which quarter of the contract does it look?"), min_value=1, max_value=400, help_text=_("The first quarter is 1.")
    )
    planned_for = forms.DateField(label=_("On which day?"), input_formats=DATES, help_text=_("Such as 31/3/2027."))

    def said(self) -> ReviewPlan:
        """What was written, as the act wants it."""
        return ReviewPlan(**self.cleaned_data)


class MinutesForm(forms.Form):
    """Other minutes than the clock counted, and why."""

    spent = forms.IntegerField(label=_("Minutes spent on social value"), min_value=0, max_value=600)
    reason = forms.CharField(label=_("Why is the clock wrong?"), max_length=300)


class FindingForm(forms.Form):
    """A finding: what was found, what it rests on, and both views of what it is worth."""

    level = forms.ChoiceField(label=_("What is it about?"), choices=Level.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What did you find?"),
        max_length=1000,
        widget=AREA,
        help_text=_("One thing, in everyday words. Figures come from the returns."),
    )
    outcome = forms.ModelChoiceField(label=_("Which outcome is it about?"), queryset=Outcome.objects.none(), required=False)
    readings = forms.ModelMultipleChoiceField(
        label=_("Which returns does it rest on?"), queryset=Reading.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    voices = forms.ModelMultipleChoiceField(
        label=_("What people said that it rests on"),
        queryset=Contribution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    expert_view = forms.CharField(
        label=_("Is it of value to society?"),
        max_length=600,
        required=False,
        widget=AREA,
        help_text=_("What people who know the field say."),
    )
    lived_view = forms.CharField(
        label=_("Does society value it?"), max_length=600, required=False, widget=AREA, help_text=_("What people who live it say.")
    )
    anyway = forms.CharField(
        label=_("What would have happened anyway?"), max_length=600, required=False, widget=AREA, help_text=_("You can leave this empty.")
    )
    reason = forms.CharField(label=_("Why is it changed?"), max_length=500, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key, required=False)

    def __init__(self, *args: Any, review: Review, finding: Finding | None = None, **kwargs: Any) -> None:
        if finding is not None:
            names = ("level", "text", "outcome", "expert_view", "lived_view", "anyway")
            kept = {name: getattr(finding, name) for name in names} | {"seen": finding.version}
            kwargs["initial"] = kept | {"readings": list(finding.readings.all()), "voices": list(finding.voices.all())}
        super().__init__(*args, **kwargs)
        cycle = review.cycle
        self._choose("outcome", Outcome.objects.filter(theme__framework__cycle=cycle), _outcome_words)
        newest = [reading.pk for reading in review_looks.latest_readings(cycle, review.quarter).values()]
        held = [r.pk for r in finding.readings.all()] if finding else []
        readings = Reading.objects.filter(pk__in=[*newest, *held])
        self._choose("readings", readings.select_related("measure", "returned__award__lot", "returned__award__provider"), _reading_words)
        self._choose("voices", voices_near(cycle, review, finding), _voice_words)
        if finding is None:
            del self.fields["reason"]

    def _choose(self, name: str, found: Any, words: Any) -> None:
        """Offer these rows; a field with nothing to choose is left out."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.queryset = found
        field.label_from_instance = words  # type: ignore[method-assign]
        if field.empty_label is not None:
            field.empty_label = _("None of these")
        if not found.exists():
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Nothing named is said beside the form, with all that was typed."""
        data = super().clean() or {}
        named = bool(data.get("outcome")) + len(data.get("readings") or ()) + len(data.get("voices") or ())
        why_not = review_rules.why_not_about_nothing(data.get("level", "process"), named=named)
        if why_not is not None:
            raise forms.ValidationError(str(why_not))
        return data

    def said(self) -> FindingSaid:
        """What was written, as the act wants it."""
        data = self.cleaned_data
        rest: dict[str, Any] = {name: tuple(data.get(name) or ()) for name in ("readings", "voices")}
        plain = {name: data[name] for name in ("level", "text", "anyway", "expert_view", "lived_view")}
        return FindingSaid(outcome=data.get("outcome"), **rest, **plain)


def voices_near(cycle: Cycle, review: Review, finding: Finding | None) -> Any:
    """What was said in the meeting of the review and in the process review, and what the finding rests on already."""
    places = ["process-review", *([review.workshop.slug] if review.workshop else [])]
    listed = Contribution.objects.open_to_all().filter(cycle=cycle)
    held = [v.pk for v in finding.voices.all()] if finding else []
    near = listed.filter(place__in=places).order_by("-pk").values_list("pk", flat=True)[:60]
    return listed.filter(pk__in=[*near, *held]).select_related("participant__organisation")


def _outcome_words(outcome: Outcome) -> str:
    return f"{outcome.code}: {outcome.statement[:100]}"


def _reading_words(reading: Reading) -> str:
    look = review_looks.MeasureLook(reading.measure, reading)
    quarter = _("quarter %(n)s") % {"n": reading.returned.quarter}
    return f"{reading.measure.text[:80]}, {quarter}: {', '.join(filter(None, (look.figure, look.standing)))}"


def _voice_words(said: Contribution) -> str:
    return f"“{said.text[:120]}” ({said.signature})"


class DecideForm(forms.Form):
    """What follows from a finding, and why."""

    decided = forms.ChoiceField(label=_("What follows?"), choices=Finding.Decided.choices, widget=forms.RadioSelect)
    because = forms.CharField(label=_("Why?"), max_length=600, widget=AREA)
    seen = forms.IntegerField(widget=forms.HiddenInput)
