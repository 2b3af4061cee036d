"""Forms of duties, the gate, questions and challenges. None takes a file, and none asks for an offer or its price (DO-11)."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _

from commissioning import legal_basis
from commissioning.asking import LONGEST, LONGEST_ANSWER
from commissioning.challenging import Contested
from commissioning.duties import LONGEST as LONGEST_PART
from commissioning.duties import Citable, DutyLook, Link, Writing
from commissioning.gate import Days
from commissioning.models import EvidenceLink, ProcurementGate, WhatIsBought

SIGNED = ("decider", "decided_on")
FREE_LINKS = 3  # rows for links on the page at once; kept ones come with a row each


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=picker)


def _box(label: Any, most: int, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class BoughtForm(forms.Form):
    """What is bought and about what it is worth."""

    kind = forms.ChoiceField(label=_("What is bought?"), choices=WhatIsBought.Kind, widget=forms.RadioSelect)
    value = forms.IntegerField(
        label=_("About what is it worth, over the whole time?"),
        min_value=0,
        max_value=10**12 - 1,
        help_text=_("Whole pounds with VAT, such as 420000."),
    )


class DutyForm(forms.Form):
    """One duty in words: a box for each question, what it rests on, who decided and when."""

    def __init__(self, *args: Any, look: DutyLook, basis: legal_basis.Basis, short: bool, citable: list[Citable], **kwargs: Any) -> None:
        self.duty = look.duty
        kept = look.draft or look.record
        links = list(kept.links.all()) if kept else []
        kwargs.setdefault("initial", _kept(look, links))
        super().__init__(*args, **kwargs)
        if look.duty.code == basis.waiver:
            titles = [(d.code, d.title) for d in basis.duties if d.code in basis.may_waive]
            label = _("Which duties do you leave out?")
            self.fields["covers"] = forms.MultipleChoiceField(
                label=label, choices=titles, required=False, widget=forms.CheckboxSelectMultiple
            )
        if look.duty.choice:
            choices = [("yes", look.duty.choice.yes), ("no", look.duty.choice.no)]
            self.fields["decision"] = forms.ChoiceField(
                label=look.duty.choice.question, choices=choices, required=False, widget=forms.RadioSelect
            )
        for part in look.duty.asked(short):
            self.fields[f"part-{part.code}"] = _box(part.question, LONGEST_PART, rows=4, required=False, help_text=part.hint)
        self.rows = range(len(links) + (1 if links else FREE_LINKS)) if basis.waiver != look.duty.code else range(0)
        self.citable = {one.code: one.link for one in citable} if self.rows else {}
        if self.citable:
            self.fields["pick"] = forms.MultipleChoiceField(
                label=_("From this cycle"),
                choices=[(one.code, one.shown) for one in citable],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Tick what this rests on. A number and a link are kept, not the words."),
            )
        for n in self.rows:
            self._add_row(n)
        self.fields["decider"] = forms.CharField(
            label=_("Who decided this?"), max_length=160, required=False, help_text=_("Their role, such as “Head of communities”.")
        )
        self.fields["decided_on"] = _day(_("On which day?"), required=False)

    def _add_row(self, n: int) -> None:
        says = {"n": n + 1}
        kinds = [("", _("Choose")), *EvidenceLink.Kind.choices]
        self.fields[f"link-{n}-kind"] = forms.ChoiceField(label=_("Link %(n)s: what it is") % says, choices=kinds, required=False)
        self.fields[f"link-{n}-label"] = forms.CharField(label=_("Link %(n)s: in words") % says, max_length=200, required=False)
        self.fields[f"link-{n}-address"] = forms.CharField(
            label=_("Link %(n)s: its address, if it has one") % says, max_length=500, required=False
        )

    @property
    def in_words(self) -> list[tuple[BoundField, ErrorList]]:
        """What comes first on the page: the decision and the words, with what is wrong in them."""
        return [(self[name], self[name].errors) for name in self.fields if not name.startswith("link-") and name not in (*SIGNED, "pick")]

    @property
    def link_rows(self) -> list[list[BoundField]]:
        """The boxes of each link, together."""
        return [[self[f"link-{n}-{part}"] for part in ("kind", "label", "address")] for n in self.rows]

    @property
    def picking(self) -> BoundField | None:
        """The list of what this cycle has to offer, where there is any."""
        return self["pick"] if "pick" in self.fields else None

    @property
    def signed(self) -> list[BoundField]:
        """What comes last: who decided, and when."""
        return [self[name] for name in SIGNED]

    def clean(self) -> dict[str, Any]:
        """Checks that a link that was begun says what it is."""
        data = super().clean() or {}
        for n in self.rows:
            kind, label, address = (data.get(f"link-{n}-{part}", "") for part in ("kind", "label", "address"))
            if (label or address) and not kind:
                self.add_error(f"link-{n}-kind", _("Choose what this is."))
            if (kind or address) and not label:
                self.add_error(f"link-{n}-label", _("Say in a few words what this is."))
        return data

    @property
    def writing(self) -> Writing:
        """What was written, as the act wants it."""
        data = self.cleaned_data
        links = [Link(*(data[f"link-{n}-{part}"] for part in ("kind", "label", "address"))) for n in self.rows]
        return Writing(
            answers={name.removeprefix("part-"): text for name, text in data.items() if name.startswith("part-")},
            links=tuple(dict.fromkeys([*(self.citable[code] for code in data.get("pick", ())), *(link for link in links if link.label)])),
            decision={"yes": True, "no": False}.get(data.get("decision", "")),
            covers=tuple(data.get("covers", ())),
            decider=data["decider"],
            decided_on=data["decided_on"],
        )


def _kept(look: DutyLook, links: list[EvidenceLink]) -> dict[str, Any]:
    """What the boxes hold at first: the draft, or what is on record."""
    kept = look.draft or look.record
    if kept is None:
        return {}
    decision = {True: "yes", False: "no", None: ""}[kept.decision]
    found: dict[str, Any] = {f"part-{code}": text for code, text in kept.answers.items()}
    found |= {"covers": kept.covers, "decider": kept.decider, "decided_on": kept.decided_on, "decision": decision}
    for n, link in enumerate(links):
        found |= {f"link-{n}-kind": link.kind, f"link-{n}-label": link.label, f"link-{n}-address": link.address}
    return found


class GateForm(forms.Form):
    """The day procurement starts."""

    starts_on = _day(_("On which day does procurement start?"), help_text=_("Today or later."))
    questions_until = _day(_("Last day for questions"), required=False, help_text=_("Leave empty if you have not decided yet."))

    @property
    def days(self) -> Days:
        """The days, as the act wants them."""
        return Days(self.cleaned_data["starts_on"], self.cleaned_data["questions_until"])


class SetStartForm(GateForm):
    """Set the day, although people may still be talking."""

    despite = _box(_("If people are in a workshop now: why do you not wait?"), 500, rows=2, required=False)


class MoveStartForm(GateForm):
    """Another day, with its reason."""

    reason = _box(_("Why? Everybody will see this reason."), 500, rows=2)


class EndGateForm(forms.Form):
    """How procurement ended."""

    ending = forms.ChoiceField(
        label=_("How did it end?"), choices=[c for c in ProcurementGate.Ending.choices if c[0] != "moved"], widget=forms.RadioSelect
    )
    reason = _box(_("What came of it? Everybody will see this."), 500, rows=2)


class QuestionForm(forms.Form):
    """A question about the procurement, without a name."""

    text = _box(
        _("Your question"),
        LONGEST,
        help_text=_("Do not write who you are: everybody reads the question. Do not write a price, and send no offer here."),
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class AnswerQuestionForm(forms.Form):
    """An answer to everybody."""

    text = _box(_("The answer, to everybody"), LONGEST_ANSWER)


class ChallengeForm(forms.Form):
    """What is contested, and what it does to the timetable."""

    what = _box(_("What is contested, and by whom?"), 2000)
    happened_on = _day(_("On which day was the challenge made?"))
    effect = _box(_("What does it do to the timetable?"), 500, rows=2)
    told = _box(_("Who was told, and how?"), 500, rows=2)
    until = _day(_("On which day should the cycle go on?"))

    @property
    def contested(self) -> Contested:
        """What is contested, as the act wants it."""
        return Contested(**self.cleaned_data)


class NewDateForm(forms.Form):
    """Another day to go on."""

    until = _day(_("The new day"))
    reason = _box(_("Why? Everybody will see this reason."), 500, rows=2)
