"""The boxes of a quarterly return: made from the measures that are due, read back from what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from outcomes import return_rules, standings
from outcomes.models import AddedResource, Measure, Reading, Return, Story
from outcomes.models.measures import new_key as new_story_key
from outcomes.returning import Kept, StoryTold

BLANK_LINES = 2  # of added resources, always there to write in


@dataclass
class Box:
    """One field as it is drawn."""

    name: str
    label: str
    value: str
    error: str = ""
    hint: str = ""
    id: str = ""


@dataclass
class Part:
    """One measure in the form: its boxes, what its figure suggests, and what somebody else wrote meanwhile."""

    measure: Measure
    reading: Reading | None
    boxes: list[Box]
    words: Box
    standing: Box
    stories: list[dict[str, Any]]
    before: str = ""
    theirs: Reading | None = None
    wrong: dict[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether there is a reading and nothing is wrong with it."""
        return self.reading is not None and not self.wrong

    @property
    def suggested(self) -> str:
        """What the figure suggests, in words."""
        code = self.reading.suggested if self.reading else ""
        return str(standings.STANDINGS[code]) if code else ""

    @property
    def shown(self) -> str:
        """The reading as it will be read."""
        r = self.reading
        return standings.printed(r.value, r.part, r.whole, self.measure.unit) if r else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The ways it can stand, with what leaving it open means."""
        return [(code, str(words)) for code, words in standings.STANDINGS.items()]

    @property
    def errors(self) -> list[Box]:
        """The boxes with something wrong."""
        return [box for box in (*self.boxes, self.words, self.standing) if box.error]


def labels_of(measure: Measure) -> dict[str, str]:
    """What each box is called for a kind of sign."""
    points = measure.form in ("scale", "star")
    value = (
        _("Average points now")
        if points
        else _("How many, counted in: %(unit)s") % {"unit": measure.unit}
        if measure.unit
        else _("How many")
    )
    words = {
        "story": _("What happened, in a few words"),
        "observation": _("What somebody saw"),
    }
    return {
        "value": value,
        "part": _("How many"),
        "whole": _("Of how many"),
        "start": _("Average points of the same people at their start"),
        "words": words.get(measure.form, _("Comment")),
        "standing": _("How it stands"),
    }


def typed_in(sent: QueryDict, measure: Measure) -> dict[str, str] | None:
    """What was sent for a measure; None when the form did not hold it."""
    if f"m{measure.pk}-seen" not in sent:
        return None
    return {name: sent.get(f"m{measure.pk}-{name}", "") for name in return_rules.FIELDS}


def seen_in(sent: QueryDict, measure: Measure) -> int:
    """The revision the form was drawn from."""
    seen = sent.get(f"m{measure.pk}-seen", "0")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0


def stories_in(sent: QueryDict, measure: Measure) -> list[StoryTold]:
    """The stories that were sent for a measure, each with the key of its box."""
    start, end = f"m{measure.pk}-story-", "-words"
    keys = [name[len(start) : -len(end)] for name in sent if name.startswith(start) and name.endswith(end)]
    return [
        StoryTold(key, sent.get(f"{start}{key}-words", ""), sent.get(f"{start}{key}-consent", ""), sent.get(f"{start}{key}-note", ""))
        for key in keys[:50]
        if key.isalnum()
    ]


def part_of(
    measure: Measure, reading: Reading | None, *, before: str = "", typed: Mapping[str, str] | None = None, kept: Kept | None = None
) -> Part:
    """One measure as it is drawn: with what was typed where it was not kept, else with what is there."""
    labels, wrong = labels_of(measure), dict(kept.wrong) if kept else {}
    theirs = kept.theirs if kept else None
    show = typed if typed is not None and (wrong or theirs) else there_of(reading)
    boxes = {
        name: Box(f"m{measure.pk}-{name}", labels[name], show.get(name, ""), str(wrong.get(name, "")), id=f"m{measure.pk}-{name}")
        for name in return_rules.fields_of(measure.form)
    }
    words, standing = boxes.pop("words"), boxes.pop("standing")
    return Part(measure, reading, list(boxes.values()), words, standing, _stories(reading), before, theirs, wrong)


def there_of(reading: Reading | None) -> dict[str, str]:
    """What is kept of a measure, as it would be typed."""
    if reading is None:
        return {}
    numbers = {name: getattr(reading, name) for name in ("value", "part", "whole", "start")}
    shown = {name: standings.rounded(number, 4).replace(",", "") if number is not None else "" for name, number in numbers.items()}
    return shown | {"words": reading.words, "standing": reading.given}


def _stories(reading: Reading | None) -> list[dict[str, Any]]:
    """The stories that are there, and an empty one to write in."""
    there = [{"key": s.key, "story": s} for s in reading.stories.all()] if reading is not None and reading.pk else []
    return [*there, {"key": new_story_key(), "story": None}]


def consents() -> list[tuple[str, str]]:
    """What the person a story is about may have said."""
    return [(code, str(label)) for code, label in Story.ConsentGiven.choices if code != Story.ConsentGiven.WITHDRAWN]


@dataclass
class Rest:
    """The hours and the added resources, as drawn or as read."""

    hours: str
    lines: list[dict[str, str]]
    hours_error: str = ""
    theirs: bool = False
    resources: list[return_rules.Resource] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether something could not be read."""
        return bool(self.hours_error or any(line.get("error") for line in self.lines))

    kinds = AddedResource.Kind.choices


def rest_of(returned: Return | None) -> Rest:
    """What is there, with empty lines to write in."""
    lines = [
        {"kind": r.kind, "amount": standings.rounded(r.amount, 2).replace(",", ""), "unit": r.unit, "words": r.words}
        for r in (returned.added.all() if returned else ())
    ]
    hours = standings.rounded(returned.hours, 1).replace(",", "") if returned and returned.hours is not None else ""
    return Rest(hours, lines + [{} for __ in range(BLANK_LINES)])


def rest_in(sent: QueryDict) -> Rest:
    """What was sent of the hours and the added resources, with what is wrong beside it."""
    columns: Sequence[list[str]] = [sent.getlist(f"added-{name}")[:50] for name in ("kind", "amount", "unit", "words")]
    rest = Rest(sent.get("hours", "").strip(), [])
    wrong = return_rules.read_hours(rest.hours)[1]
    rest.hours_error = str(wrong) if wrong is not None else ""
    for kind, amount, unit, words in zip(*columns, strict=False):
        line = {"kind": kind, "amount": amount, "unit": unit, "words": words}
        if any(text.strip() for text in (amount, unit, words)):
            made, why = return_rules.read_resource(kind, amount, unit, words)
            if made is not None:
                rest.resources.append(made)
            else:
                line["error"] = str(why)
        rest.lines.append(line)
    return rest
