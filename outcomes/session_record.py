"""The session record of a signed-off version: who met, on what, and whose words each outcome comes from. No name is in it.

It is kept when the version is signed off. What people said is not copied into it: words can be withdrawn or taken out later, and
a file that was handed out cannot. It holds who said something by pseudonym, when, in which workshop, and what became of it.
"""

from collections import Counter, defaultdict
from typing import Any

from django.utils import timezone

from commissioning.models import Contribution, Cycle, Feedback, Participant, Release
from commissioning.sentences import on_record
from commissioning.small_groups import SMALLEST
from outcomes import composing, threading_back
from outcomes.models import SessionRecord, SpecificationVersion
from workshops.models import Attendance, Proposal, Workshop


def keep(version: SpecificationVersion) -> SessionRecord:
    """The record of a version, kept the first time it is asked for: at its sign-off."""
    found = SessionRecord.objects.filter(version=version).first()
    if found is not None:
        return found
    content = on_record(lambda: record_of(version.specification.cycle, version.content))
    made = {"content": content, "content_hash": composing.content_hash(content)}
    return SessionRecord.objects.get_or_create(version=version, defaults=made)[0]


def record_of(cycle: Cycle, content: dict[str, Any]) -> dict[str, Any]:
    """The record as plain data, in a fixed order; a fixed number of queries however much was said."""
    outcomes = [outcome for theme in content["framework"]["themes"] for outcome in theme["outcomes"]]
    roots = _roots(outcomes)
    cited = {pk for said in roots.values() for pk in said}
    return {
        "sessions": _sessions(cycle),
        "contributions": _contributions(cycle, cited),
        "trace": [
            {
                "outcome": outcome["id"],
                "agreement": outcome["agreement"]["id"],
                "proposal": outcome["agreement"]["proposal"],
                "contributions": sorted(roots.get(outcome["agreement"]["proposal"], ())),
            }
            for outcome in outcomes
        ],
        "released": [
            {"title": title, "on": timezone.localdate(at).isoformat() if at else ""}
            for title, at in Release.objects.filter(cycle=cycle, state=Release.State.SENT)
            .order_by("sent_at", "pk")
            .values_list("title", "sent_at")
        ],
    }


def _roots(outcomes: list[dict[str, Any]]) -> dict[int, set[int]]:
    """The contributions behind each proposal that people may read."""
    found = threading_back.roots_of(list(Proposal.objects.filter(pk__in=[o["agreement"]["proposal"] for o in outcomes])))
    shown = set(
        Contribution.objects.open_to_all().filter(pk__in={pk for said in found.values() for pk in said}).values_list("pk", flat=True)
    )
    return {proposal: said & shown for proposal, said in found.items()}


def _sessions(cycle: Cycle) -> list[dict[str, Any]]:
    workshops = list(Workshop.objects.filter(cycle=cycle, parent=None).order_by("pk"))
    came: dict[int, list[Participant]] = defaultdict(list)
    seen = Attendance.objects.filter(workshop__in=workshops, participant__voice=False).select_related("participant").order_by("pk")
    for one in seen:
        came[one.workshop_id].append(one.participant)
    return [
        {
            "title": workshop.title,
            "question": workshop.question,
            "kind": str(workshop.get_kind_display()),
            "on": _day_of(workshop),
            "called_off": bool(workshop.called_off_because),
            "people": _by_group(came[workshop.pk]),
            "organisations": len({p.organisation_id for p in came[workshop.pk] if p.organisation_id}),
        }
        for workshop in workshops
    ]


def _day_of(workshop: Workshop) -> str | None:
    moment = workshop.started_at or workshop.starts_at or workshop.closed_at
    return moment.date().isoformat() if moment else None


def _by_group(people: list[Participant]) -> list[dict[str, Any]]:
    counted = Counter(p.group for p in people)
    return [
        {"group": group, "n": counted[group]} if counted[group] >= SMALLEST else {"group": group, "fewer_than": SMALLEST}
        for group in sorted(counted)
    ]


def _contributions(cycle: Cycle, cited: set[int]) -> list[dict[str, Any]]:
    answers = dict(Feedback.objects.filter(contribution__cycle=cycle).order_by("pk").values_list("contribution", "status"))
    said = Contribution.objects.filter(cycle=cycle, pk__in=cited).order_by("pk")
    return [
        {
            "id": pk,
            "who": who,
            "group": group,
            "kind": kind,
            "place": place,
            "on": timezone.localdate(at).isoformat(),
            "answer": answers.get(pk),
        }
        for pk, who, group, kind, place, at in said.values_list("pk", "participant__pseudonym", "group", "kind", "place", "at")
    ]
