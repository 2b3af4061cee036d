"""Words about outcomes, brought among the answers of a consultation, so that they are put under themes as in Analyse (AN-08)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commissioning import minutes, policy, roles
from commissioning.models import Bringing, Consultation, Contribution, Cycle, Participant, Response, SurveyQuestion
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes.models import Voice, VoiceLink


def bring(link: VoiceLink, *, by: Participant, now: datetime) -> int:
    """Bring the words everybody may read into the consultation of the link, each once; returns how many are new.

    Words taken out or not shown any more since are mended or set aside there.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=link.cycle_id)
        link = VoiceLink.objects.select_related("consultation").get(pk=link.pk)
        said = {v.pk: v for v in Voice.objects.filter(link=link).exclude(contribution=None).select_related("contribution", "outcome")}
        open_now = set(
            Contribution.objects.open_to_all().filter(pk__in=[v.contribution_id for v in said.values()]).values_list("pk", flat=True)
        )
        if not open_now:
            raise Refused(_("No words are shown to everybody yet. Read and show some first."))
        consultation = link.consultation or _consultation(link, by, now)
        bringing = consultation.bringings.filter(state=Bringing.State.DONE).first() or Bringing.objects.create(
            consultation=consultation, state=Bringing.State.DONE, name=consultation.title[:120], by=by, at=now, done_at=now
        )
        there = {r.reference: r for r in Response.objects.filter(bringing=bringing)}
        for reference, row in there.items():
            _mend(row, said.get(int(reference)), open_now)
        fresh = [_response(v, consultation, bringing) for v in said.values() if v.contribution_id in open_now and str(v.pk) not in there]
        Response.objects.bulk_create(fresh, batch_size=500)
        if fresh:
            n = len(there) + len(fresh)
            Bringing.objects.filter(pk=bringing.pk).update(rows=n, good=n, answers=n)
            minutes.record(cycle, "theme", _("{n} things said about outcomes can be put under themes", n=len(fresh)), by=by, now=now)
    return len(fresh)


def _consultation(link: VoiceLink, by: Participant, now: datetime) -> Consultation:
    words = {
        "title": _("What people say about results"),
        "about": _("Anybody can say how true an outcome is for them. These are their words, without a name."),
        "reached": _("Whoever found the link or the poster. Nobody was chosen, so it does not speak for everybody."),
    }
    told = on_record(lambda: {name: str(text) for name, text in words.items()})
    made = Consultation.objects.create(cycle_id=link.cycle_id, opened_at=now, by=by, **told)
    link.consultation = made
    link.save(update_fields=["consultation"])
    return made


def _response(voice: Voice, consultation: Consultation, bringing: Bringing) -> Response:
    assert voice.contribution is not None  # noqa: S101 (chosen so; this tells the type checker)
    question, __ = SurveyQuestion.objects.get_or_create(consultation=consultation, text=voice.outcome.statement[:300])
    return Response(
        consultation=consultation,
        question=question,
        bringing=bringing,
        text=voice.contribution.text,
        said_on=timezone.localdate(voice.at),
        group=voice.group,
        reference=str(voice.pk),
        fingerprint=voice.key[:32],
    )


def _mend(row: Response, voice: Voice | None, open_now: set[int]) -> None:
    gone = voice is None or voice.contribution_id not in open_now
    text = row.text if voice is None or voice.contribution is None else voice.contribution.text
    if row.aside != gone or row.text != text:
        row.aside, row.text = gone, text
        row.save(update_fields=["aside", "text"])
