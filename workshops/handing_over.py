"""Somebody leaves a cycle: every open promise of theirs gets another owner first (TR-07)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commissioning import minutes, people, roles
from commissioning import policy as ground_policy
from commissioning.models import Cycle, Participant, Role
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import promised, promises
from workshops.announcing import announce
from workshops.models import Action
from workshops.promising import SIDE_OF


def may_hand_over(person: Participant, by: Participant | None) -> bool:
    """Somebody hands over for themselves; whoever convenes does it for somebody who is gone."""
    return by is not None and by.cycle_id == person.cycle_id and (by.pk == person.pk or roles.CONVENE in held_by(by))


def successors(person: Participant) -> list[Participant]:
    """Who can take over from somebody: the people of their own side, and of their own organisation first."""
    side = Participant.objects.filter(cycle=person.cycle_id, group=person.group, withdrawn_at=None, voice=False).exclude(pk=person.pk)
    listed = list(side.select_related("organisation").order_by("shown_name", "pk"))
    mine = person.organisation_id
    return sorted(listed, key=lambda p: mine is None or p.organisation_id != mine)


def leave(
    person: Participant, to: Mapping[str, Participant], *, role_to: Participant | None = None, by: Participant, now: datetime
) -> Participant:
    """Somebody leaves a cycle, handing over each open promise; `to` names its new owner by the line's name (see `name_of`).

    A new owner is asked, as anybody is who did not promise themselves. `role_to` takes over the roles.
    Raises `Refused` while a promise has no new owner, and for the last person who can convene.
    """
    if not may_hand_over(person, by):
        raise Refused(_("Only the person who leaves, or whoever convenes the cycle, can do this."))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=person.cycle_id)
        require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        person = Participant.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=person.pk)
        if role_to is not None and roles.CONVENE not in held_by(by):
            raise Refused(_("Whoever convenes the cycle gives roles. Leave it empty, and tell them that you go."))
        if person.withdrawn_at is not None:
            raise Refused(_("{who} has left already.", who=person.shown_name))
        allowed = {p.pk for p in successors(person)}
        if ({p.pk for p in to.values()} | ({role_to.pk} if role_to else set())) - allowed:
            raise Refused(_("Choose somebody of the same side who is still here."))
        _hand_over_roles(person, role_to, by=by, now=now)
        open_still = promised.open_of(person)
        without = [line for line in open_still if name_of(line) not in to]
        if without:
            raise Refused(_("{who} has {n} open promises without a new owner. Choose one for each.", who=person.shown_name, n=len(without)))
        for line in open_still:
            _give(line, to[name_of(line)], person, by=by, now=now)
        person.withdrawn_at = now
        person.save(update_fields=["withdrawn_at"])
        minutes.record(
            cycle, "leave", _("{who} has left, and {n} promises have a new owner", who=person.signature, n=len(open_still)), by=by, now=now
        )
    return person


def name_of(line: promised.Line) -> str:
    """The name of one open promise in the form."""
    return f"{'outside' if line.outside else 'action'}-{line.promise.pk}"


def _hand_over_roles(person: Participant, to: Participant | None, *, by: Participant, now: datetime) -> None:
    codes = people.role_codes(person)
    if to is not None:
        for code in sorted(codes):
            __, new = Role.objects.get_or_create(participant=to, code=code)
            if new:
                what = _("{who} is now {role}", who=to.signature, role=str(roles.ROLES[code].title).lower())
                minutes.record(person.cycle, "role", what, by=by, now=now)
        return
    conveners = [code for code, role in roles.ROLES.items() if roles.CONVENE in role.permissions]
    others = Role.objects.filter(participant__cycle=person.cycle_id, participant__withdrawn_at=None, code__in=conveners)
    if codes & set(conveners) and not others.exclude(participant=person).exists():
        raise Refused(_("Nobody else can lead this cycle. Choose who takes over the role."))


def _give(line: promised.Line, to: Participant, was: Participant, *, by: Participant, now: datetime) -> None:
    promise, here = line.promise, to.pk == by.pk
    kept = ["owner", "owner_participant", "side", "acceptance"]  # and nothing else: who leaves may be saying just now how it went
    promise.owner, promise.owner_participant, promise.side = to.signature[:120], to, SIDE_OF[to.group]
    promise.acceptance = promises.ACCEPTED if here else promises.PROPOSED
    what = _("{new} takes over from {old}: {text}", new=promise.owner, old=was.signature, text=promise.text)
    if isinstance(promise, Action):
        promise.owner_email, promise.accepted_by, promise.answered_at = "", "", now if here else None
        promise.save(update_fields=[*kept, "owner_email", "accepted_by", "answered_at"])
        minutes.record(was.cycle, "hand over promise", what, by=by, now=now, place=promise.workshop.slug)
        for pk in filter(None, {promise.workshop_id, promise.carried_to_id}):
            announce(pk, f"actions-{pk}", f"desk-{pk}")
        return
    promise.save(update_fields=kept)
    minutes.record(was.cycle, "hand over promise", what, by=by, now=now)
