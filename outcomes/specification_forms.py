"""Forms of the specification: clauses, sections, drafts and what people say of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes import sections
from outcomes.models import Clause, DraftComment, Outcome


def _parts() -> list[tuple[str, Any]]:
    return [(s.key, f"{s.letter}. {s.title}") for s in sections.all_sections().values()]


class ClauseForm(forms.Form):
    """The words of a clause, what kind it is, and which comments led to a change."""

    text = forms.CharField(label=_("Words of the clause"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=_("What kind of clause"), choices=Clause.Kind)
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    comments = forms.ModelMultipleChoiceField(
        label=_("Which comments led to this change?"),
        queryset=DraftComment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever said them is told that their words were used, and where."),
    )

    def __init__(self, *args: Any, comments: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, comments)


class SectionForm(forms.Form):
    """What a section says before its clauses."""

    text = forms.CharField(
        label=_("Words of the section"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("They stand before its clauses. Earlier words are kept."),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    comments = forms.ModelMultipleChoiceField(
        label=_("Which comments led to this change?"),
        queryset=DraftComment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever said them is told that their words were used, and where."),
    )

    def __init__(self, *args: Any, comments: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, comments)


def _offer(form: forms.Form, comments: Any) -> None:
    """The comments that can have led to a change; without one there is nothing to ask."""
    if not comments:
        del form.fields["comments"]
        return
    field = form.fields["comments"]
    assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
    field.queryset = comments
    field.label_from_instance = lambda c: f"{c.contribution.text} ({c.contribution.signature})"  # type: ignore[assignment, method-assign]


class NewClauseForm(forms.Form):
    """A clause of the commissioner's own: from an outcome, or from a named professional or legal requirement."""

    text = forms.CharField(label=_("Words of the clause"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("What kind of clause"), choices=Clause.Kind)
    part = forms.ChoiceField(label=_("In which section"), choices=[])
    outcome = forms.ModelChoiceField(label=_("From which outcome"), queryset=Outcome.objects.none(), required=False)
    requirement = forms.CharField(
        label=_("Or from which professional or legal requirement"),
        max_length=300,
        required=False,
        help_text=_("Its name, such as “Care Act 2014” or “NICE guideline NG206”."),
    )
    source_kind = forms.ChoiceField(label=_("What kind of source"), required=False, choices=[])
    source_section = forms.CharField(
        label=_("Which part of it"), max_length=80, required=False, help_text=_("Such as “section 4” or “paragraph 2.3”.")
    )
    source_link = forms.URLField(
        label=_("Where everybody can read it"), max_length=300, required=False, assume_scheme="https", widget=forms.TextInput
    )

    def __init__(self, *args: Any, outcomes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.queryset, field.empty_label = outcomes, _("None of these")
        field.label_from_instance = lambda o: f"{o.code} {o.statement}"  # type: ignore[assignment, method-assign]
        self.fields["part"].choices = [("", _("Where it usually goes")), *_parts()]  # type: ignore[attr-defined]
        self.fields["part"].required = False
        self.fields["source_kind"].choices = [("", _("Choose, if it has one")), *Clause.Source.choices]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """To which section a clause goes."""

    to = forms.ChoiceField(label=_("Move it to the section"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = _parts()  # type: ignore[attr-defined]


class DraftForm(forms.Form):
    """Putting a draft out for comments."""

    until = forms.DateField(
        label=_("Last day for comments"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("People can say what they think until the end of that day."),
    )
    asks = forms.CharField(
        label=_("What do you want to know?"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands at the top of the draft."),
    )


class ReopenForm(forms.Form):
    """Opening a signed-off specification again, and which agreed words are to change."""

    reason = forms.CharField(label=_("Why? Everybody will see this reason."), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    outcomes = forms.ModelMultipleChoiceField(
        label=_("Are words to change that people voted for?"),
        queryset=Outcome.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick each outcome whose agreed words change. The vote on it is taken again, and everybody who could vote is told."),
    )

    def __init__(self, *args: Any, outcomes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcomes"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 (the same)
        field.queryset = outcomes
        field.label_from_instance = lambda o: f"{o.code} {o}"  # type: ignore[assignment, method-assign]
