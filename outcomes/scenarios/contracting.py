"""From an adopted framework to awards and returns, told from a file of words: duties, lots, criteria, weighting, delays, promises."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning import duties, gate, opening_pages, shaping
from commissioning.models import Organisation
from outcomes import adopting, awarding, committing, criteria, lots, monitoring, quarters, specifying, weighing
from outcomes.demonstration import Story
from outcomes.models import Award, Criterion, Lot, Outcome
from outcomes.scenarios.telling import back_to
from workshops import procuring


def outcome_of(story: Story, code: str) -> Outcome:
    """The outcome that a card of the file of words became."""
    return Outcome.objects.get(decision__agreement__proposal=story.proposed[code])


def organisation(story: Story, name: str) -> Organisation:
    """An organisation of the register, by name."""
    return Organisation.objects.get(authority=story.cycle.authority, name=name)


def specify(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Say what is bought and in which shape, share the score, write criteria and the plan, freeze and sign off."""
    told, lead, cycle = words["buying"], story.cast[words["lead"]], story.cycle
    back_to(story, now, days=told["days"])
    duties.say_what_is_bought(cycle, kind="services", value=told["value"], by=lead, now=story.now())
    for row in told["shape"]:
        why, reason = row["why"], row.get("days_reason", "")
        figures = SHAPE | {"value": told["value"]} | {name: row[name] for name in row if name in shaping.FIGURES}
        shaping.propose_shape(cycle, figures, why=why, risk=row.get("risk", ""), days_reason=reason, by=lead, now=story.now())
    routes = {row["kind"]: _consider(story, row, words) for row in told["route"]}
    if routes:
        role = words["decider"]
        shaping.choose_route(routes[told["chosen"]], because=told["chosen_because"], role=role, by=lead, now=story.now())
    _share_the_score(story, words)
    adopting.freeze(adopting.framework_of(cycle), by=lead, now=story.now())
    specification = specifying.specification_of(cycle)
    specifying.compose(specification, by=lead, now=story.now())
    for row in told["lot"]:
        lots.name(cycle, number=row["number"], title=row["title"], about=row["about"], by=lead, now=story.now())
    specifying.sign_off(specification, by=lead, now=story.now())


SHAPE = {"months": 36, "cash": 0, "payment": "advance", "consortia": True, "subcontracting": True, "full_costs": True, "days": 35}


def _consider(story: Story, row: dict[str, Any], words: dict[str, Any]) -> Any:
    lead = story.cast[words["lead"]]
    return shaping.consider(story.cycle, row["kind"], pros=row["pros"], cons=row["cons"], by=lead, now=story.now())


def _share_the_score(story: Story, words: dict[str, Any]) -> None:
    """The opening draft, the criteria with how each is measured, and the share that was adopted with its reason."""
    told, lead, cycle = words["weighting"], story.cast[words["lead"]], story.cycle
    price, quality, social = told["draft"]
    weighing.propose(cycle, price=price, quality=quality, social_value=social, by=lead, now=story.now())
    for row in told["criterion"]:
        about = outcome_of(story, row["outcome"])
        share = Decimal(row["share"])
        asked = criteria.Words(row["question"], row["how"], row["good"], outcome=about, share=share, first_return=row.get("first", 1))
        made = criteria.write(cycle, asked, key=story.key(), by=lead, now=story.now())
        line = monitoring.Words(row["measure"], row["collector"], Decimal(2), row["form"], criterion=made, **_aims(row))
        monitoring.add_measure(cycle, line, key=story.key(), by=lead, now=story.now())
    monitoring.take_indicators(cycle, by=lead, now=story.now())
    price, quality, social = told["adopted"]
    about_which = [outcome_of(story, row["outcome"]) for row in told["criterion"]]
    shares = {"price": price, "quality": quality, "social_value": social}
    role, by = words["decider"], story.cast[words["decider"]]
    weighing.adopt(cycle, **shares, reason=told["reason"], decider_role=role, outcomes=about_which, by=by, now=story.now())


def _aims(row: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(str(row[name])) for name in ("baseline", "target") if name in row} | {"unit": row.get("unit", "")}


def put_duties_on_record(story: Story, words: dict[str, Any]) -> None:
    """Each duty record in its own words, decided by role on a day."""
    lead, cycle = story.cast[words["lead"]], story.cycle
    outcome = Outcome.objects.filter(theme__framework__cycle=cycle).order_by("number")[0]
    link = duties.Link("outcome", f"{outcome.code} {outcome.statement}"[:100], f"/cycles/{cycle.slug}/framework/")
    for code, answers in words["duties"].items():
        decided = {"decider": words["decider"], "decided_on": timezone.localdate(story.now())}
        writing = duties.Writing(answers, (link,), decision=True if code == "s1-7" else None, **decided)
        duties.record(cycle, code, writing, by=lead, now=story.now())


def procure(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Put the duties on record, set the day, and move it as often as papers were late: everybody gets the same letter each time."""
    told, lead, cycle = words["gate"], story.cast[words["lead"]], story.cycle
    back_to(story, now, days=told["days"])
    put_duties_on_record(story, words)
    procuring.set_start(cycle, gate.Days(_day(now, told["starts"])), by=lead, now=story.now())
    for row in told.get("moved", ()):
        back_to(story, now, days=row["days"])
        procuring.move_start(cycle, gate.Days(_day(now, row["to"])), reason=row["reason"], by=lead, now=story.now())


def _day(now: datetime, days: int) -> Any:
    return timezone.localdate(now) - timedelta(days=days)


def award(story: Story, words: dict[str, Any], now: datetime) -> dict[int, Award]:
    """Each lot to its provider, with its parties; procurement ends with the last. Then each scored promise becomes a commitment."""
    told, lead, cycle = words["award"], story.cast[words["lead"]], story.cycle
    back_to(story, now, days=told["days"])
    starts = _day(now, told["starts"])
    made: dict[int, Award] = {}
    for row in words["buying"]["lot"]:
        parties = tuple(awarding.Part(organisation(story, name), standing, part) for name, standing, part in row.get("parties", ()))
        result = awarding.Result(
            Lot.objects.get(cycle=cycle, number=row["number"]),
            organisation(story, row["provider"]),
            starts,
            quarters.months_after(starts, 36) - timedelta(days=1),
            row["why"],
            parties,
        )
        made[row["number"]] = awarding.record(cycle, result, key=story.key(), by=lead, now=story.now())
    procuring.end(cycle, ending="done", reason=told["over"], by=lead, now=story.now())
    cycle.refresh_from_db()
    for row in words["promise"]:
        _commit(story, made[row["lot"]], row, lead)
    opening_pages.open_page(cycle, by=lead, now=story.now())
    return made


def _commit(story: Story, award: Award, row: dict[str, Any], lead: Any) -> None:
    criterion = Criterion.objects.get(cycle=story.cycle, number=row["criterion"])
    promise = committing.Promise(row["text"], row["owner"], row.get("first", 1))
    made = committing.commit(award, promise, criterion=criterion, key=story.key(), by=lead, now=story.now())
    aims = _aims(row)
    aims.pop("baseline", None)
    line = committing.NewMeasure(row["measure"], row["form"], row["owner"], Decimal(1), first_quarter=row.get("first", 1), **aims)
    committing.add_measure(made, line, by=lead, now=story.now())
