"""Forms of needs, assets and the open question. None of them asks anybody to know a word of policy (AN-04)."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning import people
from commissioning.forms import STANDINGS
from commissioning.models import Asset, Consent, Evidence, Need, Participant, Tag
from commissioning.needs_file import DATES
from commissioning.telling import AssetSaid, NeedSaid

AREA = forms.Textarea(attrs={"rows": 3})
EVIDENCE_WORDS = [
    (Evidence.Kind.LIVED_EXPERIENCE, _("Lived experience: it happened to me, or to people I know")),
    (Evidence.Kind.DATA, _("Data: numbers that somebody keeps")),
    (Evidence.Kind.CONSULTATION, _("Consultation: people were asked")),
    (Evidence.Kind.RESEARCH, _("Research: somebody studied it")),
]


def new_key() -> str:
    """A key for a form, so that the same form sent twice is kept once."""
    return uuid.uuid4().hex[:30]


class EvidenceForm(forms.Form):
    """How somebody knows of a need."""

    kind = forms.ChoiceField(label=_("How do you know?"), choices=EVIDENCE_WORDS, widget=forms.RadioSelect)
    source = forms.CharField(
        label=_("Where does it come from?"),
        max_length=300,
        help_text=_("Such as “my own family”, “eleven families at our drop-in” or “the council’s waiting list”."),
    )
    says = forms.CharField(label=_("What does it say?"), max_length=600, required=False, widget=AREA)
    dated = forms.DateField(
        label=_("From when?"),
        required=False,
        input_formats=DATES,
        help_text=_("A day, such as 31/3/2026. Leave it empty if you do not know."),
    )


class NeedForm(EvidenceForm):
    """A need, with who, where and how one knows: the same form for everybody."""

    statement = forms.CharField(label=_("What is needed, or what gets in the way?"), max_length=600, widget=AREA)
    who = forms.CharField(label=_("Who is it about?"), max_length=200, required=False, help_text=_("Such as “young people of 14 to 19”."))
    where = forms.CharField(label=_("Where?"), max_length=200, required=False)
    of_group = forms.CharField(
        label=_("Is it the need of a group?"),
        max_length=120,
        required=False,
        help_text=_("Such as “Young people’s evening group”. Then the group is shown, and no person."),
    )
    earlier_finding = forms.CharField(
        label=_("Does it come from a review of earlier work?"),
        max_length=300,
        required=False,
        help_text=_("Say which, and what was found."),
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)

    field_order = ["statement", "who", "where", "kind", "source", "says", "dated", "of_group", "earlier_finding", "key"]

    def said(self) -> NeedSaid:
        """What was written, as the act wants it."""
        return NeedSaid(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


class AssetForm(forms.Form):
    """Something people and places already have."""

    what = forms.CharField(
        label=_("What is already here?"), max_length=600, widget=AREA, help_text=_("A place, a group, people, a skill, a habit.")
    )
    owner = forms.CharField(label=_("Whose is it, or who knows about it?"), max_length=200, required=False)
    how = forms.CharField(label=_("How might it help?"), max_length=500, required=False, widget=AREA)
    of_group = forms.CharField(label=_("Does a group say this?"), max_length=120, required=False)
    needs = forms.ModelMultipleChoiceField(
        label=_("Which needs might it help with?"), queryset=Need.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args: Any, listed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["needs"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.queryset = listed

    def said(self) -> AssetSaid:
        """What was written, as the act wants it."""
        data = self.cleaned_data
        return AssetSaid(data["what"], data["owner"], data["how"], list(data["needs"]), data["of_group"])


class TellForm(forms.Form):
    """The open question: two boxes in everyday words."""

    difference = forms.CharField(
        label=_("What would be different if life here worked for you?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Write it as you would say it. There is no wrong answer."),
    )
    here_already = forms.CharField(
        label=_("What is already here that could help?"),
        max_length=2000,
        required=False,
        widget=AREA,
        help_text=_("A place, a group, people you trust."),
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)

    def clean(self) -> dict[str, Any]:
        """Checks that one of the boxes has words."""
        data = super().clean() or {}
        if not self.errors and not any(data.get(name, "").strip() for name in ("difference", "here_already")):
            self.add_error("difference", _("Write something in one of the two boxes."))
        return data


class StrangerForm(TellForm):
    """The open question for somebody who is not in the cycle yet: as little about them as will do, each permission by itself."""

    name = forms.CharField(
        label=_("Your name, or a name you choose"), max_length=80, required=False, help_text=_("You can leave this empty.")
    )
    standing = forms.ChoiceField(label=_("Which fits you best?"), widget=forms.RadioSelect)
    organisation = forms.CharField(label=_("Your organisation, if you write for one"), max_length=200, required=False)
    consents = forms.MultipleChoiceField(
        label=_("What do you agree to?"),
        choices=[
            (Consent.Kind.TAKE_PART, _("People in this work may read what I wrote. This is the only one you need.")),
            (Consent.Kind.WORDS, _("You may use my words in the specification and reports")),
            (Consent.Kind.NAMING, _("You may show my name beside my words")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Participant.Standing.choices)
        field = self.fields["standing"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(code, labels[code]) for code in (*STANDINGS["citizen"], *STANDINGS["vso"])]

    def clean(self) -> dict[str, Any]:
        """Checks what the joining screen checks."""
        data = super().clean()
        if data.get("standing") == "vso" and not data.get("organisation", "").strip():
            self.add_error("organisation", _("Say which organisation you are from."))
        if "take_part" not in data.get("consents", ()):
            self.add_error("consents", _("Tick the first one, or nobody may read what you wrote."))
        return data

    def introduction(self) -> people.Introduction:
        """Who they are, as the act wants it."""
        data = self.cleaned_data
        group = "vso" if data["standing"] == "vso" else "citizen"
        name = data["name"].strip() or str(_("Somebody"))
        consents = frozenset(data["consents"]) - (set() if data["name"].strip() else {"naming"})
        return people.Introduction(name, group, data["standing"], consents=consents, organisation=data["organisation"])


class SortForm(forms.Form):
    """Several things people said, and what to make of them."""

    contributions = forms.ModelMultipleChoiceField(queryset=Need.objects.none())
    statement = forms.CharField(max_length=600, required=False)
    who = forms.CharField(max_length=200, required=False)
    where = forms.CharField(max_length=200, required=False)
    of_group = forms.CharField(max_length=120, required=False)
    need = forms.ModelChoiceField(queryset=Need.objects.none(), required=False)
    asset = forms.ModelChoiceField(queryset=Asset.objects.none(), required=False)
    word = forms.ChoiceField(choices=[("", ""), *Tag.Word.choices], required=False)

    def __init__(self, *args: Any, waiting: Any, needs: Any, assets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (("contributions", waiting), ("need", needs), ("asset", assets)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (tells the type checker which field it is)
            field.queryset = found
        self.fields["contributions"].error_messages["required"] = _("Tick at least one thing somebody said.")
