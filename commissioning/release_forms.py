"""Forms of releases, of how suppliers are reached, and of contacts with one of them."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commissioning import release_rules
from commissioning.models import InterestDeclaration, Reach, Release, SupplierContact


class SafeFileField(forms.FileField):
    """A file that may be kept: its size asked before it is read, its name made safe, its kind looked at."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=None, allow_empty_file=True, widget=forms.FileInput(attrs={"class": "tl-file"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The name and the bytes of the file, or None when there is none."""
        sent = super().clean(data, initial)
        if not isinstance(sent, UploadedFile):
            return None
        limits = release_rules.limits_on(timezone.localdate())
        name = release_rules.safe_name(sent.name or "")
        wrong = release_rules.why_not_size(name, sent.size or 0, limits)
        content = sent.read() if wrong is None else b""
        wrong = wrong or release_rules.why_not_file(name, content, limits)
        if wrong is not None:
            raise forms.ValidationError(str(wrong))
        return name, content


class ReleaseForm(forms.Form):
    """What an officer gives to every supplier."""

    title = forms.CharField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("What it is"), choices=Release.Kind, initial=Release.Kind.DRAFT)
    text = forms.CharField(
        label=_("Words, if any"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Everybody can read this. Put in no price and nobody’s business secret."),
    )
    file = SafeFileField(
        label=_("A file, if any"), required=False, help_text=_("10 megabytes or less. You can add more files in the next step.")
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)


class ChangeForm(ReleaseForm):
    """The same for a release that is not out yet; `seen` says which state of it was looked at."""

    key = None  # type: ignore[assignment]
    file = None  # type: ignore[assignment]
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class FileForm(forms.Form):
    """One more file."""

    file = SafeFileField(label=_("Choose a file"), help_text=_("10 megabytes or less: documents, tables, slides, pictures, plain text."))


class ByHandForm(forms.Form):
    """A letter that was posted, or a call that was made."""

    happened_at = forms.DateTimeField(
        label=_("When was it done?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    note = forms.CharField(label=_("Note, such as who you spoke to"), max_length=300, required=False)
    delivery = forms.IntegerField(widget=forms.HiddenInput)


class ReachForm(forms.Form):
    """How a supplier gets what is released."""

    organisation = forms.CharField(
        label=_("Which organisation?"), max_length=200, widget=forms.TextInput(attrs={"list": "suppliers", "autocomplete": "off"})
    )
    channel = forms.ChoiceField(label=_("How should releases reach them?"), choices=Reach, widget=forms.RadioSelect, initial=Reach.SCREEN)
    where = forms.CharField(
        label=_("E-mail address, postal address or phone number"),
        max_length=300,
        required=False,
        help_text=_("Leave empty if on screen is enough."),
    )

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        """Checks that the address fits the way."""
        data = super().clean() or {}
        wrong = release_rules.why_not_channel(data.get("channel", ""), data.get("where", ""))
        if wrong is not None and "channel" in data:
            self.add_error("where", str(wrong))
        return data


class ContactForm(forms.Form):
    """A visit, a call or a letter with one supplier."""

    organisation = forms.CharField(
        label=_("Which organisation?"), max_length=200, widget=forms.TextInput(attrs={"list": "suppliers", "autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("What was it?"), choices=SupplierContact.Kind)
    happened_at = forms.DateTimeField(
        label=_("When was it?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    minutes = forms.IntegerField(label=_("How many minutes? Leave empty for a letter"), min_value=1, max_value=10_000, required=False)
    who = forms.CharField(label=_("Who was there, from both sides?"), max_length=300)
    summary = forms.CharField(label=_("What was said?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    file = SafeFileField(
        label=_("A file that was given to them, if any"),
        required=False,
        help_text=_("It is kept with its mark, so that the same file can go to everybody."),
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["organisation"]


class InterestForm(forms.Form):
    """What somebody has to gain, as it is now."""

    kind = forms.ChoiceField(
        label=_("Do any of these apply to you or your organisation?"),
        choices=InterestDeclaration.Kind,
        widget=forms.RadioSelect,
        help_text=_(
            "It does not stop you from taking part. It is shown beside your proposals. What you said before is kept, with its day."
        ),
    )
