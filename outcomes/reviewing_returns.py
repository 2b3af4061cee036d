"""The officer's part of a return: confirming or changing how each measure stands, rating it where the law asks, and a note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import clean_words, words_if_any
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.roles import CONVENE
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import return_rules, returning, standings
from outcomes.models import Award, RatingsApply, Reading, Return


@dataclass(frozen=True)
class View:
    """How an officer sees one reading."""

    standing: str
    because: str = ""
    rating: str = ""
    rating_because: str = ""


def ratings_apply(award: Award, day: date) -> RatingsApply | None:
    """The line that holds on a day on whether the statutory ratings apply to an award; None when nobody has said."""
    return RatingsApply.objects.filter(award=award, since__lte=day).order_by("-since", "-pk").first()


def say_ratings_apply(award: Award, *, applies: bool, since: date, because: str, by: Participant, now: datetime) -> RatingsApply:
    """Put on record whether the statutory ratings apply to an award, from which day, and why. The same again changes nothing."""
    require(ground.why_not(CONVENE, held_by(by)))
    words = clean_words(because, 500)
    with transaction.atomic():
        award = returning.hold(award, now, by)
        last = award.ratings.first()
        if last is not None and (last.applies, last.since, last.because) == (applies, since, words):
            return last
        made = RatingsApply.objects.create(award=award, applies=applies, since=since, because=words, by=by, at=now)
        text = _("The statutory ratings apply to {award}") if applies else _("The statutory ratings do not apply to {award}")
        minutes.record(award.lot.cycle, "ratings", _(text.text, award=str(award)), by=by, now=now, why=words)
    return made


def review(returned: Return, views: Mapping[int, View], *, note: str, by: Participant, now: datetime) -> Return:
    """Review a return that was sent: every measure confirmed or changed with a reason, a rating where one applies (RV-01).

    Raises `Refused` when it is not the newest version, was not sent, or a changed standing or a rating has no reason.
    """
    require(ground.why_not(CONVENE, held_by(by)))
    with transaction.atomic():
        award = returning.hold(returned.award, now, by)
        returned = award.returns.select_for_update(no_key=True).get(pk=returned.pk)
        if returned.state == Return.State.DRAFT:
            raise Refused(_("This return has not been sent yet."))
        newer = award.returns.filter(quarter=returned.quarter, version__gt=returned.version).exclude(state=Return.State.DRAFT)
        if newer.exists():
            raise Refused(_("The provider has sent a newer version meanwhile. Review that one."))
        law = ratings_apply(award, timezone.localdate(now))
        changed = 0
        for reading in returned.readings.select_related("measure"):
            view = views.get(reading.measure_id)
            if view is None:
                raise Refused(_("Say of {code} how it stands.", code=reading.measure.code))
            changed += _put(reading, view, rated=law is not None and law.applies)
        returned.state, returned.reviewed_by, returned.reviewed_at = Return.State.REVIEWED, by, now
        returned.review_note = words_if_any(note, 1000)
        returned.save(update_fields=["state", "reviewed_by", "reviewed_at", "review_note"])
        what = _(
            "The return of {provider} for quarter {q}, version {v}, was reviewed; {n} measures stand otherwise than the provider said",
            provider=str(award.provider), q=returned.quarter, v=returned.version, n=changed,
        )  # fmt: skip
        minutes.record(award.lot.cycle, "review return", what, by=by, now=now, why=returned.review_note)
    return returned


def _put(reading: Reading, view: View, *, rated: bool) -> bool:
    """Keep an officer's view of one reading; returns whether it is another than the provider's."""
    said = reading.given or reading.suggested or Reading.Standing.NO_DATA
    because = words_if_any(view.because, 500)
    require(return_rules.why_not_confirm(standing=view.standing, was=said, because=because))
    rating, why = (view.rating, words_if_any(view.rating_because, 500)) if rated else ("", "")
    if rated and rating not in Reading.Rating.values:
        raise Refused(_("Choose a rating for {code}.", code=reading.measure.code))
    if rated and not why:
        raise Refused(_("Say why {code} has this rating.", code=reading.measure.code))
    other = view.standing != said
    reading.standing, reading.standing_because = view.standing, because if other else ""
    reading.rating, reading.rating_because = rating, why
    reading.save(update_fields=["standing", "standing_because", "rating", "rating_because"])
    return other


def suggested_rating(reading: Reading) -> str:
    """The rating that how a reading stands suggests."""
    return standings.rating_for(reading.standing, applies=True)
