"""Where a cycle starts from: what is known, what was promised before, and what the authority's policy says (AN-12, AN-13)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commissioning import minutes, policy, roles
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute
from commissioning.linking import why_not_link
from commissioning.models import (
    Authority,
    Contribution,
    Cycle,
    Feedback,
    Meaning,
    Participant,
    PolicyNote,
    Remark,
    StartingPoint,
    StartingWords,
)
from commissioning.people import held_by
from commissioning.quoting import as_agreed
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

HINTS: dict[str, _] = {
    "budget": _("How much is there, for how long, and what could change it?"),
    "relations": _("How have the authority, voluntary organisations and people here worked together? What went well, what hurt?"),
    "promises": _("What did the authority or others promise before, and was it kept?"),
    "compact": _("Is there a compact, or a policy, that says how you deal with each other?"),
    "trust": _("How do you know? A survey, a conversation, or nobody has asked yet."),
}


@dataclass
class Said:
    """A remark as it is shown: the words as far as their author allows, and the answer they got."""

    contribution: Contribution
    answer: Feedback | None


@dataclass
class Head:
    """One heading of the starting point: what stands, what stood before, and what people say about it."""

    code: str
    label: str
    hint: _
    now: StartingWords | None = None
    before: list[StartingWords] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)


def write(cycle: Cycle, heading: str, *, words: str, unknown: bool, by: Participant, now: datetime) -> StartingWords:
    """Write what is known under one heading, or say openly that it is not known yet. What stood there stays to be read.

    Raises `Refused` for no such heading, and for neither words nor "we do not know yet".
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if heading not in StartingWords.Heading.values:
        raise Refused(_("There is no such heading."))
    label = StartingWords.Heading(heading).label
    if not words.strip() and not unknown:
        raise Refused(_("{heading}: write what you know, or tick “we do not know yet”.", heading=label))
    said = clean_words(words) if words.strip() else ""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        last = StartingWords.objects.filter(cycle=cycle, heading=heading).last()
        if last is not None and (last.words, last.unknown) == (said, unknown):
            return last
        point, __ = StartingPoint.objects.get_or_create(cycle=cycle)
        made = StartingWords.objects.create(cycle=cycle, heading=heading, words=said, unknown=unknown, by=by, at=now)
        # The minutes are read by more people than a draft is: until it is shared they say only which part was written.
        shown = (said or str(_("we do not know yet"))) if point.shared_at else "…"
        what = _("Starting point, {heading}: {words}", heading=label, words=shown)
        minutes.record(cycle, "starting point", what, by=by, now=now)
    return made


def share(cycle: Cycle, *, by: Participant, now: datetime) -> None:
    """Share the starting point with everybody in the cycle; sharing it again changes nothing.

    Raises `Refused` while a heading is blank: each has words, or says that it is not known yet.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        there = set(StartingWords.objects.filter(cycle=cycle).values_list("heading", flat=True))
        blank = [str(label) for code, label in StartingWords.Heading.choices if code not in there]
        if blank:
            raise Refused(
                _("Write something under each heading first, or say “we do not know yet”. Still blank: {items}", items="; ".join(blank))
            )
        point, __ = StartingPoint.objects.get_or_create(cycle=cycle)
        if point.shared_at is None:
            point.shared_at, point.shared_by = now, by
            point.save(update_fields=["shared_at", "shared_by"])
            minutes.record(cycle, "starting point", _("The starting point was shared with everybody"), by=by, now=now)


def remark(
    cycle: Cycle, heading: str, *, text: str, key: str, by: Participant, now: datetime, manner: Manner = PLAINLY
) -> tuple[Contribution, bool]:
    """Say something beside a heading: a comment like any other, signed as its author's consents allow, and owed an answer."""
    if heading not in StartingWords.Heading.values:
        raise Refused(_("There is no such heading."))
    if shared_point(cycle) is None:
        raise Refused(_("This page is not shared yet, so there is nothing to comment on."))
    with transaction.atomic():
        said, new = contribute(cycle=cycle, by=by, kind=Contribution.Kind.COMMENT, text=text, key=key, now=now, manner=manner)
        Remark.objects.get_or_create(contribution=said, defaults={"heading": heading})
        if new:
            what = _("A comment on the starting point: {heading}", heading=StartingWords.Heading(heading).label)
            minutes.record(cycle, "comment", what, by=by, now=now)
    return said, new


def shared_point(cycle: Cycle) -> StartingPoint | None:
    """The starting point once everybody may read it."""
    return StartingPoint.objects.filter(cycle=cycle, shared_at__isnull=False).first()


def heads_of(cycle: Cycle) -> list[Head]:
    """The five headings with what stands, what stood, and the remarks beside each; the same few queries however many."""
    heads = {code: Head(code, str(label), HINTS[code]) for code, label in StartingWords.Heading.choices}
    for words in StartingWords.objects.filter(cycle=cycle).select_related("by"):
        head = heads[words.heading]
        if head.now is not None:
            head.before.insert(0, head.now)
        head.now = words
    about = Remark.objects.filter(contribution__cycle=cycle, meaning=None)
    for heading, said in said_about(about):
        heads[heading.heading].remarks.append(said)
    return list(heads.values())


def said_about(remarks: QuerySet[Remark]) -> list[tuple[Remark, Said]]:
    """Remarks that everybody may read, with their answers; words only of those who agreed to their use."""
    listed = list(
        remarks.filter(contribution__in=Contribution.objects.open_to_all())
        .select_related("contribution__participant__organisation")
        .order_by("pk")
    )
    as_agreed(r.contribution for r in listed)
    answers = {f.contribution_id: f for f in Feedback.objects.filter(contribution__remark__in=[r.pk for r in listed]).order_by("pk")}
    return [(r, Said(r.contribution, answers.get(r.contribution_id))) for r in listed]


# The authority's policy


@dataclass(frozen=True)
class PolicySaid:
    """What an officer writes about the policy and the priorities."""

    looked_on: date
    none_yet: bool = False
    title: str = ""
    link: str = ""
    adopted_on: date | None = None
    priorities: str = ""
    priorities_link: str = ""


def note_policy(cycle: Cycle, said: PolicySaid, *, by: Participant, now: datetime) -> PolicyNote:
    """Say which social value policy the authority has, or that there is none yet, and when somebody last looked.

    Raises `Refused` for a policy and none at once, for neither, for a link that is none, and a day that has not come yet.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    title, link, more = said.title.strip(), said.link.strip(), said.priorities_link.strip()
    if said.none_yet and (title or link or said.adopted_on):
        raise Refused(_("You named a policy and said that there is none. Keep one of the two."))
    if not said.none_yet and not title:
        raise Refused(_("Name the policy, or say that no policy is adopted yet."))
    if said.looked_on > timezone.localdate(now) or (said.adopted_on or said.looked_on) > timezone.localdate(now):
        raise Refused(_("That day has not come yet."))
    require(why_not_link(link))
    require(why_not_link(more))
    kept = {
        "none_yet": said.none_yet,
        "title": clean_words(title, 200) if title else "",
        "link": link,
        "adopted_on": said.adopted_on,
        "priorities": clean_words(said.priorities, 3000) if said.priorities.strip() else "",
        "priorities_link": more,
        "looked_on": said.looked_on,
    }
    with transaction.atomic():
        authority = Authority.objects.select_for_update(no_key=True).get(pk=cycle.authority_id)
        last = policy_of(authority)
        if last is not None and all(getattr(last, name) == value for name, value in kept.items()):
            return last
        made = PolicyNote.objects.create(authority=authority, by=by.user, at=now, **kept)
        minutes.record(
            cycle, "policy", _("Social value policy: {policy}", policy=made.title or str(_("no policy adopted yet"))), by=by, now=now
        )
    return made


def policy_of(authority: Authority) -> PolicyNote | None:
    """What the authority last said of its policy and priorities; None when nobody has looked yet."""
    return PolicyNote.objects.filter(authority=authority).order_by("pk").last()


def newest_meaning(cycle: Cycle) -> Meaning | None:
    """The version of the meaning that stands."""
    return Meaning.objects.filter(cycle=cycle).order_by("number").last()
