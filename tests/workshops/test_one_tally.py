"""One tally, by whatever channel: paper, hands, scribe and on line give the counts that everybody voting on line once would give."""

import random
from collections import Counter
from dataclasses import replace
from itertools import count

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning import people
from commissioning.sentences import Refused
from tests.conftest import make_town
from workshops import attending, hands, papers, scribing, seating, tally, unsealing, voting
from workshops.models import Cast, Seat
from workshops.rules import Rule

CHOICES = list(tally.CHOICES)
WAYS = ["online", "paper", "scribe", "hands", "paper+online", "online+paper", "scribe+online", "scribe+paper", "nothing"]
_numbers = count(1)

voter = st.tuples(st.sampled_from(list(tally.GROUPS)), st.sampled_from(CHOICES), st.sampled_from(WAYS), st.sampled_from(CHOICES))


class Story:
    """One ballot with its people, each voting by a channel of their own."""

    def __init__(self, voters, order):
        self.town = make_town(f"Town {next(_numbers)}")
        self.order, self.now = random.Random(order), self.town.now
        self.tellers = [self.town.join("Sam", "commissioner", role="scribe"), self.town.join("Cleo", "commissioner", role="secretariat")]
        self.workshop = self.town.workshop()
        self.voters = [(self.arrive(n, group, way), group, choice, way, first) for n, (group, choice, way, first) in enumerate(voters)]
        proposal = self.town.propose(self.workshop, self.town.join("Pat"))
        self.ballot = self.town.ballot(self.workshop, proposal, percent=50)
        everybody = papers.make_papers(self.ballot, everybody=True, by=self.tellers[0], now=self.now)
        self.papers = {paper.seat_id: paper for paper in everybody}

    def arrive(self, n, group, way):
        organisation = f"Org {n}" if group == "vso" else ""
        standing = {"citizen": "resident", "vso": "vso", "commissioner": "officer"}[group]
        who = people.Introduction(f"P{n}", group, standing, "none", frozenset({"take_part"}), organisation)
        # Who votes on line only has a device; so may somebody who hands in a paper.
        if way in ("online", "paper+online", "online+paper") or (way == "paper" and n % 2):
            person, _key = attending.join(self.workshop, who, now=self.now)
            return person
        return seating.seat_person(self.workshop, who, by=self.tellers[n % 2], key=f"s{n}", now=self.now).participant

    def seat(self, person):
        return Seat.objects.get(voting.seat_of(person), ballot=self.ballot)

    def online(self, person, choice):
        voting.cast(self.ballot, choice=choice, by=person, key=f"k{next(_numbers)}", now=self.now)

    def scribe(self, person, choice):
        place = seating.without_device(self.workshop).get(participant=person)
        scribing.vote_for(place, self.ballot, choice=choice, by=self.tellers[0], key=f"k{next(_numbers)}", now=self.now)

    def paper(self, person, choice, teller):
        key = str(1 + CHOICES.index(choice))
        papers.enter(self.workshop, self.papers[self.seat(person).pk].code + key, by=self.tellers[teller], now=self.now)

    def acts(self):
        """Every act of every person as a list of their own, in order; those lists are then shuffled into each other."""
        for person, _group, choice, way, first in self.voters:
            once = {
                "online": lambda who=person, what=choice: self.online(who, what),
                "scribe": lambda who=person, what=first: self.scribe(who, what),
            }
            on_paper = [lambda who=person, t=t, what=choice: self.paper(who, what, t) for t in self.order.sample([0, 1], 2)]
            yield {
                "online": [once["online"]],
                "scribe": [lambda who=person, what=choice: self.scribe(who, what)],
                "paper": on_paper,
                # A paper that says something else is entered before or after the vote on line: on line stands.
                "paper+online": [*self.other_paper(person, first), once["online"]],
                "online+paper": [once["online"], *self.other_paper(person, first)],
                "scribe+online": [once["scribe"], once["online"]],
                "scribe+paper": [once["scribe"], *on_paper],
            }.get(way, [])
        for group in tally.GROUPS:
            if raised := self.raised(group):
                yield [lambda g=group, r=raised, t=t: self.hands(g, r, t) for t in self.order.sample([0, 1], 2)]

    def other_paper(self, person, first):
        return [lambda who=person, t=t, what=first: self.paper(who, what, t) for t in self.order.sample([0, 1], 2)]

    def raised(self, group):
        return Counter(choice for _p, g, choice, way, _f in self.voters if g == group and way == "hands")

    def hands(self, group, raised, teller):
        """Hands are counted without those who vote in another way, or not at all."""
        apart = [self.seat(p).pk for p, g, _c, way, _f in self.voters if g == group and way != "hands"]
        hands.count(self.ballot, hands.Show(group, dict(raised), apart), by=self.tellers[teller], now=self.now)

    def run(self):
        queues = [list(acts) for acts in self.acts()]
        while queues := [queue for queue in queues if queue]:
            self.order.choice(queues).pop(0)()
        voting.close_ballot(self.ballot, by=self.town.facilitator, now=self.now)
        return {c.group: c for c in unsealing.counts([self.ballot.pk]).get(self.ballot.pk, [])}

    def expected(self):
        """The counts if everybody had voted on line, once."""
        return tally.count((group, choice if way != "nothing" else "") for _p, group, choice, way, _f in self.voters)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(voter, min_size=1, max_size=7), st.integers(0, 2**32))
def test_the_tally_does_not_know_the_channel(db, voters, order):
    with transaction.atomic():
        story = Story(voters, order)
        found = story.run()
        assert [replace(count, present=0) for count in found.values()] == story.expected()
        voted = Seat.objects.filter(ballot=story.ballot).exclude(choice="")
        assert voted.count() == sum(1 for *_x, way, _f in story.voters if way != "nothing")
        for seat in voted:
            last = Cast.objects.filter(seat=seat).last()
            assert (last.choice, last.channel) == (seat.choice, seat.channel), "the record's last vote is the one that stands"
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.sampled_from(["online", "paper", "hands", "scribe"]), st.integers(0, 5), st.integers(0, 6)), max_size=14),
)
def test_whatever_is_tried_nobody_is_counted_twice(db, n, tries):
    """Any act in any order, most of them refused: never more votes than seats, and the seats say what the record says."""
    with transaction.atomic():
        story = Story([("citizen", "support", "hands", "support")] * n, 1)
        rule = Rule.of(story.ballot.rule)
        for way, who, number in tries:
            person, choice = story.voters[who % n][0], CHOICES[number % 4]
            try:
                with transaction.atomic():
                    if way == "online":
                        story.online(person, choice)
                    elif way == "scribe":
                        story.scribe(person, choice)
                    elif way == "paper":
                        story.paper(person, choice, number % 2)
                    else:
                        hands.count(story.ballot, hands.Show("citizen", {choice: number}), by=story.tellers[who % 2], now=story.now)
            except Refused:
                pass
            own = set(Cast.objects.filter(ballot=story.ballot, channel="online").values_list("seat", flat=True))
            for seat in Seat.objects.filter(ballot=story.ballot):
                assert seat.choice in ("", *CHOICES)
                assert seat.pk not in own or seat.channel == "online", "their own vote on line always stands"
        papers_wait, hands_wait = voting.waiting_in(story.ballot)
        if papers_wait or hands_wait:
            papers.set_waiting_aside(story.ballot, reason="x", by=story.town.facilitator, now=story.now)
        voting.close_ballot(story.ballot, by=story.town.facilitator, now=story.now)
        counted = unsealing.counts([story.ballot.pk])[story.ballot.pk][0]
        assert counted.voted <= counted.entitled == n
        assert voting.rules.apply(rule, [counted]).findings
        transaction.set_rollback(True)
