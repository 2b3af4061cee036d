"""Separate, joint, and back: splitting a workshop into rooms, who goes where, and bringing what was said together again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from rapidfuzz import fuzz

from commissioning import minutes, roles
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Participant
from commissioning.people import held_by, role_codes
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import pairing, policy, tally
from workshops.announcing import announce
from workshops.models import Activity, Attendance, Ballot, Clash, Idea, Proposal, Readiness, Sitting, Workshop

ROOM_TITLES = {
    "commissioner": _("Room of the commissioner side"),
    "vso": _("Room of the voluntary sector"),
    "citizen": _("Citizens’ room"),
}
MOST_STRANDS = 12


def people_of(workshop: Workshop) -> list[Participant]:
    """Everybody with a voice who has come to a workshop: those who are given a place when it is split."""
    came = Participant.objects.filter(pk__in=Attendance.objects.filter(workshop=workshop).values("participant"), withdrawn_at=None)
    return [p for p in came.prefetch_related("roles").order_by("pk") if roles.has_counted_voice(frozenset(r.code for r in p.roles.all()))]


def split(workshop: Workshop, activity: Activity, *, now: datetime) -> list[Workshop]:
    """Open the rooms an activity asks for and give everybody a place; the caller has checked the permission and holds the lock."""
    people = people_of(workshop)
    if activity.takes_part == Activity.TakesPart.EACH_GROUP:
        places = [
            (_room(workshop, Workshop.Kind.SEPARATE, str(ROOM_TITLES[g]), side=g), [p for p in people if p.group == g])
            for g in tally.GROUPS
        ]
        places = [(room, members) for room, members in places if members]
    elif activity.takes_part == Activity.TakesPart.STRANDS:
        places = _strands(workshop, activity, people)
    else:
        places = _tables(workshop, activity, people)
    Workshop.objects.filter(parent=workshop).update(in_use=False)
    for room, members in places:
        _open(room, activity, now)
        Sitting.objects.bulk_create([Sitting(room=room, participant=p) for p in members], ignore_conflicts=True)
        announce(room.pk, f"phase-{room.pk}", f"rooms-{room.pk}", f"desk-{room.pk}")
    Workshop.objects.filter(pk=workshop.pk).update(apart=True)
    workshop.apart = True
    return [room for room, __ in places]


def said_on(workshop: Workshop) -> Q:
    """What was said in a workshop, and in its rooms once it has come to the one board."""
    return Q(place=workshop.slug) | Q(place__in=workshop.rooms.values("slug"), within=False)


def _room(workshop: Workshop, kind: str, title: str, side: str = "") -> Workshop:
    found = workshop.rooms.filter(kind=kind, title=title[:160]).first()
    if found is not None:
        return found
    stem = f"{workshop.slug[:60]}-{workshop.rooms.count() + 1}"
    taken = set(Workshop.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(s for s in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if s not in taken)
    return Workshop.objects.create(
        cycle=workshop.cycle,
        parent=workshop,
        kind=kind,
        side=side,
        title=title[:160],
        slug=slug,
        question=workshop.question,
        rule=workshop.rule,
    )


def _strands(workshop: Workshop, activity: Activity, people: Sequence[Participant]) -> list[tuple[Workshop, list[Participant]]]:
    titles = [str(t).strip()[:160] for t in activity.settings.get("strands", []) if str(t).strip()]
    if not 2 <= len(titles) <= MOST_STRANDS:
        raise Refused(_("Name between two and {n} themes first, one on each line.", n=MOST_STRANDS))
    rooms = [_room(workshop, Workshop.Kind.STRAND, title) for title in titles]
    seated = dict(Sitting.objects.filter(room__in=rooms).values_list("participant", "room"))
    row = sorted(people, key=lambda p: (list(tally.GROUPS).index(p.group), p.pk))
    spread = [p for p in row if p.pk not in seated]
    new = {p.pk: rooms[i % len(rooms)].pk for i, p in enumerate(spread)}
    return [(room, [p for p in row if seated.get(p.pk, new.get(p.pk)) == room.pk]) for room in rooms]


def _tables(workshop: Workshop, activity: Activity, people: Sequence[Participant]) -> list[tuple[Workshop, list[Participant]]]:
    size = int(activity.settings.get("size", 3))
    sides, by_id = {p.pk: p.group for p in people}, {p.pk: p for p in people}
    last = _last_tables(workshop)
    if activity.settings.get("joins") and last:
        known = {p for table in last for p in table}
        tables = pairing.joined([[p for p in table if p in by_id] for table in last])
        tables[-1] += [p for p in by_id if p not in known]
    else:
        met = {pair for table in last for pair in pairing.pairs_in(table)}
        tables = pairing.small_groups(sides, size, mixed=activity.settings.get("mix", "mixed") == "mixed", seed=activity.pk, met=met)
    number = workshop.rooms.filter(kind=Workshop.Kind.BREAKOUT).count()
    named = enumerate((t for t in tables if t), start=1)
    return [
        (_room(workshop, Workshop.Kind.BREAKOUT, str(_("Table {n}, sitting {m}", n=n, m=number + 1))), [by_id[p] for p in table])
        for n, table in named
    ]


def _last_tables(workshop: Workshop) -> list[list[int]]:
    """Who sat together at the latest sitting of small groups."""
    latest = workshop.rooms.filter(kind=Workshop.Kind.BREAKOUT, started_at__isnull=False).order_by("-started_at").first()
    if latest is None:
        return []
    rows = Sitting.objects.filter(room__parent=workshop, room__kind=Workshop.Kind.BREAKOUT, room__started_at=latest.started_at)
    tables: dict[int, list[int]] = {}
    for room, person in rows.order_by("room", "pk").values_list("room", "participant"):
        tables.setdefault(room, []).append(person)
    return list(tables.values())


def _open(room: Workshop, activity: Activity, now: datetime) -> None:
    room.activities.filter(state=Activity.State.NOW).update(state=Activity.State.DONE, ended_at=now)
    columns = activity.plan | {"takes_part": Activity.TakesPart.EVERYONE, "settings": {}}
    Activity.objects.create(workshop=room, position=room.activities.count() + 1, state=Activity.State.NOW, started_at=now, **columns)
    Workshop.objects.filter(pk=room.pk).update(phase=activity.kind, in_use=True, started_at=now, closed_at=None)


def place_for(workshop: Workshop, me: Participant | None) -> Workshop:
    """Where somebody belongs now: their room while people are apart, else the workshop itself. Latecomers are given a place."""
    main = workshop.parent or workshop
    if workshop.parent_id and workshop.in_use:
        return workshop
    if me is None or not main.apart or not roles.has_counted_voice(role_codes(me)):
        return main
    mine = main.rooms.filter(in_use=True, sittings__participant=me).first()
    return mine or _seat_latecomer(main, me) or main


def _seat_latecomer(main: Workshop, me: Participant) -> Workshop | None:
    with transaction.atomic():
        rooms = list(main.rooms.select_for_update(no_key=True).filter(in_use=True).order_by("pk"))
        fitting = [r for r in rooms if r.side in ("", me.group)]
        if not fitting:
            return None
        numbers = dict(Sitting.objects.filter(room__in=fitting).values_list("room").annotate(n=Count("pk")).order_by())
        room = min(fitting, key=lambda r: (numbers.get(r.pk, 0), r.pk))
        Sitting.objects.get_or_create(room=room, participant=me)
        announce(main.pk, f"rooms-{main.pk}")
    return room


def change_room(main: Workshop, room: Workshop, *, by: Participant, now: datetime) -> None:
    """Go to another strand or table while people are apart. One group's room is for that group."""
    with transaction.atomic():
        if room.parent_id != main.pk or not room.in_use or (room.side and room.side != by.group):
            raise Refused(_("This room is not open to you."))
        if not roles.has_counted_voice(role_codes(by)):
            raise Refused(_("You run the workshop: open the room from the list of rooms."))
        Sitting.objects.filter(room__parent=main, room__in_use=True, participant=by).delete()
        Sitting.objects.create(room=room, participant=by)
        announce(main.pk, f"rooms-{main.pk}")


def bring_together(workshop: Workshop, *, by: Participant, now: datetime) -> tuple[int, int]:
    """End the split: everything shared in the rooms comes to one board with its origin kept; returns how many ideas and proposals.

    What a room keeps to itself stays there. Raises `Refused` while a ballot is open in a room. The caller holds the lock.
    """
    rooms = list(workshop.rooms.filter(in_use=True))
    voting = Ballot.objects.filter(workshop__in=rooms, closed_at=None).select_related("workshop").first()
    if voting is not None:
        raise Refused(_("Voting is still open in “{room}”. Close it there first.", room=voting.workshop))
    shared = Q(contribution__held=False)
    ideas = list(Idea.objects.filter(shared, workshop__in=rooms).values_list("pk", flat=True))
    cards = Proposal.objects.filter(shared, workshop__in=rooms).filter(Q(for_outcome=None) | Q(for_outcome__contribution__held=False))
    proposals = list(cards.values_list("pk", flat=True))
    Contribution.objects.filter(cycle=workshop.cycle_id, place__in=[r.slug for r in rooms], held=False).update(within=False)
    for room in rooms:
        Idea.objects.filter(pk__in=ideas, workshop=room).update(workshop=workshop, came_from=room)
        Proposal.objects.filter(pk__in=proposals, workshop=room).update(workshop=workshop, came_from=room)
        room.activities.filter(state=Activity.State.NOW).update(state=Activity.State.DONE, ended_at=now)
    Workshop.objects.filter(parent=workshop).update(in_use=False)
    Workshop.objects.filter(pk=workshop.pk).update(apart=False)
    workshop.apart = False
    for room in rooms:
        announce(room.pk, f"rooms-{room.pk}", f"phase-{room.pk}", f"desk-{room.pk}")
    what = _("The rooms came together: {n} ideas and {m} proposals on one board", n=len(ideas), m=len(proposals))
    minutes.record(workshop.cycle, "together", what, by=by, now=now, place=workshop.slug)
    whole = [f"idea-{pk}" for pk in ideas] + [f"proposal-{pk}" for pk in proposals]
    announce(workshop.pk, f"rooms-{workshop.pk}", f"phase-{workshop.pk}", f"desk-{workshop.pk}", *whole)
    return len(ideas), len(proposals)


# Is each group ready to meet the others?


def say_readiness(workshop: Workshop, *, ready: bool, words: str = "", by: Participant, now: datetime) -> None:
    """Say whether one's group is ready to meet with the others; the latest answer stands (WS-03)."""
    if not roles.has_counted_voice(role_codes(by)) or by.cycle_id != workshop.cycle_id:
        raise Refused(_("Only people who take part for a group can say whether it is ready."))
    main = workshop.parent or workshop
    with transaction.atomic():
        require(main.cycle.quiet)
        kept = clean_words(words, 300) if words.strip() else ""
        Readiness.objects.update_or_create(workshop=main, participant=by, defaults={"ready": ready, "words": kept, "at": now})
        minutes.record(
            main.cycle,
            "readiness",
            _("Ready to meet together: {a}", a=_("yes") if ready else _("not yet")),
            by=by,
            now=now,
            place=main.slug,
        )
        announce(main.pk, f"ready-{main.pk}")


def readiness_of(workshop: Workshop) -> tuple[list[policy.GroupReadiness], _]:
    """The answers by group, and what they recommend: meet together, or separate again."""
    rows = (
        Readiness.objects.filter(workshop=workshop)
        .values_list("participant__group")
        .annotate(yes=Count("pk", filter=Q(ready=True)), n=Count("pk"))
    )
    found = {group: (yes, n) for group, yes, n in rows.order_by()}
    groups = [policy.GroupReadiness(code, *found.get(code, (0, 0))) for code in tally.GROUPS]
    return groups, policy.recommend_meeting(groups)


# Strands brought together: what overlaps, what clashes


def mark_clash(workshop: Workshop, one: int, other: int, *, why: str, by: Participant, now: datetime) -> Clash:
    """Say that two proposals pull against each other, and why, so that the room talks about it (PL-02)."""
    require(policy.why_not_keep_notes(held_by(by)))
    words = clean_words(why, 300)
    with transaction.atomic():
        require(workshop.cycle.quiet)
        pair = list(Proposal.objects.filter(pk__in={one, other}, workshop=workshop, for_outcome=None).order_by("pk"))
        if len(pair) != 2:
            raise Refused(_("Choose two different proposals of this workshop."))
        clash = Clash.objects.create(workshop=workshop, one=pair[0], other=pair[1], why=words, by=by, at=now)
        minutes.record(
            workshop.cycle,
            "clash",
            _("“{a}” and “{b}” pull against each other", a=pair[0], b=pair[1]),
            by=by,
            now=now,
            why=words,
            place=workshop.slug,
        )
        announce(workshop.pk, f"desk-{workshop.pk}")
    return clash


def rooms_of(workshop: Workshop) -> list[tuple[Workshop, int]]:
    """The open rooms with how many sit in each."""
    return [(room, room.sitting) for room in workshop.rooms.filter(in_use=True).annotate(sitting=Count("sittings")).order_by("pk")]  # type: ignore[attr-defined]


OVERLAP = 72  # of 100: how alike two proposals of different strands are before they are listed as an overlap


def across(workshop: Workshop) -> dict[str, Any]:
    """The strands' proposals side by side, which of them overlap, and the clashes people have marked. Three queries."""
    shown = Proposal.objects.filter(workshop=workshop, for_outcome=None, contribution__in=Contribution.objects.shown())
    cards = list(shown.select_related("came_from", "contribution__participant__organisation"))
    columns: dict[str, list[Proposal]] = {}
    for card in cards:
        columns.setdefault(card.came_from.title if card.came_from else str(_("Said together")), []).append(card)
    pairs = [
        (score, one, other)
        for i, one in enumerate(cards)
        for other in cards[i + 1 :]
        if one.came_from_id != other.came_from_id and (score := fuzz.token_set_ratio(one.text, other.text)) >= OVERLAP
    ]
    pairs.sort(key=lambda row: -row[0])
    clashes = list(workshop.clashes.select_related("one", "other"))
    return {"columns": columns, "overlaps": [(one, other) for __, one, other in pairs[:50]], "clashes": clashes, "cards": cards}
