"""How a demonstration is told from its file of words: people, rooms, votes, adoptions, promises."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning import answering, convening, people
from commissioning.convening import CyclePlan
from commissioning.models import Authority, Contribution, Membership, Organisation, Participant
from outcomes import adopting
from outcomes import demonstration as telling
from outcomes.demonstration import Story
from outcomes.demonstration_words import Votes
from workshops import agreeing, attending, ending, facilitating, promising, proposing
from workshops.models import Action, Agreement, Workshop

SIDES = {"Council": Action.Side.AUTHORITY, "VSO": Action.Side.VSO, "Citizens": Action.Side.CITIZENS, "Both": Action.Side.BOTH}
STEP = 40  # seconds, as in `Story.now`
KEPT = {"collector": "The provider with those who use it", "frequency": "each quarter", "hours": 3}


def back_to(story: Story, now: datetime, *, days: int) -> None:
    """Let the story go on at noon so many days before now; the steps go on counting, so that no key comes twice.

    Noon, so that a demonstration loaded near midnight does not tell one meeting on two days.
    """
    noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
    story.at = (noon if days else now) - timedelta(days=days, seconds=STEP * story.step)


def convene(words: dict[str, Any], at: datetime) -> Story:
    authority = Authority.objects.create(name=words["authority"], slug=words["plan"]["title"].split()[0].lower()[:12])
    lead = telling.user_of(words["lead"])
    Membership.objects.create(user=lead, authority=authority)
    plan = words["plan"] | {"areas": tuple(words["plan"]["areas"]), "scope": tuple(tuple(row) for row in words["plan"]["scope"])}
    cycle = convening.open_cycle(CyclePlan(**plan, invented=True), authority=authority, by=lead, now=at)
    story = Story(cycle, at)
    story.cast[words["lead"]] = Participant.objects.get(cycle=cycle, user=lead)
    for row in words["organisation"]:
        Organisation.objects.create(authority=authority, **row)
    for row in _cast_of(words):
        join(story, words, *row)
    people.give_role(story.cast[words["champion"]], "champion", by=story.cast[words["lead"]], now=story.now())
    return story


def join(story: Story, words: dict[str, Any], name: str, group: str, standing: str, organisation: str, interest: str, role: str) -> None:
    """Somebody joins the cycle, with an account and a role if they have one."""
    who = people.Introduction(name, group, standing, interest, frozenset({"take_part", "words", "naming", "summary"}), organisation)
    user = telling.user_of(name, words["plan"]["title"])
    story.cast[name], __ = people.take_part(story.cycle, who, now=story.now(), user=user, invited=True)
    if role:
        people.give_role(story.cast[name], role, by=story.cast[words["lead"]], now=story.now())


def _cast_of(words: dict[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    listed = words["people"]
    rows = [(words["facilitator"], "commissioner", "independent", "", "none", "facilitator")]
    rows += [(words["decider"], "commissioner", "elected", "", "none", "decider")]
    rows += [(name, "vso", "vso", organisation, "none", "secretariat") for name, organisation in listed.get("secretariat", ())]
    rows += [(name, "commissioner", "officer", "", "none", "") for name in listed.get("commissioner", ())]
    rows += [(name, "commissioner", "procurement", "", "none", "") for name in listed.get("procurement", ())]
    rows += [(name, "vso", "vso", organisation, interest, "") for name, organisation, interest in listed["vso"]]
    rows += [(name, "citizen", standing, "", "none", "") for standing in ("service_user", "carer") for name in listed.get(standing, ())]
    return rows


def open_room(story: Story, words: dict[str, Any], told: dict[str, Any]) -> Workshop:
    """Convene a workshop, let everybody in but the decider, and open it for what they say."""
    facilitator = story.cast[words["facilitator"]]
    plan = facilitating.WorkshopPlan(told["title"], told["question"], story.at)
    workshop = facilitating.convene(story.cycle, plan, by=story.cast[words["lead"]], now=story.now())
    for name, participant in story.cast.items():
        if name != words["decider"] or words.get("decider_comes"):
            attending.attend(workshop, participant, now=story.now())
    telling.move(story, workshop, facilitator, "gather")
    return workshop


def hold(story: Story, words: dict[str, Any], told: dict[str, Any]) -> None:
    """Hold one workshop from its first word to its close."""
    workshop, facilitator = open_room(story, words, told), story.cast[words["facilitator"]]
    for kind, who, text, *__ in told.get("said", ()):
        idea = proposing.add_idea(workshop, kind=kind, text=text, by=story.cast[who], key=story.key(), now=story.now())
        story.said[text] = idea.contribution
    _propose(story, workshop, told.get("proposal", ()))
    telling.move(story, workshop, facilitator, "discuss")
    if told.get("proposal"):
        table = {row["code"]: _votes(row) for row in told["proposal"]}
        telling.vote(story, workshop, facilitator, table)
    else:
        telling.move(story, workshop, facilitator, "vote")
    telling.move(story, workshop, facilitator, "agree")
    _settle(story, words, told.get("proposal", ()))
    if none := told.get("none_because", ""):
        facilitating.close(workshop, none_because=none, by=facilitator, now=story.now())
        return
    _promise(story, workshop, facilitator, told)
    later = ending.Afterwards(meet_again=False, because="The next date is fixed.")
    facilitating.close(workshop, afterwards=later, by=facilitator, now=story.now())


def answer_people(story: Story, words: dict[str, Any]) -> None:
    """Tell each person what became of what they said, where the words say it."""
    for contribution, (status, reason) in [(c, became_of(words, c)) for c in story.said.values()]:
        if status:
            answering.answer([contribution], status=status, reason=reason, by=story.cast[words["lead"]], now=story.now())


def became_of(words: dict[str, Any], contribution: Contribution) -> tuple[str, str]:
    """What the words say became of something; nothing where they do not say."""
    rows = [row for told in words["workshop"] for row in told.get("said", ()) if row[2] == contribution.text and len(row) > 3]
    return (rows[0][3], rows[0][4]) if rows else ("", "")


def _votes(row: dict[str, Any]) -> Votes:
    counts = tuple(tuple(int(n) for n in group.split("/")) for group in row["votes"].split())
    return Votes(counts, row.get("reasons", {}))  # type: ignore[arg-type]


def _propose(story: Story, workshop: Workshop, rows: Any) -> None:
    for row in rows:
        draft = proposing.Draft("outcome", row["text"], row.get("benefits", ""))
        made = proposing.propose(workshop, draft, by=story.cast[row["who"]], key=story.key(), now=story.now())
        sign = proposing.Draft("indicator", row["sign"], for_outcome=made.pk)
        proposing.propose(workshop, sign, by=story.cast[row["who"]], key=story.key(), now=story.now())
        story.proposed[row["code"]] = made


def _settle(story: Story, words: dict[str, Any], rows: Any) -> None:
    for row in rows:
        proposal = story.proposed[row["code"]]
        agreeing.record_agreement(
            proposal, state=row["state"], reason=row.get("reason", ""), by=story.cast[words["facilitator"]], now=story.now()
        )
        if row["state"] not in ("agreed", "reserved"):
            continue
        agreement = Agreement.objects.get(proposal=proposal, superseded_at=None)
        kept = KEPT | {name: row[name] for name in ("form", "frequency", "hours", "unit") if name in row}
        kept |= {name: Decimal(str(row[name])) for name in ("baseline", "aim") if name in row}
        forms = {sign.pk: kept for sign in proposal.indicators.all()}
        placing = adopting.Placing(row["theme"], row["for_whom"], row.get("horizon", "short"), ("social",), forms=forms)
        adopting.decide(
            agreement,
            answer="adopted",
            reason="All sides agreed, and it can be measured without much work.",
            decider_role=words["decider"],
            by=story.cast[words["decider"]],
            now=story.now(),
            kind=row.get("decided", "officer"),
            placing=placing,
        )


def _promise(story: Story, workshop: Workshop, facilitator: Participant, told: dict[str, Any]) -> None:
    rows = [[told["action"][0], "Council", facilitator.display_name, 28, told["action"][1]]] if "action" in told else told["actions"]
    for text, side, owner, days, how in rows:
        due = story.at.date() + timedelta(days=days)
        promising.add_action(
            workshop,
            text=text,
            side=SIDES[side],
            owner=owner,
            person=story.cast.get(owner),
            due=due,
            how_we_know=how,
            by=facilitator,
            now=story.now(),
        )
