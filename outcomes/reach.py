"""How far word came: mapped, invited, reached, took part, in the final text; by size of organisation, and for citizens (TR-03, VS-03, M-25)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from commissioning import provider_map, size_chart, small_groups, what_reached
from commissioning.models import Attribution, Contribution, Cycle, Organisation, Participant, ProviderEntry
from commissioning.sentences import Sentence as _
from commissioning.what_reached import DELIVERED, OPENED, SENT, Told
from outcomes import threading_back
from outcomes.models import Clause
from workshops import attendance
from workshops.models import Invitation, Letter, Proposal

STEPS: dict[str, _] = {
    "mapped": _("On the map"),
    "invited": _("Invited"),
    "sent": _("Something was sent"),
    "delivered": _("It is known to have arrived"),
    "opened": _("It is known to have been read"),
    "took_part": _("Took part"),
    "final": _("Their words are in the final text"),
}
FOR_CITIZENS = ("invited", "sent", "took_part", "final")


@dataclass
class OrganisationLook:
    """One organisation of the map and how far word of the cycle came to it."""

    organisation: Organisation
    entry: ProviderEntry
    told: list[Told] = field(default_factory=list)
    steps: set[str] = field(default_factory=set)

    @property
    def got_nothing(self) -> bool:
        """Whether nothing is known to have gone to it and nobody of it came."""
        return not self.steps & {"sent", "took_part"}


@dataclass
class Reach:
    """The whole funnel of a cycle."""

    looks: list[OrganisationLook]
    not_mapped: list[str]
    citizens: dict[str, dict[str, int]]

    def counts(self, step: str) -> dict[str, int]:
        """How many organisations of each size came this far."""
        found = dict.fromkeys(provider_map.SIZES, 0)
        for one in self.looks:
            found[one.organisation.size] += step in one.steps
        return found

    @property
    def unreached(self) -> list[OrganisationLook]:
        """The organisations of the map that received nothing."""
        return [one for one in self.looks if one.got_nothing]

    @property
    def finding(self) -> _:
        """The one line to read: first of all how many small organisations received nothing, always with how many there are (TR-03)."""
        small = [one for one in self.looks if one.organisation.size == "small"]
        missed = sum(1 for one in small if one.got_nothing)
        if missed:
            return _("{n} of {all} small organisations on the map received nothing", n=missed, all=len(small))
        if self.unreached:
            return _("{n} of {all} organisations on the map received nothing", n=len(self.unreached), all=len(self.looks))
        return _("Something was sent to every one of {all} organisations on the map", all=len(self.looks))

    def chart(self) -> size_chart.Chart:
        """Step by step, each of how many on the map, in pieces by size."""
        lines = [(str(title), self.counts(step), False) for step, title in STEPS.items()]
        came, final = (sum(self.counts(step).values()) for step in ("took_part", "final"))
        title = _(
            "Of {all} on the map, {came} took part, and words of {final} are in the final text", all=len(self.looks), came=came, final=final
        )
        return size_chart.bars("reach", title, _("How far word came"), lines, self.counts("mapped"))

    def citizen_lines(self) -> list[tuple[str, list[tuple[str, int | None]], int | None]]:
        """For citizens: each step with how many people of each kind came so far; fewer than five is not a number."""
        lines = []
        for step in FOR_CITIZENS:
            shown = small_groups.shown(self.citizens[step])
            cells = [(str(Participant.Standing(kind).label), shown.get(kind)) for kind in CITIZENS]
            lines.append((str(STEPS[step]), cells, small_groups.total(self.citizens[step])))
        return lines


CITIZENS = (Participant.Standing.SERVICE_USER, Participant.Standing.CARER, Participant.Standing.RESIDENT)


def reach_in(cycle: Cycle) -> Reach:
    """The funnel of a cycle; a fixed number of queries, however many are on the map."""
    owners = provider_map.organisations_by_entry(cycle)
    listed = provider_map.entries_of(cycle).select_related("organisation").order_by("organisation__name")
    looks = {e.organisation_id: OrganisationLook(e.organisation, e, steps={"mapped"}) for e in listed}
    for one in what_reached.told_in(cycle, owners):
        look = looks[one.organisation]
        look.told.append(one)
        look.steps |= {step for step, far in (("sent", SENT), ("delivered", DELIVERED), ("opened", OPENED)) if one.far >= far}
        look.steps |= {"invited"} if one.invites else set()
    came = {one.person.pk for workshop in attendance.report_on(cycle).workshops for one in workshop.came}
    people = list(cycle.participants.filter(withdrawn_at=None, voice=False).select_related("organisation"))
    invited = set(Invitation.objects.filter(workshop__cycle=cycle).values_list("participant", flat=True))
    invited |= {p.pk for p in people if p.invited}
    final = words_in_final_text(cycle)
    named = {person for person, whose in final if whose == Attribution.NAMED}
    for step, who in (("invited", invited), ("took_part", came), ("final", named)):
        for person in people:
            if person.pk in who and person.organisation_id in looks:
                looks[person.organisation_id].steps.add(step)
    off = {p.organisation.name for p in people if p.organisation and p.group == "vso" and p.organisation_id not in looks}
    by_step = {"invited": invited, "sent": _written_to(cycle), "took_part": came, "final": {person for person, __ in final}}
    return Reach(list(looks.values()), sorted(off), {step: _by_kind(people, by_step[step]) for step in FOR_CITIZENS})


def _by_kind(people: Iterable[Participant], who: Collection[int]) -> dict[str, int]:
    found = {kind.value: 0 for kind in CITIZENS}
    for person in people:
        if person.group == "citizen" and person.standing in found and person.pk in who:
            found[person.standing] += 1
    return found


def _written_to(cycle: Cycle) -> set[int]:
    """The people a letter went to."""
    sent = Letter.objects.filter(cycle=cycle).exclude(sent_at=None).exclude(participant=None)
    return set(sent.values_list("participant", flat=True))


def words_in_final_text(cycle: Cycle) -> set[tuple[int, str]]:
    """Whose words stand behind the clauses of the specification, and whether under their name.

    Words without an author are nobody's, and those under the group only count for no organisation: a count must not name it.
    """
    clauses = Clause.objects.filter(specification__cycle=cycle, outcome__isnull=False)
    proposals = list(Proposal.objects.filter(pk__in=clauses.values("outcome__decision__agreement__proposal")))
    said = set().union(*threading_back.roots_of(proposals).values()) if proposals else set()
    open_words = Contribution.objects.open_to_all().filter(pk__in=said).exclude(attribution=Attribution.UNATTRIBUTED)
    return set(open_words.values_list("participant", "attribution").distinct().order_by())
