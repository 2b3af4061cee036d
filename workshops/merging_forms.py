"""Forms of merging. What is ticked is read leniently and checked by the act, so that a page shown again loses nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.forms import first_error
from commissioning.sentences import Refused
from workshops import merging, sorting
from workshops.models import Workshop

MOST_TICKED = 1000  # more names than any board has cards


class MergeForm(forms.Form):
    """The words of a new card made from those that are ticked."""

    text = forms.CharField(
        max_length=100_000,
        error_messages={"required": _("Now check the new words, then merge. They start as the words of the first card you ticked.")},
    )
    kind = forms.CharField(max_length=12)
    who_benefits = forms.CharField(max_length=500, required=False)
    why = forms.CharField(max_length=500, required=False)
    key = forms.CharField(max_length=40)

    start: dict[str, str]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        names = (data.getlist("cards") + data.get("tick", "").split())[:MOST_TICKED] if data else []
        self.ticked: list[str] = list(dict.fromkeys(name[:40] for name in names))
        self.start = {}

    def text_of(self, field: str) -> str:
        """What was typed into a field, or what the page starts it with."""
        return self.data.get(field, "") or self.start.get(field, "")

    @property
    def words_typed(self) -> dict[str, str]:
        """Each field as the page shows it again."""
        return {name: self.text_of(name) for name in ("text", "kind", "who_benefits", "why", "find")}

    def why_not(self) -> Refused | None:
        """The first thing that keeps these cards from being merged, as a sentence; None when the act may be asked."""
        if len(self.ticked) < 2:
            return Refused(str(_("Tick two cards or more.")))
        return None if self.is_valid() else first_error(self)

    def starting_from(self, workshop: Workshop) -> "MergeForm":
        """The form with the words of the first ticked card where none were typed."""
        first = next(iter(merging.cards_named(workshop, self.ticked)), None)
        if first is not None:
            self.start = {"text": getattr(first, "text", "") or first.contribution.text, "kind": sorting.start_kind(first)}
        return self

    def words(self) -> merging.NewWords:
        """The words as the act takes them."""
        data = self.cleaned_data
        return merging.NewWords(data["kind"], data["text"], data["who_benefits"], data["why"])


class ObjectionForm(forms.Form):
    """Why a merge does not say what somebody meant."""

    text = forms.CharField(max_length=100_000, error_messages={"required": _("Write why it does not say what you meant.")})
    key = forms.CharField(max_length=40)


class AnswerForm(forms.Form):
    """The facilitator's answer to an objection."""

    text = forms.CharField(max_length=100_000, error_messages={"required": _("Write your answer first.")})
