"""Forms of the starting point, of what social value means, and of the policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning import cycle as table
from commissioning import starting
from commissioning.meaning import Draft
from commissioning.models import Department, Group, Meaning, PolicyNote, StartingWords

AREA = {"rows": 3}


class StartingForm(forms.Form):
    """The five headings, each with words or an honest "we do not know yet"."""

    def __init__(self, *args: Any, heads: list[starting.Head], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for head in heads:
            self.fields[head.code] = forms.CharField(
                label=head.label, help_text=str(head.hint), max_length=2000, required=False, widget=forms.Textarea(attrs=AREA)
            )
            self.fields[head.code].initial = head.now.words if head.now else ""
            self.fields[f"{head.code}-unknown"] = forms.MultipleChoiceField(
                label=_("Or say it openly"),
                choices=[("yes", _("We do not know yet"))],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=["yes"] if head.now and head.now.unknown else [],
            )

    def written(self) -> list[tuple[str, str, bool]]:
        """Each heading somebody wrote something under: its code, the words, and whether it is not known."""
        data = self.cleaned_data
        rows = [(code, data[code], bool(data[f"{code}-unknown"])) for code in StartingWords.Heading.values]
        return [row for row in rows if row[1].strip() or row[2]]


class MeaningForm(forms.Form):
    """The next version of what social value means here."""

    words = forms.CharField(
        label=_("What social value means for this service"),
        help_text=_("In your own words. Leave it empty if you leave it open on purpose."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    left_open = forms.MultipleChoiceField(
        label=_("Or leave it open"),
        choices=[("yes", _("We leave it open on purpose"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Why is it left open, or why does it change?"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    commissioner = forms.CharField(label=_("How the commissioner side agreed"), max_length=300, required=False)
    vso = forms.CharField(label=_("How the voluntary sector agreed"), max_length=300, required=False)
    citizen = forms.CharField(label=_("How citizens agreed"), max_length=300, required=False)
    on = forms.DateField(label=_("When it was agreed"), widget=forms.DateInput(attrs={"type": "date"}))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)

    def __init__(self, *args: Any, newest: Meaning | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = newest.number if newest else 0
        self.fields["words"].initial = newest.words if newest else ""
        for group in Group.values:
            self.fields[group].help_text = _("Such as: at the workshop in May, by vote. Leave it empty if they have not agreed.")

    def draft(self) -> Draft:
        """The version, as the act wants it."""
        data = self.cleaned_data
        agreed = {group: data[group] for group in Group.values if data[group].strip()}
        return Draft(agreed, data["on"], data["words"].strip(), bool(data["left_open"]), data["reason"], data["seen"])


class PolicyForm(forms.Form):
    """The authority's policy and the borough's priorities, or the sentence that there is none."""

    none_yet = forms.MultipleChoiceField(
        label=_("Is there a policy?"),
        choices=[("yes", _("No policy is adopted yet"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(label=_("Name of the policy"), max_length=200, required=False)
    link = forms.CharField(label=_("Where it can be read"), help_text=_("A web address."), max_length=500, required=False)
    adopted_on = forms.DateField(label=_("When it was adopted"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    priorities = forms.CharField(
        label=_("Priorities of the borough"),
        help_text=_("One on each line."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    priorities_link = forms.CharField(label=_("Where the priorities can be read"), max_length=500, required=False)
    looked_on = forms.DateField(label=_("When somebody last looked"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, note: PolicyNote | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if note is not None:
            for name in ("title", "link", "adopted_on", "priorities", "priorities_link"):
                self.fields[name].initial = getattr(note, name)
            self.fields["none_yet"].initial = ["yes"] if note.none_yet else []

    def said(self) -> starting.PolicySaid:
        """What was written, as the act wants it."""
        data = self.cleaned_data
        return starting.PolicySaid(**data | {"none_yet": bool(data["none_yet"])})


class LevelForm(forms.Form):
    """The promised level of engagement, with the reason when it falls."""

    level = forms.TypedChoiceField(
        label=_("What do you promise people?"),
        coerce=int,
        choices=[(n, f"{words[0]}: {words[1]} {words[2]}") for n, words in table.LEVELS.items()],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why does it change?"),
        help_text=_("You must say it when you promise less than before. Everybody sees it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DepartmentForm(forms.Form):
    """A department whose services this cycle touches."""

    name = forms.CharField(label=_("Department or other commissioner"), max_length=160)
    services = forms.CharField(label=_("Which of their services does this touch?"), max_length=300, required=False)
    standing = forms.ChoiceField(label=_("What they do here"), choices=Department.Standing, widget=forms.RadioSelect, initial="asked")
