"""The provider's part of a quarterly return: writing it, keeping it as they go, sending it, changing it as a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import clean_words, printable, words_if_any
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import quarters, return_looks, return_rules, standings
from outcomes.models import AddedResource, Award, Measure, Reading, Return, ReturnToken, Story

COPIED = ("value", "part", "whole", "start", "words", "suggested", "given", "standing")


@dataclass
class Kept:
    """What became of one part of a form: the row, what could not be read in it, or what somebody else wrote meanwhile."""

    reading: Reading | None = None
    wrong: dict[str, _] = field(default_factory=dict)
    theirs: Reading | None = None


@dataclass(frozen=True)
class StoryTold:
    """A story as it was typed: its key, words, whether the person agreed and how."""

    key: str
    words: str
    consent: str = Story.ConsentGiven.ASKED
    note: str = ""


def hold(award: Award, now: datetime, by: Participant) -> Award:
    """The award, locked after its cycle, while the cycle takes anything from `by`. The caller holds a transaction."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=award.lot.cycle_id)
    require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return Award.objects.select_for_update(of=("self",), no_key=True).select_related("lot__cycle", "provider").get(pk=award.pk)


def last_of(award: Award, quarter: int) -> Return | None:
    """The newest version of a quarter's return, sent or not."""
    return award.returns.filter(quarter=quarter).order_by("-version").first()


def why_not(award: Award, quarter: int, by: Participant | None, due: int, through: ReturnToken | None = None) -> _ | None:
    """Whether somebody may write the return of a quarter."""
    ours = return_looks.is_ours(award, by) or (through is not None and through.award_id == award.pk)
    return return_rules.why_not_fill(ours=ours, quarter=quarter, quarters=return_looks.term_of(award).quarters, due=due)


def _draft(award: Award, quarter: int, by: Participant, now: datetime, through: ReturnToken | None) -> tuple[Return, list[Measure]]:
    """The draft of a quarter's return, begun when there is none, and the measures it holds. The award is locked."""
    due = return_looks.due_measures(award, quarter, return_looks.measures_of(award.lot.cycle))
    require(why_not(award, quarter, by, len(due), through))
    last = last_of(award, quarter)
    require(return_rules.why_not_write(last.state if last else None))
    return last or Return.objects.create(award=award, quarter=quarter, by=by, started_at=now), due


def keep_readings(
    award: Award,
    quarter: int,
    said: Mapping[int, Mapping[str, str]],
    seen: Mapping[int, int] | None = None,
    *,
    by: Participant,
    now: datetime,
    through: ReturnToken | None = None,
) -> dict[int, Kept]:
    """Keep what was said about some measures; what cannot be read is named and the rest kept.

    `seen` is the revision each was read at: where somebody else kept another text since, theirs stays and comes back beside.
    Without it the last one holds (a file or a program says all of it at once).
    """
    with transaction.atomic():
        award = hold(award, now, by)
        returned, due = _draft(award, quarter, by, now, through)
        there = {reading.measure_id: reading for reading in returned.readings.all()}
        found = {}
        for measure in due:
            if measure.pk in said:
                found[measure.pk] = _keep(returned, measure, said[measure.pk], there.get(measure.pk), seen)
        return found


def _keep(returned: Return, measure: Measure, said: Mapping[str, str], old: Reading | None, seen: Mapping[int, int] | None) -> Kept:
    told = return_rules.read(measure.form, {name: printable(str(value)) for name, value in said.items()})
    answer = told.answer
    now = {"value": answer.value, "part": answer.part, "whole": answer.whole, "start": answer.start, "words": answer.words}
    now["given"] = answer.standing
    if old is None and not any(value not in (None, "") for value in now.values()):
        return Kept(None, told.wrong)
    same = old is not None and all(getattr(old, name) == value for name, value in now.items())
    if old is not None and not same and seen is not None and seen.get(measure.pk, 0) != old.revision:
        return Kept(old, told.wrong, theirs=old)
    if old is not None and same:
        return Kept(old, told.wrong)
    reading = old or Reading(returned=returned, measure=measure, revision=0)
    for name, value in now.items():
        setattr(reading, name, value)
    reading.revision += 1
    judge(reading, measure, returned.quarter)
    reading.save()
    return Kept(reading, told.wrong)


def judge(reading: Reading, measure: Measure, quarter: int) -> None:
    """Work out what the figure suggests, and how it stands: as the provider says, else as suggested."""
    figure = standings.figure_of(reading.value, reading.part, reading.whole)
    told = bool(reading.words) or (reading.pk is not None and reading.stories.exists())
    reading.suggested = standings.suggest(return_looks.sign_of(measure), figure, told=told, quarter=quarter)
    reading.standing = reading.given or reading.suggested or Reading.Standing.NO_DATA


def keep_stories(
    award: Award,
    quarter: int,
    measure: Measure,
    told: Sequence[StoryTold],
    *,
    by: Participant,
    now: datetime,
    through: ReturnToken | None = None,
) -> None:
    """Keep stories of one measure, each once by its key; one without words goes, unless its person took it back (RV-03)."""
    with transaction.atomic():
        award = hold(award, now, by)
        returned, due = _draft(award, quarter, by, now, through)
        if measure.pk not in {m.pk for m in due}:
            raise Refused(_("{code} is not due in this quarter.", code=measure.code))
        there = {s.key: s for s in Story.objects.filter(reading__returned=returned, reading__measure=measure)}
        for one in told:
            words, old = words_if_any(one.words, return_rules.LONGEST_STORY), there.get(one.key)
            if old is not None and (old.consent == Story.ConsentGiven.WITHDRAWN or old.published_at is not None):
                continue  # what was taken back stays so, and what everybody reads is not changed under their eyes
            if not words:
                if old is not None:
                    old.delete()
                continue
            reading = Reading.objects.get_or_create(returned=returned, measure=measure)[0]
            story = old or Story(reading=reading, key=one.key[:64], at=now, outcome=return_looks.outcome_of(measure))
            consent = one.consent if one.consent in ("given", "asked", "refused") else "asked"
            story.consent_at = (story.consent_at or now) if consent == "given" else None
            story.words, story.consent, story.consent_note = words, consent, words_if_any(one.note, 300)
            story.save()
        for reading in returned.readings.filter(measure=measure):
            judge(reading, measure, quarter)
            reading.save(update_fields=["suggested", "standing"])


def keep_rest(
    award: Award,
    quarter: int,
    *,
    hours: Decimal | None,
    resources: Sequence[return_rules.Resource],
    seen: int | None,
    by: Participant,
    now: datetime,
    through: ReturnToken | None = None,
) -> Return | None:
    """Keep the hours and what was put in beside the money, apart from any outcome (RV-12, RV-13).

    Returns the return, or None where somebody else kept other lines since `seen` and theirs stay.
    """
    with transaction.atomic():
        award = hold(award, now, by)
        returned, __ = _draft(award, quarter, by, now, through)
        old = [return_rules.Resource(r.kind, r.amount, r.unit, r.words) for r in returned.added.all()]
        if returned.hours == hours and old == list(resources):
            return returned
        if seen is not None and returned.revision != max(seen, 1):
            return None
        returned.added.all().delete()
        AddedResource.objects.bulk_create(
            AddedResource(returned=returned, kind=r.kind, amount=r.amount, unit=printable(r.unit), words=printable(r.words))
            for r in resources
        )
        returned.hours, returned.revision = hours, returned.revision + 1
        returned.save(update_fields=["hours", "revision"])
        return returned


def keep_table(
    award: Award, quarter: int, said: Mapping[int, Mapping[str, str]], hours: Decimal | None, *, by: Participant, now: datetime
) -> None:
    """Keep what a table says of a quarter, all of it or nothing; the same table twice changes nothing."""
    with transaction.atomic():
        keep_readings(award, quarter, said, by=by, now=now)
        returned = last_of(award, quarter)
        if hours is not None:
            lines = returned.added.all() if returned else ()
            resources = [return_rules.Resource(r.kind, r.amount, r.unit, r.words) for r in lines]
            keep_rest(award, quarter, hours=hours, resources=resources, seen=None, by=by, now=now)


def unfinished(returned: Return | None, due: Sequence[Measure]) -> dict[int, dict[str, _]]:
    """What is missing of each measure before the return can be sent."""
    there = {r.measure_id: r for r in returned.readings.prefetch_related("stories")} if returned else {}
    found = {}
    for measure in due:
        reading = there.get(measure.pk)
        answer, stories, suggested = return_rules.Answer(), 0, standings.NO_DATA
        if reading is not None:
            answer = return_rules.Answer(reading.value, reading.part, reading.whole, reading.start, reading.words, reading.given)
            stories, suggested = len(reading.stories.all()), reading.suggested
        missing = return_rules.why_incomplete(measure.form, answer, suggested=suggested, stories=stories)
        if missing:
            found[measure.pk] = missing
    return found


def send(award: Award, quarter: int, *, by: Participant, now: datetime, through: ReturnToken | None = None) -> Return:
    """Send a quarter's return: from then on it can only be changed as a new version. Sending it twice sends it once."""
    with transaction.atomic():
        award = hold(award, now, by)
        measures = return_looks.measures_of(award.lot.cycle)
        due = return_looks.due_measures(award, quarter, measures)
        require(why_not(award, quarter, by, len(due), through))
        returned = last_of(award, quarter)
        if returned is not None and returned.state != Return.State.DRAFT:
            return returned
        missing = unfinished(returned, due)
        begun = quarters.begins(award.starts, quarter) <= timezone.localdate(now)
        codes = [measure.code for measure in due if measure.pk in missing]
        require(return_rules.why_not_send(missing=codes, hours=returned.hours if returned else None, begun=begun))
        assert returned is not None  # noqa: S101 (nothing is missing of it; this tells the type checker)
        by_pk = {measure.pk: measure for measure in due}
        for reading in returned.readings.filter(measure__in=by_pk):
            judge(reading, by_pk[reading.measure_id], quarter)  # a target may have changed since
            reading.save(update_fields=["suggested", "standing"])
        returned.state, returned.submitted_at, returned.by = Return.State.SUBMITTED, now, by
        returned.save(update_fields=["state", "submitted_at", "by"])
        counts = standings.tally(returned.readings.filter(measure__in=by_pk).values_list("standing", flat=True))
        what = _(
            "{provider} sent the return of quarter {q}, version {v}: {met} met, {partly} partly, {missed} not met, {none} without data, "
            "{early} too early",
            provider=str(award.provider), q=quarter, v=returned.version, met=counts["met"], partly=counts["partly"],
            missed=counts["not"], none=counts["no_data"], early=counts["too_early"],
        )  # fmt: skip
        minutes.record(award.lot.cycle, "return", what, by=by, now=now, why=returned.changed_because)
    return returned


def change(award: Award, quarter: int, *, reason: str, by: Participant, now: datetime, through: ReturnToken | None = None) -> Return:
    """Begin another version of a return that was sent, with a reason; the old one stays and is shown."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        award = hold(award, now, by)
        due = return_looks.due_measures(award, quarter, return_looks.measures_of(award.lot.cycle))
        require(why_not(award, quarter, by, len(due), through))
        last = last_of(award, quarter)
        if last is None or (last.state == Return.State.DRAFT and last.version == 1):
            raise Refused(_("This return has not been sent yet. Change it as it is."))
        if last.state == Return.State.DRAFT:
            return last
        made = Return.objects.create(
            award=award, quarter=quarter, version=last.version + 1, hours=last.hours, changed_because=words, by=by, started_at=now
        )
        for reading in last.readings.prefetch_related("stories"):
            copy = Reading.objects.create(returned=made, measure_id=reading.measure_id, **{n: getattr(reading, n) for n in COPIED})
            Story.objects.bulk_create(_copied(story, copy) for story in reading.stories.all())
        AddedResource.objects.bulk_create(
            AddedResource(returned=made, kind=r.kind, amount=r.amount, unit=r.unit, words=r.words) for r in last.added.all()
        )
        what = _(
            "{provider} changes the return of quarter {q}: version {v} is begun", provider=str(award.provider), q=quarter, v=made.version
        )
        minutes.record(award.lot.cycle, "return", what, by=by, now=now, why=words)
    return made


def _copied(story: Story, reading: Reading) -> Story:
    names = ("outcome_id", "words", "key", "consent", "consent_at", "consent_note", "at", "published_at", "published_by_id")
    return Story(reading=reading, **{name: getattr(story, name) for name in names})
