"""What anybody says of an outcome: the link, taking an answer, reading words first, answering them, taking them back (RV-07)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from commissioning import answering, minutes, policy, roles, unattributed
from commissioning.contributing import clean_words, printable
from commissioning.models import Attribution, Contribution, Cycle, Participant
from commissioning.people import held_by
from commissioning.removed_words import parts_in, why_not_take_out, without
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import voice_rules
from outcomes.models import Outcome, Voice, VoiceAddress, VoiceLink

MOST_GROUPS = 8
KEPT_FOR = timedelta(days=400)  # an address waits at most this long for a year’s summary, then it is deleted


def outcomes_asked(cycle: Cycle) -> list[Outcome]:
    """The outcomes anybody is asked about, in the order of the framework."""
    return list(Outcome.objects.filter(theme__framework__cycle=cycle).select_related("theme"))


def link_of(cycle: Cycle) -> VoiceLink | None:
    """The link of a cycle, if there is one."""
    return VoiceLink.objects.filter(cycle=cycle).first()


def open_link(cycle: Cycle, *, groups: Sequence[str], by: Participant, now: datetime) -> VoiceLink:
    """Open the link to everybody, or change who people can say they are. Opened again, it is the same link: posters stay true."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    named = list(dict.fromkeys(" ".join(printable(name).split())[:80] for name in groups if name.strip()))[:MOST_GROUPS]
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(voice_rules.why_not_open(outcomes=len(outcomes_asked(cycle))))
        link = link_of(cycle)
        if link is None:
            link = VoiceLink.objects.create(cycle=cycle, token=secrets.token_urlsafe(6), groups=named, by=by, at=now)
            minutes.record(cycle, "voices", _("Anybody can now say how the outcomes are for them"), by=by, now=now)
        elif not link.open or link.groups != named:
            what = _("Who people can say they are was changed") if link.open else _("The link for feedback was opened again")
            link.open, link.groups, link.closed_because = True, named, ""
            link.save(update_fields=["open", "groups", "closed_because"])
            minutes.record(cycle, "voices", what, by=by, now=now)
    return link


def close_link(link: VoiceLink, *, reason: str, by: Participant, now: datetime) -> None:
    """Close the link, with a reason; what was said stays and is answered."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(reason, 300)
    with transaction.atomic():
        Cycle.objects.select_for_update(no_key=True).get(pk=link.cycle_id)
        link = VoiceLink.objects.select_related("cycle").get(pk=link.pk)
        if link.open:
            link.open, link.closed_because = False, words
            link.save(update_fields=["open", "closed_because"])
            minutes.record(link.cycle, "voices", _("The link for feedback was closed"), by=by, now=now, why=words)


@dataclass(frozen=True)
class Said:
    """What somebody sent: how true it is for them, and whatever else they chose to say."""

    rating: int
    words: str = ""
    group: str = ""
    email: str = ""
    language: str = "en"


def why_not_now(link: VoiceLink, now: datetime) -> _ | None:
    """Why the link takes nothing now, or None."""
    this_hour = Voice.objects.filter(link=link, at=unattributed.coarse(now)).count()
    return voice_rules.why_not_answer(is_open=link.open, closed=link.cycle.state == Cycle.State.CLOSED, this_hour=this_hour)


def say(link: VoiceLink, outcome: Outcome, said: Said, *, key: str, secret: str, now: datetime) -> Voice:
    """Keep one answer; the same `key` twice is once. `secret` stays with whoever wrote: by it alone they find their words again.

    Raises `Refused` when the link is closed or full, or there is no such choice. It is no talk about the procurement, so the
    gate does not shut it.
    """
    if said.rating not in Voice.Rating.values:
        raise Refused(_("Choose one of the five."))
    words = clean_words(said.words, voice_rules.LONGEST) if said.words.strip() else ""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=link.cycle_id)
        link = VoiceLink.objects.select_related("cycle").get(pk=link.pk)
        before = Voice.objects.filter(link=link, key=key).first()
        if before is not None:
            return before
        require(why_not_now(link, now))
        if outcome.theme.framework.cycle_id != cycle.pk:
            raise Refused(_("There is no such outcome here."))
        mark = _mark(words)
        came_before = bool(mark) and Voice.objects.filter(link=link, mark=mark).exists()
        made = Voice.objects.create(
            link=link,
            outcome=outcome,
            rating=said.rating,
            group=said.group if said.group in link.groups else "",
            contribution=_contribute(cycle, words, said.language, key, secret, now) if words else None,
            flags=voice_rules.flags_in(words, came_before=came_before),
            mark=mark,
            key=key,
            at=unattributed.coarse(now),
        )
        if said.email:
            _leave_address(link, said, now)
    return made


def _mark(words: str) -> str:
    plain = " ".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())
    return salted_hmac("outcomes.voice", plain, algorithm="sha256").hexdigest()[:32] if plain else ""


def _contribute(cycle: Cycle, words: str, language: str, key: str, secret: str, now: datetime) -> Contribution:
    """The words as something said without an author; only officers read them until one of them shows them to everybody."""
    return Contribution.objects.create(
        cycle=cycle,
        participant=unattributed.voice_of(cycle, "citizen"),
        group="citizen",
        kind=Contribution.Kind.FEEDBACK,
        text=words,
        key=key,
        language=language,
        held=True,
        moderation=Contribution.Moderation.WAITING,
        attribution=Attribution.UNATTRIBUTED,
        at=unattributed.coarse(now),
        **unattributed.seal(secret),
    )


def _leave_address(link: VoiceLink, said: Said, now: datetime) -> None:
    """Keep an address for the year's summary, tied to no answer."""
    try:
        with transaction.atomic():
            VoiceAddress.objects.get_or_create(
                link=link,
                address=said.email.strip().lower(),
                defaults={"left_on": timezone.localdate(now), "language": said.language},
            )
    except IntegrityError:  # the same from two windows at once
        return


# Reading the words first, and answering them


def _held(voice: Voice, by: Participant) -> Contribution:
    require(policy.why_not(roles.ANSWER, held_by(by)))
    Cycle.objects.select_for_update(no_key=True).get(pk=by.cycle_id)
    here = Contribution.objects.select_for_update(of=("self",), no_key=True).filter(cycle=by.cycle_id)
    said = here.filter(pk=voice.contribution_id or 0).first()
    if said is None or said.withdrawn_at is not None:
        raise Refused(_("These words are not here any more."))
    return said


def show(voice: Voice, *, by: Participant, now: datetime) -> None:
    """Show somebody's words to everybody; done twice, it is done once."""
    with transaction.atomic():
        said = _held(voice, by)
        if said.held or said.moderation < Contribution.Moderation.APPROVED:
            said.held, said.moderation = False, Contribution.Moderation.APPROVED
            said.save(update_fields=["held", "moderation"])
            minutes.record(
                said.cycle, "voices", _("What somebody said about outcome {code} is shown", code=voice.outcome.code), by=by, now=now
            )


def answer(voice: Voice, *, status: str, reason: str, show_words: bool, by: Participant, now: datetime) -> None:
    """Answer what somebody said, as everything said is answered (INV-16), and show the words if they are fit to be shown."""
    with transaction.atomic():
        said = _held(voice, by)
        answering.answer([said], status=status, reason=reason, by=by, now=now)
        if show_words:
            show(voice, by=by, now=now)


def keep_back(voice: Voice, *, reason: str, by: Participant, now: datetime) -> None:
    """Never show these words, and say why to whoever wrote them; the rating counts."""
    with transaction.atomic():
        said = _held(voice, by)
        if said.moderation == Contribution.Moderation.REJECTED:
            return
        answering.answer([said], status="not_used", reason=reason, by=by, now=now)
        said.held, said.moderation = True, Contribution.Moderation.REJECTED
        said.save(update_fields=["held", "moderation"])
        minutes.record(
            said.cycle, "voices", _("What somebody said about outcome {code} is not shown", code=voice.outcome.code), by=by, now=now
        )


def take_words_out(voice: Voice, *, parts: str, note: str, by: Participant, now: datetime) -> None:
    """Take a name or a number out of somebody's words for good; a mark and the note stand in its place (FS-06)."""
    with transaction.atomic():
        said, chosen = _held(voice, by), parts_in(parts)
        require(why_not_take_out(said.text, chosen, note))
        said.text, said.redacted_at, said.redaction_note = without(said.text, chosen), now, clean_words(note, 300)
        said.save(update_fields=["text", "redacted_at", "redaction_note"])
        Voice.objects.filter(pk=voice.pk).update(flags=[flag for flag in voice.flags if flag == "same"])
        what = _("Some words were taken out of what somebody said about outcome {code}", code=voice.outcome.code)
        minutes.record(said.cycle, "voices", what, by=by, now=now, why=said.redaction_note)


def take_back(voice: Voice, *, now: datetime) -> None:
    """Whoever holds the secret takes their words back, without a reason; the rating, which leads to nobody, stays (ET-02)."""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=voice.link.cycle_id)
        gone = Contribution.objects.filter(pk=voice.contribution_id or 0, withdrawn_at=None).update(withdrawn_at=now, held=True)
        if gone:
            minutes.record(cycle, "voices", _("Somebody took back what they had said about an outcome"), by=None, now=now)


def delete_old_addresses(now: datetime) -> int:
    """Delete addresses that waited too long for a summary, with a line in the minutes (ET-06); returns how many."""
    gone = 0
    old = VoiceAddress.objects.filter(left_on__lt=timezone.localdate(now) - KEPT_FOR)
    for link in VoiceLink.objects.filter(addresses__in=old).select_related("cycle").distinct():
        with transaction.atomic():
            n, __ = old.filter(link=link).delete()
            if n:
                minutes.record(
                    link.cycle, "voices", _("{n} addresses left with feedback were deleted: their time was over", n=n), by=None, now=now
                )
            gone += n
    return gone
