"""The process review of a cycle: asking every side, answering what they say, and asking again six months on (RV-06, RV-14, P8-8)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from commissioning import contributing, convening, hearing_back, minutes, people, roles, small_groups
from commissioning.contributing import Manner, clean_words, printable
from commissioning.models import Attribution, Contribution, Cycle, InterestDeclaration, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import how_it_went, reviewing
from outcomes.models import ProcessAnswer, ProcessReview
from workshops import letters, pulse, pulsing
from workshops.models import Letter

PLACE = "process-review"  # where words said in a process review are kept
MILESTONE = "process_reviewed"
NO_SIDE = [role.code for role in roles.ROLES.values() if not role.votes]


def of(cycle: Cycle) -> ProcessReview | None:
    """The process review of a cycle, if it was opened."""
    return ProcessReview.objects.filter(cycle=cycle).select_related("answered_by").first()


def open_it(cycle: Cycle, *, by: Participant, now: datetime) -> ProcessReview:
    """Ask everybody in the cycle how the work together went; who has an address gets a letter. Twice asks once."""
    with transaction.atomic():
        cycle = reviewing.held_for(cycle, by, roles.CONVENE)
        require(cycle.quiet)
        made, new = ProcessReview.objects.get_or_create(cycle=cycle, defaults={"by": by, "opened_at": now})
        if new:
            minutes.record(cycle, "process review", _("Everybody is asked how the work together went"), by=by, now=now)
            _write_to(cycle, Letter.Kind.REVIEW, f"process:{made.pk}", now)
    return made


def _write_to(cycle: Cycle, kind: str, occasion: str, now: datetime) -> int:
    """A letter to each person who takes part and can be written to: by their account, or by the address they left."""
    rows = []
    for wish in hearing_back.wishes_of(Participant.objects.filter(cycle=cycle, withdrawn_at=None, voice=False)):
        if wish.email and (wish.asked or wish.participant.user_id is not None):
            address = wish.email if wish.asked else ""
            rows.append(Letter(cycle=cycle, participant=wish.participant, kind=kind, form=wish.form, address=address, asked_at=now))
    return len(letters.write_down(rows, occasion))


def who(process: ProcessReview, participant: Participant) -> str:
    """One person in the answers of one review: always the same mark, and nothing that leads back to a name."""
    return salted_hmac("outcomes.process", f"{process.pk}:{participant.pk}", algorithm="sha256").hexdigest()


def side_of(participant: Participant) -> str:
    """The side somebody answers for."""
    provides = InterestDeclaration.objects.filter(participant=participant, kind="current_provider").exists()
    return how_it_went.side_of(participant.group, participant.standing, provides=provides)


def moment_of(process: ProcessReview, now: datetime) -> str:
    """Which questions are asked now, or nothing: between the close and six months later nobody is asked."""
    if process.closed_at is None:
        return how_it_went.CLOSE
    return how_it_went.LATER if now >= pulse.six_months_after(process.closed_at) else ""


def why_not_answer(process: ProcessReview | None, me: Participant, now: datetime) -> _ | None:
    """Why somebody is not asked now."""
    if process is None:
        return _("Nobody is asked yet how the work together went.")
    if me.withdrawn_at is not None or me.cycle_id != process.cycle_id:
        return _("These questions are for those who took part.")
    if not roles.has_counted_voice(people.role_codes(me)):
        return _("Whoever runs the work or only watches is on no side, so these questions are not for them.")
    if not moment_of(process, now):
        return _("The questions are closed. You will be asked once more, six months later.")
    return None


def answer(
    process: ProcessReview,
    given: Mapping[str, Any],
    *,
    moment: str,
    words: str = "",
    post: str = "",
    key: str,
    manner: Manner,
    by: Participant,
    now: datetime,
) -> None:
    """Keep somebody's answers without their name; a second time replaces the first. Their words become a contribution and are answered.

    Not minuted, so that nobody reads in the minutes who answered. Raises `Refused` for an empty form and a moment that is over;
    at the close also while a challenge pauses the cycle (INV-23). Six months later a closed cycle still asks.
    """
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=process.cycle_id)
        process = ProcessReview.objects.select_for_update(no_key=True).get(pk=process.pk)
        require(why_not_answer(process, by, now))
        if moment != moment_of(process, now):
            raise Refused(_("These questions belong to an earlier moment. Open the page again to see those of now."))
        require(cycle.quiet if moment == how_it_went.CLOSE else None)
        side = side_of(by)
        kept = how_it_went.cleaned(side, moment, {code: printable(str(value)) for code, value in given.items()})
        said = printable(words).strip() if moment == how_it_went.CLOSE else ""
        if not kept and not said:
            raise Refused(_("Answer at least one question, or leave this page: nobody has to answer."))
        if said:
            contributing.contribute(
                cycle=cycle, by=by, kind=Contribution.Kind.COMMENT, text=said, key=key, now=now, place=PLACE, manner=manner
            )
        if kept:
            day = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
            row = {"side": side, "answers": kept, "post": post if post in pulse.POSTS and moment == how_it_went.LATER else "", "at": day}
            ProcessAnswer.objects.update_or_create(process=process, who=who(process, by), moment=moment, defaults=row)


def by_group(manner: Manner) -> Manner:
    """Words about the process stand under the group: nobody should weigh whether they can say this to a commissioner's face."""
    return Manner(language=manner.language, attribution=Attribution.GROUP)


def words_of(cycle: Cycle) -> Any:
    """What people wrote in the process review, as everybody may read it, with the answers."""
    said = Contribution.objects.open_to_all().filter(cycle=cycle, place=PLACE)
    return said.select_related("participant__organisation").prefetch_related("feedback")


def close(process: ProcessReview, *, answer: str, by: Participant, now: datetime) -> ProcessReview:
    """Close the questions with what the authority makes of them. Twice changes nothing.

    Raises `Refused` while nobody from outside the authority has answered, or somebody's words wait for an answer (P8-8).
    """
    words = clean_words(answer, 2000)
    with transaction.atomic():
        cycle = reviewing.held_for(process.cycle, by, roles.CONVENE)
        process = ProcessReview.objects.select_for_update(no_key=True).get(pk=process.pk)
        if process.closed_at is not None:
            return process
        if not process.answers.exclude(side=how_it_went.OFFICERS).exists():
            raise Refused(_("Nobody from outside the authority has answered yet. Ask again before you close."))
        waiting = words_of(cycle).unanswered().count()
        if waiting:
            raise Refused(_("{n} people wrote something that has no answer yet. Answer them first.", n=waiting))
        process.answer, process.answered_by, process.closed_at = words, by, now
        process.save(update_fields=["answer", "answered_by", "closed_at"])
        convening.meet_milestone(cycle, MILESTONE, now=now)
        minutes.record(cycle, "process review", _("The process review was closed and answered"), by=by, now=now, why=words)
    return process


def ask_later(*, now: datetime) -> int:
    """Ask again six months after the close, also those who have moved on; each once. Returns how many letters are new (RV-14)."""
    written = 0
    for process in ProcessReview.objects.filter(closed_at__isnull=False, later_from=None).select_related("cycle"):
        if moment_of(process, now) == how_it_went.LATER:
            with transaction.atomic():
                written += _write_to(process.cycle, Letter.Kind.LATER, f"later-process:{process.pk}", now)
                ProcessReview.objects.filter(pk=process.pk).update(later_from=now)
    return written


# Looks


def invited(cycle: Cycle) -> dict[str, int]:
    """How many people of each side take part; those who run the work or only watch are on no side."""
    listed = Participant.objects.filter(cycle=cycle, withdrawn_at=None, voice=False).exclude(roles__code__in=NO_SIDE)
    providing = set(
        InterestDeclaration.objects.filter(participant__cycle=cycle, kind="current_provider").values_list("participant", flat=True)
    )
    rows = listed.values_list("pk", "group", "standing")
    return dict(Counter(how_it_went.side_of(group, standing, provides=pk in providing) for pk, group, standing in rows))


def answers_of(process: ProcessReview) -> list[how_it_went.Answer]:
    """Everybody's answers, as the rules of counting want them."""
    return [how_it_went.Answer(row.side, row.moment, row.answers, row.post) for row in process.answers.all()]


def results(process: ProcessReview, answers: list[how_it_went.Answer], *, now: datetime) -> list[how_it_went.Result]:
    """What may be said of the answers, side beside side."""
    asked = invited(process.cycle)
    by_moment = dict.fromkeys(how_it_went.MOMENTS, asked)
    return how_it_went.results(answers, by_moment, pulsing.targets(), timezone.localdate(now))


def response(process: ProcessReview, answers: list[how_it_went.Answer]) -> list[tuple[_, str, list[tuple[_, int | None, int]]]]:
    """How many of each side answered at each moment; None where a side of fewer than five answered, so nothing is shown."""
    asked, rows = invited(process.cycle), []
    for moment, words in how_it_went.MOMENTS.items():
        came = Counter(a.side for a in answers if a.moment == moment)
        if came:
            sides = [s for s in how_it_went.SIDES if asked.get(s) or came[s]]
            shown = small_groups.shown(came)
            lines = [(how_it_went.SIDES[s], shown.get(s) if came[s] else 0, max(asked.get(s, 0), came[s])) for s in sides]
            total = small_groups.total(came)
            every = str(_("{n} of {of} answered", n=total, of=max(total, sum(asked.values())))) if total is not None else ""
            rows.append((words, every, lines))
    return rows


def has_answered(process: ProcessReview, participant: Participant, moment: str) -> bool:
    """Whether somebody has answered at this moment."""
    return process.answers.filter(who=who(process, participant), moment=moment).exists()


def may_run(participant: Participant | None) -> bool:
    """Whether somebody opens and closes the process review."""
    return roles.CONVENE in held_by(participant)
