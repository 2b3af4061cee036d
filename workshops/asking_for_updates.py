"""Either side asks the other how an action goes, and takes it to the champion when nobody answers (AC-02, AC-10)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commissioning import minutes
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, words_if_any
from commissioning.models import Cycle, Participant, Role
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import letters, policy, promises, promising
from workshops.models import Action, Letter, PlanVersion, PracticeAnswer, UpdateAsked

SIX_MONTHS = timedelta(days=182)


def why_not_ask(action: Action, by: Participant | None) -> _ | None:
    """Whether somebody may ask how an action goes: it is promised, not done, and not their own side's alone."""
    if by is None or by.withdrawn_at is not None or by.voice:
        return _("Join this cycle first.")
    if action.acceptance != promises.ACCEPTED or action.progress in (promises.DONE, promises.DROPPED):
        return _("Only an action that somebody has promised and not finished can be asked about.")
    if action.side == promising.SIDE_OF[by.group]:
        return _("This is your own side’s action. Say on its page how it goes.")
    return None


def ask(action: Action, *, words: str = "", by: Participant, now: datetime) -> UpdateAsked:
    """Ask for an update. The owner is told; once the action is late, the champion is told too. Asked twice, it is one question."""
    with transaction.atomic():
        action = _held(action, by)
        require(why_not_ask(action, by))
        waiting = action.asked_about.filter(answered_at=None).first()
        if waiting is not None:
            return waiting
        due = timezone.localdate(now) + timedelta(days=settings.UPDATE_ANSWERED_WITHIN)
        asked = UpdateAsked.objects.create(action=action, asker=by, words=words_if_any(words, 300), at=now, due=due)
        what = _("An update was asked for: {text}", text=action.text)
        minutes.record(action.workshop.cycle, "ask for update", what, by=by, now=now, why=asked.words, place=action.workshop.slug)
        late = action.standing == promises.LATE
        _tell(asked, [*_owner(action), *(_champions(action) if late else [])], f"update:{asked.pk}", now=now)
    return asked


def _held(action: Action, by: Participant) -> Action:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=action.workshop.cycle_id)
    if by.cycle_id != cycle.pk:
        raise Refused(_("Choose somebody from this cycle."))
    require(ground_policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return (
        Action.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle", "owner_participant").get(pk=action.pk)
    )


def _owner(action: Action) -> list[Participant]:
    return [action.owner_participant] if action.owner_participant else _leads(action)


def _champions(action: Action) -> list[Participant]:
    """The champion; where the role is vacant, the lead commissioner."""
    return _with_role(action, "champion") or _leads(action)


def _leads(action: Action) -> list[Participant]:
    return _with_role(action, "lead")


def _with_role(action: Action, code: str) -> list[Participant]:
    held = Role.objects.filter(participant__cycle=action.workshop.cycle_id, participant__withdrawn_at=None, code=code)
    return [role.participant for role in held.select_related("participant__user")]


def _tell(asked: UpdateAsked, people: list[Participant], occasion: str, *, now: datetime) -> None:
    words = _("“{text}”: people ask how it goes. Please answer by {day}.", text=asked.action.text, day=f"{asked.due:%-d %B %Y}")
    letters.tell(people, Letter.Kind.UPDATE, occasion, cycle=asked.action.workshop.cycle, now=now, words=words)


def answer(asked: UpdateAsked, *, words: str, progress: str = "", reason: str = "", by: Participant, now: datetime) -> UpdateAsked:
    """The owner, or whoever keeps the notes, says how it goes; with it, that it is done or late."""
    said = clean_words(words, 600)
    with transaction.atomic():
        action = _held(asked.action, by)
        asked = UpdateAsked.objects.select_for_update(of=("self",), no_key=True).get(pk=asked.pk)
        if asked.answered_at is not None:
            raise Refused(_("This was answered already."))
        if action.owner_participant_id != by.pk and policy.why_not_keep_notes(held_by(by)) is not None:
            raise Refused(_("Only its owner, the facilitator or the secretariat can do this."))
        asked.answer, asked.answered_by, asked.answered_at = said, by, now
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
        if progress and progress != action.progress:
            promising.report_progress(action, progress=progress, reason=reason or said, by=by, now=now)
        what = _("An update was given: {text}", text=action.text)
        minutes.record(action.workshop.cycle, "give update", what, by=by, now=now, why=said, place=action.workshop.slug)
    return asked


def escalate(asked: UpdateAsked, *, because: str, by: Participant, now: datetime) -> UpdateAsked:
    """Take a question nobody answered in time to the champion. Raises `Refused` before its day, or once it was answered."""
    why = clean_words(because, 300)
    with transaction.atomic():
        action = _held(asked.action, by)
        asked = UpdateAsked.objects.select_for_update(of=("self",), no_key=True).get(pk=asked.pk)
        require(why_not_escalate(asked, action, by, now))
        asked.escalated_at, asked.escalated_because = now, why
        asked.save(update_fields=["escalated_at", "escalated_because"])
        what = _("Taken to the champion, since nobody answered: {text}", text=action.text)
        minutes.record(action.workshop.cycle, "escalate", what, by=by, now=now, why=why, place=action.workshop.slug)
        _tell(asked, _champions(action), f"escalated:{asked.pk}", now=now)
    return asked


def why_not_escalate(asked: UpdateAsked, action: Action, by: Participant, now: datetime) -> _ | None:
    """Whether a question may go to the champion now."""
    if asked.answered_at is not None:
        return _("This was answered already.")
    if asked.escalated_at is not None:
        return _("The champion has been asked already.")
    if timezone.localdate(now) <= asked.due:
        return _("There is time to answer until {day}.", day=f"{asked.due:%-d %B %Y}")
    if action.side == promising.SIDE_OF[by.group]:
        return _("The side that asked takes it to the champion.")
    return None


def ask_what_changed(*, now: datetime) -> int:
    """Ask everybody of a cycle, six months after a plan was agreed, what changed by its actions; once for each plan (AC-10)."""
    told = 0
    agreed = PlanVersion.objects.filter(agreed=True, ended_at__lte=now - SIX_MONTHS, ended_at__gt=now - 2 * SIX_MONTHS)
    for version in agreed.select_related("cycle").exclude(cycle__state=Cycle.State.CLOSED):
        words = _("Six months ago everybody agreed to an action plan. Please say for each action what changed, on the page of the plan.")
        people = version.cycle.participants.filter(withdrawn_at=None, voice=False)
        told += letters.tell(people, Letter.Kind.UPDATE, f"practice:{version.pk}", cycle=version.cycle, now=now, words=words)
    return told


def say_what_changed(action: Action, *, changed: str, words: str, by: Participant, now: datetime) -> PracticeAnswer:
    """Six months later: the owner and the other side each say whether practice changed, with an example; the last word counts."""
    if changed not in PracticeAnswer.Changed.values:
        raise Refused(_("Say yes, partly or no."))
    example = clean_words(words, 600)
    with transaction.atomic():
        action = _held(action, by)
        if action.due > timezone.localdate(now):
            raise Refused(_("Its day is still to come, so nothing can have changed by it yet."))
        side = PracticeAnswer.From.OWNER if _on_its_side(action, by) else PracticeAnswer.From.OTHER
        said = {"side": side, "changed": changed, "words": example, "at": now}
        made = PracticeAnswer.objects.update_or_create(action=action, participant=by, defaults=said)[0]
        what = _("Somebody said what changed by: {text}", text=action.text)
        minutes.record(action.workshop.cycle, "what changed", what, by=None, now=now, place=action.workshop.slug)
    return made


def _on_its_side(action: Action, by: Participant) -> bool:
    return action.owner_participant_id == by.pk or action.side in (promising.SIDE_OF[by.group], Action.Side.BOTH)
