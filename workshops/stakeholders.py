"""The stakeholder check of a cycle: which groups must be asked, which have nobody, and why (AN-07, WS-13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, InterestDeclaration, Participant, StakeholderGroup
from commissioning.people import held_by, printable_line
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from workshops import stakeholder_groups as table
from workshops.models import Invitation
from workshops.stakeholder_groups import Invitee

MOST = 30  # groups in one cycle


def _convened(cycle: Cycle, by: Participant) -> Cycle:
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not part of this cycle."))
    locked = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    require(policy.why_not_take_part(withdrawn=False, cycle_closed=locked.state == Cycle.State.CLOSED))
    return locked


def start(cycle: Cycle, *, by: Participant, now: datetime) -> None:
    """Begin the check: from now on nobody more is invited while a group that must be asked has nobody and no reason."""
    with transaction.atomic():
        cycle = _convened(cycle, by)
        if StakeholderGroup.objects.filter(cycle=cycle).exists():
            return
        names = on_record(lambda: {code: str(name) for code, name in table.STANDARD.items()})
        StakeholderGroup.objects.bulk_create(StakeholderGroup(cycle=cycle, code=code, name=name) for code, name in names.items())
        minutes.record(cycle, "stakeholders", _("The check of who must be asked has begun"), by=by, now=now)


def add_group(cycle: Cycle, *, name: str, by: Participant, now: datetime) -> StakeholderGroup:
    """Add a group of this cycle's own, such as landlords. Who belongs to it is said with `name_people`."""
    words = clean_words(printable_line(name), 160)
    with transaction.atomic():
        cycle = _convened(cycle, by)
        listed = list(StakeholderGroup.objects.filter(cycle=cycle))
        if not listed:
            raise Refused(_("Begin the check first."))
        if len(listed) >= MOST or any(g.name.casefold() == words.casefold() for g in listed):
            raise Refused(_("This group is on the list already, or the list is full."))
        code = f"own-{len(listed) + 1}-{slugify(words)[:25]}"
        made = StakeholderGroup.objects.create(cycle=cycle, code=code, name=words)
        minutes.record(cycle, "stakeholders", _("Must be asked too: {name}", name=words), by=by, now=now)
    return made


def say_why(group: StakeholderGroup, *, why: str, by: Participant, now: datetime) -> None:
    """Say why nobody of a group is invited; everybody who takes part sees it. Empty takes the reason back."""
    words = printable(why).strip()[:500]
    with transaction.atomic():
        cycle = _convened(group.cycle, by)
        values = {"why": words, "why_by": by if words else None, "why_at": now if words else None}
        StakeholderGroup.objects.filter(pk=group.pk).update(**values)
        said = (
            _("Nobody is invited from: {name}", name=group.name) if words else _("The reason was taken back for: {name}", name=group.name)
        )
        minutes.record(cycle, "stakeholders", said, by=by, now=now, why=words)


def name_people(group: StakeholderGroup, people: Iterable[Participant], *, by: Participant, now: datetime) -> None:
    """Say who of those taking part belongs to a group, where that cannot be told from how they take part."""
    with transaction.atomic():
        cycle = _convened(group.cycle, by)
        chosen = [p for p in people if p.cycle_id == cycle.pk]
        group.people.set(chosen)
        who = "; ".join(p.signature for p in chosen) or "–"
        minutes.record(cycle, "stakeholders", _("{group}: {who}", group=group.name, who=who), by=by, now=now)


# Looks


@dataclass(frozen=True)
class GroupLook:
    """One group that must be asked: how many are, or why nobody is."""

    group: StakeholderGroup
    asked: int

    @property
    def name(self) -> str:
        """What it is called, in the reader's language where it is one of the standard groups."""
        standard = table.STANDARD.get(self.group.code)
        return str(standard) if standard else self.group.name

    @property
    def state(self) -> str:
        """Whether somebody is asked, nobody for a reason, or nobody."""
        return "asked" if self.asked else "reason" if self.group.why else "missing"


def check(cycle: Cycle) -> list[GroupLook]:
    """Every group that must be asked, with how many of it are. Before the check has begun: the standard groups, as advice."""
    groups = list(StakeholderGroup.objects.filter(cycle=cycle).select_related("why_by").prefetch_related("people"))
    if not groups:
        groups = [StakeholderGroup(cycle=cycle, code=code, name=str(name)) for code, name in table.STANDARD.items()]
    asked = invitees(cycle)
    named = {g.code: {p.pk for p in g.people.all()} if g.pk else set() for g in groups}
    return [GroupLook(g, table.asked_in(g.code, asked, named[g.code])) for g in groups]


def begun(cycle: Cycle) -> bool:
    """Whether the check of this cycle has begun."""
    return StakeholderGroup.objects.filter(cycle=cycle).exists()


def reasons(cycle: Cycle) -> list[GroupLook]:
    """The groups nobody is invited from, each with its reason, as every invitation shows them."""
    if not StakeholderGroup.objects.filter(cycle=cycle).exclude(why="").exists():
        return []
    return [one for one in check(cycle) if one.state == "reason"]


def invitees(cycle: Cycle) -> list[Invitee]:
    """Everybody who is asked: invited to a workshop and not declined, or brought into the cycle by name."""
    invited: dict[int, list[Invitation]] = defaultdict(list)
    for one in Invitation.objects.filter(workshop__cycle=cycle):
        invited[one.participant_id].append(one)
    listed = cycle.participants.filter(withdrawn_at=None, voice=False)
    interests = _interests(listed.values_list("pk", flat=True))
    found = []
    for person in listed:
        theirs = invited.get(person.pk, [])
        coming = [i for i in theirs if i.answer != Invitation.Answer.CANNOT]
        if coming or (person.invited and not theirs):
            found.append(_invitee(person, {i.capacity for i in coming}, interests))
    return found


def _interests(people: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for person, kind in InterestDeclaration.objects.filter(participant__in=people).values_list("participant", "kind"):
        found[person].add(kind)
    return {person: frozenset(kinds) for person, kinds in found.items()}


def _invitee(person: Participant, capacities: Collection[str], interests: dict[int, frozenset[str]]) -> Invitee:
    mine = interests.get(person.pk, frozenset())
    return Invitee(person.pk, person.group, person.standing, frozenset(c for c in capacities if c), mine)


def why_not_invite(cycle: Cycle, asked: Collection[Participant], capacity: str) -> _ | None:
    """Why these people cannot be invited now, or None: while a group has nobody and no reason, only people of such a group (AN-07)."""
    if not begun(cycle):
        return None
    missing = {one.group.code: one for one in check(cycle) if one.state == "missing"}
    interests = _interests([p.pk for p in asked])
    coming = [_invitee(p, {capacity}, interests) for p in asked]
    named = {code: {p.pk for p in one.group.people.all()} for code, one in missing.items()}
    filled = [code for code in missing if table.asked_in(code, coming, named[code])]
    return table.why_not_more({code: one.name for code, one in missing.items()}, filled)
