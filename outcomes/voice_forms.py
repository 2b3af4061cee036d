"""The form anybody fills in about an outcome, and the officers' forms about it."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from commissioning.models import Feedback
from outcomes import voice_rules
from outcomes.models import Voice, VoiceLink

SALT = "outcomes.voice"


def new_stamp(now: datetime, key: str = "", secret: str = "") -> str:
    """What the form carries: when it was shown, its key, and the secret only whoever sends it keeps. Signed, and kept nowhere."""
    return signing.dumps(
        {"k": key or secrets.token_hex(12), "s": secret or secrets.token_urlsafe(18), "t": int(now.timestamp())}, salt=SALT
    )


def read_stamp(stamp: str) -> dict[str, Any] | None:
    """The stamp, if it is ours."""
    try:
        found = signing.loads(stamp, salt=SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, dict) and {"k", "s", "t"} <= found.keys() else None


class VoiceForm(forms.Form):
    """How true the sentence is; everything else may stay empty."""

    rating = forms.TypedChoiceField(
        label=_("Is this true for you?"),
        choices=Voice.Rating.choices,
        coerce=int,
        error_messages={"required": _("Choose one of the five."), "invalid_choice": _("Choose one of the five.")},
    )
    words = forms.CharField(
        label=_("What makes you say that?"),
        max_length=voice_rules.LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You can leave this empty. Please write no names."),
    )
    group = forms.ChoiceField(label=_("Who are you?"), required=False, widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("Your e-mail address, to hear what came of it"),
        required=False,
        help_text=_("You get one letter with the year’s results. Then we delete your address."),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, link: VoiceLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)  # noqa: S101 (tells the type checker which field it is)
        group.choices = [("", _("I would rather not say")), *((name, name) for name in link.groups)]
        if not link.groups:
            del self.fields["group"]


class LinkForm(forms.Form):
    """Who people can say they are."""

    groups = forms.CharField(
        label=_("Who people can say they are, one on each line"),
        max_length=700,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At most eight, in everyday words, such as “Young person”."),
    )


class VoiceAnswerForm(forms.Form):
    """An officer's answer to what somebody said about an outcome."""

    status = forms.ChoiceField(label=_("What became of it"), choices=Feedback.Status.choices)
    reason = forms.CharField(label=_("Why, in plain words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    show_words = forms.BooleanField(label=_("Show these words to everybody"), required=False)
