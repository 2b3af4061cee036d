"""Writing the specification: clauses from adopted outcomes, edited with history, signed off as a frozen version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from commissioning import answering, convening, minutes
from commissioning.contributing import clean_words, words_if_any
from commissioning.models import Contribution, Cycle, Feedback, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import (
    adopting,
    advising,
    composing,
    criteria,
    lots,
    monitoring,
    policy,
    ready_to_publish,
    section_looks,
    sections,
    session_record,
)
from outcomes.models import Clause, ClauseVersion, DraftComment, Framework, Outcome, SectionText, Specification, SpecificationVersion
from workshops import agreeing, letters
from workshops.models import Letter

STANDING = Count("clauses", filter=Q(clauses__withdrawn_at=None))  # of an outcome: how many clauses say it, withdrawn ones apart


class SomebodyElseEdited(Refused):
    """Another officer saved this clause first: both texts are shown, neither is lost."""

    def __init__(self, current: str, yours: str) -> None:
        super().__init__(_("Somebody else saved this clause while you were writing. Both texts are shown; nothing is lost."))
        self.current = current
        self.yours = yours


def specification_of(cycle: Cycle) -> Specification:
    """The specification of a cycle, started when it is first needed."""
    return Specification.objects.get_or_create(cycle=cycle)[0]


def held(specification: Specification, by: Participant) -> Specification:
    """The specification, locked after its cycle, when `by` may write in it; else raises `Refused`. Call it inside a transaction."""
    Cycle.objects.select_for_update(no_key=True).get(pk=specification.cycle_id)
    locked = Specification.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=specification.pk)
    permissions = held_by(by) if by.cycle_id == locked.cycle_id else frozenset()
    require(policy.why_not_edit(permissions, frozen=False))
    return locked


def held_while_open(specification: Specification, by: Participant) -> Specification:
    """The same, while it is not signed off."""
    locked = held(specification, by)
    require(policy.why_not_edit(held_by(by), frozen=locked.state == Specification.State.SIGNED_OFF))
    return locked


def compose(specification: Specification, *, by: Participant, now: datetime) -> int:
    """Draft clauses for every adopted outcome that has none; returns how many clauses were added."""
    with transaction.atomic():
        specification = held_while_open(specification, by)
        waiting = (
            Outcome.objects.standing()
            .filter(theme__framework__cycle=specification.cycle)
            .annotate(written=STANDING)
            .filter(written=0)
            .prefetch_related("indicators")
        )
        section = _last_number(specification)
        places = {part: last_place(specification, part) for part in (sections.REQUIREMENTS, sections.STANDARDS)}
        added = 0
        for section_number, outcome in enumerate(sorted(waiting, key=lambda o: (o.is_standard, o.number)), section + 1):
            signs = tuple(sign.text for sign in outcome.indicators.all())
            words = composing.OutcomeWords(outcome.pk, outcome.statement, outcome.for_whom, outcome.is_standard, signs)
            for number, draft in enumerate(on_record(partial(composing.draft_clauses, words)), 1):
                part = sections.usual_section(kind=draft.kind)
                places[part] += 1
                made = Clause(specification=specification, outcome=outcome, section=section_number, number=number, kind=draft.kind)
                made.text, made.part, made.position = draft.text, part, places[part]
                _write(made, by, now)
                added += 1
        if added:
            minutes.record(specification.cycle, "compose", _("{n} clauses drafted from adopted outcomes", n=added), by=by, now=now)
    return added


def _last_number(specification: Specification) -> int:
    """The highest first half of a clause's number, withdrawn ones too: a number is never given twice."""
    return Clause.everything.filter(specification=specification).aggregate(last=Max("section"))["last"] or 0


def last_place(specification: Specification, part: str) -> int:
    """The place of the last clause in a section."""
    return Clause.everything.filter(specification=specification, part=part).aggregate(last=Max("position"))["last"] or 0


def _write(clause: Clause, by: Participant, now: datetime) -> ClauseVersion:
    clause.save()
    return ClauseVersion.objects.create(clause=clause, number=clause.version, kind=clause.kind, text=clause.text, by=by, at=now)


@dataclass(frozen=True)
class Source:
    """The professional or legal source of a clause: what it is called, what kind it is, which part of it, and where to read it."""

    name: str = ""
    kind: str = ""
    section: str = ""
    link: str = ""

    def columns(self) -> dict[str, str]:
        """As a clause keeps it. Raises `Refused` for a kind there is none of, or a link that is not a web address."""
        if self.kind and self.kind not in Clause.Source.values:
            raise Refused(_("Choose what kind of source it is."))
        if self.link and not self.link.startswith(("https://", "http://")):
            raise Refused(_("The address of the source must begin with https:// or http://."))
        names = {"requirement": (self.name, 300), "source_section": (self.section, 80), "source_link": (self.link, 300)}
        return {key: words_if_any(text, most) for key, (text, most) in names.items()} | {"source_kind": self.kind}


def add_clause(
    specification: Specification,
    *,
    text: str,
    kind: str,
    by: Participant,
    now: datetime,
    outcome: Outcome | None = None,
    requirement: str = "",
    source: Source | None = None,
    part: str = "",
) -> Clause:
    """Add a clause, from an outcome or from a named professional or legal requirement. Raises `Refused` without an origin (INV-04).

    The same clause again is the first one: a form that was sent twice does not make two.
    """
    words, columns = clean_words(text, 4000), (source or Source(requirement)).columns()
    if kind not in Clause.Kind.values:
        raise Refused(_("Choose what kind of clause this is."))
    if part and part not in sections.all_sections():
        raise Refused(_("Choose a section of the specification."))
    if outcome is None and not columns["requirement"]:
        raise Refused(_("Say where this clause comes from: an adopted outcome, or a professional or legal requirement."))
    with transaction.atomic():
        specification = held_while_open(specification, by)
        if outcome is not None and outcome.theme.framework.cycle_id != specification.cycle_id:
            raise Refused(_("That outcome belongs to another cycle."))
        if outcome is not None and Outcome.objects.filter(pk=outcome.pk).exclude(retired_at=None).exists():
            raise Refused(_("That outcome was retired, so nothing new can name it."))
        same = specification.clauses.filter(outcome=outcome, text=words, kind=kind, requirement=columns["requirement"]).first()
        if same is not None:
            return same
        part = part or sections.usual_section(kind=kind)
        section, number = _next_number(specification, outcome)
        clause = Clause(specification=specification, outcome=outcome, section=section, number=number, kind=kind, text=words, **columns)
        clause.part, clause.position = part, last_place(specification, part) + 1
        _write(clause, by, now)
        why = columns["requirement"]
        minutes.record(specification.cycle, "clause", _("Clause {n} added", n=clause.label), by=by, now=now, why=why)
    return clause


def _next_number(specification: Specification, outcome: Outcome | None) -> tuple[int, int]:
    beside = Clause.everything.filter(specification=specification, outcome=outcome)
    found = beside.aggregate(section=Max("section"), number=Max("number"))
    if found["section"] is None:
        return _last_number(specification) + 1, 1
    last = beside.filter(section=found["section"]).aggregate(last=Max("number"))["last"]
    return found["section"], last + 1


def edit_clause(
    clause: Clause, *, text: str, kind: str, seen_version: int, by: Participant, now: datetime, comments: Sequence[DraftComment] = ()
) -> Clause:
    """Give a clause new words; its links and old words stay. Raises `SomebodyElseEdited` when it changed meanwhile.

    `comments` are those that led to it: whoever said them is told that their words were used, and where.
    """
    words = clean_words(text, 4000)
    if kind not in Clause.Kind.values:
        raise Refused(_("Choose what kind of clause this is."))
    with transaction.atomic():
        specification = held_while_open(clause.specification, by)
        clause = Clause.everything.select_for_update(of=("self",), no_key=True).get(pk=clause.pk)
        if clause.withdrawn_at is not None:
            raise Refused(_("This clause was withdrawn meanwhile: {why}", why=clause.withdrawn_because))
        if clause.version != seen_version:
            raise SomebodyElseEdited(clause.text, words)
        if (clause.text, clause.kind) == (words, kind):
            return clause
        clause.text, clause.kind, clause.version = words, kind, clause.version + 1
        version = _write(clause, by, now)
        what = _("Clause {n} has new words", n=clause.label)
        minutes.record(specification.cycle, "edit clause", what, by=by, now=now, why=words)
        credit(comments, version, _("Clause {n} now says: {words}", n=clause.label, words=words), by=by, now=now)
    return clause


def credit(comments: Sequence[DraftComment], version: ClauseVersion | SectionText, where: _, *, by: Participant, now: datetime) -> None:
    """Note which comments led to new words, and tell whoever said them."""
    ours = [c for c in comments if c.draft.specification_id == version_of(version)]
    if not ours:
        return
    version.comments.add(*ours)
    said = [c.contribution for c in ours]
    reason = on_record(lambda: str(_("Used in the specification. {where}", where=where)))[:1000]
    answering.answer(said, status=Feedback.Status.USED, reason=reason, by=by, now=now)


def version_of(version: ClauseVersion | SectionText) -> int:
    """The specification a wording belongs to."""
    return version.clause.specification_id if isinstance(version, ClauseVersion) else version.specification_id


def unanswered_comments(cycle: Cycle) -> tuple[str, ...]:
    """Where on the drafts somebody waits for an answer: the number of each clause or the title of each section, once for each comment."""
    waiting = DraftComment.objects.filter(contribution__in=Contribution.objects.filter(cycle=cycle).unanswered()).order_by("pk")
    titles = sections.all_sections()
    return tuple(c.clause.label if c.clause else str(titles[c.section].title) for c in waiting.select_related("clause"))


def why_not_sign_off(specification: Specification) -> _ | None:
    """What stops signing off now, or None; the same for the page and for the act."""
    cycle = specification.cycle
    framework = adopting.framework_of(cycle)
    adopted = Outcome.objects.standing().filter(theme__framework=framework).annotate(written=STANDING)
    unready = policy.why_not_sign_off(
        signed_off=specification.state == Specification.State.SIGNED_OFF,
        framework_frozen=framework.state == Framework.State.FROZEN,
        unanswered=adopting.unanswered_in(cycle).count(),
        clauses=specification.clauses.count(),
        uncovered=adopted.filter(written=0).count(),
        reopened=adopting.reopened_in(framework).count(),
        comments=unanswered_comments(cycle),
    )
    return unready or ready_to_publish.why_not_publish(cycle)


def sign_off(specification: Specification, *, by: Participant, now: datetime) -> SpecificationVersion:
    """Sign the specification off as a frozen version with a content hash. Refused while an agreed item has no answer."""
    with transaction.atomic():
        locked = held(specification, by)
        require(why_not_sign_off(locked))
        framework_version = adopting.framework_of(locked.cycle).versions.order_by("-number")[0]
        content = on_record(lambda: content_of(locked, framework_version.content))
        version = SpecificationVersion.objects.create(
            specification=locked,
            framework_version=framework_version,
            number=locked.versions.count() + 1,
            content=content,
            content_hash=composing.content_hash(content),
            by=by,
            at=now,
        )
        session_record.keep(version)
        locked.state = Specification.State.SIGNED_OFF
        locked.save(update_fields=["state"])
        criteria.publish(locked.cycle)
        what = _("The specification was signed off as version {n}", n=version.number)
        minutes.record(locked.cycle, "sign off", what, by=by, now=now, why=version.content_hash)
        convening.meet_milestone(locked.cycle, "specification_signed_off", now=now)
    return version


def reopen(specification: Specification, *, reason: str, by: Participant, now: datetime, outcomes: Sequence[Outcome] = ()) -> None:
    """Reopen a signed-off specification as a recorded act that every participant is told of (PL-21).

    `outcomes` are those whose agreed words are to change: their agreement ends here, so that the vote on them is taken again
    and answered again before anybody can sign off.
    """
    words = clean_words(reason, 500)
    with transaction.atomic():
        locked = held(specification, by)
        if locked.state != Specification.State.SIGNED_OFF:
            raise Refused(_("The specification is open already."))
        locked.state = Specification.State.DRAFT
        locked.save(update_fields=["state"])
        convening.withdraw_milestones(locked.cycle, ("specification_signed_off",))
        codes = ", ".join(o.code for o in outcomes)
        what = _("The specification was reopened")
        if codes:
            what = _("The specification was reopened; the vote is taken again on {codes}", codes=codes)
        line = minutes.record(locked.cycle, "reopen specification", what, by=by, now=now, why=words)
        for outcome in outcomes:
            _vote_again(locked, outcome, words, by, now)
        told = _("The specification is open again. The reason: {why}", why=words)
        everybody = locked.cycle.participants.filter(withdrawn_at=None)
        letters.tell(everybody, Letter.Kind.CLAUSES, f"specification:{line.pk}", cycle=locked.cycle, now=now, words=told)


def _vote_again(specification: Specification, outcome: Outcome, why: str, by: Participant, now: datetime) -> None:
    if outcome.theme.framework.cycle_id != specification.cycle_id:
        raise Refused(_("That outcome belongs to another cycle."))
    agreeing.reopen(outcome.decision.agreement.proposal, by=by, now=now, why=why)


def content_of(specification: Specification, framework: dict[str, Any]) -> dict[str, Any]:
    """The whole specification with its framework as plain data, in a fixed order; what is hashed, frozen and exported.

    Each part of it has its own module with `as_content`, and one line here.
    """
    cycle = specification.cycle
    order = list(sections.all_sections())
    kept = specification.clauses.prefetch_related("see_also")
    clauses = sorted(kept, key=lambda c: (order.index(c.part), c.position, c.section, c.number))
    return {
        "cycle": {
            "slug": cycle.slug,
            "title": cycle.title,
            "service": cycle.service.name,
            "authority": cycle.authority.name,
            "areas": [area.name for area in cycle.areas.order_by("pk")],
            "purpose": cycle.purpose,
            "engagement_level": cycle.level_words["name"],
            "invented": cycle.invented,
        },
        "framework": framework,
        "criteria": criteria.as_content(cycle),
        "weighting": advising.as_content(cycle),
        "monitoring": monitoring.as_content(cycle),
        "lots": lots.as_content(cycle),
        "sections": section_looks.as_content(specification, clauses),
        "clauses": [_clause_as_data(clause) for clause in clauses],
    }


def _clause_as_data(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.pk,
        "number": clause.label,
        "kind": clause.kind,
        "text": clause.text,
        "version": clause.version,
        "outcome": clause.outcome_id,
        "requirement": clause.requirement,
        "section": clause.part,
        "source": {"kind": clause.source_kind, "section": clause.source_section, "link": clause.source_link},
        "see_also": sorted(other.label for other in clause.see_also.all()),
    }
