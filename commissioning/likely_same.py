"""Answers that look like one person's twice: found by the machine, judged by a person, never dropped by themselves."""

import re
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from rapidfuzz import fuzz

from commissioning import minutes, policy, roles
from commissioning.models import Bringing, LikelySame, Participant, Response, Theming
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

ALIKE = 90  # percent
SHORTEST = 30  # characters: "More buses" is said by many
NEAR = 12  # each is compared with so many before it that begin or end alike
MOST = 2000  # pairs kept from one file


def compare(bringing: Bringing) -> int:
    """Find what in this file looks like something that is in already, or like another row of it; returns how many pairs.

    Only answers to one question that begin or end with the same words are compared, and each with a few: that finds what was
    sent twice with a word mended, in a time that does not grow with the square of the file.
    """
    rows = Response.objects.filter(consultation=bringing.consultation_id, bringing__state=Bringing.State.DONE, aside=False)
    near: dict[tuple[object, ...], list[tuple[int, str]]] = defaultdict(list)
    pairs: dict[tuple[int, int], int] = {}
    for pk, question, text, file in rows.values_list("pk", "question_id", "text", "bringing_id").iterator(chunk_size=5000):
        words = re.findall(r"\w+", text.casefold())
        plain = " ".join(words)
        if len(plain) < SHORTEST:
            continue
        for key in ((question, "begins", *words[:3]), (question, "ends", *words[-3:])):
            if file == bringing.pk and len(pairs) < MOST:
                for other, said in near[key]:
                    alike = fuzz.ratio(said, plain, score_cutoff=ALIKE)
                    if alike:
                        pairs[other, pk] = int(alike)
            near[key] = [*near[key][-(NEAR - 1) :], (pk, plain[:1000])]
    made = [LikelySame(earlier_id=a, later_id=b, alike=alike) for (a, b), alike in pairs.items()]
    LikelySame.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return len(made)


def waiting(consultation_id: int) -> QuerySet[LikelySame]:
    """The pairs nobody has judged yet."""
    pairs = LikelySame.objects.filter(later__consultation=consultation_id, same=None)
    return pairs.select_related("earlier", "later").order_by("pk")


def judge(pair: LikelySame, *, same: bool, by: Participant, now: datetime) -> None:
    """Say whether two answers are one person's: then the later is set aside, and stays on record with who said so."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        held = LikelySame.objects.select_for_update(of=("self",), no_key=True).select_related("later__consultation__cycle").get(pk=pair.pk)
        if held.same is not None:
            if held.same == same:
                return
            raise Refused(_("Somebody has judged this pair since you loaded the page."))
        held.same, held.by, held.at = same, by, now
        held.save(update_fields=["same", "by", "at"])
        if same:
            Response.objects.filter(pk=held.later_id).update(aside=True)
            Theming.objects.filter(response=held.later_id, ended_at=None).update(ended_at=now, ended_by=by)
            what = _("An answer was set aside as the same one twice: number {n}", n=held.later_id)
            minutes.record(held.later.consultation.cycle, "answers", what, by=by, now=now)


def take_back(pair: LikelySame, *, by: Participant, now: datetime) -> None:
    """Both count after all."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        LikelySame.objects.filter(pk=pair.pk).update(same=False, by=by, at=now)
        if not LikelySame.objects.filter(later=pair.later_id, same=True).exists():
            Response.objects.filter(pk=pair.later_id).update(aside=False)
        what = _("An answer counts again: number {n}", n=pair.later_id)
        minutes.record(pair.later.consultation.cycle, "answers", what, by=by, now=now)
