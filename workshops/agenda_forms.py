"""The form of one part of an agenda."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commissioning.models import Attribution, Group
from workshops import phases, shortlist, statements
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

    seen = forms.ChoiceField(
        label=_("Agree or disagree: who sees the answers meanwhile?"), choices=list(statements.SEEN.items()), required=False
    )
    way = forms.ChoiceField(
        label=_("Short list: how is it chosen?"), choices=[(code, way.title) for code, way in shortlist.WAYS.items()], required=False
    )
    places = forms.IntegerField(label=_("Short list: how many cards at most?"), min_value=1, max_value=50, required=False)
    points = forms.IntegerField(label=_("Short list: points for each person"), min_value=1, max_value=100, required=False)
    ties = forms.ChoiceField(label=_("Short list: what if cards are level?"), choices=list(shortlist.TIES.items()), required=False)
    draw = forms.CharField(label=_("Short list: the word for the draw, which everybody sees"), max_length=80, required=False)
    budget = forms.IntegerField(
        label=_("Short list: how much money is there, in pounds?"), min_value=1, max_value=10_000_000_000, required=False
    )
    costs = forms.CharField(
        label=_("Short list: what each card costs"),
        help_text=_("One on each line: the card’s number, then pounds. Such as 12: 5000"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_costs(self) -> dict[str, int]:
        """Costs by the number of the card."""
        found = {}
        for line in _lines(self.cleaned_data["costs"]):
            number, __, cost = (part.strip() for part in line.partition(":"))
            cost = cost.removeprefix("£").replace(",", "")
            if not (_is_number(number) and _is_number(cost) and int(cost)):
                raise forms.ValidationError(_("This line is not a number and a cost: %(line)s") % {"line": line})
            found[str(int(number))] = int(cost)
        return found

    def clean(self) -> dict[str, Any]:
        """Checks that themes are named where people part by theme, and the group where one takes part."""
        data = super().clean() or {}
        if data.get("takes_part") == "strands" and len(_lines(data.get("strands", ""))) < 2:
            self.add_error("strands", _("Name at least two themes, one on each line."))
        if data.get("takes_part") == "one_group" and not data.get("group"):
            self.add_error("group", _("Choose which group takes part."))
        if data.get("kind") == "choose" and data.get("way") == "budget":
            for name in ("budget", "costs"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Say how much money there is, and what each card costs."))
        if data.get("kind") == "choose" and data.get("ties") == shortlist.DRAW and not data.get("draw"):
            self.add_error("draw", _("Write the word for the draw before anybody chooses."))
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
        if data["kind"] == "statements" and data["seen"] == statements.OPEN:
            settings["seen"] = statements.OPEN
        if data["kind"] == "choose":
            settings |= {name: data[name] for name in CHOOSING if data[name]} | {"way": data["way"] or shortlist.USUAL}
        plain = ("kind", "title", "prompt", "minutes", "takes_part", "group", "attribution", "sight", "moderation")
        return ActivityPlan(settings=settings, **{name: data[name] for name in plain})

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        """The form's values for a part that is on the agenda."""
        settings = activity.settings
        kept = {name: settings.get(name) for name in ("size", "mix", "dots", "scale", "seen")}
        kept |= {name: settings.get(name) for name in CHOOSING if name in settings}
        costs = "\n".join(f"{number}: {cost}" for number, cost in settings.get("costs", {}).items())
        return activity.plan | kept | {"strands": "\n".join(settings.get("strands", [])), "costs": costs}


CHOOSING = ("way", "places", "points", "ties", "draw", "budget", "costs")  # what only a short list needs


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip()[:80] for line in text.splitlines() if line.strip()))
