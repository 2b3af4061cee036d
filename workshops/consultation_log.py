"""Who was asked before procurement: which organisations, when, with what, and where the results stand for everybody (LG-09)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from commissioning import small_groups
from commissioning.models import Cycle
from workshops.models import Attendance, Closing, Invitation, Letter, Workshop


@dataclass
class Asked:
    """An organisation that was asked to a workshop."""

    organisation: str
    at: datetime
    sent_at: datetime | None = None
    answer: str = ""
    came: bool = False


@dataclass
class LogEntry:
    """One workshop in the log."""

    workshop: Workshop
    organisations: list[Asked] = field(default_factory=list)
    people: dict[str, int | None] = field(default_factory=dict)  # asked without an organisation, by group; None when too few to show
    published: list[datetime] = field(default_factory=list)
    came_uninvited: list[str] = field(default_factory=list)  # organisations that came with the open code


def log_of(cycle: Cycle) -> list[LogEntry]:
    """Every workshop of a cycle with who was asked to it, oldest first; five queries however many there are."""
    entries = {w.pk: LogEntry(w) for w in Workshop.objects.filter(cycle=cycle, parent=None).select_related("cycle").order_by("pk")}
    letters = Letter.objects.filter(cycle=cycle, kind=Letter.Kind.INVITATION).values_list("workshop", "participant", "sent_at")
    sent = {(workshop, person): at for workshop, person, at in letters}
    attended = Attendance.objects.filter(workshop__in=entries, participant__organisation__isnull=False)
    names = {
        (w, pk): name for w, pk, name in attended.values_list("workshop", "participant__organisation", "participant__organisation__name")
    }
    came, invited = set(names), set()
    asked: dict[int, Counter[str]] = {pk: Counter() for pk in entries}
    for one in Invitation.objects.filter(workshop__in=entries).select_related("participant__organisation").order_by("at", "pk"):
        person = one.participant
        if person.organisation is None:
            asked[one.workshop_id][str(person.get_group_display())] += 1
            continue
        invited.add((one.workshop_id, person.organisation_id))
        entries[one.workshop_id].organisations.append(
            Asked(
                person.organisation.name,
                one.at,
                sent.get((one.workshop_id, person.pk)),
                str(one.get_answer_display()),
                (one.workshop_id, person.organisation_id) in came,
            )
        )
    for workshop, organisation in sorted(came - invited):
        entries[workshop].came_uninvited.append(names[workshop, organisation])
    for pk, counted in asked.items():
        fine = small_groups.shown(counted)
        entries[pk].people = {group: fine.get(group) for group in counted}
    for closing in Closing.objects.filter(workshop__in=entries):
        entries[closing.workshop_id].published.append(closing.at)
    return list(entries.values())
