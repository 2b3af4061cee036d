"""Forms about people without a device: seating them, writing down for them, counting their hands."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import Consent, Contribution, Group
from commissioning.people import Introduction
from workshops import hands, seating, tally
from workshops.forms import IdeaForm

STANDING = {"commissioner": "officer", "vso": "vso", "citizen": "resident"}  # how somebody takes part, when nobody has asked more


class GroupForm(forms.Form):
    """What both ways of seating people ask: the group, and a VSO's organisation."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices, initial="citizen", widget=forms.RadioSelect)
    organisation = forms.CharField(label=_("Organisation, if they come for one"), max_length=200, required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)


class PersonForm(GroupForm):
    """One person without a device."""

    name = forms.CharField(label=_("Name, or a name they choose"), max_length=80)
    agreed = forms.MultipleChoiceField(
        label=_("What did they agree to?"),
        choices=[
            (Consent.Kind.TAKE_PART, _("They agreed to take part. This is the only one they need.")),
            (Consent.Kind.WORDS, _("Their words may be used in the specification and reports")),
            (Consent.Kind.NAMING, _("Their name may be shown beside their words. If not, they are shown as “Citizen 4”")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Ask them whether they agree to take part.")},
    )
    field_order = ("name", "group", "organisation", "agreed", "key")

    def introduction(self) -> Introduction:
        """What was said of this person, as the joining screen would have asked it."""
        data = self.cleaned_data
        consents = frozenset(data["agreed"])
        return Introduction(data["name"], data["group"], STANDING[data["group"]], "none", consents, data["organisation"])


class TableForm(GroupForm):
    """A table of several people of one group."""

    table = forms.CharField(label=_("Name of the table"), max_length=80, help_text=_("Such as Table 3"))
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=seating.MOST_AT_A_TABLE)
    agreed = forms.MultipleChoiceField(
        label=_("What did they agree to?"),
        choices=[(Consent.Kind.TAKE_PART, _("They all agreed to take part"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Ask them whether they agree to take part.")},
    )
    field_order = ("table", "people", "group", "organisation", "agreed", "key")

    def seats(self) -> seating.Table:
        """The table as asked for."""
        data = self.cleaned_data
        return seating.Table(data["table"], data["people"], data["group"], STANDING[data["group"]], data["organisation"])


class CardForm(IdeaForm):
    """Somebody's words, said to a scribe or written on a card with a code."""

    code = forms.CharField(max_length=20, required=False)


class CountsForm(forms.Form):
    """How many made each choice: hands in a group, or people at a table."""

    group = forms.CharField(max_length=12, required=False)
    without = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in tally.CHOICES.items():
            self.fields[code] = forms.IntegerField(label=str(label), min_value=0, max_value=hands.MOST, required=False)
        without = self.fields["without"]
        assert isinstance(without, forms.TypedMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        sent = self.data.getlist("without") if hasattr(self.data, "getlist") else []
        without.choices = [(number, number) for number in sent if number.isascii() and number.isdigit() and len(number) <= 18]

    @property
    def counts(self) -> dict[str, int]:
        """The numbers; what was left empty is none."""
        return {code: self.cleaned_data[code] or 0 for code in tally.CHOICES}

    @property
    def show(self) -> hands.Show:
        """A show of hands as it was counted."""
        return hands.Show(self.cleaned_data["group"], self.counts, self.cleaned_data["without"])


class ScribesVoteForm(forms.Form):
    """A vote written down for somebody."""

    choice = forms.CharField(max_length=40, error_messages={"required": _("Choose one of the four answers.")})
    reason = forms.CharField(max_length=500, required=False)
    key = forms.CharField(max_length=40)


KINDS = [(code, Contribution.Kind(code).label) for code in ("need", "idea", "asset", "concern")]
