"""Building a workshop's agenda: adding, changing, ordering, repeating and skipping activities; keeping one to use again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from commissioning import minutes, roles
from commissioning import policy as ground_policy
from commissioning.contributing import Manner, clean_words, printable
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import phases, policy, shortlist
from workshops.announcing import announce
from workshops.models import Activity, KeptAgenda, Workshop

MOST = 60  # activities in one agenda: more is a mistake
TOPIC = "review"  # the setting that says which topic of a review a part is about; changing the part keeps it
USUAL = ("welcome", "gather", "discuss", "vote", "agree", "actions")


@dataclass(frozen=True)
class ActivityPlan:
    """One activity as somebody plans it."""

    kind: str
    minutes: int | None = None
    title: str = ""
    prompt: str = ""
    takes_part: str = Activity.TakesPart.EVERYONE
    group: str = ""
    attribution: str = "named"
    sight: str = Activity.Sight.LIVE
    moderation: str = Activity.Moderation.AFTER
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the agenda calls it."""
        return self.title or str(phases.PHASES[self.kind].title)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "ActivityPlan":
        """The plan from its kept form. Raises `Refused` when it is not one."""
        try:
            return cls(**kept)
        except TypeError as wrong:
            raise Refused(_("This is not an activity: {what}", what=", ".join(map(str, kept)))) from wrong

    def columns(self) -> dict[str, Any]:
        """The columns of the activity. Raises `Refused` when something in the plan does not exist or does not fit."""
        if self.kind not in phases.PLANNED:
            raise Refused(_("Choose what people do in this part."))
        allowed = {
            "takes_part": Activity.TakesPart.values,
            "sight": Activity.Sight.values,
            "moderation": Activity.Moderation.values,
            "attribution": ["named", "group", "unattributed"],
            "group": ["", "commissioner", "vso", "citizen"],
        }
        if any(getattr(self, name) not in values for name, values in allowed.items()):
            raise Refused(_("One of the choices for this part does not exist."))
        if self.takes_part == Activity.TakesPart.ONE_GROUP and not self.group:
            raise Refused(_("Choose which group takes part."))
        length = phases.PHASES[self.kind].minutes if self.minutes is None else self.minutes
        if not 1 <= length <= 480:
            raise Refused(_("A part of a workshop takes between 1 and 480 minutes."))
        return {
            "kind": self.kind,
            "minutes": length,
            "title": printable(self.title).strip()[:80],
            "prompt": clean_words(self.prompt, 300) if self.prompt.strip() else "",
            "takes_part": self.takes_part,
            "group": self.group if self.takes_part == Activity.TakesPart.ONE_GROUP else "",
            "attribution": self.attribution,
            "sight": Activity.Sight.HIDDEN if self.kind == "private" and self.sight == Activity.Sight.LIVE else self.sight,
            "moderation": self.moderation,
            "settings": self.settings,
        }


def _locked(workshop: Workshop, by: Participant) -> Workshop:
    require(policy.why_not_facilitate(held_by(by) | (frozenset({roles.FACILITATE}) if roles.CONVENE in held_by(by) else frozenset())))
    locked = Workshop.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=workshop.pk)
    if by.cycle_id != locked.cycle_id:
        raise Refused(_("You are not part of this workshop."))
    if locked.closed_at:
        raise Refused(_("This workshop is closed. Open it again first."))
    return locked


def _noted(workshop: Workshop, what: _, by: Participant, now: datetime, why: str = "") -> None:
    minutes.record(workshop.cycle, "agenda", what, by=by, now=now, why=why, place=workshop.slug)
    announce(workshop.pk, f"phase-{workshop.pk}", f"desk-{workshop.pk}")


def add(workshop: Workshop, plan: ActivityPlan, *, after: Activity | None = None, by: Participant, now: datetime) -> Activity:
    """Add an activity at the end, or right after another. Raises `Refused` for a plan that does not fit."""
    with transaction.atomic():
        workshop = _locked(workshop, by)
        made = _insert(workshop, plan, after)
        _noted(workshop, _("Added to the agenda: {what}, {n} minutes", what=str(made), n=made.minutes), by, now)
    return made


def _insert(workshop: Workshop, plan: ActivityPlan, after: Activity | None) -> Activity:
    columns = plan.columns()
    if workshop.activities.count() >= MOST:
        raise Refused(_("An agenda holds at most {n} parts.", n=MOST))
    if after is None:
        position = (workshop.activities.aggregate(last=Max("position"))["last"] or 0) + 1
    else:
        position = after.position + 1
        workshop.activities.filter(position__gte=position).update(position=F("position") + 1)
    return Activity.objects.create(workshop=workshop, position=position, **columns)


def change(activity: Activity, plan: ActivityPlan, *, by: Participant, now: datetime) -> None:
    """Change an activity. One that has begun keeps its kind and who takes part; its clock can be extended instead."""
    with transaction.atomic():
        workshop = _locked(activity.workshop, by)
        activity = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
        columns = plan.columns()
        if activity.state != Activity.State.PLANNED and columns["kind"] != activity.kind:
            raise Refused(_("This part has begun, so it cannot become something else. Add another part after it."))
        if activity.started_at and _how_answered(columns["settings"]) != _how_answered(activity.settings):
            raise Refused(_("How this is answered and counted was fixed when this part began. Add another part after it."))
        if TOPIC in activity.settings:
            columns["settings"] = columns["settings"] | {TOPIC: activity.settings[TOPIC]}
        Activity.objects.filter(pk=activity.pk).update(**columns)
        activity.refresh_from_db()
        _noted(workshop, _("Agenda changed: {what}, {n} minutes", what=str(activity), n=activity.minutes), by, now)


def _how_answered(settings: Mapping[str, Any]) -> tuple[Any, ...]:
    """How people answer a part and how it is counted: what is left out is as usual."""
    return shortlist.Terms.of(settings), settings.get("costs") or {}, settings.get("seen", "")


def reorder(activity: Activity, step: int, *, by: Participant, now: datetime) -> None:
    """Move an activity one place earlier (-1) or later (1); at the ends it stays."""
    with transaction.atomic():
        workshop = _locked(activity.workshop, by)
        row = list(workshop.activities.select_for_update(no_key=True))
        here = next((i for i, one in enumerate(row) if one.pk == activity.pk), None)
        if here is None:
            raise Refused(_("This part is no longer on the agenda."))
        there = here + (1 if step > 0 else -1)
        if 0 <= there < len(row):
            row[here], row[there] = row[there], row[here]
            renumber(row)
            _noted(workshop, _("Agenda: {what} is now part {n}", what=str(activity), n=there + 1), by, now)


def renumber(row: Iterable[Activity]) -> None:
    """Give activities their places in this order."""
    for place, one in enumerate(row, start=1):
        one.position = place
    Activity.objects.bulk_update(list(row), ["position"])


def repeat(activity: Activity, *, by: Participant, now: datetime) -> Activity:
    """Put the same activity on the agenda once more, right after what is happening now, or after itself."""
    with transaction.atomic():
        workshop = _locked(activity.workshop, by)
        current = workshop.activities.filter(state=Activity.State.NOW).first()
        made = _insert(workshop, ActivityPlan.of(activity.plan), current or activity)
        _noted(workshop, _("On the agenda once more: {what}", what=str(made)), by, now)
    return made


def skip(activity: Activity, *, why: str = "", by: Participant, now: datetime) -> None:
    """Leave an activity out; it stays on the agenda, marked as skipped, and can be taken up again."""
    with transaction.atomic():
        workshop = _locked(activity.workshop, by)
        if not Activity.objects.filter(pk=activity.pk, state=Activity.State.PLANNED).update(state=Activity.State.SKIPPED):
            raise Refused(_("Only a part that is still to come can be skipped."))
        _noted(workshop, _("Skipped: {what}", what=str(activity)), by, now, why=printable(why)[:500])


def take_up_again(activity: Activity, *, by: Participant, now: datetime) -> None:
    """Plan a skipped activity again."""
    with transaction.atomic():
        workshop = _locked(activity.workshop, by)
        Activity.objects.filter(pk=activity.pk, state=Activity.State.SKIPPED).update(state=Activity.State.PLANNED)
        _noted(workshop, _("Back on the agenda: {what}", what=str(activity)), by, now)


def remove(activity: Activity, *, by: Participant, now: datetime) -> None:
    """Take an activity that has not begun off the agenda."""
    with transaction.atomic():
        workshop = _locked(activity.workshop, by)
        if activity.state not in (Activity.State.PLANNED, Activity.State.SKIPPED) or activity.started_at is not None:
            raise Refused(_("This part has begun, so it stays on the agenda."))
        what = str(activity)
        Activity.objects.filter(pk=activity.pk).delete()
        _noted(workshop, _("Taken off the agenda: {what}", what=what), by, now)


def lay_out(workshop: Workshop, plans: Iterable[ActivityPlan], *, name: str = "", by: Participant, now: datetime) -> list[Activity]:
    """Put a whole agenda in the place of what is still to come; what has been done stays."""
    with transaction.atomic():
        workshop = _locked(workshop, by)
        # A part that had begun, and was stepped back from, keeps what people gave in it.
        workshop.activities.filter(state__in=(Activity.State.PLANNED, Activity.State.SKIPPED), started_at=None).delete()
        made = [_insert(workshop, plan, None) for plan in plans]
        if not made:
            raise Refused(_("An agenda needs at least one part."))
        _noted(workshop, _("The agenda was laid out: {name}", name=name or ", ".join(map(str, made))), by, now)
    return made


def usual_agenda(workshop: Workshop) -> None:
    """The agenda of a workshop nobody has planned yet; its first part is where it stands."""
    row = [Activity(workshop=workshop, position=place, **ActivityPlan(kind).columns()) for place, kind in enumerate(USUAL, start=1)]
    row[0].state = Activity.State.NOW
    Activity.objects.bulk_create(row)


def keep(workshop: Workshop, name: str, *, by: Participant, now: datetime) -> KeptAgenda:
    """Keep a workshop's agenda under a name, for this authority's other workshops; the same name replaces it."""
    require(ground_policy.why_not(roles.CONVENE, held_by(by)) if roles.FACILITATE not in held_by(by) else None)
    words = clean_words(name, 80)
    with transaction.atomic():
        kept, __ = KeptAgenda.objects.update_or_create(
            authority_id=workshop.cycle.authority_id,
            name=words,
            defaults={"activities": [activity.plan for activity in workshop.activities.all()], "at": now},
        )
        _noted(workshop, _("The agenda was kept to use again: {name}", name=words), by, now)
    return kept


def manner_of(activity: Activity | None, *, language: str, secret: str, look_first: bool = False) -> Manner:
    """How words said in an activity are kept: whose name they carry, who sees them, and whether somebody looks first."""
    if activity is None:
        return Manner(language=language, secret=secret)
    first = look_first or activity.moderation == Activity.Moderation.BEFORE
    return Manner(
        language=language,
        held=first or (activity.sight != Activity.Sight.LIVE and activity.shared_at is None),
        moderation=Contribution.Moderation.WAITING if first else Contribution.Moderation.APPROVED,
        attribution=activity.attribution,
        secret=secret,
    )
