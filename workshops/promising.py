"""Writing down who does what; saying yes or no to it; finding another owner; saying how it goes; who would meet again."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from commissioning import minutes
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, other_key, printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import phases, policy, promised, promises, sending
from workshops.announcing import announce
from workshops.attending import here
from workshops.models import Action, Willing, Workshop

SIDE_OF = {"commissioner": Action.Side.AUTHORITY, "vso": Action.Side.VSO, "citizen": Action.Side.CITIZENS}


@dataclass(frozen=True)
class Owner:
    """Who is asked to do something: somebody of the cycle, or a name with an address we can ask at, or only a name."""

    name: str = ""
    participant: Participant | None = None
    email: str = ""


def _settle(workshop: Workshop, owner: Owner, now: datetime) -> tuple[Owner, bool]:
    """The owner as kept, and whether they are here. A name that only one person here has, or
    only one in the cycle, means that person.
    """
    people = promised.present(workshop, now)
    if owner.participant is None:
        named = [p for p in people if owner.name.strip().casefold() in (p.shown_name.casefold(), p.signature.casefold())]
        owner = Owner(owner.name, named[0], owner.email) if len(named) == 1 else owner
    if owner.participant is None and not owner.email:
        known = list(Participant.objects.filter(cycle=workshop.cycle_id, withdrawn_at=None, shown_name__iexact=owner.name.strip())[:2])
        owner = Owner(owner.name, known[0]) if len(known) == 1 else owner
    if owner.participant is None:
        return Owner(clean_words(owner.name, 120), None, owner.email), False
    if owner.participant.cycle_id != workshop.cycle_id:
        raise Refused(_("Choose somebody from this cycle."))
    return Owner(owner.name.strip()[:120] or owner.participant.signature[:120], owner.participant), owner.participant in people


def add_action(
    workshop: Workshop,
    *,
    text: str,
    due: date,
    how_we_know: str,
    by: Participant,
    now: datetime,
    owner: str = "",
    side: str = "",
    person: Participant | None = None,
    email: str = "",
    why: str = "",
    condition: str = "",
    promised_to: str = Action.To.EVERYBODY,
    key: str = "",
) -> Action:
    """Write down who does what by when and how we will know, once for one `key`. An owner who is not here is asked, and stays proposed.

    Raises `Refused` outside the phases for it, without an owner, or without a side for an owner who is not here.
    """
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        key = key and other_key(key, str(by.pk), printable(text).strip(), owner, str(due))
        if (before := _written_before(workshop, key)) is not None:
            return before
        require(phases.why_not_now(workshop.phase, phases.ACT))
        asked, is_here = _settle(workshop, Owner(owner, person, email), now)
        action = Action.objects.create(
            workshop=workshop,
            text=clean_words(text, 300),
            side=side or _side_of(asked),
            due=due,
            how_we_know=clean_words(how_we_know, 300),
            why=printable(why).strip()[:300],
            condition=printable(condition).strip()[:200],
            promised_to=promised_to,
            key=key,
            at=now,
            **_as_owned(asked, is_here, now),
        )
        _note(action, "action", _("{owner} will: {text}", owner=action.owner, text=action.text), by=by, now=now)
        sending.ask_owner(action, now=now)
    return action


def _side_of(owner: Owner) -> str:
    if owner.participant is None:
        raise Refused(_("Say whose action it is: which side will do it?"))
    return SIDE_OF[owner.participant.group]


def _written_before(workshop: Workshop, key: str) -> Action | None:
    return Action.objects.filter(workshop=workshop, key=key).first() if key else None


def _as_owned(owner: Owner, is_here: bool, now: datetime) -> dict[str, object]:
    return {
        "owner": owner.name,
        "owner_participant": owner.participant,
        "owner_email": owner.email,
        "acceptance": Action.Acceptance.ACCEPTED if is_here else Action.Acceptance.PROPOSED,
        "answered_at": now if is_here else None,
        "accepted_by": "",
        "decline_reason": "",
    }


def _note(action: Action, act: str, what: _, *, by: Participant | None, now: datetime, why: str = "") -> None:
    """Minute something about an action and redraw it wherever it is shown."""
    workshop = action.workshop
    minutes.record(workshop.cycle, act, what, by=by, now=now, why=why, place=workshop.slug)
    for pk in filter(None, {action.workshop_id, action.carried_to_id}):
        announce(pk, f"actions-{pk}", f"desk-{pk}")


def _held(action: Action) -> Action:
    """The action with its row held. Raises `Refused` in a cycle that is closed: what is promised there stands."""
    held = (
        Action.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle", "owner_participant").get(pk=action.pk)
    )
    closed = held.workshop.cycle.state == Cycle.State.CLOSED
    require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=closed))
    return held


def _may_keep_notes(action: Action, by: Participant | None) -> bool:
    return by is not None and by.cycle_id == action.workshop.cycle_id and policy.why_not_keep_notes(held_by(by)) is None


def _is_owner(action: Action, by: Participant | None) -> bool:
    return by is not None and by.pk == action.owner_participant_id


def answer(action: Action, *, yes: bool, reason: str = "", by: Participant | None, now: datetime) -> Action:
    """The owner says yes or no to what they are asked to do; `by` is None for somebody who came by the signed link.

    Raises `Refused` for anybody else, for a no without a reason, and when it was answered already.
    """
    with transaction.atomic():
        action = _held(action)
        if by is not None and not _is_owner(action, by):
            raise Refused(_("Only the person who is asked can answer this."))
        if action.acceptance != promises.PROPOSED:
            raise Refused(_("This was answered already."))
        require(None if yes else promises.why_not_decline(reason))
        action.acceptance = promises.ACCEPTED if yes else promises.DECLINED
        action.answered_at, action.decline_reason = now, "" if yes else printable(reason).strip()[:300]
        action.save(update_fields=["acceptance", "answered_at", "decline_reason"])
        what = _("{owner} said yes to: {text}", owner=action.owner, text=action.text)
        no = _("{owner} said no to: {text}", owner=action.owner, text=action.text)
        _note(action, "accept action" if yes else "decline action", what if yes else no, by=by, now=now, why=action.decline_reason)
    return action


def record_acceptance(action: Action, *, who: str, on: date, by: Participant, now: datetime) -> Action:
    """The note keeper writes down who said yes for an owner who is not here, and on which day (AC-05)."""
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        action = _held(action)
        if not _may_keep_notes(action, by) or action.acceptance == promises.ACCEPTED:
            raise Refused(_("This was answered already."))
        if on > timezone.localdate(now):
            raise Refused(_("That day is still to come. Write down a yes that was given."))
        said = clean_words(who, 120)
        action.acceptance, action.accepted_by, action.answered_at, action.decline_reason = promises.ACCEPTED, said, now, ""
        action.save(update_fields=["acceptance", "accepted_by", "answered_at", "decline_reason"])
        what = _("{who} said yes on {day} for {owner} to: {text}", who=said, day=f"{on:%-d %B %Y}", owner=action.owner, text=action.text)
        _note(action, "accept action", what, by=by, now=now)
    return action


def give_to(action: Action, owner: Owner, *, side: str = "", by: Participant, now: datetime) -> Action:
    """Find another owner for an action, who is asked in turn if they are not here."""
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        action = _held(action)
        if not _may_keep_notes(action, by):
            raise Refused(_("Only the facilitator or the secretariat can do this."))
        asked, is_here = _settle(action.workshop, owner, now)
        for name, value in _as_owned(asked, is_here, now).items():
            setattr(action, name, value)
        action.side = side or (SIDE_OF[asked.participant.group] if asked.participant else action.side)
        action.save()
        _note(action, "action owner", _("{owner} is now asked to: {text}", owner=action.owner, text=action.text), by=by, now=now)
        sending.ask_owner(action, now=now)
    return action


def report_progress(action: Action, *, progress: str, reason: str = "", by: Participant, now: datetime) -> Action:
    """Say that a promise is done, late or dropped. By its owner, or by whoever keeps the notes."""
    with transaction.atomic():
        action = _held(action)
        if not _is_owner(action, by) and not _may_keep_notes(action, by):
            raise Refused(_("Only its owner, the facilitator or the secretariat can do this."))
        require(promises.why_not_progress(action.acceptance, progress, reason))
        action.progress, action.progress_at = progress, now
        action.progress_reason = printable(reason).strip()[:300]
        action.save(update_fields=["progress", "progress_reason", "progress_at"])
        what = _("{text}: {standing}", text=action.text, standing=Action.Progress(progress).label)
        _note(action, "action progress", what, by=by, now=now, why=action.progress_reason)
    return action


def would_meet_again(workshop: Workshop, *, yes: bool, by: Participant, now: datetime) -> None:
    """Somebody says whether they would come to a follow-up about what is still open (WS-06)."""
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        require(policy.why_not_do(here(workshop, by, now), phases.ACT))
        Willing.objects.update_or_create(workshop=workshop, participant=by, defaults={"yes": yes, "at": now})
        announce(workshop.pk, f"actions-{workshop.pk}")
