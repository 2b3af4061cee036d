"""Stories people agreed to share: published only with their consent, and gone everywhere at once when they take it back (RV-03)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import words_if_any
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.roles import CONVENE
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import return_looks, return_rules, returning
from outcomes.models import Return, Story


def copies_of(story: Story) -> QuerySet[Story]:
    """This story in every version of its return."""
    returned = story.reading.returned
    here = Story.objects.filter(reading__returned__award=returned.award_id, reading__returned__quarter=returned.quarter)
    return here.filter(reading__measure=story.reading.measure_id, key=story.key)


def _held(story: Story, by: Participant, now: datetime) -> Story:
    award = returning.hold(story.reading.returned.award, now, by)
    with_all = Story.objects.select_related(
        "reading__measure", "reading__returned__award__lot__cycle", "reading__returned__award__provider"
    )
    found = with_all.get(pk=story.pk)
    found.reading.returned.award = award
    return found


def publish(story: Story, *, by: Participant, now: datetime) -> Story:
    """Let everybody read a story. Refused without the consent of whoever it is about; publishing twice publishes once."""
    require(ground.why_not(CONVENE, held_by(by)))
    with transaction.atomic():
        story = _held(story, by, now)
        if story.reading.returned.state == Return.State.DRAFT:
            raise Refused(_("The return with this story has not been sent yet."))
        require(return_rules.why_not_publish(consent=story.consent, words=story.words))
        if story.published_at is not None:
            return story
        copies_of(story).filter(consent=Story.ConsentGiven.GIVEN).update(published_at=now, published_by=by)
        what = _("A story told by {code} was published", code=story.reading.measure.code)
        minutes.record(story.reading.returned.award.lot.cycle, "story", what, by=by, now=now, why=story.consent_note)
        story.refresh_from_db(fields=["published_at", "published_by"])
    return story


def say_consent(story: Story, *, consent: str, note: str, by: Participant, now: datetime) -> Story:
    """Put down what the person a story is about says: yes, no, or not asked yet. Only the provider's people say so."""
    if consent not in (Story.ConsentGiven.GIVEN, Story.ConsentGiven.ASKED, Story.ConsentGiven.REFUSED):
        raise Refused(_("Choose what the person said."))
    with transaction.atomic():
        story = _held(story, by, now)
        if not return_looks.is_ours(story.reading.returned.award, by):
            raise Refused(_("Only people of the provider know what the person said."))
        if story.consent == Story.ConsentGiven.WITHDRAWN:
            raise Refused(_("The person took their agreement back. Their words are gone."))
        if story.published_at is not None:
            raise Refused(_("This story is published. If the person no longer agrees, take it back."))
        given = consent == Story.ConsentGiven.GIVEN
        words = words_if_any(note, 300)
        copies_of(story).update(consent=consent, consent_at=now if given else None, consent_note=words)
        what = _("Consent to publish a story told by {code}: {consent}", code=story.reading.measure.code,
                 consent=str(Story.ConsentGiven(consent).label))  # fmt: skip
        minutes.record(story.reading.returned.award.lot.cycle, "story", what, by=by, now=now, why=words)
        story.refresh_from_db()
    return story


def take_back(story: Story, *, by: Participant, now: datetime) -> Story:
    """Somebody no longer agrees: the words are gone from every version at once, that there was a story stays counted.

    The provider's people or an officer do it, for the person asks whom they know. Doing it twice does it once.
    """
    with transaction.atomic():
        story = _held(story, by, now)
        if not return_looks.is_ours(story.reading.returned.award, by):
            require(ground.why_not(CONVENE, held_by(by)))
        if story.consent == Story.ConsentGiven.WITHDRAWN:
            return story
        gone = {"words": "", "consent": Story.ConsentGiven.WITHDRAWN, "published_at": None, "published_by": None}
        copies_of(story).update(**gone)
        what = _(
            "A story told by {code} was taken back. Its words are gone; that there was one stays counted", code=story.reading.measure.code
        )
        minutes.record(story.reading.returned.award.lot.cycle, "story", what, by=by, now=now)
        story.refresh_from_db()
    return story
