"""Findings of a review: written, talked over, decided, and agreed by each group that came (RV-11, ME-03, ME-07, INV-06)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from commissioning import minutes, people, roles
from commissioning.contributing import clean_words, printable, words_if_any
from commissioning.models import Contribution, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import carrying, review_looks, review_rules, reviewing
from outcomes.models import Finding, FindingSignal, Level, Outcome, Reading, Review
from workshops.models import Attendance

WRITERS = (roles.CONVENE, roles.FACILITATE, roles.KEEP_NOTES)
S = Finding.State


@dataclass(frozen=True)
class FindingSaid:
    """A finding as somebody writes it: the words, what they rest on, and both views of its worth."""

    level: str
    text: str
    outcome: Outcome | None = None
    readings: tuple[Reading, ...] = ()
    voices: tuple[Contribution, ...] = ()
    anyway: str = ""
    expert_view: str = ""
    lived_view: str = ""

    def columns(self, review: Review) -> dict[str, object]:
        """The columns of the finding. Raises `Refused` for what does not belong here, or when nothing is named."""
        if self.level not in Level.values:
            raise Refused(_("Choose what the finding is about."))
        cycle = review.cycle_id
        foreign = any(r.returned.award.lot.cycle_id != cycle for r in self.readings) or any(v.cycle_id != cycle for v in self.voices)
        if foreign or (self.outcome is not None and self.outcome.theme.framework.cycle_id != cycle):
            raise Refused(_("A finding rests on what belongs to this cycle."))
        named = (self.outcome is not None) + len(self.readings) + len(self.voices)
        require(review_rules.why_not_about_nothing(self.level, named=named))
        kept: dict[str, object] = {"level": self.level, "text": clean_words(self.text, 1000), "outcome": self.outcome}
        return kept | {name: _short(getattr(self, name)) for name in ("anyway", "expert_view", "lived_view")}


def _short(text: str) -> str:
    return clean_words(text, 600) if printable(text).strip() else ""


def write(review: Review, said: FindingSaid, *, key: str, by: Participant, now: datetime) -> Finding:
    """Write a finding; the same form twice is kept once. Raises `Refused` once the review is closed."""
    with transaction.atomic():
        review = reviewing.locked(review, by, *WRITERS)
        already = review.findings.filter(key=key).first() if key else None
        if already is not None:
            return already
        last = Finding.objects.filter(review__cycle=review.cycle).aggregate(n=Max("number"))["n"] or 0
        made = Finding.objects.create(review=review, number=last + 1, key=key, by=by, at=now, **said.columns(review))
        _rest_on(made, said)
        minutes.record(review.cycle, "finding", _("Finding {code} was written", code=made.code), by=by, now=now)
    return made


def _rest_on(finding: Finding, said: FindingSaid) -> None:
    finding.readings.set(said.readings)
    finding.voices.set(said.voices)


def _locked(finding: Finding, by: Participant, *permissions: str) -> Finding:
    review = reviewing.locked(finding.review, by, *permissions)
    kept = Finding.objects.select_for_update(of=("self",), no_key=True).get(pk=finding.pk)
    kept.review = review
    if kept.state == S.CARRIED:
        raise Refused(_("This finding was carried into the next cycle, so it stays as it is."))
    return kept


def _require_seen(finding: Finding, seen: int) -> None:
    if finding.version != seen:
        raise Refused(_("Somebody else has just changed finding {code}. Look at it again; your words are below.", code=finding.code))


def revise(finding: Finding, said: FindingSaid, *, seen: int, reason: str = "", by: Participant, now: datetime) -> Finding:
    """Change a finding somebody saw in this version. An agreed one needs a reason and is asked about again (INV-05).

    Raises `Refused` when somebody else changed it meanwhile, so that neither loses words.
    """
    with transaction.atomic():
        finding = _locked(finding, by, *WRITERS)
        _require_seen(finding, seen)
        agreed = finding.state == S.AGREED
        why = clean_words(reason, 500) if agreed else words_if_any(reason, 500)
        for name, value in said.columns(finding.review).items():
            setattr(finding, name, value)
        finding.version += 1
        finding.agreed_at = None
        finding.state = S.DISCUSSED if agreed else finding.state
        finding.save()
        _rest_on(finding, said)
        what = _("Finding {code} was changed", code=finding.code)
        minutes.record(finding.review.cycle, "finding", what, by=by, now=now, why=why)
    return finding


def talk_over(finding: Finding, *, by: Participant, now: datetime) -> Finding:
    """Say that the meeting talked a finding over. Twice changes nothing."""
    with transaction.atomic():
        finding = _locked(finding, by, *WRITERS)
        if finding.state == S.DRAFT:
            finding.state = S.DISCUSSED
            finding.save(update_fields=["state"])
            minutes.record(finding.review.cycle, "finding", _("Finding {code} was talked over", code=finding.code), by=by, now=now)
    return finding


def decide(finding: Finding, *, decided: str, because: str, seen: int, by: Participant, now: datetime) -> Finding:
    """Say what follows from a finding, and why; each group then says whether it can agree. Changing it asks them again."""
    if decided not in Finding.Decided.values:
        raise Refused(_("Choose what follows from this finding."))
    words = clean_words(because, 600)
    with transaction.atomic():
        finding = _locked(finding, by, roles.CONVENE, roles.DECIDE)
        if (finding.decided, finding.because) == (decided, words):
            return finding
        _require_seen(finding, seen)
        if finding.state == S.DRAFT:
            raise Refused(_("Talk the finding over first."))
        finding.decided, finding.because, finding.state, finding.agreed_at = decided, words, S.DISCUSSED, None
        finding.version += 1
        finding.save(update_fields=["decided", "because", "state", "agreed_at", "version"])
        what = _("Finding {code}: {what}", code=finding.code, what=Finding.Decided(decided).label)
        minutes.record(finding.review.cycle, "finding", what, by=by, now=now, why=words)
    return finding


def why_not_signal(finding: Finding, me: Participant | None) -> _ | None:
    """Why somebody cannot say whether they agree: only those who came do, and whoever runs the meeting is on no side."""
    if me is None or finding.review.workshop_id is None:
        return _("Those who came to the meeting of this review say whether they agree.")
    if not Attendance.objects.filter(workshop=finding.review.workshop_id, participant=me).exists():
        return _("Those who came to the meeting of this review say whether they agree.")
    if not roles.has_counted_voice(people.role_codes(me)):
        return _("Whoever runs the meeting or only watches takes no side here.")
    return None if finding.decided else _("Nobody has said yet what follows from this finding.")


def voice_of(participant: Participant) -> str:
    """Whose voice it is: an organisation has one, whoever speaks for it (INV-22)."""
    shared = participant.group == "vso" and participant.organisation_id is not None
    return f"o{participant.organisation_id}" if shared else f"p{participant.pk}"


def signal(finding: Finding, *, yes: bool, words: str = "", seen: int, by: Participant, now: datetime) -> FindingSignal:
    """Say whether one can agree with a finding as it stands; a second time replaces the first. A no needs its reason.

    Raises `Refused` while a challenge pauses the cycle (INV-23), and when the finding was changed meanwhile.
    """
    said = words_if_any(words, 500)
    if not yes and not said:
        raise Refused(_("Say what stands in the way, so that the finding can be changed."))
    with transaction.atomic():
        finding = _locked(finding, by)
        require(finding.review.cycle.quiet)
        require(why_not_signal(finding, by))
        _require_seen(finding, seen)
        if finding.state == S.AGREED:
            raise Refused(_("This finding is agreed already."))
        made, __ = FindingSignal.objects.update_or_create(
            finding=finding,
            version=finding.version,
            voice=voice_of(by),
            defaults={"participant": by, "group": by.group, "yes": yes, "words": said, "at": now},
        )
        what = _("Somebody said whether they agree with finding {code}", code=finding.code)
        minutes.record(finding.review.cycle, "finding", what, by=by, now=now)
    return made


def signals_of(finding: Finding) -> list[FindingSignal]:
    """What was said of the finding as it stands now."""
    return [s for s in finding.signals.all() if s.version == finding.version]


def present_in(review: Review) -> list[str]:
    """The groups that came to the meeting of a review."""
    return sorted({one.group for one in review_looks.came(review)})


def agree(finding: Finding, *, by: Participant, now: datetime) -> Finding:
    """Record that a finding is agreed: a signal from each group that came, and no group against (INV-06). Twice changes nothing.

    One that is to be carried forward becomes a need of the next cycle at once, where that is open.
    """
    with transaction.atomic():
        finding = _locked(finding, by, roles.CONVENE, roles.FACILITATE)
        if finding.state == S.AGREED:
            return finding
        given = [review_rules.Signal(s.group, s.yes) for s in signals_of(finding)]
        require(review_rules.why_not_agree(present_in(finding.review), given, decided=bool(finding.decided)))
        finding.state, finding.agreed_at = S.AGREED, now
        finding.save(update_fields=["state", "agreed_at"])
        minutes.record(finding.review.cycle, "finding", _("Finding {code} is agreed", code=finding.code), by=by, now=now)
        carrying.carry(finding, now=now)
    return finding


@dataclass(frozen=True)
class Tally:
    """What one group says of a finding."""

    group: str
    came: bool
    yes: int = 0
    no: int = 0
    words: tuple[str, ...] = field(default=())


def tally(finding: Finding, present: Iterable[str]) -> list[Tally]:
    """What each group says of a finding as it stands, group beside group."""
    listed, here = signals_of(finding), set(present)
    rows = []
    for group in review_rules.GROUPS:
        mine = [s for s in listed if s.group == group]
        against = tuple(s.words for s in mine if s.words)
        rows.append(Tally(group, group in here, sum(s.yes for s in mine), sum(not s.yes for s in mine), against))
    return rows
