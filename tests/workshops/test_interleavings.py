"""Join, vote, change, lose the answer and send again, close and open a new round: all at once, on PostgreSQL, in any order.

Whatever happens at the same moment: nothing that was acknowledged is lost, nothing is there twice, nothing came after the
close, and the rule that is applied is the one that was shown.
"""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.models import Minute
from commissioning.sentences import Refused
from tests.conftest import make_town
from workshops import attending, bundling, rules, tally, unsealing, verify, voting
from workshops.models import Ballot, Cast, Seat
from workshops.rules import Rule

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

CHOICES = [*tally.CHOICES, tally.NONE]
_numbers = count(1)
step = st.tuples(st.sampled_from(["vote", "vote", "again", "late copy", "pause"]), st.sampled_from(CHOICES))
script = st.lists(step, min_size=1, max_size=6)
facilitation = st.lists(st.sampled_from(["close", "round", "pause", "join"]), min_size=1, max_size=6)


@dataclass
class Said:
    """What one person was told: each acknowledged vote with its key, in the order of the answers."""

    person: object
    acknowledged: list = field(default_factory=list)
    refused: int = 0


class Room:
    """A workshop in the vote with one open ballot, and everything that is done to it at once."""

    def __init__(self, people, rule, seed, secret):
        self.town = make_town(f"Interleaved {next(_numbers)}")
        groups = ["commissioner", "vso", "citizen"]
        self.people = [self.town.join(f"P{n}", groups[n % 3], f"Org {n}" if n % 3 == 1 else "") for n in range(people)]
        self.workshop = self.town.workshop(*self.people, rule=Rule.same_for_all(1, 0, needed=1))
        self.proposal = self.town.propose(self.workshop, self.people[-1])
        self.rule, self.secret = rule, secret
        self.town.move(self.workshop, "vote")
        self.open()
        self.chance = random.Random(seed)

    def open(self):
        return voting.open_ballot(self.proposal, self.rule, secret=self.secret, by=self.town.facilitator, now=self.town.now)

    def latest(self):
        found = Ballot.objects.filter(proposal=self.proposal).order_by("-round").select_related("workshop__cycle").first()
        found.proposal = self.proposal
        return found

    def act(self, who, steps):
        """One person's screen, in a thread of its own."""
        said, last = Said(who), None
        for n, (doing, choice) in enumerate(steps):
            if doing == "pause":
                threading.Event().wait(self.chance.random() / 200)
                continue
            ballot = self.latest()
            key, wanted = f"{who.pk}-{n}", choice
            if last is not None and doing in ("again", "late copy"):
                ballot, key, wanted = last  # the answer was lost, or the network delivers the form a second time
            try:
                cast = voting.cast(ballot, choice=wanted, by=who, key=key, now=self.town.now)
            except Refused:
                said.refused += 1
            else:
                said.acknowledged.append((cast.ballot_id, key, wanted))
            last = (ballot, key, wanted)
        return said

    def facilitate(self, acts):
        """The facilitator's screen, or a second one beside it."""
        for doing in acts:
            try:
                if doing == "close":
                    voting.close_ballot(self.latest(), by=self.town.facilitator, now=self.town.now)
                elif doing == "round":
                    self.open()
                elif doing == "join":
                    late = self.town.join(f"Late {threading.get_ident()} {self.chance.random()}")
                    attending.attend(self.workshop, late, now=self.town.now)
                    self.act(late, [("vote", "support")])
                else:
                    threading.Event().wait(self.chance.random() / 100)
            except Refused:
                continue

    def run(self, scripts, screens):
        jobs = [(self.act, (who, steps)) for who, steps in zip(self.people, scripts, strict=False)]
        jobs += [(self.facilitate, (acts,)) for acts in screens]
        barrier = threading.Barrier(len(jobs))

        def one(job):
            close_old_connections()
            barrier.wait(20)
            try:
                return job[0](*job[1])
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return [said for said in pool.map(one, jobs) if said is not None]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(script, min_size=3, max_size=9),
    st.lists(facilitation, min_size=1, max_size=2),
    st.sampled_from([preset.rule for preset in rules.PRESETS.values()]),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_whatever_happens_at_once(transactional_db, scripts, screens, rule, seed, secret):
    room = Room(len(scripts), rule, seed, secret)
    told = room.run(scripts, screens)
    for ballot in Ballot.objects.filter(proposal=room.proposal, closed_at=None):
        voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    rounds = list(Ballot.objects.filter(proposal=room.proposal).order_by("round"))
    assert [ballot.round for ballot in rounds] == list(range(1, len(rounds) + 1))
    _nothing_is_lost_and_nothing_twice(told)
    for ballot in rounds:
        _what_stands_is_the_last_vote(ballot)
        _what_stands_is_what_people_were_told(ballot, told)
        _the_rule_applied_is_the_rule_shown(room, ballot)
    assert verify.verify(bundling.bundle(room.workshop))[-1] == "Everything matches."


def _nothing_is_lost_and_nothing_twice(told):
    for said in told:
        kept = Counter(Cast.objects.filter(by=said.person).values_list("ballot", "key"))
        assert set(kept.values()) <= {1}
        for ballot, key, _choice in said.acknowledged:
            assert kept[ballot, key] == 1, "what was acknowledged is there"


def _what_stands_is_the_last_vote(ballot):
    for seat in Seat.objects.filter(ballot=ballot):
        last = Cast.objects.filter(seat=seat).exclude(choice="").order_by("pk").last()
        stands = "" if last is None or last.choice == tally.NONE else last.choice
        if not ballot.is_secret:
            assert seat.choice == stands
    counted = {one.group: one for one in unsealing.counts([ballot.pk])[ballot.pk]}
    for group in tally.GROUPS:
        seats = Seat.objects.filter(ballot=ballot, group=group)
        if seats.exists():
            assert counted[group].voted == seats.exclude(choice="").count()
            assert counted[group].entitled == seats.count()


def _what_stands_is_what_people_were_told(ballot, told):
    """Each person's last new message that was acknowledged, whatever came twice or late, and nothing else is counted."""
    expected = Counter()
    for said in told:
        last, seen = tally.NONE, set()
        for where, key, choice in said.acknowledged:
            if where == ballot.pk and key not in seen:
                seen.add(key)
                last = choice
        if last != tally.NONE:
            expected[said.person.group, last] += 1
    counts = unsealing.counts([ballot.pk])[ballot.pk]
    counted = Counter({(one.group, choice): getattr(one, choice) for one in counts for choice in tally.CHOICES})
    assert +counted == +expected or _somebody_joined_late(ballot)


def _somebody_joined_late(ballot):
    """Whoever joins between two rounds votes from the facilitator's thread, which tells nobody what it was told."""
    return Seat.objects.filter(ballot=ballot, participant__display_name__startswith="Late").exclude(choice="").exists()


def _the_rule_applied_is_the_rule_shown(room, ballot):
    shown = Minute.objects.filter(cycle=room.town.cycle, act="open ballot", what__contains=f"round {ballot.round}").first()
    assert shown.why == " ".join(map(str, Rule.of(ballot.rule).explain()))
    assert Rule.of(ballot.rule) == room.rule
    said = unsealing.reasons([ballot.pk]).get(ballot.pk, rules.Reasons())
    assert unsealing.result_of(ballot).suggested == rules.apply(room.rule, unsealing.counts([ballot.pk])[ballot.pk], said).suggested
