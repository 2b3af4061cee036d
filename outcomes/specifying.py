"""Writing the specification: clauses from adopted outcomes, edited with history, signed off as a frozen version."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from commissioning import convening, minutes
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import adopting, composing, policy, session_record
from outcomes.models import Clause, ClauseVersion, Framework, Outcome, Specification, SpecificationVersion


class SomebodyElseEdited(Refused):
    """Another officer saved this clause first: both texts are shown, neither is lost."""

    def __init__(self, current: str, yours: str) -> None:
        super().__init__(_("Somebody else saved this clause while you were writing. Both texts are shown; nothing is lost."))
        self.current = current
        self.yours = yours


def specification_of(cycle: Cycle) -> Specification:
    """The specification of a cycle, started when it is first needed."""
    return Specification.objects.get_or_create(cycle=cycle)[0]


def _open_for(specification: Specification, by: Participant) -> Specification:
    """The specification, locked, when `by` may write in it; else raises `Refused`."""
    locked = Specification.objects.select_for_update(no_key=True).select_related("cycle").get(pk=specification.pk)
    held = held_by(by) if by.cycle_id == locked.cycle_id else frozenset()
    require(policy.why_not_edit(held, frozen=locked.state == Specification.State.SIGNED_OFF))
    return locked


def compose(specification: Specification, *, by: Participant, now: datetime) -> int:
    """Draft clauses for every adopted outcome that has none; returns how many clauses were added."""
    with transaction.atomic():
        specification = _open_for(specification, by)
        waiting = (
            Outcome.objects.filter(theme__framework__cycle=specification.cycle)
            .annotate(written=Count("clauses"))
            .filter(written=0)
            .prefetch_related("indicators")
        )
        section = specification.clauses.aggregate(last=Max("section"))["last"] or 0
        added = 0
        for section_number, outcome in enumerate(sorted(waiting, key=lambda o: (o.is_standard, o.number)), section + 1):
            signs = tuple(sign.text for sign in outcome.indicators.all())
            words = composing.OutcomeWords(outcome.pk, outcome.statement, outcome.for_whom, outcome.is_standard, signs)
            for number, draft in enumerate(on_record(partial(composing.draft_clauses, words)), 1):
                _write(
                    Clause(
                        specification=specification,
                        outcome=outcome,
                        section=section_number,
                        number=number,
                        kind=draft.kind,
                        text=draft.text,
                    ),
                    by,
                    now,
                )
                added += 1
        if added:
            minutes.record(specification.cycle, "compose", _("{n} clauses drafted from adopted outcomes", n=added), by=by, now=now)
    return added


def _write(clause: Clause, by: Participant, now: datetime) -> None:
    clause.save()
    ClauseVersion.objects.create(clause=clause, number=clause.version, kind=clause.kind, text=clause.text, by=by, at=now)


def add_clause(
    specification: Specification,
    *,
    text: str,
    kind: str,
    by: Participant,
    now: datetime,
    outcome: Outcome | None = None,
    requirement: str = "",
) -> Clause:
    """Add a clause, from an outcome or from a named professional or legal requirement. Raises `Refused` without an origin (INV-04)."""
    words = clean_words(text, 4000)
    if kind not in Clause.Kind.values:
        raise Refused(_("Choose what kind of clause this is."))
    if outcome is None and not requirement.strip():
        raise Refused(_("Say where this clause comes from: an adopted outcome, or a professional or legal requirement."))
    with transaction.atomic():
        specification = _open_for(specification, by)
        if outcome is not None and outcome.theme.framework.cycle_id != specification.cycle_id:
            raise Refused(_("That outcome belongs to another cycle."))
        beside = specification.clauses.filter(outcome=outcome)
        found = beside.aggregate(section=Max("section"), number=Max("number"))
        section = found["section"] or (specification.clauses.aggregate(last=Max("section"))["last"] or 0) + 1
        clause = Clause(
            specification=specification,
            outcome=outcome,
            requirement=printable(requirement).strip()[:300],
            section=section,
            number=(found["number"] or 0) + 1,
            kind=kind,
            text=words,
        )
        _write(clause, by, now)
        minutes.record(specification.cycle, "clause", _("Clause {n} added", n=clause.label), by=by, now=now, why=requirement)
    return clause


def edit_clause(clause: Clause, *, text: str, kind: str, seen_version: int, by: Participant, now: datetime) -> Clause:
    """Give a clause new words; its links and old words stay. Raises `SomebodyElseEdited` when it changed meanwhile."""
    words = clean_words(text, 4000)
    if kind not in Clause.Kind.values:
        raise Refused(_("Choose what kind of clause this is."))
    with transaction.atomic():
        _open_for(clause.specification, by)
        clause = Clause.objects.select_for_update(of=("self",), no_key=True).select_related("specification__cycle").get(pk=clause.pk)
        if clause.version != seen_version:
            raise SomebodyElseEdited(clause.text, words)
        if (clause.text, clause.kind) == (words, kind):
            return clause
        clause.text, clause.kind, clause.version = words, kind, clause.version + 1
        _write(clause, by, now)
        minutes.record(
            clause.specification.cycle,
            "edit clause",
            _("Clause {n} has new words", n=clause.label),
            by=by,
            now=now,
            why=words,
        )
    return clause


def sign_off(specification: Specification, *, by: Participant, now: datetime) -> SpecificationVersion:
    """Sign the specification off as a frozen version with a content hash. Refused while an agreed item has no answer."""
    with transaction.atomic():
        locked = Specification.objects.select_for_update(no_key=True).select_related("cycle").get(pk=specification.pk)
        held = held_by(by) if by.cycle_id == locked.cycle_id else frozenset()
        require(policy.why_not_edit(held, frozen=False))
        framework = adopting.framework_of(locked.cycle)
        adopted = Outcome.objects.filter(theme__framework=framework).annotate(written=Count("clauses"))
        require(
            policy.why_not_sign_off(
                signed_off=locked.state == Specification.State.SIGNED_OFF,
                framework_frozen=framework.state == Framework.State.FROZEN,
                unanswered=adopting.unanswered_in(locked.cycle).count(),
                clauses=locked.clauses.count(),
                uncovered=sum(1 for outcome in adopted if not outcome.written),
                reopened=adopting.reopened_in(framework).count(),
            )
        )
        framework_version = framework.versions.order_by("-number")[0]
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
        what = _("The specification was signed off as version {n}", n=version.number)
        minutes.record(locked.cycle, "sign off", what, by=by, now=now, why=version.content_hash)
        convening.meet_milestone(locked.cycle, "specification_signed_off", now=now)
    return version


def reopen(specification: Specification, *, reason: str, by: Participant, now: datetime) -> None:
    """Reopen a signed-off specification as a recorded act."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        locked = Specification.objects.select_for_update(no_key=True).select_related("cycle").get(pk=specification.pk)
        held = held_by(by) if by.cycle_id == locked.cycle_id else frozenset()
        require(policy.why_not_edit(held, frozen=False))
        if locked.state != Specification.State.SIGNED_OFF:
            raise Refused(_("The specification is open already."))
        locked.state = Specification.State.DRAFT
        locked.save(update_fields=["state"])
        convening.withdraw_milestones(locked.cycle, ("specification_signed_off",))
        minutes.record(locked.cycle, "reopen specification", _("The specification was reopened"), by=by, now=now, why=words)


def content_of(specification: Specification, framework: dict[str, Any]) -> dict[str, Any]:
    """The whole specification with its framework as plain data, in a fixed order; what is hashed, frozen and exported."""
    cycle = specification.cycle
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
        "clauses": [
            {
                "id": clause.pk,
                "number": clause.label,
                "kind": clause.kind,
                "text": clause.text,
                "version": clause.version,
                "outcome": clause.outcome_id,
                "requirement": clause.requirement,
            }
            for clause in specification.clauses.order_by("section", "number")
        ],
    }
