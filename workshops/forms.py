"""Forms of the workshop floor. Short ones live on the room's desk; each is checked here whatever the page did."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from workshops import rules, tally
from workshops.models import Proposal, Workshop


class WorkshopForm(forms.Form):
    """What people are told before they join, and the rule of agreement."""

    title = forms.CharField(label=_("Name of the workshop"), max_length=160)
    question = forms.CharField(
        label=_("The first question, in everyday words"),
        max_length=300,
        initial=_("What would be different if life here worked for you?"),
    )
    starts_at = forms.DateTimeField(label=_("When it starts"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    hours = forms.DecimalField(label=_("Hours it asks of people"), min_value=0, max_value=99, decimal_places=1, initial=2)
    kind = forms.ChoiceField(
        label=_("Who does it bring together?"),
        choices=[(Workshop.Kind.JOINT, Workshop.Kind.JOINT.label), (Workshop.Kind.SEPARATE, Workshop.Kind.SEPARATE.label)],
        initial=Workshop.Kind.JOINT,
        help_text=_("A joint workshop needs a champion, a facilitator, and the list of what is decided and open before it starts."),
    )
    capacity = forms.IntegerField(label=_("Most people who can join (empty: no limit)"), min_value=1, max_value=5000, required=False)
    told = forms.CharField(
        label=_("If the lead commissioner runs it: why? People read this before they join"), max_length=300, required=False
    )


PERCENTS = [(50, _("half")), (67, _("two thirds")), (75, _("three quarters")), (90, _("90%")), (100, _("everybody"))]
OWN = "own"
PRESETS = [(code, format_lazy("{}. {}", preset.title, preset.why)) for code, preset in rules.PRESETS.items()]
NEEDED = [(0, _("every group")), (2, _("at least two of the groups")), (1, _("at least one of the groups"))]


class RuleForm(forms.Form):
    """The rule of agreement: one that is ready to use, or its parts."""

    template_name = "workshops/rule_form.html"

    preset = forms.ChoiceField(
        label=_("Which rule do you choose?"),
        choices=[*PRESETS, (OWN, _("Set the parts yourself, below."))],
        required=False,
        widget=forms.RadioSelect,
    )
    base = forms.ChoiceField(label=_("The share is of"), choices=list(rules.BASES.items()), required=False)
    needed = forms.TypedChoiceField(label=_("Who must reach it"), choices=NEEDED, coerce=int, required=False)
    veto = forms.BooleanField(label=_("One “cannot support” with a reason stops it until it is talked over"), required=False)
    settled = forms.BooleanField(label=_("One “change it first” with a reason stops it, too"), required=False)

    def __init__(self, *args: Any, rule: rules.Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = rule or rules.Rule.same_for_all()
        for code, label in tally.GROUPS.items():
            row = present.groups.get(code, rules.GroupRule(67, 2))
            self.fields[f"percent_{code}"] = forms.TypedChoiceField(
                label=_("%(group)s: share that must support it") % {"group": label},
                choices=PERCENTS,
                coerce=int,
                initial=row.percent,
            )
            self.fields[f"least_{code}"] = forms.IntegerField(
                label=_("%(group)s: fewest people who must give a view") % {"group": label},
                min_value=0,
                max_value=10_000,
                initial=row.least,
            )
        same = [code for code, ready in rules.PRESETS.items() if ready.rule == present]
        more = {"preset": (same or [OWN])[0], "base": present.base, "needed": present.needed}
        self.initial = {**self.initial, **more, "veto": present.veto, "settled": not present.reservations}

    @property
    def parts(self) -> list[forms.BoundField]:
        """Everything but the presets."""
        groups = [self[f"{part}_{code}"] for code in tally.GROUPS for part in ("percent", "least")]
        return [*groups, *(self[name] for name in ("base", "needed", "veto", "settled"))]

    @property
    def is_own(self) -> bool:
        """Whether the parts are what counts."""
        return self["preset"].value() in (OWN, "", None)

    def rule(self) -> rules.Rule:
        """The rule as chosen."""
        data = self.cleaned_data
        if data["preset"] in rules.PRESETS:
            return rules.PRESETS[data["preset"]].rule
        groups = {code: rules.GroupRule(data[f"percent_{code}"], data[f"least_{code}"]) for code in tally.GROUPS}
        return rules.Rule(groups, data["base"] or rules.VIEWS, data["needed"] or 0, data["veto"], not data["settled"])


class IdeaForm(forms.Form):
    """One thing somebody says."""

    kind = forms.ChoiceField(
        choices=[
            ("need", _("A need")),
            ("idea", _("An idea")),
            ("asset", _("Something we already have")),
            ("concern", _("A worry")),
        ]
    )
    text = forms.CharField(max_length=100_000, strip=True, error_messages={"required": _("Write something first.")})
    key = forms.CharField(max_length=40)


class ProposalForm(forms.Form):
    """Something put forward for the room to agree."""

    kind = forms.ChoiceField(choices=[c for c in Proposal.Kind.choices if c[0] != "statement"])
    text = forms.CharField(max_length=100_000, error_messages={"required": _("Write your proposal first.")})
    who_benefits = forms.CharField(max_length=500, required=False)
    for_outcome = forms.IntegerField(required=False)
    sources = forms.TypedMultipleChoiceField(coerce=int, required=False)
    key = forms.CharField(max_length=40)

    def __init__(self, *args: Any, sources: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sources"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(pk, pk) for pk in sources]


class CommentForm(forms.Form):
    """Something said about a proposal."""

    text = forms.CharField(max_length=100_000, error_messages={"required": _("Write your comment first.")})
    key = forms.CharField(max_length=40)


class RemarkForm(CommentForm):
    """A comment with its mark, or in answer to another."""

    mark = forms.CharField(max_length=20, required=False)
    answers = forms.IntegerField(required=False)


class SuggestionForm(forms.Form):
    """New words for somebody else's proposal, with a reason."""

    text = forms.CharField(max_length=100_000, error_messages={"required": _("Write the words you suggest first.")})
    why = forms.CharField(max_length=500, error_messages={"required": _("Write why these words are better.")})
    seen_version = forms.IntegerField(min_value=1, max_value=1_000_000)
    key = forms.CharField(max_length=40)


class AmendForm(forms.Form):
    """New words for a proposal, with the version the writer saw."""

    text = forms.CharField(max_length=100_000, error_messages={"required": _("Write the new words first.")})
    why = forms.CharField(max_length=500, required=False)
    who_benefits = forms.CharField(max_length=500, required=False)
    seen_version = forms.IntegerField()
    key = forms.CharField(max_length=40)


class VoteForm(forms.Form):
    """A vote. Whether the choice exists is for the rule to say, so that its sentence is the one people read."""

    choice = forms.CharField(max_length=40, error_messages={"required": _("Choose one of the four answers, then send your vote.")})
    reason = forms.CharField(max_length=100_000, required=False)
    key = forms.CharField(max_length=40)
