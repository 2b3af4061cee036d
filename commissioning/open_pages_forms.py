"""Forms for what a notice says beside the record."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import AuthorityDetails, EngagementNotice


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the authority is found and reached."""

    prefix = "authority"

    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = AuthorityDetails
        fields = [
            "scheme",
            "identifier",
            "street",
            "town",
            "postcode",
            "contact",
            "email",
            "phone",
            "website",
            "ocid_prefix",
        ]


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What only an officer can say for the notice."""

    prefix = "notice"

    published_at = forms.URLField(label=_("Where the notice was published"), required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = EngagementNotice
        fields = [
            "unique_identifier",
            "subject",
            "category",
            "cpv",
            "closes_on",
            "interest_by",
            "information_by",
            "process",
            "budget",
            "published_on",
            "published_at",
            "none_because",
        ]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("closes_on", "interest_by", "information_by", "published_on")
        } | {"process": forms.Textarea(attrs={"rows": 4}), "subject": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Checks that a notice is not both published and explained away, and that its address has its day."""
        data = super().clean() or {}
        if data.get("none_because") and data.get("published_on"):
            self.add_error("none_because", _("A notice was published on the day you gave. Leave this empty, or take the day out."))
        if data.get("published_at") and not data.get("published_on"):
            self.add_error("published_on", _("Give the day on which it was published as well."))
        if data.get("budget") is not None and data["budget"] <= 0:
            self.add_error("budget", _("Write an amount above nought, or leave this empty."))
        closes = data.get("closes_on")
        for name in ("interest_by", "information_by"):
            if closes and data.get(name) and data[name] > closes:
                self.add_error(name, _("This day is after the engagement closes."))
        return data
