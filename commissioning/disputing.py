"""Saying that a line of the gap list is not so, and answering that (AN-15)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commissioning import gaps, minutes, needs, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, GapDispute, Need, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def dispute(need: Need, *, lacks: str, words: str, by: Participant, now: datetime) -> GapDispute:
    """Say in words why a line of the gap list is not so. Whoever takes part may, once at a time for each line."""
    if lacks not in gaps.LACKS:
        raise Refused(_("There is no such line on the list."))
    said = clean_words(words, 500)
    with transaction.atomic():
        cycle = needs.held(need.cycle, by)
        waiting = GapDispute.objects.filter(need=need, lacks=lacks, by=by, answer="").first()
        if waiting is not None:
            if waiting.words == said:
                return waiting
            raise Refused(_("You have said something about this line already. Wait for the answer."))
        made = GapDispute.objects.create(need=need, lacks=lacks, words=said, by=by, at=now)
        what = _("Need {n}: somebody sees a gap differently ({lacks})", n=need.number, lacks=str(gaps.LACKS[lacks]).lower())
        minutes.record(cycle, "gap", what, by=by, now=now)
    return made


def answer(made: GapDispute, *, words: str, by: Participant, now: datetime) -> None:
    """Answer somebody who sees a gap differently, once. Raises `Refused` without the permission or the words."""
    require(policy.why_not(roles.ANSWER, held_by(by)))
    said = clean_words(words, 500)
    with transaction.atomic():
        made = GapDispute.objects.select_for_update(of=("self",), no_key=True).select_related("need__cycle").get(pk=made.pk)
        if made.need.cycle_id != by.cycle_id:
            raise Refused(_("You are not part of this cycle."))
        if made.answer:
            raise Refused(_("This was answered already. Load the page again."))
        made.answer, made.answered_by, made.answered_at = said, by, now
        made.save(update_fields=["answer", "answered_by", "answered_at"])
        minutes.record(made.need.cycle, "gap", _("Need {n}: a gap was talked about", n=made.need.number), by=by, now=now)


def disputes_in(cycle: Cycle) -> QuerySet[GapDispute]:
    """Everything people said about lines of the gap list, with the answers."""
    return GapDispute.objects.filter(need__cycle=cycle).select_related("need", "by__organisation", "answered_by")
