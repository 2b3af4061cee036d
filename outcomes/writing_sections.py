"""Writing what a section says before its clauses, and arranging clauses: moved, withdrawn with a reason, referred to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commissioning import minutes
from commissioning.contributing import clean_words, printable
from commissioning.models import Participant
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import policy, sections, specifying
from outcomes.models import Clause, DraftComment, SectionText, Specification

LONGEST = 8000  # characters of one section's own words
WAYS = ("up", "down")


def write_section(
    specification: Specification,
    key: str,
    *,
    text: str,
    seen_version: int,
    by: Participant,
    now: datetime,
    comments: Sequence[DraftComment] = (),
) -> SectionText | None:
    """Give a section other words of its own, as the next version. Raises `SomebodyElseEdited` when it changed meanwhile."""
    if key not in sections.all_sections():
        raise Refused(_("Choose a section of the specification."))
    words = clean_words(text, LONGEST) if text.strip() else ""
    with transaction.atomic():
        specification = specifying.held_while_open(specification, by)
        last = SectionText.objects.filter(specification=specification, key=key).order_by("-version").first()
        version, said = (last.version, last.text) if last else (0, "")
        if said == words:
            return last
        if version != seen_version:
            raise specifying.SomebodyElseEdited(said, words)
        made = SectionText.objects.create(specification=specification, key=key, version=version + 1, text=words, by=by, at=now)
        title = on_record(lambda: str(sections.all_sections()[key].title))
        what = _("The section “{title}” has new words", title=title)
        minutes.record(specification.cycle, "section", what, by=by, now=now, why=words)
        where = _("The section “{title}” has new words.", title=title)
        specifying.credit(comments, made, where, by=by, now=now)
    return made


def place_of(clause: Clause) -> str:
    """Where a clause stands, as a form says which place its writer saw."""
    return f"{clause.part}-{clause.position}"


def _held(clause: Clause, by: Participant) -> Clause:
    specifying.held_while_open(clause.specification, by)
    found = Clause.everything.select_for_update(of=("self",), no_key=True).select_related("specification__cycle").get(pk=clause.pk)
    if found.withdrawn_at is not None:
        raise Refused(_("This clause was withdrawn meanwhile: {why}", why=found.withdrawn_because))
    return found


def move_clause(clause: Clause, *, to: str, seen: str, by: Participant, now: datetime) -> Clause:
    """Move a clause up or down in its section, or to the end of another one; its number stays its own.

    Raises `Refused` when somebody else moved it meanwhile.
    """
    if to not in WAYS and to not in sections.all_sections():
        raise Refused(_("Choose a section of the specification."))
    with transaction.atomic():
        clause = _held(clause, by)
        if clause.part == to:
            return clause
        if place_of(clause) != seen:
            raise Refused(_("Somebody else moved this clause meanwhile. Look at where it is now."))
        if to in WAYS:
            if not _swap(clause, to):
                return clause
        else:
            clause.position = specifying.last_place(clause.specification, to) + 1
            clause.part = to
            clause.save(update_fields=["part", "position"])
        title = sections.all_sections()[clause.part].title
        what = _("Clause {n} was moved in the section “{title}”", n=clause.label, title=title)
        minutes.record(clause.specification.cycle, "move clause", what, by=by, now=now)
    return clause


def _swap(clause: Clause, way: str) -> bool:
    """Let a clause change places with its neighbour; whether there was one."""
    listed = list(clause.specification.clauses.filter(part=clause.part).order_by("position", "section", "number"))
    at = [one.pk for one in listed].index(clause.pk)
    to = at - 1 if way == "up" else at + 1
    if not 0 <= to < len(listed):
        return False
    listed[at], listed[to] = listed[to], listed[at]
    changed = []
    for place, one in enumerate(listed, 1):
        if one.position != place:
            one.position = place
            changed.append(one)
    Clause.everything.bulk_update(changed, ["position"])
    clause.position = to + 1
    return True


def withdraw_clause(clause: Clause, *, reason: str, seen_version: int, by: Participant, now: datetime) -> None:
    """Take a clause out with a reason; it is kept, with its history and its number. Refused while others refer to it."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        clause = _held(clause, by)
        if clause.version != seen_version:
            raise Refused(_("Somebody else gave this clause new words meanwhile. Read them before you withdraw it."))
        cited = tuple(one.label for one in clause.referred_from.order_by("section", "number"))
        require(policy.why_not_withdraw(withdrawn=False, cited_in=cited))
        clause.withdrawn_at, clause.withdrawn_because, clause.withdrawn_by = now, words, by
        clause.save(update_fields=["withdrawn_at", "withdrawn_because", "withdrawn_by"])
        what = _("Clause {n} was withdrawn", n=clause.label)
        minutes.record(clause.specification.cycle, "withdraw clause", what, by=by, now=now, why=words)


def bring_back(clause: Clause, *, by: Participant, now: datetime) -> None:
    """Let a withdrawn clause stand again, under its own number, at the end of its section."""
    with transaction.atomic():
        specification = specifying.held_while_open(clause.specification, by)
        found = Clause.everything.select_for_update(no_key=True).get(pk=clause.pk)
        if found.withdrawn_at is None:
            return
        found.withdrawn_at, found.withdrawn_because, found.withdrawn_by = None, "", None
        found.position = specifying.last_place(specification, found.part) + 1
        found.save(update_fields=["withdrawn_at", "withdrawn_because", "withdrawn_by", "position"])
        minutes.record(specification.cycle, "bring back clause", _("Clause {n} stands again", n=found.label), by=by, now=now)


def refer(clause: Clause, *, label: str, by: Participant, now: datetime) -> None:
    """Say "see also" another clause, by its number. Raises `Refused` for a circle, or when there is no such clause."""
    wanted = printable(label).strip()
    with transaction.atomic():
        clause = _held(clause, by)
        other = next((one for one in clause.specification.clauses.all() if one.label == wanted), None)
        if other is None:
            raise Refused(_("There is no clause {n} in this specification.", n=wanted[:20] or "?"))
        links: dict[int, list[int]] = defaultdict(list)
        kept = Clause.see_also.through.objects.filter(from_clause__specification=clause.specification_id)
        for start, to in kept.values_list("from_clause", "to_clause"):
            links[start].append(to)
        require(sections.why_not_refer(links, clause.pk, other.pk))
        if other.pk not in links[clause.pk]:
            clause.see_also.add(other)
            what = _("Clause {n} refers to clause {to}", n=clause.label, to=other.label)
            minutes.record(clause.specification.cycle, "refer", what, by=by, now=now)


def no_longer_refer(clause: Clause, other: Clause, *, by: Participant, now: datetime) -> None:
    """Take a reference out again."""
    with transaction.atomic():
        clause = _held(clause, by)
        if clause.see_also.filter(pk=other.pk).exists():
            clause.see_also.remove(other)
            what = _("Clause {n} does not refer to clause {to} any more", n=clause.label, to=other.label)
            minutes.record(clause.specification.cycle, "refer", what, by=by, now=now)
