"""Words both sides mean the same by: any word can be challenged, and is settled when both sides agree on a wording (TR-05)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from commissioning import glossary, minutes, policy
from commissioning.contributing import clean_words, other_key
from commissioning.models import Cycle, Group, Participant, TermAgreement, TermQuestion
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def _hold(cycle_id: int, by: Participant) -> Cycle:
    """The cycle, held, while words may still be found together: not once open talk is over, nor while it is paused (DO-01, INV-23)."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
    withdrawn = by.withdrawn_at is not None or by.cycle_id != cycle.pk
    require(policy.why_not_take_part(withdrawn=withdrawn, cycle_closed=cycle.state == Cycle.State.CLOSED))
    require(cycle.quiet)
    return cycle


def challenge(cycle: Cycle, *, term: str, why: str, wording: str = "", by: Participant, key: str, now: datetime) -> TermQuestion:
    """Say that a word is not clear or not fair here, and why, perhaps with other words for it; once for one `key`."""
    name, reason = clean_words(term, 80), clean_words(why, 600)
    offered = clean_words(wording, 400) if wording.strip() else ""
    key = other_key(key, name, reason)
    before = TermQuestion.objects.filter(by=by, key=key).first()
    if before is not None:
        return before
    try:
        with transaction.atomic():
            cycle = _hold(cycle.pk, by)
            made = TermQuestion.objects.create(
                cycle=cycle, term=name, by=by, why=reason, wording=offered, worded_by=by if offered else None, key=key, at=now
            )
            if offered:
                TermAgreement.objects.create(question=made, by=by, at=now)
            minutes.record(
                cycle, "term", _("{who} asked what we mean by “{term}”", who=by.signature, term=name), by=by, now=now, why=reason
            )
    except IntegrityError:
        return TermQuestion.objects.get(by=by, key=key)
    return made


def _open(question: TermQuestion, by: Participant) -> TermQuestion:
    held = TermQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("cycle", "by").get(pk=question.pk)
    if held.settled_at is not None:
        raise Refused(_("This word is settled. If it is still not right, challenge it again."))
    return held


def word_it(question: TermQuestion, *, wording: str, by: Participant, now: datetime) -> TermQuestion:
    """Put a wording forward, or another one; who agreed to the old words has not agreed to the new ones."""
    words = clean_words(wording, 400)
    with transaction.atomic():
        _hold(question.cycle_id, by)
        question = _open(question, by)
        if question.wording != words:
            question.agreements.all().delete()
            question.wording, question.worded_by = words, by
            question.save(update_fields=["wording", "worded_by"])
        what = _("{who} put words forward for “{term}”: {words}", who=by.signature, term=question.term, words=words)
        minutes.record(question.cycle, "term wording", what, by=by, now=now)
        _agree(question, by, now)
    return question


def agree(question: TermQuestion, *, wording: str, by: Participant, now: datetime) -> TermQuestion:
    """Agree to the wording one has read; it is settled once somebody of both sides has."""
    with transaction.atomic():
        _hold(question.cycle_id, by)
        question = _open(question, by)
        if not question.wording or question.wording != wording.replace("\r\n", "\n"):
            raise Refused(_("The words have changed since you read them. Read them again."))
        _agree(question, by, now)
    return question


def _agree(question: TermQuestion, by: Participant, now: datetime) -> None:
    __, new = TermAgreement.objects.get_or_create(question=question, by=by, defaults={"at": now})
    if not new:
        return
    minutes.record(
        question.cycle, "term agreed", _("{who} agrees to the words for “{term}”", who=by.signature, term=question.term), by=by, now=now
    )
    if both_sides(question.by.group, set(question.agreements.values_list("by__group", flat=True))):
        question.settled_at = now
        question.save(update_fields=["settled_at"])
        what = _("Settled: “{term}” means here: {words}", term=question.term, words=question.wording)
        minutes.record(question.cycle, "term settled", what, by=by, now=now)


def both_sides(challenger: str, agreed: set[str]) -> bool:
    """Whether both sides agreed: the commissioner side, and the side of whoever asked (any other, when that was the commissioner's)."""
    others = agreed - {Group.COMMISSIONER}
    return Group.COMMISSIONER in agreed and (bool(others) if challenger == Group.COMMISSIONER else challenger in others)


# Looks


@dataclass(frozen=True)
class Meaning:
    """One word in a cycle: what it means here, who agreed, or that it is still open."""

    question: TermQuestion
    standing: str  # the product's own meaning, if it has one

    @property
    def agreed_by(self) -> list[TermAgreement]:
        """Who agreed to the words put forward."""
        return list(self.question.agreements.all())


def unresolved(cycle: Cycle) -> QuerySet[TermQuestion]:
    """The words people do not agree on yet: they belong on the next agenda."""
    return TermQuestion.objects.filter(cycle=cycle, settled_at=None).select_related("by__organisation")


def standing_meaning(term: str) -> str:
    """What the product says a word means, if it is one of the field's."""
    wanted = glossary.folded(term)
    found = next((t for t in glossary.TERMS.values() if wanted in {glossary.folded(form) for form in glossary.forms_of(t)}), None)
    return str(found.meaning) if found else ""


def of(cycle: Cycle) -> tuple[list[Meaning], list[Meaning]]:
    """The words still open, and those that are settled, the newest wording of each alone. Two queries."""
    asked = TermQuestion.objects.filter(cycle=cycle).select_related("by__organisation", "worded_by__organisation")
    meanings = [Meaning(q, standing_meaning(q.term)) for q in asked.prefetch_related("agreements__by__organisation")]
    settled = {glossary.folded(m.question.term): m for m in meanings if m.question.settled_at}
    return [m for m in meanings if not m.question.settled_at], sorted(settled.values(), key=lambda m: m.question.term.casefold())
