"""Running a workshop through its agenda: going on, back, splitting and joining, the clock, who is ready, sharing what was hidden."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from commissioning import minutes, roles
from commissioning.contributing import printable
from commissioning.models import Contribution, Participant, Role
from commissioning.people import give_facilitation, held_by, role_codes
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import agenda, choosing, clock, opinion_maps, phases, policy, rooms
from workshops.announcing import announce
from workshops.models import Activity, Idea, Proposal, Ready, Workshop
from workshops.voting import close_ballots

SEALED_KINDS = ("rate", "prioritise", "choose", "statements")  # nobody sees what others gave before the facilitator goes on
LONGEST_EXTENSION = 240  # minutes
SHOWINGS = {
    "follow": _("Whatever the agenda needs"),
    "join": _("How to join"),
    "prompt": _("The question and the clock"),
    "board": _("The board"),
    "results": _("The results"),
    "actions": _("The actions"),
}


def current(workshop: Workshop) -> Activity | None:
    """What is happening now; None once the workshop is closed."""
    return Activity.objects.filter(workshop=workshop, state=Activity.State.NOW).first()


def current_here(workshop: Workshop) -> Activity:
    """What is happening now, with its workshop. Raises `Refused` once the workshop is closed."""
    activity = current(workshop)
    if activity is None:
        raise Refused(_("The workshop is not running."))
    activity.workshop = workshop
    return activity


def next_up(workshop: Workshop) -> Activity | None:
    """The next part that is still to come, in the order of the agenda."""
    now_at = current(workshop)
    to_come = Activity.objects.filter(workshop=workshop, state=Activity.State.PLANNED)
    after = to_come.filter(position__gt=now_at.position).first() if now_at else None
    return after or to_come.first()


def _held(workshop: Workshop, by: Participant) -> Workshop:
    require(policy.why_not_facilitate(held_by(by)))
    locked = Workshop.objects.select_for_update(of=("self",), no_key=True).select_related("cycle", "parent").get(pk=workshop.pk)
    if by.cycle_id != locked.cycle_id:
        raise Refused(_("You are not part of this workshop."))
    return locked


def go_to(
    workshop: Workshop,
    activity: Activity,
    *,
    seen: int | None,
    why: str = "",
    keep_ballots: bool = False,
    keep_sealed: bool = False,
    by: Participant,
    now: datetime,
) -> None:
    """Go to a part of the agenda, forward or back. `seen` is the part the facilitator saw as now: None means whatever it is.

    Leaving a vote closes its ballots, unless `keep_ballots`; leaving a sealed part shows it, unless `keep_sealed`.
    Raises `Refused` when somebody else has moved on already, or a
    joint workshop starts without what it must have first (INV-15).
    """
    with transaction.atomic():
        workshop = _held(workshop, by)
        activity = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk, workshop=workshop)
        before = current(workshop)
        if seen is not None and (before is None or before.pk != seen):
            raise Refused(_("Somebody else has just moved the workshop to {now}. Look again, then decide.", now=str(before or "")))
        if workshop.started_at is None and workshop.parent_id is None:
            _start(workshop)
        _leave(workshop, before, keep_ballots=keep_ballots, keep_sealed=keep_sealed, why=why, by=by, now=now)
        _enter(workshop, activity, now)
        what = _("{a} → {b}", a=str(before) if before else phases.PHASES[phases.LAST].title, b=str(activity))
        minutes.record(workshop.cycle, "phase", what, by=by, now=now, why=printable(why)[:500], place=workshop.slug)
        announce(workshop.pk, f"phase-{workshop.pk}", f"rooms-{workshop.pk}", f"desk-{workshop.pk}")


def _start(workshop: Workshop) -> None:
    if workshop.kind == Workshop.Kind.JOINT:
        require(policy.why_not_meet_jointly(**what_joint_needs(workshop)))


def what_joint_needs(workshop: Workshop) -> dict[str, bool]:
    """Which of the things a joint workshop must have are there (INV-15)."""
    cycle = workshop.cycle
    held = Role.objects.filter(participant__cycle=cycle, participant__withdrawn_at=None).values_list("participant", "code")
    by_role: dict[str, set[int]] = {}
    for person, code in held:
        by_role.setdefault(code, set()).add(person)
    return {
        "champion": bool(by_role.get("champion")),
        "facilitator": bool(by_role.get("facilitator")),
        "independent": bool(by_role.get("facilitator", set()) - by_role.get("lead", set())),
        "told": bool(workshop.told),
        "payment_line": bool(cycle.payment_line.strip()),
        "level": cycle.level is not None,
        "scope": cycle.scope.exists(),
    }


def _leave(
    workshop: Workshop, before: Activity | None, *, keep_ballots: bool, keep_sealed: bool, why: str, by: Participant, now: datetime
) -> None:
    if before is None:
        return
    if before.kind == "vote" and not keep_ballots:
        close_ballots(workshop, reason=why, by=by, now=now)
    if before.is_apart and workshop.apart:
        rooms.bring_together(workshop, by=by, now=now)
    if before.kind in SEALED_KINDS and before.shared_at is None and not keep_sealed:
        before.shared_at = now  # going on is the act that shows what was sealed meanwhile
        if before.kind == "choose":
            choosing.note_turnout(before, now)
        if before.kind == "statements":
            opinion_maps.wanted(workshop, before, now=now)
        announce(workshop.pk, f"scores-{workshop.pk}")
    before.state, before.ended_at = Activity.State.DONE, now
    before.save(update_fields=["state", "ended_at", "shared_at", "turnout"])
    time = clock_of(before)
    if time is not None and time.left(now) < -30:  # seconds; less than half a minute is not worth a line
        over = _("{what} took {n} minutes; {m} were planned", what=str(before), n=clock.whole_minutes(time.taken(now)), m=before.minutes)
        minutes.record(workshop.cycle, "overrun", over, by=by, now=now, place=workshop.slug)


def _enter(workshop: Workshop, activity: Activity, now: datetime) -> None:
    Ready.objects.filter(activity=activity).delete()
    activity.state, activity.started_at, activity.ended_at = Activity.State.NOW, now, None
    activity.extra_seconds = activity.paused_seconds = 0
    activity.paused_at = None
    activity.save()
    workshop.phase, workshop.closed_at = activity.kind, None
    workshop.started_at = workshop.started_at or now
    workshop.save(update_fields=["phase", "closed_at", "started_at"])
    if activity.kind == "share":
        for hidden in workshop.activities.filter(sight=Activity.Sight.HIDDEN, shared_at=None).exclude(pk=activity.pk):
            _share(hidden, now)
    if activity.is_apart:
        rooms.split(workshop, activity, now=now)


def go_to_kind(workshop: Workshop, *, kind: str, why: str = "", keep_ballots: bool = False, by: Participant, now: datetime) -> None:
    """Go to the next part of this kind, back to an earlier one, or to a new one when the agenda has none."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        here = current(workshop)
        of_kind = [a for a in workshop.activities.filter(kind=kind) if a != here]
        ahead = [a for a in of_kind if here is None or a.position > here.position]
        activity = next(iter(ahead or of_kind[::-1]), None)
        if activity is None:
            if workshop.closed_at:
                Workshop.objects.filter(pk=workshop.pk).update(closed_at=None)
            activity = agenda.add(workshop, agenda.ActivityPlan(kind), after=here, by=by, now=now)
        go_to(workshop, activity, seen=None, why=why, keep_ballots=keep_ballots, by=by, now=now)


def step_back(workshop: Workshop, *, why: str = "", by: Participant, now: datetime) -> None:
    """Something went wrong: go back to the part before. Nothing is lost: what is open stays sealed and keeps its votes."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        here = current(workshop)
        been = workshop.activities.filter(state=Activity.State.DONE).exclude(ended_at=None).order_by("-ended_at", "-position").first()
        if been is None:
            raise Refused(_("This is the first part, so there is nothing to go back to."))
        reason = why.strip() or str(_("Something went wrong"))
        go_to(workshop, been, seen=None, why=reason, keep_ballots=True, keep_sealed=True, by=by, now=now)
        if here is not None:  # it was not finished: it is still to come
            Activity.objects.filter(pk=here.pk).update(state=Activity.State.PLANNED)


def private_round(workshop: Workshop, *, by: Participant, now: datetime) -> Activity:
    """Open a round in which everybody writes alone, at one press; it comes right after what is happening now (WS-11)."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        here = current(workshop)
        made = agenda.add(workshop, agenda.ActivityPlan("private", prompt=here.prompt if here else ""), after=here, by=by, now=now)
        go_to(workshop, made, seen=None, by=by, now=now)
    return made


def separate_now(workshop: Workshop, *, why: str = "", by: Participant, now: datetime) -> Activity:
    """Send each group to a room of its own at any moment; what was happening is still to come afterwards (WS-02)."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        here = current(workshop)
        if here is not None and here.is_apart:
            raise Refused(_("The groups are in their rooms already."))
        plan = agenda.ActivityPlan("discuss", title=str(_("Each group by itself")), takes_part=Activity.TakesPart.EACH_GROUP)
        made = agenda.add(workshop, plan, after=here, by=by, now=now)
        go_to(workshop, made, seen=None, why=why, keep_ballots=True, keep_sealed=True, by=by, now=now)
        if here is not None and here.kind in SEALED_KINDS:
            _put_after(here, made)  # what people gave in it stays sealed, and they go on with it
        elif here is not None:
            again = agenda.repeat(here, by=by, now=now)
            Activity.objects.filter(pk=again.pk).update(title=here.title)
    return made


def _put_after(activity: Activity, other: Activity) -> None:
    """Plan an activity that was left for after the one put in right behind it."""
    places = Activity.objects.filter(pk=other.pk).values_list("position", flat=True).get(), activity.position
    Activity.objects.filter(pk=activity.pk).update(position=places[0], state=Activity.State.PLANNED)
    Activity.objects.filter(pk=other.pk).update(position=places[1])


def come_together(workshop: Workshop, *, why: str = "", by: Participant, now: datetime) -> None:
    """Bring the rooms together and go on with the agenda. Raises `Refused` when a group is not ready and no reason is given."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        here = current(workshop)
        if here is None or not here.is_apart:
            raise Refused(_("Everybody is together already."))
        if here.takes_part == Activity.TakesPart.EACH_GROUP:
            groups, __ = rooms.readiness_of(workshop)
            require(policy.why_not_join(groups, why))
        following = next_up(workshop)
        if following is None:
            following = agenda.add(workshop, agenda.ActivityPlan("share"), after=here, by=by, now=now)
        go_to(workshop, following, seen=here.pk, why=why, by=by, now=now)


# The clock


def clock_of(activity: Activity) -> clock.Clock | None:
    """The clock of an activity that has begun."""
    if activity.started_at is None:
        return None
    return clock.Clock(activity.started_at, activity.minutes, activity.extra_seconds, activity.paused_seconds, activity.paused_at)


def extend(workshop: Workshop, extra: int, *, by: Participant, now: datetime) -> None:
    """Give the present part more minutes, or fewer with a minus."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        activity = Activity.objects.select_for_update(no_key=True).filter(workshop=workshop, state=Activity.State.NOW).first()
        if activity is None or not extra or abs(extra) > LONGEST_EXTENSION:
            raise Refused(_("Add or take away between 1 and {n} minutes.", n=LONGEST_EXTENSION))
        activity.extra_seconds += extra * 60
        activity.save(update_fields=["extra_seconds"])
        minutes.record(
            workshop.cycle, "clock", _("{what}: {n} minutes more", what=str(activity), n=extra), by=by, now=now, place=workshop.slug
        )
        announce(workshop.pk, f"phase-{workshop.pk}", f"desk-{workshop.pk}")


def pause(workshop: Workshop, *, by: Participant, now: datetime) -> None:
    """Stop the clock, or let it run again. What people write is kept all the same."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        activity = Activity.objects.select_for_update(no_key=True).filter(workshop=workshop, state=Activity.State.NOW).first()
        if activity is None:
            raise Refused(_("The workshop is not running."))
        if activity.paused_at is None:
            activity.paused_at = now
        else:
            activity.paused_seconds += int((now - activity.paused_at) / timedelta(seconds=1))
            activity.paused_at = None
        activity.save(update_fields=["paused_at", "paused_seconds"])
        what = _("The clock was stopped") if activity.paused_at else _("The clock runs again")
        minutes.record(workshop.cycle, "clock", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"phase-{workshop.pk}", f"desk-{workshop.pk}")


# Ready, shared, handed over, on the big screen


def say_ready(workshop: Workshop, *, ready: bool, by: Participant, now: datetime) -> None:
    """Say that one is ready to go on, or not after all. Not a minute: it says nothing about the matter."""
    if not roles.has_counted_voice(role_codes(by)):
        raise Refused(_("Those who run the workshop are not counted as ready."))
    with transaction.atomic():
        activity = current(workshop)
        if activity is None or by.cycle_id != workshop.cycle_id:
            raise Refused(_("The workshop is not running."))
        if ready:
            Ready.objects.get_or_create(activity=activity, participant=by)
        else:
            Ready.objects.filter(activity=activity, participant=by).delete()
        announce(workshop.pk, f"ready-{workshop.pk}")


def share(activity: Activity, *, why: str = "", by: Participant, now: datetime) -> int:
    """Show everybody what was written out of sight; returns how many cards. What a group keeps needs its consent, in words."""
    with transaction.atomic():
        workshop = _held(activity.workshop, by)
        if activity.sight == Activity.Sight.ROOM and not why.strip():
            raise Refused(_("Say who in the room agreed to share it: it was written to stay here."))
        shown = _share(Activity.objects.select_for_update(no_key=True).get(pk=activity.pk), now)
        minutes.record(
            workshop.cycle, "share", _("{n} cards were shared", n=shown), by=by, now=now, why=printable(why)[:500], place=workshop.slug
        )
        announce(workshop.pk, f"phase-{workshop.pk}", f"desk-{workshop.pk}")
    return shown


def _share(activity: Activity, now: datetime) -> int:
    activity.shared_at = now
    activity.save(update_fields=["shared_at"])
    ideas = list(Idea.objects.filter(activity=activity, contribution__held=True).values_list("pk", "contribution"))
    cards = list(Proposal.objects.filter(activity=activity, contribution__held=True).values_list("pk", "contribution"))
    hidden = Q(pk__in=[c for __, c in [*ideas, *cards]], moderation=Contribution.Moderation.APPROVED)
    shown = Contribution.objects.filter(hidden).update(held=False)
    announce(
        activity.workshop_id, *[f"idea-{pk}" for pk, __ in ideas], *[f"proposal-{pk}" for pk, __ in cards], f"desk-{activity.workshop_id}"
    )
    return shown


def hand_over(workshop: Workshop, to: Participant, *, by: Participant, now: datetime) -> None:
    """Hand the room to a co-facilitator. Somebody who was not one becomes one, and has no counted vote from then on."""
    with transaction.atomic():
        workshop = _held(workshop, by)
        if to.cycle_id != workshop.cycle_id or to.withdrawn_at or to.voice:
            raise Refused(_("Choose somebody who is part of this cycle."))
        give_facilitation(to, by=by, now=now)
        Workshop.objects.filter(pk=workshop.pk).update(led_by=to)
        minutes.record(workshop.cycle, "hand over", _("{who} leads the room now", who=to.signature), by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"presence-{workshop.pk}", f"desk-{workshop.pk}")


def show_on_screen(workshop: Workshop, what: str, *, by: Participant, now: datetime) -> None:
    """Choose what the big screen shows; "follow" lets it follow the agenda."""
    if what not in SHOWINGS:
        raise Refused(_("Choose what the big screen shows."))
    with transaction.atomic():
        workshop = _held(workshop, by)
        Workshop.objects.filter(pk=workshop.pk).update(showing=what)
        minutes.record(
            workshop.cycle, "screen", _("The big screen shows: {what}", what=SHOWINGS[what]), by=by, now=now, place=workshop.slug
        )
        announce(workshop.pk, f"phase-{workshop.pk}", f"desk-{workshop.pk}")
