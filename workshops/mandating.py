"""A broker names the groups they speak for; each group is asked by its own link and confirms, limits or disputes it (VS-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commissioning import brokers, minutes, people, roles
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, Mandate, MandateGroup, Participant
from commissioning.people import held_by, printable_line
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import letters
from workshops.announcing import announce
from workshops.models import Idea, Letter, Proposal, Workshop

HANDS_OUT = frozenset({roles.CONVENE, roles.FACILITATE, roles.KEEP_NOTES})


@dataclass(frozen=True)
class Group:
    """A group as its broker names it: an organisation or a small group of people, and where it can be asked."""

    name: str
    email: str = ""


def claim(cycle: Cycle, groups: Iterable[Group], *, matter: str, until: date, by: Participant, now: datetime) -> Mandate:
    """A broker says for whom they speak. Each group is asked, and counts as not having answered until it has.

    Raises `Refused` for somebody who is no broker, and for a list that names a group twice or nobody.
    """
    listed = [Group(printable_line(g.name)[:200], g.email.strip()) for g in groups if g.name.strip()]
    if by.cycle_id != cycle.pk or "broker" not in people.role_codes(by):
        raise Refused(_("Only a broker can say for which groups they speak. The lead commissioner gives that role."))
    require(brokers.why_not_claim([g.name for g in listed], until, timezone.localdate(now)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        closed = cycle.state == Cycle.State.CLOSED
        require(ground_policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=closed))
        require(cycle.quiet)
        spoken = MandateGroup.objects.filter(mandate__broker=by, mandate__until__gte=timezone.localdate(now)).values_list("name", flat=True)
        twice = {name.casefold() for name in spoken} & {g.name.casefold() for g in listed}
        if twice:
            raise Refused(
                _("You speak for {who} already. Name each group once.", who=next(g.name for g in listed if g.name.casefold() in twice))
            )
        made = Mandate.objects.create(cycle=cycle, broker=by, matter=clean_words(matter, 300), until=until, at=now)
        asked = [MandateGroup.objects.create(mandate=made, name=g.name, email=g.email) for g in listed]
        what = _("{who} says they speak for {n} groups about: {matter}", who=by.signature, n=len(asked), matter=made.matter)
        minutes.record(cycle, "mandate", what, by=by, now=now)
        _count_again(by)
        _ask(cycle, asked, now)
    return made


def _ask(cycle: Cycle, groups: Iterable[MandateGroup], now: datetime) -> None:
    for group in groups:
        if group.email:
            occasion = f"{Letter.Kind.MANDATE}:{group.pk}"
            letter = Letter.objects.create(
                cycle=cycle, kind=Letter.Kind.MANDATE, mandate_group=group, address=group.email, occasion=occasion, asked_at=now
            )
            letters.send_after([letter])


def answer(group: MandateGroup, *, said: str, words: str = "", who: str = "", now: datetime) -> MandateGroup:
    """A group says whether the broker speaks for it; it may change its mind. A dispute is seen by everybody at once."""
    require(brokers.why_not_answer(said, words))
    with transaction.atomic():
        held = MandateGroup.objects.select_for_update(of=("self",), no_key=True).select_related("mandate__cycle", "mandate__broker")
        group = held.get(pk=group.pk)
        mandate = group.mandate
        require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=mandate.cycle.state == Cycle.State.CLOSED))
        if mandate.until < timezone.localdate(now):
            raise Refused(_("This mandate has ended. There is nothing left to answer."))
        group.answer, group.words, group.answered_at = said, printable(words).strip()[:400], now
        group.answered_by = printable_line(who)[:120]
        group.save(update_fields=["answer", "words", "answered_at", "answered_by"])
        what = _("{group} about {broker} speaking for it: {answer}", group=group.name, broker=mandate.broker.signature, answer=_label(said))
        minutes.record(mandate.cycle, "answer mandate", what, by=None, now=now, why=group.words)
        _count_again(mandate.broker)
    return group


def _label(said: str) -> str:
    return str(MandateGroup.Answer(said).label)


def end(mandate: Mandate, *, by: Participant, now: datetime) -> None:
    """The broker ends a mandate today: from tomorrow their words no longer say it."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=mandate.pk)
        if mandate.broker_id != by.pk:
            raise Refused(_("Only the broker can end this."))
        mandate.until = min(mandate.until, timezone.localdate(now))
        mandate.save(update_fields=["until"])
        minutes.record(
            mandate.cycle, "end mandate", _("{who} no longer speaks for: {matter}", who=by.signature, matter=mandate.matter), by=by, now=now
        )
        _count_again(by)


def _count_again(broker: Participant) -> None:
    """Keep beside the broker's name what is to be said of their mandates, and draw their words again wherever they stand."""
    # Held first and read then: of two groups that answer at once, the second counts what the first said.
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=broker.pk)
    mandates = Mandate.objects.filter(broker=broker).prefetch_related("groups")
    broker.speaks_for = [brokers.counted(m.until, [g.answer for g in m.groups.all()]) for m in mandates]
    broker.save(update_fields=["speaks_for"])
    for workshop in Workshop.objects.filter(cycle=broker.cycle_id, closed_at=None).values_list("pk", flat=True):
        if names := _where_they_spoke(broker, workshop):
            announce(workshop, *names)


def _where_they_spoke(broker: Participant, workshop: int) -> list[str]:
    """The regions of a room in which words of this broker stand."""
    ideas = Idea.objects.filter(workshop=workshop, contribution__participant=broker).values_list("pk", flat=True)
    said = Q(contribution__participant=broker) | Q(comments__contribution__participant=broker)
    cards = {p.card_id for p in Proposal.objects.filter(said, workshop=workshop)}
    return [*(f"idea-{pk}" for pk in ideas), *(f"proposal-{pk}" for pk in sorted(cards))]


# Looks


def of(cycle: Cycle) -> list[Mandate]:
    """Every mandate in a cycle with its groups; two queries."""
    return list(
        Mandate.objects.filter(cycle=cycle).select_related("broker__organisation").prefetch_related("groups").order_by("-until", "pk")
    )


def may_hand_out_links(person: Participant | None) -> bool:
    """Who sees a group's link, to give it to the group: whoever runs the cycle, and never the broker it is about."""
    return person is not None and bool(held_by(person) & HANDS_OUT) and "broker" not in people.role_codes(person)
