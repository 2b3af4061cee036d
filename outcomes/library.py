"""A library of indicators to start from: each comes in as a proposal anybody can change, never straight into the framework (PS-05)."""

import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from commissioning import minutes, policy
from commissioning.contributing import PLAINLY, Manner
from commissioning.models import Contribution, Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes.models import Indicator, WaitingSign
from workshops import proposing
from workshops.models import Proposal

HERE = Path(__file__).parent
MOST = 300  # outcomes to choose from, the newest first


@dataclass(frozen=True)
class Sign:
    """One indicator of the library: its words, what kind it is, what it is good for and where the thought comes from."""

    code: str
    theme: str
    text: str
    form: str
    how: str
    source: str

    @property
    def soft(self) -> bool:
        """Real but not counted."""
        return self.form not in (Indicator.Form.COUNT, Indicator.Form.SHARE)

    @property
    def form_words(self) -> str:
        """What kind of sign it is, in words."""
        return str(Indicator.Form(self.form).label)


@dataclass(frozen=True)
class Library:
    """All of it: where it comes from, on which terms, and its indicators."""

    licence: str
    since: str
    signs: tuple[Sign, ...]

    @property
    def themes(self) -> list[str]:
        """The themes in the order of the file."""
        return list(dict.fromkeys(sign.theme for sign in self.signs))

    def find(self, *, theme: str = "", kind: str = "", words: str = "") -> list[Sign]:
        """The indicators of a theme, hard or soft, in which every one of these words stands."""
        asked = words.casefold().split()
        return [
            s
            for s in self.signs
            if (not theme or s.theme == theme)
            and (not kind or s.soft == (kind == "soft"))
            and all(word in f"{s.text} {s.how} {s.theme}".casefold() for word in asked)
        ]


@cache
def library() -> Library:
    """The library as it is carried."""
    read = tomllib.loads((HERE / "indicators.toml").read_text(encoding="utf-8"))
    return Library(read["licence"], str(read["since"]), tuple(Sign(**row) for row in read["signs"]))


def outcomes_to_choose(cycle: Cycle) -> list[Proposal]:
    """The proposed outcomes of a cycle that a sign can be brought in for, adopted already or not."""
    shown = Contribution.objects.open_to_all().filter(cycle=cycle)
    listed = Proposal.objects.on_board().filter(workshop__cycle=cycle, kind=Proposal.Kind.OUTCOME, contribution__in=shown)
    return list(listed.select_related("workshop").order_by("-pk")[:MOST])


def waiting_in(cycle: Cycle) -> QuerySet[WaitingSign]:
    """The signs that wait for somebody to take them into their room."""
    listed = WaitingSign.objects.filter(proposal__workshop__cycle=cycle, made=None)
    return listed.select_related("proposal__workshop", "by__organisation")


def proposed_later(proposals: Iterable[int]) -> dict[int, list[Proposal]]:
    """For each proposed outcome the signs that stand in its room and are in no framework yet."""
    taken = Indicator.objects.filter(proposal__for_outcome__in=proposals).values("proposal")
    shown = Contribution.objects.open_to_all()
    found: dict[int, list[Proposal]] = {}
    listed = Proposal.objects.on_board().filter(for_outcome__in=proposals, contribution__in=shown).exclude(pk__in=taken)
    for one in listed.select_related("workshop"):
        found.setdefault(one.for_outcome_id or 0, []).append(one)
    return found


def bring_in(proposal: Proposal, code: str, *, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY) -> WaitingSign:
    """Bring an indicator of the library in for a proposed outcome: as a proposal where its room takes one now, else it waits.

    The same indicator for the same outcome is brought in once. Raises `Refused` while nobody may talk.
    """
    sign = next((one for one in library().signs if one.code == code), None)
    if sign is None:
        raise Refused(_("Choose an indicator from the library."))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=by.cycle_id)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)
        if proposal.workshop.cycle_id != cycle.pk or proposal.kind != Proposal.Kind.OUTCOME:
            raise Refused(_("Choose the outcome this is a sign of."))
        waiting, new = WaitingSign.objects.get_or_create(
            proposal=proposal, code=code, defaults={"text": sign.text, "key": key[:64], "by": by, "at": now}
        )
        if new:
            what = _("An indicator of the library was brought in for proposal {n}", n=proposal.pk)
            minutes.record(cycle, "library", what, by=by, now=now, why=sign.text, place=proposal.workshop.slug)
    if waiting.made_id is None:
        with suppress(Refused):  # no room takes it now: it waits, and its page says so
            take(waiting, by=by, now=now, manner=manner)
    waiting.refresh_from_db()
    return waiting


def take(waiting: WaitingSign, *, by: Participant, now: datetime, manner: Manner = PLAINLY) -> Proposal:
    """Take a waiting sign into the room of its outcome, as a proposal of whoever takes it. Raises `Refused` as any proposal does there."""
    with transaction.atomic():
        Cycle.objects.select_for_update(no_key=True).get(pk=waiting.proposal.workshop.cycle_id)
        waiting = WaitingSign.objects.select_for_update(no_key=True, of=("self",)).select_related("proposal__workshop").get(pk=waiting.pk)
        if waiting.made is not None:
            return waiting.made
        draft = proposing.Draft("indicator", waiting.text, for_outcome=waiting.proposal_id)
        made = proposing.propose(waiting.proposal.workshop, draft, by=by, key=f"sign-{waiting.pk}", now=now, manner=manner)
        waiting.made = made
        waiting.save(update_fields=["made"])
    return made
