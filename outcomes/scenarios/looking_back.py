"""What a contract brought, told from a file of words: returns quarter by quarter, one that never came, a review and its findings."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning import people, roles
from commissioning.models import Participant
from outcomes import judging, quarters, return_looks, returning, reviewing
from outcomes.demonstration import Story, move
from outcomes.models import Award, Measure, Reading, Return, Review
from outcomes.scenarios.telling import back_to
from workshops import attending, facilitating

VARIED = (0, -2, 1, -1, 2)  # of the people counted, from lot to lot: no two places are alike


def send_returns(story: Story, words: dict[str, Any], awards: dict[int, Award], now: datetime, *, quarter: int) -> None:
    """Each provider sends its return of a quarter a few days after its end; those named never come."""
    told = words["returns"]
    measures = return_looks.measures_of(story.cycle)
    for number, award in awards.items():
        if [number, quarter] in told["missing"]:
            continue
        ended = quarters.ends(award.starts, quarter, award.ends)
        days = (timezone.localdate(now) - ended).days - 4
        back_to(story, now, days=max(days, 0))
        _send(story, told, award, quarter, return_looks.due_measures(award, quarter, measures))


def speaker_of(story: Story, award: Award) -> Participant:
    """Somebody of the provider."""
    return next(p for p in story.cast.values() if p.organisation_id == award.provider_id)


def _send(story: Story, told: dict[str, Any], award: Award, quarter: int, due: list[Measure]) -> Return:
    by = speaker_of(story, award)
    said = {m.pk: _said(m, told["figures"][m.text], quarter, award.lot.number) for m in due if m.text in told["figures"]}
    returning.keep_readings(award, quarter, said, by=by, now=story.now())
    for row in told.get("story", ()):
        if (row["lot"], row["quarter"]) == (award.lot.number, quarter):
            measure = next(m for m in due if m.text == row["measure"])
            one = returning.StoryTold(story.key(), row["words"], "given", "She read it and signed")
            returning.keep_stories(award, quarter, measure, [one], by=by, now=story.now())
    hours = Decimal(told["hours"])
    returning.keep_rest(award, quarter, hours=hours, resources=[], seen=None, by=by, now=story.now())
    return returning.send(award, quarter, by=by, now=story.now())


def _said(measure: Measure, figures: list[str], quarter: int, lot: int) -> dict[str, str]:
    """What a measure showed: "48/68" of people, "2>3.1" along a star, a plain number, or words; "|" parts off how it stands."""
    text, __, stands = figures[min(quarter, len(figures)) - 1].partition("|")
    standing = {"standing": stands.strip(), "words": "Those who use it and we see it alike."} if stands else {}
    text = text.strip()
    if measure.form in ("story", "observation"):
        return {"words": text} | {name: value for name, value in standing.items() if name == "standing"}
    if "/" in text:
        part, whole = map(int, text.split("/"))
        return {"part": str(max(0, min(whole, part + VARIED[lot - 1]))), "whole": str(whole)} | standing
    if ">" in text:
        start, value = text.split(">")
        return {"start": start, "value": value} | standing
    return {"value": text} | standing


def review(story: Story, words: dict[str, Any], now: datetime) -> Review:
    """Hold the review with those who must be there, and agree its findings group by group."""
    told, lead = words["review"], story.cast[words["lead"]]
    facilitator = story.cast[words["facilitator"]]
    back_to(story, now, days=told["days"])
    plan = reviewing.ReviewPlan(told["title"], told["quarter"], timezone.localdate(story.now()))
    made = reviewing.plan(story.cycle, plan, by=lead, now=story.now())
    workshop = reviewing.convene_meeting(made, starts_at=story.now(), by=lead, now=story.now())
    came = [story.cast[name] for name in told["came"]]
    for person in [facilitator, lead, *came]:
        attending.attend(workshop, person, now=story.now())
    made = reviewing.hold(made, by=lead, now=story.now())
    reviewing.correct_minutes(made, spent=told["minutes"], reason=told["minutes_because"], by=facilitator, now=story.now())
    for row in told["finding"]:
        _find(story, made, row, lead, [lead, *(one for one in came if roles.has_counted_voice(people.role_codes(one)))])
    for level, because in told["left_out"].items():
        reviewing.leave_out(made, level=level, because=because, by=lead, now=story.now())
    move(story, workshop, facilitator, "gather", "discuss", "vote", "agree")
    facilitating.close(workshop, none_because=told["no_action"], by=facilitator, now=story.now())
    made.refresh_from_db()
    return reviewing.close(made, by=lead, now=story.now())


def _find(story: Story, made: Review, row: dict[str, Any], lead: Participant, came: list[Participant]) -> None:
    wanted = Reading.objects.filter(returned__award__lot__cycle=story.cycle, returned__quarter=made.quarter)
    readings = tuple(wanted.filter(measure__text=row["rests_on"]).order_by("pk")) if "rests_on" in row else ()
    said = judging.FindingSaid(row["level"], row["text"], readings=readings, **{n: row[n] for n in ("anyway", "lived_view") if n in row})
    finding = judging.write(made, said, key=story.key(), by=lead, now=story.now())
    finding = judging.talk_over(finding, by=lead, now=story.now())
    finding = judging.decide(finding, decided=row["decided"], because=row["because"], seen=finding.version, by=lead, now=story.now())
    for person in came:
        judging.signal(finding, yes=True, seen=finding.version, by=person, now=story.now())
    judging.agree(finding, by=lead, now=story.now())
