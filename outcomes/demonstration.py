"""The demonstration: young people's inclusion in an invented borough, from listening to the review of its contract, through the acts.

Nothing is written behind the acts' backs: what the demonstration shows is what the product does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from commissioning import answering, convening, people, ticking
from commissioning.models import Authority, Contribution, Cycle, Feedback, Membership, Organisation, Participant, Stage, User
from commissioning.sentences import on_record
from outcomes import (
    adopting,
    demonstration_award,
    demonstration_before,
    demonstration_needs,
    demonstration_plan,
    demonstration_review,
    publishing,
    quarters,
    specifying,
)
from outcomes import demonstration_words as words
from outcomes.models import Clause, Indicator, Outcome
from workshops import agreeing, attending, ending, facilitating, proposing, rules, tally, voting
from workshops.models import Action, Agreement, Ballot, Proposal, Seat, Workshop

CYCLE_TITLE = "Young people’s inclusion in Eastmere"


@dataclass
class Story:
    """The demonstration as it unfolds: who is in it, what was proposed, and a clock that moves forward."""

    cycle: Cycle
    at: datetime
    cast: dict[str, Participant] = field(default_factory=dict)
    said: dict[str, Contribution] = field(default_factory=dict)
    proposed: dict[str, Proposal] = field(default_factory=dict)
    step: int = 0

    def now(self) -> datetime:
        """The next moment of the story; minutes pass between acts."""
        self.step += 1
        return self.at + timedelta(seconds=40 * self.step)

    def key(self) -> str:
        """A form key nobody else uses."""
        self.step += 1
        return f"demo-{self.step}"


def load(*, now: datetime, contract: bool = True) -> tuple[Cycle, bool]:
    """Load the demonstration once; returns its cycle and whether it was loaded now. Without `contract` it ends before procurement."""
    already = Cycle.objects.filter(title=CYCLE_TITLE, invented=True).first()
    if already is not None:
        return already, False
    with transaction.atomic():
        starts = demonstration_award.start_day(now)
        begun = timezone.make_aware(datetime.combine(starts, time(10)))
        story = _convene(begun - timedelta(days=210))
        _listen(story)
        _codesign(story, begun - timedelta(days=180))
        _adopt(story, begun - timedelta(days=164))
        demonstration_before.tell(story, begun - timedelta(days=140))
        story.at, story.step = begun - timedelta(days=130), 0
        _specify(story)
        _answer(story)
        if contract:
            awards = demonstration_award.award(story, starts)
            demonstration_award.deliver(story, awards)
            demonstration_review.tell(story, now, quarters.ends(starts, 4, awards[1].ends))
        _leave_one_open(story, now)
    return story.cycle, True


def user_of(name: str, place: str = "eastmere") -> User:
    """An invented person who can sign in."""
    return User.objects.create_user(f"{slugify(name).replace('-', '.')}@{slugify(place)}.example", name, demo=True)


def _convene(at: datetime) -> Story:
    authority = Authority.objects.create(name=words.AUTHORITY, slug="eastmere")
    priya = user_of("Priya Nair")
    Membership.objects.create(user=priya, authority=authority)
    cycle = convening.open_cycle(words.PLAN, authority=authority, by=priya, now=at)
    story = Story(cycle, at)
    lead = story.cast["Priya Nair"] = Participant.objects.get(cycle=cycle, user=priya)
    for name, size, scheme, number in words.ORGANISATIONS:
        Organisation.objects.create(authority=authority, name=name, size=size, scheme=scheme, identifier=number)
    for name, group, standing, organisation, interest, role in words.PEOPLE:
        user = user_of(name)
        who = people.Introduction(name, group, standing, interest, frozenset({"take_part", "words", "naming", "summary"}), organisation)
        participant, __ = people.take_part(cycle, who, now=story.now(), user=user, invited=True)
        if role:
            people.give_role(participant, role, by=lead, now=story.now())
        story.cast[name] = participant
    return story


def _workshop(story: Story, title: str, question: str) -> tuple[Workshop, Participant]:
    workshop = facilitating.convene(
        story.cycle, facilitating.WorkshopPlan(title, question, story.at), by=story.cast["Priya Nair"], now=story.now()
    )
    for name, participant in story.cast.items():
        if name != "Ines Okafor":
            attending.attend(workshop, participant, now=story.now())
    move(story, workshop, story.cast["Ruth Calder"], "gather")
    return workshop, story.cast["Ruth Calder"]


def move(story: Story, workshop: Workshop, facilitator: Participant, *to: str) -> None:
    """Go through these phases, one after another."""
    for phase in to:
        workshop.refresh_from_db()
        facilitating.move(workshop, seen=workshop.phase, to=phase, by=facilitator, now=story.now())
    workshop.refresh_from_db()


def _gather(story: Story, workshop: Workshop, rows: Iterable[tuple[str, str, str, str]]) -> None:
    for code, kind, who, text in rows:
        idea = proposing.add_idea(workshop, kind=kind, text=text, by=story.cast[who], key=story.key(), now=story.now())
        story.said[code] = idea.contribution


def _listen(story: Story) -> None:
    workshop, facilitator = _workshop(story, "Listening first", "What would be different if life here worked for you?")
    _gather(story, workshop, words.SAID)
    move(story, workshop, facilitator, "discuss")
    due = story.at.date() + timedelta(days=28)
    attending.attend(workshop, facilitator, now=story.now())
    facilitating.add_action(
        workshop,
        text="Bring what was said to the joint workshop",
        side=Action.Side.BOTH,
        owner="Ruth Calder",
        due=due,
        how_we_know="Every need is on the wall when it opens",
        by=facilitator,
        now=story.now(),
    )
    move(story, workshop, facilitator, "vote", "agree")
    facilitating.close(workshop, by=facilitator, now=story.now())
    demonstration_needs.put_in_order(story, demonstration_needs.put_on_the_list(story))
    _close_stage(story, "analyse")


def _close_stage(story: Story, code: str) -> None:
    lead, stage = story.cast["Priya Nair"], story.cycle.stages.get(code=code)
    tick_off(story, stage)
    convening.answer_exit_questions(stage, words.EXIT_ANSWERS[code], by=lead, now=story.now())
    convening.close_stage(stage, by=lead, now=story.now())


def tick_off(story: Story, stage: Stage) -> None:
    """Say of each task of a stage that was done what was done, and where it shows."""
    for task, (who, said, page) in words.TICKED[stage.code].items():
        link = f"/cycles/{story.cycle.slug}/{page}/" if page else ""
        ticking.tick(stage, task=task, words=said, link=link, by=story.cast[who], now=story.now())


def _codesign(story: Story, at: datetime) -> None:
    story.at = at
    workshop, facilitator = _workshop(story, "Designing it together", "What should change, and how would we know?")
    for code, kind, who, text, benefits, sources in words.PROPOSED:
        draft = proposing.Draft(kind, text, benefits)
        made = proposing.propose(workshop, draft, by=story.cast[who], key=story.key(), now=story.now())
        # What was said at another workshop of the cycle is a source too: the listening came first.
        made.sources.set([story.said[s] for s in sources])
        story.proposed[code] = made
    for code, of, who, text, *__ in words.INDICATORS:
        draft = proposing.Draft("indicator", text, for_outcome=story.proposed[of].pk)
        story.proposed[code] = proposing.propose(workshop, draft, by=story.cast[who], key=story.key(), now=story.now())
    move(story, workshop, facilitator, "discuss")
    for about, who, text in words.COMMENTS:
        proposing.comment(story.proposed[about], text=text, by=story.cast[who], key=story.key(), now=story.now())
    vote(story, workshop, facilitator, words.FIRST_ROUND)
    move(story, workshop, facilitator, "agree")
    _record(story, facilitator, words.RECORDED_FIRST)
    reworded = story.proposed["O3"]
    reworded.refresh_from_db()
    proposing.amend(
        reworded,
        text=words.O3_REWORDED,
        why=words.O3_WHY,
        seen_version=1,
        by=story.cast["Amina Yusuf"],
        key=story.key(),
        now=story.now(),
    )
    vote(story, workshop, facilitator, words.SECOND_ROUND)
    move(story, workshop, facilitator, "agree")
    _record(story, facilitator, words.RECORDED_SECOND)
    for text, side, owner, days, how in words.ACTIONS:
        if owner in story.cast:  # still in the room: what they are given, they take on there and then
            attending.attend(workshop, story.cast[owner], now=story.now())
        due = at.date() + timedelta(days=days)
        facilitating.add_action(workshop, text=text, side=side, owner=owner, due=due, how_we_know=how, by=facilitator, now=story.now())
    later = ending.Afterwards(meet_again=False, because="Those who are asked were not all here. Ruth asks them this week.")
    facilitating.close(workshop, afterwards=later, by=facilitator, now=story.now())


def vote(story: Story, workshop: Workshop, facilitator: Participant, table: dict[str, words.Votes]) -> None:
    """Open a ballot on each proposal of the table, and let everybody vote as it says."""
    move(story, workshop, facilitator, "vote")
    ids = [story.proposed[code].pk for code in table]
    ballots = voting.open_ballots(workshop, ids, rules.Rule.same_for_all(67, 2), by=facilitator, now=story.now())
    by_proposal = {ballot.proposal_id: ballot for ballot in ballots}
    for code, votes in table.items():
        ballot = by_proposal[story.proposed[code].pk]
        ballot.workshop = workshop
        _cast(story, ballot, votes)


def _cast(story: Story, ballot: Ballot, votes: "words.Votes") -> None:
    for group, numbers in zip(tally.GROUPS, votes.counts, strict=True):
        choices = [choice for choice, n in zip(tally.CHOICES, numbers, strict=True) for __ in range(n)]
        seats = Seat.objects.filter(ballot=ballot, group=group).select_related("participant", "organisation").order_by("pk")
        for seat, choice in zip(_with_reason_last(list(seats), votes, story), choices, strict=True):
            voter = seat.participant or seat.organisation.participants.filter(cycle=story.cycle).first()  # type: ignore[union-attr]
            reason = votes.reasons.get(voter.display_name, "") if choice != "support" else ""  # type: ignore[union-attr]
            voting.cast(ballot, choice=choice, reason=reason, by=voter, key=story.key(), now=story.now())  # type: ignore[arg-type]


def _with_reason_last(seats: list[Seat], votes: "words.Votes", story: Story) -> list[Seat]:
    """Those who gave a reason take the first places after the supporters, which the table lists first."""
    reasoned = {story.cast[name].pk for name in votes.reasons} | {story.cast[name].organisation_id for name in votes.reasons}

    def speaks(s: Seat) -> bool:
        return s.participant_id in reasoned or (s.organisation_id is not None and s.organisation_id in reasoned)

    quiet, speaking = [s for s in seats if not speaks(s)], [s for s in seats if speaks(s)]
    supporters = votes.counts[list(tally.GROUPS).index(seats[0].group)][0]
    return quiet[:supporters] + speaking + quiet[supporters:]


def _record(story: Story, facilitator: Participant, table: dict[str, tuple[str, str]]) -> None:
    for code, (state, reason) in table.items():
        agreeing.record_agreement(story.proposed[code], state=state, reason=reason, by=facilitator, now=story.now())


def _adopt(story: Story, at: datetime) -> None:
    story.at = at
    decider = story.cast["Ines Okafor"]
    for code, (theme, for_whom, horizon, dimensions, reason) in words.ADOPTED.items():
        agreement = Agreement.objects.get(proposal=story.proposed[code], superseded_at=None)
        forms = {
            story.proposed[sign].pk: {"form": form, "collector": collector, "frequency": frequency, "hours": hours, **words.AIMS[sign]}
            for sign, of, __, __, form, collector, frequency, hours in words.INDICATORS
            if of == code
        }
        placing = adopting.Placing(theme, for_whom, horizon, dimensions, forms=forms)
        adopting.decide(
            agreement,
            answer="adopted",
            reason=reason,
            decider_role="Portfolio member for children",
            by=decider,
            now=story.now(),
            placing=placing,
        )
    adopting.freeze(adopting.framework_of(story.cycle), by=story.cast["Priya Nair"], now=story.now())


def _specify(story: Story) -> None:
    lead = story.cast["Priya Nair"]
    specification = specifying.specification_of(story.cycle)
    specifying.compose(specification, by=lead, now=story.now())
    for label, text in words.CLAUSES.items():
        section, number = label.split(".")
        clause = Clause.objects.get(specification=specification, section=section, number=number)
        specifying.edit_clause(clause, text=text, kind=clause.kind, seen_version=1, by=lead, now=story.now())
    specifying.add_clause(
        specification,
        text=words.LEGAL_CLAUSE,
        kind="standard",
        requirement=words.LEGAL_SOURCE,
        by=lead,
        now=story.now(),
    )
    demonstration_plan.tell(story, specification)
    version = specifying.sign_off(specification, by=lead, now=story.now())
    for form in ("docx", "json"):
        publishing.ask_for(version, form, now=story.now())
    _close_stage(story, "plan")


def _answer(story: Story) -> None:
    """Tell each person what became of what they said: used where the thread leads on, and the exceptions by name."""
    lead = story.cast["Priya Nair"]
    day = on_record(lambda: date_format(story.at, "j F Y"))
    for code, (status, reason) in words.ANSWERS.items():
        answering.answer([story.said[code]], status=status, reason=reason.format(day=day), by=lead, now=story.now())
    adopted = Outcome.objects.filter(theme__framework__cycle=story.cycle).select_related("decision__agreement__proposal")
    for outcome in adopted:
        proposal = outcome.decision.agreement.proposal
        behind = Contribution.objects.unanswered().filter(pk__in=_behind(proposal))
        if behind:
            reason = f"It is part of {outcome.code} in the framework, and of the specification."
            answering.answer(behind, status=Feedback.Status.USED, reason=reason, by=lead, now=story.now())
    rest = list(Contribution.objects.filter(cycle=story.cycle).unanswered())
    if rest:
        answering.answer(rest, status=Feedback.Status.NOT_USED, reason=words.REST, by=lead, now=story.now())


def _behind(proposal: Proposal) -> set[int]:
    signs = Indicator.objects.filter(outcome__decision__agreement__proposal=proposal).values_list("proposal__contribution", flat=True)
    versions = proposal.versions.values_list("contribution", flat=True)
    sources = proposal.sources.values_list("pk", flat=True)
    comments = proposal.comments.values_list("contribution", flat=True)
    return {proposal.contribution_id, *signs, *versions, *sources, *comments}


def _leave_one_open(story: Story, now: datetime) -> None:
    """A workshop that is open now, so that whoever tries the product can take part at once."""
    story.at, story.step = now - timedelta(hours=1), 0
    workshop, facilitator = _workshop(story, "Help that families can find", "What would have helped you find help sooner?")
    _gather(story, workshop, words.OPEN_SAID)
    for kind, who, text, benefits in words.OPEN_PROPOSED:
        proposing.propose(workshop, proposing.Draft(kind, text, benefits), by=story.cast[who], key=story.key(), now=story.now())
    story.at, story.step = now - timedelta(minutes=1), 0  # whoever comes finds it just begun, with its time before it
    move(story, workshop, facilitator, "discuss")
