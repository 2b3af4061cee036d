"""Forms of the provider map. None of them asks, sorts or filters by what an organisation is in law (INV-14)."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning import people
from commissioning.models import Consent, InterestDeclaration, Organisation, Outreach, ProviderEntry
from commissioning.models.providers import Channel
from commissioning.provider_map import KINDS, SIZES, Line
from commissioning.provider_rows import why_not_reached
from commissioning.providers import Draft, Sent

_BLANK = [("", _("All"))]


def _lines(label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=3000, widget=area)


def names_in(text: str) -> tuple[str, ...]:
    """The names in a box, one on each line."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class WordsForm(forms.Form):
    """What the map says of an organisation: whom it reaches, where, what it offers, how it wants to hear."""

    groups = _lines(_("Which groups of people does it reach?"), _("One on each line, such as “men under 30”."))
    areas = _lines(_("In which areas?"), _("One on each line."), rows=2)
    sectors = _lines(_("In which field does it work?"), _("One on each line, such as “debt advice”."), rows=2)
    offers = forms.CharField(
        label=_("What could it contribute here?"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    expertise = forms.CharField(
        label=_("What is it an expert in?"),
        required=False,
        max_length=600,
        help_text=_("In the organisation’s own words."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    channel = forms.ChoiceField(label=_("How does it want to hear?"), choices=[("", _("Not said")), *Channel.choices], required=False)
    reach_at = forms.CharField(
        label=_("Where to reach it"),
        required=False,
        max_length=300,
        help_text=_("An e-mail address, a postal address or a phone number. Only the officers see it."),
    )

    def clean(self) -> dict[str, Any]:
        """Checks that the way to reach it can be used."""
        data = super().clean() or {}
        wrong = why_not_reached(data.get("channel", ""), data.get("reach_at", "").strip())
        if wrong is not None:
            self.add_error("reach_at", str(wrong))
        return data

    def draft(self, name: str = "") -> Draft:
        """What was written, as the acts want it."""
        data = self.cleaned_data
        labels = {"group": names_in(data["groups"]), "area": names_in(data["areas"]), "sector": names_in(data["sectors"])}
        plain = {field: data[field] for field in ("offers", "expertise", "channel", "reach_at")}
        return Draft(data.get("name") or name, data.get("size") or "unknown", labels, **plain)

    @staticmethod
    def said_of(entry: ProviderEntry) -> dict[str, Any]:
        """What the map says now, to begin from."""
        labels = list(entry.labels.all())
        named = {f"{kind}s": "\n".join(label.name for label in labels if label.kind == kind) for kind in KINDS}
        return named | {field: getattr(entry, field) for field in ("offers", "expertise", "channel", "reach_at")}


class ProviderForm(WordsForm):
    """One organisation for the map."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    size = forms.ChoiceField(label=_("How large is it?"), choices=[(code, label) for code, label in SIZES.items()], initial="unknown")
    field_order = ["name", "size"]


class OnTheMapForm(ProviderForm):
    """An organisation puts itself on the map, with no account, and joins if somebody of it wants to take part (FS-05)."""

    person = forms.CharField(
        label=_("Your name, or a name you choose"),
        max_length=80,
        required=False,
        help_text=_("Only if you want to take part yourself: in workshops, in talks, in votes. You need no account."),
    )
    interest = forms.ChoiceField(
        label=_("Do any of these apply to your organisation?"), choices=InterestDeclaration.Kind, widget=forms.RadioSelect, initial="none"
    )
    consents = forms.MultipleChoiceField(
        label=_("What do you agree to?"),
        choices=[
            (Consent.Kind.TAKE_PART, _("I agree to take part")),
            (Consent.Kind.WORDS, _("You may use my words in the specification and reports")),
            (Consent.Kind.NAMING, _("You may show my name beside my words")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    key = forms.CharField(widget=forms.HiddenInput, max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = secrets.token_urlsafe(16)

    def clean(self) -> dict[str, Any]:
        """Whoever says who they are wants to take part, and must agree to that."""
        data = super().clean()
        if data.get("person") and "take_part" not in data.get("consents", ()):
            self.add_error("consents", _("Tick “I agree to take part”, or leave your name empty."))
        return data

    def introduction(self) -> people.Introduction | None:
        """Who joins, if anybody does."""
        data = self.cleaned_data
        if not data["person"].strip():
            return None
        agreed = frozenset(data["consents"])
        return people.Introduction(data["person"], "vso", "vso", data["interest"], agreed, data["name"], data["size"])


class FilterForm(forms.Form):
    """What somebody wants to see of the map."""

    size = forms.ChoiceField(label=_("Size"), choices=[*_BLANK, *((code, label) for code, label in SIZES.items())], required=False)
    group = forms.ChoiceField(label=_("Group reached"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)

    def __init__(self, *args: Any, lines: dict[str, list[Line]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in KINDS:
            field = self.fields[kind]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
            field.choices = [*_BLANK, *((str(line.pk), line.name) for line in lines[kind] if line.pk)]


class MustReachForm(forms.Form):
    """The groups and areas that somebody on the map must reach."""

    groups = _lines(_("Groups of people somebody must reach"), _("One on each line. Say them as people say them."), rows=5)
    areas = _lines(_("Areas somebody must work in"), _("One on each line. The areas of this cycle are there already."))


class NoteForm(forms.Form):
    """What was seen when the map was looked over."""

    note = forms.CharField(
        label=_("What did you see, and what will you do about the gaps?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class SentForm(forms.Form):
    """Something that went out by a route the product does not see: a letter, a call, a visit."""

    what = forms.CharField(label=_("What was it?"), max_length=200, help_text=_("Such as “the invitation, again”."))
    route = forms.ChoiceField(label=_("By which way?"), choices=Outreach.Route, initial="post")
    came = forms.ChoiceField(label=_("What became of it?"), choices=Outreach.Came)
    day = forms.DateField(
        label=_("On which day?"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    invites = forms.ChoiceField(label=_("Did it invite them to take part?"), choices=[("yes", _("Yes")), ("no", _("No"))], initial="yes")
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = secrets.token_urlsafe(12)

    def sent(self) -> Sent:
        """What was written, as the act wants it."""
        data = self.cleaned_data
        return Sent(data["what"], data["route"], data["day"], data["came"], data["invites"] == "yes", data["note"])


class FileForm(forms.Form):
    """A list of organisations in a file."""

    file = forms.FileField(
        label=_("A list of organisations, as CSV"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("You see everything before anything is kept."),
    )


class MergeForm(forms.Form):
    """Which organisation this one became part of, and why."""

    staying = forms.TypedChoiceField(label=_("It is now part of"), coerce=int)
    why = forms.CharField(label=_("Why? Everybody will see this reason."), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, going: Organisation, alike: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staying"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        first = {o.pk for o in alike}
        others = Organisation.objects.filter(authority=going.authority_id, merged_into=None).exclude(pk=going.pk).order_by("name")
        rest = [(o.pk, o.name) for o in others if o.pk not in first]
        listed: list[Any] = [(_("Named alike"), [(o.pk, o.name) for o in alike])] if alike else []
        field.choices = [("", _("Choose")), *listed, (_("All others"), rest)]
