"""What social value means for this service: agreed in versions, or left open on purpose (AN-11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from commissioning import minutes, policy, roles, wording
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute
from commissioning.meaning_rules import why_not_keep
from commissioning.models import Contribution, Cycle, Group, Meaning, MeaningAgreed, MeaningRead, Participant, Remark
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from commissioning.starting import Said, newest_meaning, said_about


@dataclass(frozen=True)
class Draft:
    """A version as it is handed in: `agreed` says for each group that agreed, how it did; `seen` is the version it changes."""

    agreed: Mapping[str, str]
    on: date
    words: str = ""
    left_open: bool = False
    reason: str = ""
    seen: int = 0


@dataclass
class Version:
    """One version as it is shown: who agreed and who did not, what changed since the one before, and who disagrees."""

    meaning: Meaning
    agreed: list[MeaningAgreed]
    silent: list[str]
    changes: list[wording.Piece] | None = None
    remarks: list[Said] = field(default_factory=list)


def agree(cycle: Cycle, draft: Draft, *, by: Participant, now: datetime) -> Meaning:
    """Keep the next version of the meaning; the one before stays. Sent twice, it is kept once.

    Raises `Refused` when `by` may not convene, when another version was kept meanwhile, and for what `meaning_rules` refuses.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(draft.words) if draft.words.strip() else ""
    reason = clean_words(draft.reason, 500) if draft.reason.strip() else ""
    agreed = {g: clean_words(how, 300) for g, how in draft.agreed.items() if how.strip() and g in Group.values}
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        last = newest_meaning(cycle)
        number = last.number if last else 0
        if last is not None and draft.seen == number - 1 and (last.words, last.left_open, last.reason) == (words, draft.left_open, reason):
            return last
        require(cycle.quiet)
        if draft.seen != number:
            raise Refused(_("Somebody kept version {n} while you were writing. Open the page again and look at it first.", n=number))
        require(
            why_not_keep(
                left_open=draft.left_open,
                words=words,
                reason=reason,
                first=last is None,
                agreed=agreed,
                on=draft.on,
                today=timezone.localdate(now),
            )
        )
        made = Meaning.objects.create(
            cycle=cycle, number=number + 1, words=words, left_open=draft.left_open, reason=reason, agreed_on=draft.on, by=by, at=now
        )
        MeaningAgreed.objects.bulk_create(MeaningAgreed(meaning=made, group=g, how=how) for g, how in agreed.items())
        MeaningRead.objects.create(meaning=made, participant=by, at=now)
        what = _("What social value means here, version {n}: {words}", n=made.number, words=words or str(_("left open on purpose")))
        minutes.record(cycle, "meaning", what, by=by, now=now, why=reason)
    return made


def disagree(
    meaning: Meaning, *, text: str, key: str, by: Participant, now: datetime, manner: Manner = PLAINLY
) -> tuple[Contribution, bool]:
    """Disagree with a version in a sentence that stays beside it; it is owed an answer like everything people say."""
    with transaction.atomic():
        said, new = contribute(cycle=meaning.cycle, by=by, kind=Contribution.Kind.CONCERN, text=text, key=key, now=now, manner=manner)
        Remark.objects.get_or_create(contribution=said, defaults={"meaning": meaning})
        if new:
            what = _("Somebody disagrees with version {n} of what social value means here", n=meaning.number)
            minutes.record(meaning.cycle, "concern", what, by=by, now=now)
    return said, new


def read(meaning: Meaning, *, by: Participant, now: datetime) -> None:
    """Remember that somebody has read a version, so that it is not called new again. Not minuted."""
    MeaningRead.objects.get_or_create(meaning=meaning, participant=by, defaults={"at": now})


def news_for(cycle: Cycle, participant: Participant | None) -> Meaning | None:
    """The version that is new to this participant: the newest, while they have not said that they read it."""
    newest = newest_meaning(cycle)
    if participant is None or newest is None or newest.read.filter(participant=participant).exists():
        return None
    return newest


def versions_of(cycle: Cycle) -> list[Version]:
    """Every version, newest first, each compared with the one before; the same few queries however many."""
    kept = list(Meaning.objects.filter(cycle=cycle).select_related("by").prefetch_related("agreed"))
    shown: dict[int, Version] = {}
    before: Meaning | None = None
    for one in kept:
        agreed = list(one.agreed.all())
        silent = [str(label) for code, label in Group.choices if code not in {a.group for a in agreed}]
        both = before is not None and before.words and one.words
        shown[one.pk] = Version(one, agreed, silent, wording.compare(before.words, one.words) if before and both else None)
        before = one
    for about, said in said_about(Remark.objects.filter(meaning__in=shown)):  # not of one that was kept since
        shown[about.meaning_id or 0].remarks.append(said)
    return list(reversed(shown.values()))
