"""Every recipe runs to its end with twelve people of three groups; who sits with whom, and how long it all takes."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import Contribution
from workshops import (
    agenda,
    agreeing,
    choosing,
    ending,
    facilitating,
    pairing,
    proposing,
    rating,
    recipes,
    rooms,
    running,
    speaking,
    statements,
    voting,
)
from workshops.models import Activity, Dots, Idea, Proposal, Rating, Workshop
from workshops.rules import Rule

MINUTES = {
    "consent_round": 44,
    "crowd_rating": 32,
    "delphi": 48,
    "dot_vote": 38,
    "fair_short_list": 46,
    "history_board": 35,
    "nominal_group": 60,
    "one_two_four_all": 20,
    "shape_of_opinion": 38,
    "theory_backwards": 61,
    "what_difference": 50,
}


def test_every_recipe_is_listed_here():
    assert {code: recipe.minutes for code, recipe in recipes.all_recipes().items()} == MINUTES
    for recipe in recipes.all_recipes().values():
        assert recipe.good_for
        assert recipe.people
        assert all(plan.columns()["kind"] for plan in recipe.plans)


@pytest.fixture
def twelve(town):
    officers = [town.join(f"Officer {n}", "commissioner") for n in range(3)]
    vsos = [town.join(f"Member {n}", "vso", f"Organisation {n}") for n in range(4)]
    citizens = [town.join(f"Resident {n}") for n in range(5)]
    workshop = town.workshop(*officers, *vsos, *citizens, rule=Rule.same_for_all(50, 0))
    return town, workshop, [*officers, *vsos, *citizens]


class Simulation:
    """Twelve people who do whatever each part of the agenda asks of them, through the acts alone."""

    def __init__(self, town, workshop, people):
        self.town, self.workshop, self.people, self.now = town, workshop, people, town.now
        self.secrets = {p.pk: f"secret of {p.pk}" for p in people}
        self.written: list[str] = []
        self.tables: list[list[list[int]]] = []
        self.started: list[tuple[str, int]] = []

    def run(self, plans):
        agenda.lay_out(self.workshop, plans, by=self.town.facilitator, now=self.now)
        while (following := running.next_up(self.workshop)) is not None:
            here = running.current(self.workshop)
            running.go_to(self.workshop, following, seen=here.pk, why="Everybody agreed", by=self.town.facilitator, now=self.now)
            self.workshop.refresh_from_db()
            began, self.now = self.now, self.now + timedelta(minutes=following.minutes)
            following.refresh_from_db()
            self.started.append((str(following), int((running.clock_of(following).ends_at - began).total_seconds() // 60)))
            self.do(following)
        self.end()

    def do(self, activity):
        if activity.is_apart:
            seated = [list(r.sittings.values_list("participant", flat=True)) for r in self.workshop.rooms.filter(in_use=True)]
            self.tables.append(seated)
        {
            "private": self.write,
            "gather": self.gather,
            "discuss": self.discuss,
            "rate": self.rate,
            "prioritise": self.dots,
            "choose": self.choose,
            "statements": self.answer,
            "share": self.speak,
            "merge": self.nothing,
            "vote": self.vote,
            "agree": self.record,
            "actions": self.promise,
            "welcome": self.nothing,
        }[activity.kind](activity)

    def nothing(self, activity):
        pass

    def write(self, activity, place=None, people=None):
        where = place or self.workshop
        doing = running.current(where)
        for person in people or self.people:
            words = f"{activity}: what {person.pk} wrote in {where.pk}"
            manner = agenda.manner_of(doing, language="en", secret=self.secrets[person.pk])
            proposing.add_idea(where, kind="idea", text=words, by=person, key=self.town.key(), now=self.now, manner=manner)
            self.written.append(words)

    def gather(self, activity):
        for person in self.people[::3]:
            words = f"{activity}: outcome of {person.pk}"
            manner = agenda.manner_of(activity, language="en", secret=self.secrets[person.pk])
            draft = proposing.Draft("outcome", words, "Everybody")
            made = proposing.propose(self.workshop, draft, by=person, key=self.town.key(), now=self.now, manner=manner)
            sign = proposing.Draft("indicator", f"A sign of it: {words}", for_outcome=made.pk)
            proposing.propose(self.workshop, sign, by=person, key=self.town.key(), now=self.now, manner=manner)
            self.written.append(words)

    def discuss(self, activity):
        if not activity.is_apart:
            for card in Proposal.objects.filter(workshop=self.workshop, for_outcome=None)[:3]:
                proposing.comment(card, text="Because", by=self.people[0], key=self.town.key(), now=self.now)
            return
        for room in self.workshop.rooms.filter(in_use=True):
            members = [p for p in self.people if room.sittings.filter(participant=p).exists()]
            self.write(activity, room, members[:1])
            for person in members:
                rooms.say_readiness(room, ready=True, by=person, now=self.now)

    def rate(self, activity):
        activity.workshop = self.workshop
        while True:
            rated = 0
            for person in self.people:
                secret = self.secrets[person.pk]
                hand = rating.draw(activity, by=person, secret=secret, now=self.now)
                if hand.card is not None:
                    rating.rate(activity, card=hand.card, score=1 + (hand.card + person.pk) % 5, by=person, secret=secret, now=self.now)
                    rated += 1
            if not rated:
                return

    def dots(self, activity):
        activity.workshop = self.workshop
        cards, most = list(rating.cards_of(self.workshop)), activity.settings["dots"]
        for n, person in enumerate(self.people):
            placed = Counter(cards[(n + i) % len(cards)] for i in range(most))
            rating.place_dots(activity, placed, by=person, now=self.now)

    def choose(self, activity):
        activity.workshop = self.workshop
        cards = list(rating.cards_of(self.workshop))
        for n, person in enumerate(self.people):
            choosing.choose(activity, dict.fromkeys(cards[n % 2 :: 2], 1), by=person, now=self.now)

    def answer(self, activity):
        activity.workshop = self.workshop
        for person in self.people:
            while (turn := statements.next_for(activity, person)).card:
                says = "agree" if (turn.card + person.pk) % 3 else "disagree"
                statements.answer(activity, card=turn.card, says=says, by=person, now=self.now)

    def speak(self, activity):
        for person in self.people:
            speaking.ask(self.workshop, by=person, now=self.now)
        while speaking.give_next(self.workshop, by=self.town.facilitator, now=self.now):
            pass

    def vote(self, activity):
        ids = list(self.workshop.proposals.filter(for_outcome=None).values_list("pk", flat=True))
        for ballot in voting.open_ballots(self.workshop, ids, Rule.same_for_all(50, 0), by=self.town.facilitator, now=self.now):
            ballot.workshop = self.workshop
            self.town.vote(ballot, "support", *self.people)

    def record(self, activity):
        for ballot in list(agreeing.unrecorded_in(self.workshop).select_related("proposal")):
            agreeing.record_agreement(ballot.proposal, state="agreed", by=self.town.facilitator, now=self.now)

    def promise(self, activity):
        facilitating.add_action(
            self.workshop,
            text="Tell everybody",
            side="both",
            owner=self.people[0].display_name,
            due=self.now.date(),
            how_we_know="They say so",
            by=self.town.facilitator,
            now=self.now,
        )

    def end(self):
        self.workshop.refresh_from_db()
        running.go_to_kind(self.workshop, kind="agree", by=self.town.facilitator, now=self.now)
        afterwards = ending.Afterwards(meet_again=False, because="A run of a recipe")
        facilitating.close(self.workshop, none_because="A run of a recipe", afterwards=afterwards, by=self.town.facilitator, now=self.now)


@pytest.mark.parametrize("code", recipes.all_recipes())
def test_a_recipe_runs_to_its_end_with_twelve_people(twelve, code):
    town, workshop, people = twelve
    recipe = recipes.all_recipes()[code]
    story = Simulation(town, workshop, people)
    story.run(recipe.plans)
    workshop.refresh_from_db()
    assert workshop.phase == "close"
    assert [n for __, n in story.started] == [plan.columns()["minutes"] for plan in recipe.plans]
    done = workshop.activities.filter(state=Activity.State.DONE, started_at__isnull=False)
    assert done.count() >= len(recipe.plans)
    kept = set(Contribution.objects.filter(cycle=town.cycle).values_list("text", flat=True))
    assert set(story.written) <= kept, "every word is kept"
    stays = {plan.title for plan in recipe.plans if plan.sight == "room"}
    for idea in Idea.objects.filter(contribution__text__in=story.written).select_related("contribution", "activity"):
        held = str(idea.activity) in stays
        assert idea.contribution.held == held, "everything is shared by the end, save what stays in its room"
        assert held or idea.workshop_id == workshop.pk, "one board at the end"


def test_alone_in_pairs_in_fours(twelve):
    town, workshop, people = twelve
    story = Simulation(town, workshop, people)
    story.run(recipes.all_recipes()["one_two_four_all"].plans)
    pairs, fours = story.tables
    assert sorted(map(len, pairs)) == [2] * 6
    assert sorted(map(len, fours)) == [4] * 3
    assert sorted(p for table in pairs for p in table) == sorted(p.pk for p in people)
    side = {p.pk: p.group for p in people}
    assert sum(1 for table in pairs if len({side[p] for p in table}) == 2) >= 4, "pairs are of different groups where they can be"
    for table in fours:
        assert sum(1 for pair in pairs if set(pair) <= set(table)) == 2, "two pairs make a four"
    came_from = Idea.objects.filter(workshop=workshop).exclude(came_from=None)
    assert came_from.count() == 6 + 3, "each table's card is on the board, with where it came from"


def test_five_cards_each_and_never_ones_own(twelve):
    town, workshop, people = twelve
    story = Simulation(town, workshop, people)
    story.run(recipes.all_recipes()["crowd_rating"].plans)
    rated = Rating.objects.exclude(score=None)
    assert rated.count() == 12 * 5
    activity = workshop.activities.get(kind="rate")
    for person in people:
        mine = rated.filter(rater=rating.rater_of(activity, story.secrets[person.pk]))
        texts = list(Contribution.objects.filter(pk__in=mine.values("contribution")).values_list("text", flat=True))
        assert len(texts) == len(set(texts)) == 5
        assert not any(f"what {person.pk} wrote" in text for text in texts), "nobody rates their own card"
    handed = Counter(rated.values_list("contribution", flat=True))
    assert max(handed.values()) - min(handed.values()) <= 2, "every card gets about as many readers"
    shown = rating.scores(activity)
    assert len(shown) == 12
    assert [row.value for row in shown] == sorted((row.value for row in shown), reverse=True)
    assert not any(row.by_group for row in shown), "groups under five have no figures of their own"


def test_a_provider_organisation_has_one_set_of_dots(twelve):
    town, workshop, people = twelve
    town.workshop()
    made = agenda.add(workshop, agenda.ActivityPlan("prioritise", settings={"dots": 3}), by=town.facilitator, now=town.now)
    proposing.add_idea(workshop, kind="idea", text="A bus", by=people[0], key="b", now=town.now)
    running.go_to(workshop, made, seen=None, by=town.facilitator, now=town.now)
    made.refresh_from_db()
    made.workshop = Workshop.objects.get(pk=workshop.pk)
    card = next(iter(rating.cards_of(made.workshop)))
    invited = town.join("Second", "vso", "Organisation 0", invited=True)
    rating.place_dots(made, {card: 2}, by=invited, now=town.now)
    with pytest.raises(rating.Refused, match="speaks for your organisation"):
        rating.place_dots(made, {card: 3}, by=people[3], now=town.now)
    rating.place_dots(made, {card: 3}, by=invited, now=town.now)
    assert Dots.objects.get().number == 3
    for wrong in ({card: 4}, {card: -1}, {card + 999: 1}):
        with pytest.raises(rating.Refused):
            rating.place_dots(made, wrong, by=people[-1], now=town.now)
    assert not rating.scores(made), "sealed until the facilitator goes on"


people_given = st.dictionaries(st.integers(1, 10_000), st.sampled_from(["commissioner", "vso", "citizen"]), max_size=80)


@given(people_given, st.integers(2, 4), st.booleans(), st.integers(0, 99))
def test_small_groups_leave_nobody_out_and_nobody_alone(people, size, mixed, seed):
    tables = pairing.small_groups(people, size, mixed=mixed, seed=seed)
    assert sorted(p for table in tables for p in table) == sorted(people)
    if len(people) >= 2:
        assert min(map(len, tables)) >= 2
    if mixed and len(people) >= size:
        assert max(map(len, tables)) <= 2 * size - 1
    assert tables == pairing.small_groups(people, size, mixed=mixed, seed=seed), "the same seed, the same table"


def test_who_met_before_sits_with_others():
    people = dict.fromkeys(range(12), "citizen")
    met: set[frozenset[int]] = set()
    for seed in range(3):
        tables = pairing.small_groups(people, 2, seed=seed, met=met)
        pairs = {pair for table in tables for pair in pairing.pairs_in(table)}
        assert len(pairs & met) <= 1
        met |= pairs


@given(
    st.lists(st.tuples(st.integers(), st.sampled_from(["a", "b", "c"])), unique_by=lambda t: t[0], max_size=30),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 9)),
)
def test_the_order_of_speaking_is_fair(waiting, spoken):
    order = pairing.speaking_order(waiting, spoken)
    assert sorted(order) == sorted(who for who, __ in waiting)
    side, had = dict(waiting), Counter(spoken)
    left = list(waiting)
    for who in order:
        least = min(had[s] for __, s in left)
        assert had[side[who]] == least, "whoever's side has spoken least comes next"
        had[side[who]] += 1
        left.remove((who, side[who]))
