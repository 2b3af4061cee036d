"""Telling each person how far their words have gone: all news in one letter, at most one a day, nothing twice (FB-03, FB-05, FB-06)."""

import io
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from docx import Document
from docx.shared import Pt

from commissioning import hearing_back
from commissioning.models import Contribution, Cycle, HearingBack, Participant
from commissioning.people import link_key
from outcomes import threading_back, travelling
from outcomes.models import Told
from outcomes.travel_words import MOST, Step
from workshops import from_above, letters, writing
from workshops.models import Letter
from workshops.sending import BY_HAND_WITHIN

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BY_HAND = ("audio", "braille", "easy")
AT_ONCE = 500  # contributions walked in one go
CLOSED_FOR = timedelta(days=400)  # after that a closed cycle has no more news


def use_the_post() -> None:
    """Write our letters down with the post of the floor below; done twice, it is done once."""
    from_above.WORDS[Letter.Kind.TRAVELLED] = of_letter
    from_above.FILES[Letter.Kind.TRAVELLED] = file_of


def tell_everybody(*, now: datetime) -> int:
    """Tell the people of every cycle that is open, or closed not long ago; returns how many letters are new."""
    cycles = Cycle.objects.exclude(closed_at__lt=now - CLOSED_FOR).order_by("pk")
    return sum(tell(cycle, now=now) for cycle in cycles)


def tell(cycle: Cycle, *, now: datetime) -> int:
    """Tell the people of one cycle what is new, each in one letter; whoever had one today hears the rest tomorrow."""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        people, news = _news(cycle)
        if not news:
            return 0
        wanted = _rows(cycle, people, now)
        day = timezone.localdate(now)
        made = {
            row.participant_id: row for row in letters.write_down([row for pk, row in wanted.items() if pk in news], f"travelled:{day}")
        }
        rows = [
            Told(contribution_id=said, stage=step.stage, thing=step.thing, letter=made.get(person), at=now)
            for person, items in news.items()
            if person in made or person not in wanted
            for said, step in items
        ]
        Told.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(made)


def _news(cycle: Cycle) -> tuple[dict[int, Participant], dict[int, list[tuple[int, Step]]]]:
    """For each person the steps of their words that they were not told of; words nobody knows the author of are left out."""
    told = set(Told.objects.filter(contribution__cycle=cycle).values_list("contribution", "stage", "thing"))
    said = list(Contribution.objects.filter(travelling.touching(cycle)).select_related("participant").order_by("pk"))
    people: dict[int, Participant] = {}
    news: dict[int, list[tuple[int, Step]]] = defaultdict(list)
    beyond = travelling.read(cycle) if said else None
    for begin in range(0, len(said), AT_ONCE):
        part = said[begin : begin + AT_ONCE]
        steps = travelling.how_far(cycle, threading_back.journeys(part, beyond.later if beyond else None), beyond)
        for one in part:
            fresh = [step for step in steps[one.pk] if (one.pk, step.stage, step.thing) not in told]
            if fresh:
                people[one.participant_id] = one.participant
                news[one.participant_id] += [(one.pk, step) for step in fresh]
    return people, dict(news)


def _rows(cycle: Cycle, people: dict[int, Participant], now: datetime) -> dict[int, Letter]:
    """A letter for each of these people who can be reached and did not say no; in the format they asked for."""
    listed = list(people.values())
    chose = set(HearingBack.objects.filter(participant__in=[p.pk for p in listed]).values_list("participant", flat=True))
    rows = {}
    for wish in hearing_back.wishes_of(listed):
        person = wish.participant
        by_hand = wish.form in BY_HAND
        if not (wish.asked or person.pk not in chose) or not (wish.email or (by_hand and wish.by_post)):
            continue  # they said no, or left no way to reach them: it all stands on their own page
        row = Letter(cycle=cycle, participant=person, kind=Letter.Kind.TRAVELLED, form=wish.form, by_post=wish.by_post, asked_at=now)
        row.address = wish.email if wish.asked else ""
        row.due = timezone.localdate(now) + BY_HAND_WITHIN if by_hand else None
        rows[person.pk] = row
    return rows


def news_in(letter: Letter) -> list[tuple[Contribution, list[Step], int]]:
    """What a letter tells, as it is now: each thing said, its first steps, and how many more there are. Words are read when it goes."""
    rows = list(Told.objects.filter(letter=letter))
    said = Contribution.objects.filter(travelling.touching(letter.cycle), pk__in=[r.contribution_id for r in rows]).order_by("pk")
    steps = travelling.of(letter.cycle, said)
    of_these = {(r.contribution_id, r.stage, r.thing) for r in rows}
    found = []
    for one in said:
        fresh = [step for step in steps[one.pk] if (one.pk, step.stage, step.thing) in of_these]
        if fresh:
            fresh.reverse()  # the farthest first
            found.append((one, fresh[:MOST], max(0, len(fresh) - MOST)))
    return found


def of_letter(letter: Letter) -> tuple[str, str]:
    """Subject and plain text."""
    assert letter.participant is not None  # noqa: S101 (these are letters to people who take part; this tells the type checker)
    context = {
        "cycle": letter.cycle,
        "person": letter.participant,
        "news": news_in(letter),
        "link": writing.address("mine", link_key(letter.participant)),
    }
    subject, __, body = render_to_string("outcomes/letters/travelled.txt", context).strip().partition("\n\n")
    return " ".join(subject.split()), body.strip() + "\n"


def file_of(letter: Letter) -> from_above.File | None:
    """The same as a Word document for whoever asked for one, in large print where they asked for that (FB-05)."""
    if letter.form not in (HearingBack.Form.LARGE, HearingBack.Form.WORD):
        return None
    large = letter.form == HearingBack.Form.LARGE
    subject, body = of_letter(letter)
    made = Document()
    made.core_properties.title, made.core_properties.author = subject, str(letter.cycle.authority)
    made.styles["Normal"].font.size = Pt(18 if large else 12)
    made.styles["Heading 1"].font.size = Pt(24 if large else 16)
    made.add_heading(subject, 1)
    for paragraph in body.split("\n\n"):
        made.add_paragraph(paragraph.strip())
    out = io.BytesIO()
    made.save(out)
    return f"{letter.cycle.slug}{'-large-print' if large else ''}.docx", out.getvalue(), DOCX


def by_hand_in(cycle: Cycle) -> list[tuple[Letter, str]]:
    """Letters a person has to make, such as Braille, with their words."""
    waiting = Letter.objects.filter(cycle=cycle, kind=Letter.Kind.TRAVELLED, sent_at=None, due__isnull=False)
    found = []
    for letter in waiting.select_related("participant", "cycle__authority").order_by("due", "pk")[:50]:
        with translation.override(letters.language_of(letter)):
            found.append((letter, of_letter(letter)[1]))
    return found
