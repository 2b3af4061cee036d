"""The form of one part of an agenda."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import Attribution, Group
from workshops import phases
from workshops.agenda import ActivityPlan
from workshops.models import Activity


class ActivityForm(forms.Form):
    """One part of a workshop, with what only some kinds need at the end."""

    kind = forms.ChoiceField(label=_("What do people do?"), choices=[(c, phases.PHASES[c].title) for c in phases.PLANNED])
    title = forms.CharField(label=_("Its name on the agenda (optional)"), max_length=80, required=False)
    prompt = forms.CharField(
        label=_("The question or task, in everyday words (optional)"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    minutes = forms.IntegerField(label=_("Minutes (empty: the usual time)"), min_value=1, max_value=480, required=False)
    takes_part = forms.ChoiceField(label=_("Who takes part?"), choices=Activity.TakesPart, initial="everyone")
    group = forms.ChoiceField(label=_("If it is for one group: which?"), choices=[("", _("Every group")), *Group.choices], required=False)
    attribution = forms.ChoiceField(label=_("Whose name stands under the words?"), choices=Attribution, initial="named")
    sight = forms.ChoiceField(label=_("Who sees what others write?"), choices=Activity.Sight, initial="live")
    moderation = forms.ChoiceField(label=_("Does somebody look at cards first?"), choices=Activity.Moderation, initial="after")
    size = forms.TypedChoiceField(
        label=_("Small groups: how many people?"), choices=[(2, "2"), (3, "3"), (4, "4")], coerce=int, required=False, empty_value=None
    )
    mix = forms.ChoiceField(
        label=_("Small groups: who sits together?"),
        choices=[("mixed", _("People from different groups")), ("same", _("People from the same group"))],
        required=False,
    )
    strands = forms.CharField(
        label=_("Themes, one on each line"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    dots = forms.IntegerField(label=_("Dots for each person"), min_value=1, max_value=20, required=False)
    scale = forms.TypedChoiceField(
        label=_("Highest score when rating"), choices=[("", _("5")), (5, "5"), (9, "9")], coerce=int, required=False, empty_value=None
    )

    def clean(self) -> dict[str, Any]:
        """Checks that themes are named where people part by theme, and the group where one takes part."""
        data = super().clean() or {}
        if data.get("takes_part") == "strands" and len(_lines(data.get("strands", ""))) < 2:
            self.add_error("strands", _("Name at least two themes, one on each line."))
        if data.get("takes_part") == "one_group" and not data.get("group"):
            self.add_error("group", _("Choose which group takes part."))
        return data

    def plan(self) -> ActivityPlan:
        """The part as planned."""
        data = self.cleaned_data
        settings: dict[str, Any] = {}
        if data["takes_part"] == "small":
            settings |= {"size": data["size"] or 3, "mix": data["mix"] or "mixed"}
        if data["takes_part"] == "strands":
            settings["strands"] = _lines(data["strands"])
        settings |= {name: data[name] for name in ("dots", "scale") if data[name]}
        plain = ("kind", "title", "prompt", "minutes", "takes_part", "group", "attribution", "sight", "moderation")
        return ActivityPlan(settings=settings, **{name: data[name] for name in plain})

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        """The form's values for a part that is on the agenda."""
        settings = activity.settings
        kept = {name: settings.get(name) for name in ("size", "mix", "dots", "scale")}
        return activity.plan | kept | {"strands": "\n".join(settings.get("strands", []))}


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip()[:80] for line in text.splitlines() if line.strip()))
