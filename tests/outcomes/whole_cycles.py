"""Whole cycles at random, through the acts: from what people say to a finding and the need it becomes. The same seed, the same cycle."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from commissioning import answering, convening, needs, people
from commissioning.models import ContractShape, Contribution, Cycle, Participant, ProcurementGate
from outcomes import adopting, awarding, committing, criteria, judging, lots, monitoring, publishing, returning, reviewing, specifying
from outcomes import writing_sections as sections
from outcomes.models import Award, Clause, Commitment, Indicator, Measure, Outcome, Return, Review, SpecificationVersion
from workshops import agreeing, attending, merging, objecting, proposing
from workshops.models import Agreement, Proposal, Workshop

WORDS = (
    "People feel safe",
    "Young people keep a trusted adult",
    "Mae pobl yn teimlo’n ddiogel",
    "Families find help early",
    "Nobody eats alone",
)
FORMS = ("share", "count", "scale", "star", "story", "observation")
READ = {
    "share": {"part": "3", "whole": "6"},
    "count": {"value": "2"},
    "scale": {"part": "4", "whole": "9", "value": "3.5", "start": "2"},
    "star": {"value": "6", "start": "4"},
    "story": {"words": "She found her way"},
    "observation": {"words": "The door stood open"},
}


@dataclass
class Whole:
    """One cycle under way, with the dice that make it."""

    room: object
    dice: Random
    cards: list[Proposal] = field(default_factory=list)
    version: SpecificationVersion | None = None
    kept: bytes = b""
    award: Award | None = None
    following: Cycle | None = None

    @property
    def town(self):
        return self.room.town

    @property
    def cycle(self) -> Cycle:
        return self.town.cycle

    @property
    def workshop(self) -> Workshop:
        return self.room.workshop

    def lead(self):
        return {"by": self.town.lead, "now": self.town.now}

    def anybody(self) -> Participant:
        return self.dice.choice(self.room.everybody)

    def often(self, share=0.5) -> bool:
        return self.dice.random() < share

    def words(self) -> str:
        return f"{self.dice.choice(WORDS)} {self.dice.randrange(10**6)}"


def whole_cycle(room, seed: int) -> Whole:
    """A cycle from its first words to the need of the next."""
    made = Whole(room, Random(seed))
    for step in (
        talk,
        merge,
        agree,
        decide,
        write,
        ask_bidders,
        sign_off,
        change_later,
        award_and_promise,
        look,
        review,
        change_a_return,
        answer,
    ):
        step(made)
    return made


def talk(made: Whole) -> None:
    town, dice = made.town, made.dice
    shy = town.join("Shy", consents=("take_part",))
    attending.attend(made.workshop, shy, now=town.now)
    ideas = [
        proposing.add_idea(made.workshop, kind="need", text=made.words(), by=made.anybody(), key=town.key(), now=town.now)
        for _ in range(dice.randint(1, 4))
    ]
    for n in range(dice.randint(3, 6)):
        card = town.propose(made.workshop, made.anybody(), made.words(), kind="standard" if n == 2 and made.often() else "outcome")
        for idea in dice.sample(ideas, dice.randint(0, min(2, len(ideas)))):
            card.sources.add(idea.contribution)
        made.cards.append(card)
    for card in made.cards:
        for by in dice.sample([*made.room.everybody, shy], dice.randint(0, 3)):
            proposing.comment(card, text=made.words(), by=by, key=town.key(), now=town.now)
        if made.often(0.3):
            town.move(made.workshop, "discuss")
            seen = Proposal.objects.get(pk=card.pk).version
            proposing.amend(card, text=made.words(), why="", seen_version=seen, by=town.facilitator, key=town.key(), now=town.now)


def merge(made: Whole) -> None:
    town = made.town
    if not made.often(0.7):
        return
    town.move(made.workshop, "discuss")
    alike = [card for card in made.cards if card.kind == "outcome"]
    two = made.dice.sample(alike, 2)
    new = merging.NewWords("outcome", made.words(), who_benefits="Everybody")
    joined = merging.merge(made.workshop, [f"proposal-{c.pk}" for c in two], new, by=town.facilitator, key=town.key(), now=town.now)
    card = joined.merged
    if made.often(0.5):
        objecting.object_to(joined, text=made.words(), by=two[0].contribution.participant, key=town.key(), now=town.now)
    if made.often(0.3):
        merging.undo(joined, by=town.facilitator, now=town.now)
        return
    sign = proposing.Draft("indicator", f"A sign of {made.words()}", for_outcome=card.pk)
    proposing.propose(made.workshop, sign, by=made.anybody(), key=town.key(), now=town.now)
    made.cards = [c for c in made.cards if c not in two] + [card]


def agree(made: Whole) -> None:
    town, dice = made.town, made.dice
    for card in made.cards:
        ballot = town.ballot(made.workshop, card)
        state = dice.choice(["agreed", "agreed", "agreed", "contested"]) if card != made.cards[0] else "agreed"
        town.vote(ballot, "support", *made.room.everybody[: 6 if state == "agreed" else 2])
        if state == "contested":
            town.vote(ballot, "cannot", *made.room.everybody[2:], reason="Not like this")
        town.move(made.workshop, "agree")
        agreeing.record_agreement(
            card, state=state, reason="They differ" if state == "contested" else "", by=town.facilitator, now=town.now
        )
        if state == "agreed" and made.often(0.3):
            agreeing.reserve(card, text=made.words(), by=made.anybody(), key=town.key(), now=town.now)


def decide(made: Whole) -> None:
    town, dice = made.town, made.dice
    for n, agreement in enumerate(adopting.unanswered_in(made.cycle).order_by("pk")):
        answer = "adopted" if n == 0 else dice.choice(["adopted", "part", "not"])
        horizon, theme = dice.choice(["short", "medium", "long"]), dice.choice(["Home", "Streets", "Ysgol"])
        placing = adopting.Placing(theme, "Everybody", horizon, ("social",), statement=made.words() if answer == "part" else "")
        adopting.decide(agreement, answer=answer, reason="Because", decider_role="Member", placing=placing, by=town.decider, now=town.now)
    town.collected()
    for sign in Indicator.objects.filter(outcome__theme__framework__cycle=made.cycle):
        if made.often():
            said = {"form": "share", "baseline": Decimal(41), "aim": Decimal(60), "direction": "up", "unit": "%"}
            adopting.describe_indicator(sign, said, **made.lead())


def outcomes_of(made: Whole) -> list[Outcome]:
    return list(Outcome.objects.standing().filter(theme__framework__cycle=made.cycle))


def write(made: Whole) -> None:
    dice, place = made.dice, specifying.specification_of(made.cycle)
    specifying.compose(place, **made.lead())
    for outcome in outcomes_of(made):
        for _n in range(dice.randint(0, 2)):
            kind = dice.choice(["outcome", "method"])
            specifying.add_clause(place, text=made.words(), kind=kind, outcome=outcome, **made.lead())
    for name in ("Children Act 1989", "Care Act 2014")[: dice.randint(1, 2)]:
        source = specifying.Source(name, kind="act", section="17")
        law = specifying.add_clause(place, text=made.words(), kind="standard", source=source, part="standards", **made.lead())
        last = law
    if made.often():
        sections.withdraw_clause(last, reason="Said twice", seen_version=last.version, **made.lead())
    for clause in Clause.objects.filter(specification=place):
        if made.often(0.3):
            specifying.edit_clause(clause, text=made.words(), kind=clause.kind, seen_version=clause.version, **made.lead())


def ask_bidders(made: Whole) -> None:
    dice, spoken = made.dice, list(Contribution.objects.open_to_all().filter(cycle=made.cycle))
    said = dice.sample(spoken, 2)
    need = needs.raise_need(made.cycle, statement=made.words(), contributions=said, **made.lead())
    joined = needs.raise_need(made.cycle, statement=made.words(), contributions=dice.sample(spoken, 1), **made.lead())
    shown = [("data", "Needs assessment 2026")]
    counted = needs.raise_need(made.cycle, statement=made.words(), evidence=shown, **made.lead())
    if made.often():
        needs.merge(joined, need, **made.lead())
    whence = [{"outcome": dice.choice(outcomes_of(made))}, {"need": need}, {"need": counted}]
    for n, origin in enumerate(whence):
        words = criteria.Words(f"Asked {n} {made.words()}?", "How will you do it?", "Names and a plan", first_return=1, **origin)
        criterion = criteria.write(made.cycle, words, key=made.town.key(), **made.lead())
        form = dice.choice(FORMS)
        looked = monitoring.Words(f"Looked at {made.words()}", "Manager", Decimal("1.5"), form=form, criterion=criterion)
        monitoring.add_measure(made.cycle, looked, key=made.town.key(), **made.lead())
    contested = criteria.may_take_up(made.cycle).first()
    if contested is not None and made.often(0.7):
        need_or_outcome = {"outcome": outcomes_of(made)[0]}
        words = criteria.Words("Asked by the room?", "How?", first_return=1, **need_or_outcome)
        taken = criteria.write(made.cycle, words, proposal=contested, because="Still worth asking", key=made.town.key(), **made.lead())
        if made.often():
            criteria.withdraw(taken, reason="Asked already", **made.lead())
    monitoring.take_indicators(made.cycle, **made.lead())


def sign_off(made: Whole) -> None:
    adopting.freeze(adopting.framework_of(made.cycle), **made.lead())
    made.version = specifying.sign_off(specifying.specification_of(made.cycle), **made.lead())
    made.kept = publishing.as_json(made.version)


def change_later(made: Whole) -> None:
    """What comes after sign-off: it is opened again, words change, and perhaps it is signed off again."""
    if not made.often(0.6):
        return
    adopting.reopen(adopting.framework_of(made.cycle), reason="More to say", **made.lead())
    clause = Clause.objects.filter(specification__cycle=made.cycle).first()
    specifying.edit_clause(clause, text=made.words(), kind=clause.kind, seen_version=clause.version, **made.lead())
    card = Agreement.objects.filter(proposal__workshop__cycle=made.cycle).first().proposal
    proposing.comment(card, text=made.words(), by=made.anybody(), key=made.town.key(), now=made.town.now)
    adopting.freeze(adopting.framework_of(made.cycle), **made.lead())
    specifying.sign_off(specifying.specification_of(made.cycle), **made.lead())


def award_and_promise(made: Whole) -> None:
    town, dice, today = made.town, made.dice, timezone.localdate()
    about = {"starts_on": today, "standing": "It applies", "set_by": town.lead, "set_at": town.now}
    ProcurementGate.objects.create(cycle=made.cycle, ending="done", ended_at=town.now, ended_because="Signed", **about)
    shape = {"value": 1, "months": 12, "cash": 0, "payment": "advance", "days": 30, "why": "x", "by": town.lead, "at": town.now}
    ContractShape.objects.create(cycle=made.cycle, version=1, lots=1, **shape)
    lot = lots.name(made.cycle, number=1, title="All", **made.lead())
    days = (today - timedelta(days=200), today + timedelta(days=500))
    provider = people.find_or_add_organisation(town.authority, "Harbour")
    result = awarding.Result(lot, provider, *days, "They know the people")
    made.award = awarding.record(made.cycle, result, key="a", **made.lead())
    whence = [{"criterion": one} for one in criteria.standing(made.cycle)]
    clauses = list(Clause.objects.filter(specification__cycle=made.cycle))
    whence += [{"clause": one} for one in dice.sample(clauses, min(3, len(clauses)))]
    for origin in whence:
        promise = committing.Promise(f"Promised {made.words()}", "Manager")
        kept = committing.commit(made.award, promise, key=town.key(), **origin, **made.lead())
        if made.often():
            new = committing.NewMeasure(f"Seen {made.words()}", "count", "Manager", Decimal(1), target=Decimal(4))
            committing.add_measure(kept, new, **made.lead())
        if made.often(0.3):
            committing.vary(kept, committing.Promise(made.words(), "Director"), because="Agreed", **made.lead())
    assert Commitment.objects.filter(award=made.award).exists()


def look(made: Whole) -> None:
    """The return of a quarter, perhaps in more than one version."""
    act = {"by": made.room.vsos[0], "now": timezone.now()}

    _fill(made, act)
    for story in Measure.objects.filter(cycle=made.cycle, form="story"):
        told = [returning.StoryTold("s1", "She found her way home", "given")]
        returning.keep_stories(made.award, 1, story, told, **act)
    returning.send(made.award, 1, **act)
    change_a_return(made)


def _fill(made: Whole, act: dict) -> None:
    said = {m.pk: {**READ[m.form], "standing": "partly", "words": "So it was"} for m in Measure.objects.filter(cycle=made.cycle)}
    returning.keep_readings(made.award, 1, said, **act)
    returning.keep_rest(made.award, 1, hours=Decimal(2), resources=[], seen=None, **act)


def change_a_return(made: Whole) -> None:
    """Perhaps another version of what was sent, which perhaps nobody sends."""
    act = {"by": made.room.vsos[0], "now": timezone.now()}
    if made.often():
        returning.change(made.award, 1, reason="A figure was wrong", **act)
        _fill(made, act)
        if made.often(0.7):
            returning.send(made.award, 1, **act)


def review(made: Whole) -> None:
    town, room = made.town, made.room
    made.following = _next_cycle(made)
    wanted = reviewing.ReviewPlan("Year one", 1, timezone.localdate())
    planned: Review = reviewing.plan(made.cycle, wanted, **made.lead())
    meeting = reviewing.convene_meeting(planned, **made.lead())
    came = [room.officers[0], room.vsos[1], room.citizens[0]]
    for person in came:
        attending.attend(meeting, person, now=town.now)
    planned.refresh_from_db()
    readings = list(Return.objects.filter(award=made.award).exclude(state="draft").latest("version").readings.all())
    voices = list(Contribution.objects.open_to_all().filter(cycle=made.cycle))
    rests = [
        {"readings": tuple(made.dice.sample(readings, min(2, len(readings))))},
        {"outcome": outcomes_of(made)[0]},
        {"voices": tuple(made.dice.sample(voices, 2))},
    ]
    for n, on in enumerate(rests):
        said = judging.FindingSaid(("contract", "strategic", "process")[n], made.words(), **on)
        finding = judging.write(planned, said, key=town.key(), **made.lead())
        judging.talk_over(finding, **made.lead())
        if made.often(0.8):
            decided = made.dice.choice(["forward", "forward", "change"])
            judging.decide(finding, decided=decided, because="So it is", seen=finding.version, **made.lead())
            for person in came:
                finding.refresh_from_db()
                judging.signal(finding, yes=True, seen=finding.version, by=person, now=town.now)
            judging.agree(finding, **made.lead())


def _next_cycle(made: Whole) -> Cycle:
    plan = convening.CyclePlan(
        title="The next one",
        service="Help",
        areas=("Quay",),
        purpose="What now?",
        level=4,
        payment_line="None",
        scope=(("open", "What changes"),),
    )
    following = convening.open_cycle(plan, authority=made.town.authority, by=made.town.lead.user, now=made.town.now)
    following.follows = made.cycle
    following.save(update_fields=["follows"])
    return following


def answer(made: Whole) -> None:
    """Some of what was said is answered; the rest is owed."""
    owed = list(Contribution.objects.filter(cycle=made.cycle).owed())
    some = [said for said in owed if made.often()]
    if some:
        status = made.dice.choice(["used", "not_used"])
        answering.answer(some, status=status, reason="This became of it", **made.lead())
