"""Drafts of the specification that everybody who takes part can comment on; each comment waits for its answer (INV-16)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from commissioning import contributing, minutes
from commissioning.contributing import PLAINLY, Manner, printable
from commissioning.models import Contribution, Cycle, Feedback, Participant
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import adopting, composing, policy, sections, specifying
from outcomes.models import Clause, Draft, DraftComment, Specification
from workshops import letters
from workshops.models import Letter


def publish(specification: Specification, *, until: date, asks: str = "", by: Participant, now: datetime) -> Draft:
    """Put the specification as it stands before everybody, for comments until a day. The same draft and day again is the first one.

    Raises `Refused` for a day that is past, while it is signed off, without a clause, and once open talk is over.
    """
    words = printable(asks).strip()[:600]
    with transaction.atomic():
        locked = specifying.held_while_open(specification, by)
        require(locked.cycle.quiet)
        if until < timezone.localdate(now):
            raise Refused(_("The last day for comments is past. Choose today or a later day."))
        if not locked.clauses.exists():
            raise Refused(_("There is no clause yet."))
        framework = adopting.content_of(adopting.framework_of(locked.cycle))
        content = on_record(lambda: specifying.content_of(locked, framework))
        mark = composing.content_hash(content)
        last = newest(locked)
        if last is not None and (last.content_hash, last.comments_until, last.asks) == (mark, until, words):
            return last
        number = last.number + 1 if last else 1
        kept = {"content": content, "content_hash": mark, "asks": words, "comments_until": until, "by": by, "at": now}
        made = Draft.objects.create(specification=locked, number=number, **kept)
        what = _("Draft {n} of the specification was put out for comments", n=number)
        minutes.record(locked.cycle, "draft", what, by=by, now=now, why=mark)
        day = date_format(until, "j F Y")
        told = _(
            "Draft {n} of the specification is ready to read. You can say what you think of each clause until {day}.", n=number, day=day
        )
        everybody = locked.cycle.participants.filter(withdrawn_at=None)
        letters.tell(everybody, Letter.Kind.CLAUSES, f"draft:{made.pk}", cycle=locked.cycle, now=now, words=told)
    return made


def newest(specification: Specification) -> Draft | None:
    """The newest draft, if there is one."""
    return specification.drafts.order_by("-number").first()


def why_not_comment(draft: Draft, *, now: datetime) -> _ | None:
    """Whether comments on this draft are taken now."""
    cycle = draft.specification.cycle
    if cycle.quiet:
        return cycle.quiet
    last = newest(draft.specification)
    late = timezone.localdate(now) > draft.comments_until
    until = date_format(draft.comments_until, "j F Y")
    return policy.why_not_comment(newest=last.number if last else draft.number, draft=draft.number, late=late, until=until)


def comment(
    draft: Draft, *, text: str, key: str, by: Participant, now: datetime, clause: int = 0, section: str = "", manner: Manner = PLAINLY
) -> DraftComment:
    """Keep what somebody says of one clause or one section of a draft, as a contribution that waits for its answer."""
    with transaction.atomic():
        before = contributing.kept_before(by=by, kind=Contribution.Kind.COMMENT, text=text, key=key)
        found = DraftComment.objects.filter(contribution=before).first() if before else None
        if found is not None:
            return found
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=draft.specification.cycle_id)
        draft = Draft.objects.select_related("specification__cycle").get(pk=draft.pk)
        require(cycle.quiet or why_not_comment(draft, now=now))
        about = _about(draft, clause, section)
        said, __ = contributing.contribute(cycle=cycle, by=by, kind=Contribution.Kind.COMMENT, text=text, key=key, now=now, manner=manner)
        # The same form at the same moment: what came first is kept, and this is the same.
        return DraftComment.objects.get_or_create(contribution=said, defaults={"draft": draft, **about})[0]


def _about(draft: Draft, clause: int, section: str) -> dict[str, Any]:
    if clause:
        if clause not in {row["id"] for row in draft.content["clauses"]}:
            raise Refused(_("That clause is not in this draft."))
        return {"clause": Clause.everything.get(pk=clause)}
    if section not in sections.all_sections():
        raise Refused(_("Say which clause or section it is about."))
    return {"section": section}


@dataclass
class Said:
    """What was said of one clause or section, and how much of it has an answer."""

    comments: list[DraftComment] = field(default_factory=list)

    @property
    def n(self) -> int:
        """How many comments there are."""
        return len(self.comments)

    @property
    def waiting(self) -> int:
        """How many of them have no answer yet."""
        return sum(1 for one in self.comments if not one.contribution.feedback.all())


def comments_of(cycle: Cycle) -> QuerySet[DraftComment]:
    """Every comment on the drafts of a cycle that everybody may read, with its answers and what it led to."""
    shown = Contribution.objects.open_to_all().filter(cycle=cycle)
    answers = Prefetch("contribution__feedback", queryset=Feedback.objects.order_by("pk"))
    return (
        DraftComment.objects.filter(draft__specification__cycle=cycle, contribution__in=shown)
        .select_related("draft", "clause", "contribution__participant__organisation")
        .prefetch_related(answers, "led_to_clauses", "led_to_texts")
        .order_by("pk")
    )


def by_place(comments: Iterable[DraftComment]) -> dict[int | str, Said]:
    """Comments by the clause (its id) or section (its key) they are about."""
    found: dict[int | str, Said] = defaultdict(Said)
    for one in comments:
        found[one.clause_id or one.section].comments.append(one)
    return found


def counts(cycle: Cycle) -> dict[int | str, tuple[int, int]]:
    """For each clause (its id) and section (its key): how many comments there are, and how many wait for an answer; one query."""
    shown = Contribution.objects.open_to_all().filter(cycle=cycle)
    answered = Exists(Feedback.objects.filter(contribution=OuterRef("contribution")))
    rows = (
        DraftComment.objects.filter(draft__specification__cycle=cycle, contribution__in=shown)
        .values("clause", "section")
        .annotate(n=Count("pk"), waiting=Count("pk", filter=~answered))
        .order_by()
    )
    return {row["clause"] or row["section"]: (row["n"], row["waiting"]) for row in rows}
