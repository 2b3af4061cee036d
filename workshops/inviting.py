"""Asking people to a workshop in plain words, hearing whether they come, and changing the terms in the open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commissioning import convening, minutes, people, roles
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, printable
from commissioning.cycle import LEVELS
from commissioning.models import Cycle, InterestDeclaration, Minute, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, require
from commissioning.sentences import Sentence as _
from workshops import letters, stakeholders, terms
from workshops.announcing import announce
from workshops.attending import held_for_talk
from workshops.models import Invitation, Letter, Workshop


def invite(workshop: Workshop, chosen: Collection[Participant], *, capacity: str = "", by: Participant, now: datetime) -> list[Invitation]:
    """Ask participants of the cycle to a workshop, each once; returns the new invitations.

    Raises `Refused` while the payment line, the rule on bidding or the time is not stated (PY-01, FS-04, VS-01), and while a
    group that must be asked has nobody and no reason, unless somebody chosen belongs to such a group (AN-07).
    """
    with transaction.atomic():
        workshop = _ready(workshop, by)
        if capacity not in Invitation.Capacity.values:
            raise Refused(_("Choose what this person comes for."))
        had = set(Invitation.objects.filter(workshop=workshop).values_list("participant", flat=True))
        asked = [p for p in chosen if p.cycle_id == workshop.cycle_id and p.withdrawn_at is None and p.pk not in had]
        if not asked:
            raise Refused(_("Choose somebody who is not invited yet."))
        require(stakeholders.why_not_invite(workshop.cycle, asked, capacity))
        made = [Invitation.objects.create(workshop=workshop, participant=p, capacity=capacity, at=now) for p in asked]
        what = _("Invited: {who}", who="; ".join(p.signature for p in asked))
        minutes.record(workshop.cycle, "invite", what, by=by, now=now, place=workshop.slug)
        letters.ask_for(asked, Letter.Kind.INVITATION, f"invitation:{workshop.pk}", cycle=workshop.cycle, workshop=workshop, now=now)
        announce(workshop.pk, f"desk-{workshop.pk}")
    return made


def bring_in(
    workshop: Workshop, who: people.Introduction, *, email: str = "", capacity: str = "", by: Participant, now: datetime
) -> tuple[Invitation, str]:
    """Bring a new person into the cycle and ask them to the workshop; returns the invitation and their personal key.

    Raises `Refused` as `invite` does, before anybody is brought in.
    """
    with transaction.atomic():
        _ready(workshop, by)
        participant, key = convening.invite(workshop.cycle, who, by=by, now=now, email=email)
        return invite(workshop, [participant], capacity=capacity, by=by, now=now)[0], key


def open_to(workshop: Workshop, *, entry: str, by: Participant, now: datetime) -> None:
    """Say who can join: people who are invited, or anybody, whom the public page then shows how (FS-05).

    Raises `Refused` as `invite` does: whoever finds it must find the payment line, the rule on bidding and the time, too.
    """
    if entry not in Workshop.Entry.values:
        raise Refused(_("Choose who can join."))
    with transaction.atomic():
        workshop = _ready(workshop, by)
        if workshop.entry != entry:
            workshop.entry = entry
            workshop.save(update_fields=["entry"])
            what = _("Who can join: {entry}", entry=Workshop.Entry(entry).label)
            minutes.record(workshop.cycle, "who can join", what, by=by, now=now, place=workshop.slug)


def _ready(workshop: Workshop, by: Participant) -> Workshop:
    require(ground_policy.why_not(roles.CONVENE, held_by(by)))
    locked = held_for_talk(workshop, by)
    cycle = locked.cycle
    require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
    require(cycle.quiet)
    require(
        terms.why_not_invite(
            payment_line=cycle.payment_line,
            bidding_rule=cycle.bidding_rule,
            hours=locked.hours,
            over=locked.closed_at is not None,
        )
    )
    return locked


def answer(invitation: Invitation, *, said: str, by: Participant, now: datetime) -> None:
    """Say whether one will come, cannot, or takes part on line before or after. Only the person invited can."""
    with transaction.atomic():
        kept = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle").get(pk=invitation.pk)
        workshop = kept.workshop
        if kept.participant_id != by.pk or by.withdrawn_at is not None:
            raise Refused(_("This invitation is somebody else’s."))
        if workshop.closed_at is not None:
            raise Refused(_("This workshop is over."))
        if said not in Invitation.Answer.values or not said:
            raise Refused(_("Choose one of the answers."))
        if said == Invitation.Answer.BESIDE and not workshop.window.stated:
            raise Refused(_("There is no time set for taking part without the meeting. Ask the person who invited you."))
        kept.answer, kept.answered_at = said, now
        kept.save(update_fields=["answer", "answered_at"])
        what = _("{who} answered the invitation: {answer}", who=by.signature, answer=Invitation.Answer(said).label)
        minutes.record(workshop.cycle, "answer invitation", what, by=by, now=now, place=workshop.slug)


def provider_joined(cycle: Cycle) -> bool:
    """Whether anybody who provides or may bid for this service takes part."""
    joined = cycle.participants.filter(withdrawn_at=None)
    declared = InterestDeclaration.objects.filter(participant__in=joined, kind__in=terms.PROVIDERS)
    return joined.filter(group="vso").exists() or declared.exists()


def change_terms(cycle: Cycle, *, payment_line: str, bidding_rule: str, reason: str, by: Participant, now: datetime) -> None:
    """Change the payment line or the rule on taking part and bidding, in the open.

    Once a provider has joined, a new rule on bidding needs a reason, and everybody who joined is told (FS-04).
    """
    require(ground_policy.why_not(roles.CONVENE, held_by(by)))
    payment, rule, why = clean_words(payment_line, 300), clean_words(bidding_rule, 400), printable(reason).strip()[:500]
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        new_payment, new_rule = payment != cycle.payment_line, rule != cycle.bidding_rule
        if not (new_payment or new_rule):
            raise Refused(_("Nothing has changed."))
        if new_rule:
            require(terms.why_not_change_bidding(provider_joined=provider_joined(cycle), reason=why))
        cycle.payment_line, cycle.bidding_rule = payment, rule
        cycle.save(update_fields=["payment_line", "bidding_rule"])
        if new_payment:
            minutes.record(cycle, "payment", _("Payment for taking part is now: {line}", line=payment), by=by, now=now, why=why)
        if new_rule:
            line = minutes.record(cycle, "bidding rule", _("Taking part and bidding is now: {rule}", rule=rule), by=by, now=now, why=why)
            joined = cycle.participants.filter(withdrawn_at=None)
            letters.ask_for(joined, Letter.Kind.BIDDING, f"bidding:{line.pk}", cycle=cycle, now=now, words=why)


def change_level(cycle: Cycle, *, level: int, reason: str, by: Participant, now: datetime) -> None:
    """Change what people are promised. Whoever came for more than is promised now is told, with the reason (INV-20, PS-01)."""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        line = convening.change_level(cycle, level=level, reason=printable(reason).strip()[:500], by=by, now=now)
        if line is None:
            return
        for pk in Workshop.objects.filter(cycle=cycle, closed_at=None).values_list("pk", flat=True):
            announce(pk, f"level-{pk}")
        if level < cycle.level:
            names = {"was": LEVELS[cycle.level][0], "now": LEVELS[level][0], "reason": line.why}
            what = _("Before, we promised: {was}. Now we promise: {now}. The reason: {reason}", **names)
            letters.tell(cycle.participants.all(), Letter.Kind.LEVEL, f"level:{line.pk}", cycle=cycle, now=now, words=what)


# Looks


@dataclass(frozen=True)
class InvitationLook:
    """Everything an invitation says, in plain words."""

    workshop: Workshop
    scope: list[object]
    new_rule: Minute | None
    nobody_from: list[stakeholders.GroupLook]


def said_in(workshop: Workshop) -> InvitationLook:
    """What an invitation to this workshop says; a changed rule on bidding is said with its date and reason.

    So is every group that should be asked and is not (AN-07).
    """
    changed = Minute.objects.filter(cycle=workshop.cycle, act="bidding rule").order_by("-pk").first()
    return InvitationLook(workshop, list(workshop.cycle.scope.all()), changed, stakeholders.reasons(workshop.cycle))


def invited_to(workshop: Workshop) -> list[Invitation]:
    """The invitations of a workshop with their people."""
    return list(Invitation.objects.filter(workshop=workshop).select_related("participant__organisation", "participant__user"))


def advice(workshop: Workshop, invitations: Collection[Invitation]) -> list[Sentence]:
    """Which parts of the authority nobody was invited from; those who cannot come count as absent (WS-13)."""
    coming = [i for i in invitations if i.answer != Invitation.Answer.CANNOT]
    capacities = {i.capacity for i in coming}
    if any(i.participant.standing == Participant.Standing.PROCUREMENT for i in coming):
        capacities.add("procurement")
    return terms.absent(capacities)
