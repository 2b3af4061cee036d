"""Forms of the ground floor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning import cycle as table
from commissioning import people, roles
from commissioning.models import (
    Consent,
    Cycle,
    Feedback,
    Group,
    HearingBack,
    InterestDeclaration,
    Organisation,
    Participant,
    ScopeItem,
)
from commissioning.sentences import Refused

STANDINGS = {
    "commissioner": ("officer", "procurement", "elected"),
    "vso": ("vso",),
    "citizen": ("service_user", "carer", "resident"),
}


class IntroductionForm(forms.Form):
    """The one joining screen: who you are, what you have to gain, and what you agree to, each on its own."""

    name = forms.CharField(label=_("Your name, or a name you choose"), max_length=80, help_text=_("It does not have to be your real name."))
    standing = forms.ChoiceField(label=_("How do you take part?"), widget=forms.RadioSelect)
    organisation = forms.CharField(
        label=_("Your organisation, if you come for one"),
        max_length=200,
        required=False,
        help_text=_("Each voluntary organisation has one counted vote."),
    )
    interest = forms.ChoiceField(
        label=_("Do any of these apply to you or your organisation?"),
        choices=[(c.value, c.label) for c in InterestDeclaration.Kind],
        widget=forms.RadioSelect,
        initial="none",
        help_text=_("It does not stop you from taking part. It is shown beside your proposals."),
    )
    consents = forms.MultipleChoiceField(
        label=_("What do you agree to?"),
        choices=[
            (Consent.Kind.TAKE_PART, _("I agree to take part. This is the only one you need.")),
            (Consent.Kind.WORDS, _("You may use my words in the specification and reports")),
            (Consent.Kind.NAMING, _("You may show my name beside my words. If not, you are shown as “Citizen 4”")),
            (Consent.Kind.RECORDING, _("The session may be recorded while I speak")),
            (Consent.Kind.SUMMARY, _("Send me the summary")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    email = forms.EmailField(
        label=_("Where should the summary go?"),
        required=False,
        max_length=254,
        help_text=_("An e-mail address. Only if you ticked “Send me the summary”. You need no account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, groups: tuple[str, ...] = ("citizen", "vso", "commissioner"), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Participant.Standing.choices)
        field = self.fields["standing"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(code, labels[code]) for group in groups for code in STANDINGS[group]]

    def clean(self) -> dict[str, Any]:
        """Checks that a VSO says which organisation it is."""
        data = super().clean() or {}
        if data.get("standing") == "vso" and not data.get("organisation", "").strip():
            self.add_error("organisation", _("Say which organisation you are from."))
        if "take_part" not in data.get("consents", ()):
            self.add_error("consents", _("Tick “I agree to take part” to join. Everything else is up to you."))
        if data.get("email") and "summary" not in data.get("consents", ()):
            self.add_error("email", _("Tick “Send me the summary” as well, or leave this empty."))
        return data

    def introduction(self) -> people.Introduction:
        """What was said, as the act wants it."""
        data = self.cleaned_data
        group = next(group for group, standings in STANDINGS.items() if data["standing"] in standings)
        return people.Introduction(
            name=data["name"],
            group=group,
            standing=data["standing"],
            interest=data["interest"],
            consents=frozenset(data["consents"]),
            organisation=data["organisation"],
            email=data["email"],
        )


class CycleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything a commissioner says before anybody is invited."""

    service = forms.CharField(label=_("Which service is this about?"), max_length=160)
    areas = forms.CharField(
        label=_("Which areas does it cover?"),
        max_length=500,
        help_text=_("One on each line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    level = forms.TypedChoiceField(
        label=_("What do you promise people?"),
        coerce=int,
        choices=[(n, f"{words[0]}: {words[1]} {words[2]}") for n, words in table.LEVELS.items()],
        widget=forms.RadioSelect,
        initial=4,
        help_text=_("You can raise this later. To lower it you must give everybody a reason."),
    )

    field_order = ["title", "service", "areas", "purpose", "level"]

    class Meta:
        model = Cycle
        fields = [
            "title",
            "purpose",
            "level",
            "payment_line",
            "who_decides",
            "authority_keeps",
            "bidding_rule",
            "contact",
        ]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "purpose": _("In everyday words. What difference is needed here?"),
            "payment_line": _("Such as “£15 an hour and travel”, or “none, because …”."),
            "contact": _("Somebody outside the commissioning team."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who_decides"].initial = _("The authority, with a reason for each agreed item.")
        self.fields["authority_keeps"].initial = _("The final say on money, law and timing.")
        self.fields["bidding_rule"].initial = _(
            "Taking part does not help or harm any bid. Everything shared here is shared with every provider."
        )

    def clean_areas(self) -> tuple[str, ...]:
        """The areas, one from each line."""
        areas = tuple(dict.fromkeys(line.strip()[:120] for line in self.cleaned_data["areas"].splitlines() if line.strip()))
        if not areas:
            raise forms.ValidationError(_("Name at least one area."))
        return areas


class InviteForm(forms.Form):
    """Bring somebody in by name."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail, if they should sign in"),
        required=False,
        help_text=_("Leave empty for a personal link instead."),
    )
    standing = forms.ChoiceField(label=_("How they take part"), choices=Participant.Standing)
    group = forms.ChoiceField(label=_("Which side they belong to"), choices=Group)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    role = forms.ChoiceField(
        label=_("Role in this cycle"),
        required=False,
        choices=[("", _("Takes part")), *((r.code, r.title) for r in roles.ROLES.values())],
    )

    def clean(self) -> dict[str, Any]:
        """Checks that how somebody takes part fits the side they are put on."""
        data = super().clean() or {}
        standing, group = data.get("standing"), data.get("group")
        if standing and group and standing != "independent" and standing not in STANDINGS[group]:
            self.add_error("group", _("Somebody who takes part like this belongs to another side."))
        return data

    def introduction(self) -> people.Introduction:
        """Who is invited, as the act wants it."""
        data = self.cleaned_data
        consents = frozenset({"take_part", "words", "naming"} if data["role"] else {"take_part", "words"})
        return people.Introduction(data["name"], data["group"], data["standing"], consents=consents, organisation=data["organisation"])


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation in the authority's register, with its number checked in form."""

    why = forms.CharField(
        label=_("Why does it change?"),
        max_length=500,
        required=False,
        help_text=_("Needed when the name changes. Everybody will see this reason."),
    )

    class Meta:
        model = Organisation
        fields = ["name", "kind", "size", "scheme", "identifier"]

    def _get_validation_exclusions(self) -> set[str]:
        """The authority is not on the form, but names and numbers are unique within it: check that too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"authority"}


class HearingBackForm(forms.Form):
    """How somebody wants to hear back."""

    wants = forms.TypedChoiceField(
        label=_("Do you want the summary of each workshop?"),
        choices=[("yes", _("Yes, send it to me")), ("no", _("No, I will look at my own page"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    form = forms.ChoiceField(label=_("In which format?"), choices=HearingBack.Form, widget=forms.RadioSelect, initial="screen")
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("If you say yes, we also write here when what was promised or agreed changes."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    by_post = forms.CharField(label=_("Where to send it, if it comes by post"), max_length=300, required=False)


class ScopeForm(forms.Form):
    """One line of the honesty list."""

    kind = forms.ChoiceField(label=_("This is"), choices=ScopeItem.Kind)
    text = forms.CharField(label=_("What"), max_length=300)


class AnswerForm(forms.Form):
    """What became of some contributions."""

    status = forms.ChoiceField(label=_("What became of it?"), choices=Feedback.Status, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why, in plain words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    contributions = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, waiting: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contributions"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(pk, pk) for pk in waiting]
        field.error_messages["required"] = _("Tick at least one contribution to answer.")


class ReasonForm(forms.Form):
    """A reason that everybody will see."""

    reason = forms.CharField(label=_("Why? Everybody will see this reason."), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def first_error(form: forms.BaseForm) -> Refused:
    """The first thing wrong with a short form, as a refusal with its sentence; it names the field if it has a label."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else None
    return Refused(f"{label}: {errors[0]}" if label else str(errors[0]))
