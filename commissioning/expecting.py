"""Answering what one expects, and seeing what the others do only after that (TR-06)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from commissioning import expectations, people, policy, roles
from commissioning.contributing import printable
from commissioning.models import Cycle, Expectation, Group, Participant, Role
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def answer(cycle: Cycle, choices: Mapping[str, str], words: Mapping[str, str], *, by: Participant, now: datetime) -> None:
    """Keep one's answers to all five; they can be changed. An organisation has one answer: its newest stands.

    No minute: what somebody expects is theirs to change as often as they like.
    """
    if not roles.has_counted_voice(people.role_codes(by)):
        raise Refused(_("Whoever runs or watches a cycle takes no side, and so does not answer."))
    require(expectations.why_not_answer(choices))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        withdrawn = by.withdrawn_at is not None or by.cycle_id != cycle.pk
        require(policy.why_not_take_part(withdrawn=withdrawn, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)
        for code in expectations.items():
            said = "" if by.group == expectations.CITIZENS else printable(words.get(code, "")).strip()[:400]
            kept = {"cycle": cycle, "choice": choices[code], "words": said, "at": now}
            Expectation.objects.update_or_create(by=by, item=code, defaults=kept)


def mine(person: Participant) -> dict[str, Expectation]:
    """One's own answers by item; for an organisation, the newest that any of its people gave."""
    found = Expectation.objects.filter(cycle=person.cycle_id)
    if person.organisation_id and person.group == Group.VSO:  # officers and citizens answer each for themselves, wherever they work
        found = found.filter(by__organisation=person.organisation_id, by__group=person.group, by__withdrawn_at=None)
    else:
        found = found.filter(by=person)
    return {e.item: e for e in found.order_by("at", "pk")}


def compared(cycle: Cycle, me: Participant, own: Mapping[str, Expectation]) -> list[expectations.ItemLook]:
    """Every side's answers side by side; one query. For those who have answered, so that nobody is led by others."""
    leads = Role.objects.filter(participant=OuterRef("by"), code="lead")
    voices: dict[tuple[str, object, str], expectations.Answer] = {}
    listed = Expectation.objects.filter(cycle=cycle, by__withdrawn_at=None).annotate(official=Exists(leads))
    for e in listed.select_related("by").order_by("at", "pk"):
        whose = ("org", e.by.organisation_id) if e.by.organisation_id and e.by.group == Group.VSO else ("person", e.by_id)
        voices[(e.by.group, whose, e.item)] = expectations.Answer(e.by.group, e.item, e.choice, e.words, e.official)
    return expectations.compare(voices.values(), {code: expectations.Answer(me.group, code, e.choice) for code, e in own.items()})
