"""A forum to its last step: a third session for want of owners, a plan agreed and adopted, an update asked for, and six months on."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from commissioning import people, roles
from commissioning.contributing import Manner
from commissioning.models import Group, Organisation, Participant
from outcomes import process_reviewing, understanding
from outcomes.demonstration import Story, move
from outcomes.models import Memorandum, ProcessReview
from outcomes.scenarios.telling import SIDES, back_to, open_room
from workshops import agreeing_plans, asking_for_updates, attending, ending, facilitating, promising
from workshops.models import Action, PlanVersion, Workshop

NOBODY_YET = "Nobody is named yet"
SIDE = {"authority": Group.COMMISSIONER, "vso": Group.VSO, "citizens": Group.CITIZEN}


def finish(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Tell the forum from its second session to its six-month figures."""
    follow_up = _five_without_owners(story, words, now)
    _name_the_owners(story, words, follow_up, now)
    version = _agree_the_plan(story, words, now)
    process = _ask_how_it_goes(story, words, now)
    back_to(story, now, days=words["plan_asked"]["adopted"])
    body, minute = words["plan_asked"]["body"], words["plan_asked"]["minute"]
    agreeing_plans.adopt(
        version, body=body, on=timezone.localdate(story.now()), minute=minute, by=story.cast[words["lead"]], now=story.now()
    )
    _ask_for_an_update(story, words, now)
    _keep_promises(story, words, now)
    _six_months_on(story, words, process, now)


def _five_without_owners(story: Story, words: dict[str, Any], now: datetime) -> Workshop:
    """The second session drafts five actions that nobody takes on; every group agrees to meet again because of that."""
    told, facilitator = words["second"], story.cast[words["facilitator"]]
    back_to(story, now, days=told["days_ago"])
    workshop = open_room(story, words, told)
    move(story, workshop, facilitator, "discuss", "vote", "agree")
    due_from = timezone.localdate(now) - timedelta(days=words["third"]["days_ago"])
    for row in words["action"]:
        if row["text"] != words["third"]["sixth"]:
            _add(story, workshop, row, facilitator, due_from + timedelta(days=row["days"]), owner=NOBODY_YET)
    for person in story.cast.values():
        attending.attend(workshop, person, now=story.now())
        promising.would_meet_again(workshop, yes=True, by=person, now=story.now())
    again = ending.Afterwards(meet_again=True, agreed_by=told["agreed_by"])
    closing = facilitating.close(workshop, afterwards=again, by=facilitator, now=story.now())
    assert closing.follow_up is not None  # noqa: S101 (the room has just agreed to it; this tells the type checker)
    return closing.follow_up


def _add(story: Story, workshop: Workshop, row: dict[str, Any], by: Participant, due: Any, **owner: Any) -> Action:
    return promising.add_action(
        workshop,
        text=row["text"],
        side=SIDES[row["side"]],
        due=due,
        how_we_know=row["how"],
        condition=row.get("condition", ""),
        by=by,
        now=story.now(),
        **owner,
    )


def _name_the_owners(story: Story, words: dict[str, Any], workshop: Workshop, now: datetime) -> None:
    """The third session: each action gets somebody who says yes; one for the finance department, which is not there."""
    told, facilitator = words["third"], story.cast[words["facilitator"]]
    back_to(story, now, days=told["days_ago"])
    today = timezone.localdate(now) - timedelta(days=told["days_ago"])
    for person in story.cast.values():
        attending.attend(workshop, person, now=story.now())
    move(story, workshop, facilitator, "gather", "discuss", "vote", "agree")
    for row in words["action"]:
        owner = story.cast[row["owner"]]
        attending.attend(workshop, owner, now=story.now())
        if row["text"] == told["sixth"]:
            _add(story, workshop, row, facilitator, today + timedelta(days=row["days"]), person=owner)
            continue
        action = _action(story, row)
        action = promising.give_to(action, promising.Owner(participant=owner), side=SIDES[row["side"]], by=facilitator, now=story.now())
        if action.acceptance != Action.Acceptance.ACCEPTED:
            promising.answer(action, yes=True, by=owner, now=story.now())
        if row.get("condition"):
            first = today + timedelta(days=90)
            agreeing_plans.say_when_to_look_again(action, on=first, by=facilitator, now=story.now())
    row = words["finance"]
    _add(story, workshop, row, facilitator, today + timedelta(days=row["days"]), owner=row["owner"])
    later = ending.Afterwards(meet_again=False, because="The finance department is asked in writing. The next forum is fixed.")
    facilitating.close(workshop, afterwards=later, by=facilitator, now=story.now())


def _action(story: Story, row: dict[str, Any]) -> Action:
    return Action.objects.get(workshop__cycle=story.cycle, text=row["text"])


def _agree_the_plan(story: Story, words: dict[str, Any], now: datetime) -> PlanVersion:
    """Everybody is asked; reservations are kept beside what each group said."""
    told = words["plan_asked"]
    back_to(story, now, days=told["asked"])
    secretariat = story.cast[words["people"]["secretariat"][0][0]]
    version = agreeing_plans.ask_everybody(story.cycle, by=secretariat, now=story.now())
    for name, person in story.cast.items():
        if agreeing_plans.may_answer(person):
            why = told["reserved"].get(name, "")
            agreeing_plans.answer(version, says="reserved" if why else "yes", words=why, by=person, now=story.now())
    back_to(story, now, days=told["ended"])
    return agreeing_plans.end_asking(version, by=secretariat, now=story.now())


def _ask_for_an_update(story: Story, words: dict[str, Any], now: datetime) -> None:
    """The interim contract is late: an organisation asks, and has an answer within the days there are for it."""
    told = words["asking"]
    late = next(row for row in words["action"] if row.get("condition"))
    action, owner = _action(story, late), story.cast[late["owner"]]
    back_to(story, now, days=told["asked"])
    asked = asking_for_updates.ask(action, words=told["words"], by=story.cast[told["who"]], now=story.now())
    back_to(story, now, days=told["answered"])
    asking_for_updates.answer(asked, words=told["answer"], by=owner, now=story.now())
    again = timezone.localdate(now) + timedelta(days=told["look_again"])
    agreeing_plans.say_when_to_look_again(action, on=again, by=story.cast[words["facilitator"]], now=story.now())


def _sign_how_we_work(story: Story, words: dict[str, Any], now: datetime) -> None:
    """The CVS drafts, the council and eleven organisations sign."""
    told = words["memorandum"]
    back_to(story, now, days=told["begun"])
    drafter = story.cast["Vi Sand"]
    parties = tuple(Organisation.objects.filter(authority=story.cycle.authority).exclude(name__in=told["left_out"]).order_by("pk"))
    new = understanding.Beginning(told["title"], parties, with_authority=True)
    made = understanding.begin(story.cycle, new, key=story.key(), by=drafter, now=story.now())
    made = understanding.write(made, told, seen_version=1, by=drafter, now=story.now())
    back_to(story, now, days=told["signed"])
    made = understanding.sign(made, signed_as="Assistant director", seen_version=2, by=story.cast[words["champion"]], now=story.now())
    for organisation in parties:
        speaker = next(p for p in story.cast.values() if p.organisation_id == organisation.pk and understanding.speaks_for(p))
        made = understanding.sign(made, signed_as="Manager", seen_version=2, by=speaker, now=story.now())


def _keep_promises(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Four actions are done, and each owner says so; the signing comes before its own."""
    done = sorted((row for row in words["action"] if "done" in row), key=lambda row: -row["done"])
    for row in done:
        if row["done"] < words["memorandum"]["signed"] and not Memorandum.objects.filter(cycle=story.cycle).exists():
            _sign_how_we_work(story, words, now)
        back_to(story, now, days=row["done"])
        promising.report_progress(_action(story, row), progress="done", reason=row["update"], by=story.cast[row["owner"]], now=story.now())


def _ask_how_it_goes(story: Story, words: dict[str, Any], now: datetime) -> ProcessReview:
    """How the work together went is asked at the end of the sessions, so that it can be asked again six months on."""
    told, lead = words["later"], story.cast[words["lead"]]
    back_to(story, now, days=told["opened"])
    process = process_reviewing.open_it(story.cycle, by=lead, now=story.now())
    for side in SIDE:
        for n, person in enumerate(_counted(story, side)[: told[side][0]]):
            _say(story, process, person, {"M-36": "758"[n % 3], "M-06": "54"[n % 2], "M-38": "86"[n % 2]})
    back_to(story, now, days=told["closed"])
    return process_reviewing.close(process, answer=told["answer"], by=lead, now=story.now())


def _six_months_on(story: Story, words: dict[str, Any], process: ProcessReview, now: datetime) -> None:
    """Everybody is asked again, twenty-one of thirty-three answer, and the figures stand as they are."""
    told, examples = words["later"], iter(words["later"]["examples"])
    back_to(story, now, days=told["answered"])
    process_reviewing.ask_later(now=story.now())
    process.refresh_from_db()
    for side in SIDE:
        answered, practice, trust = told[side]
        for n, person in enumerate(_counted(story, side)[:answered]):
            said = {"M-20": "yes" if n < practice else "no", "M-01a": "more" if n < trust else "same"}
            if n < practice and (example := next(examples, "")):
                said["M-20w"] = example
            _say(story, process, person, said)


def _counted(story: Story, side: str) -> list[Participant]:
    """The people of a side who are asked."""
    return [p for p in story.cast.values() if p.group == SIDE[side] and roles.has_counted_voice(people.role_codes(p))]


def _say(story: Story, process: ProcessReview, person: Participant, said: dict[str, str]) -> None:
    at = story.now()
    moment = process_reviewing.moment_of(process, at)
    process_reviewing.answer(process, said, moment=moment, key=story.key(), manner=Manner(), by=person, now=at)
