"""Quoting people: their words only where they agreed to that (ET-01)."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from commissioning.models import Consent, Contribution


def who_agreed(people: Collection[int]) -> set[int]:
    """Which of these participants agreed to the use of their words."""
    given = Consent.objects.filter(participant__in=people, kind=Consent.Kind.WORDS, given=True)
    return set(given.values_list("participant", flat=True))


def as_agreed(said: Iterable[Contribution]) -> list[Contribution]:
    """What people said, quoted only where its author agreed to the use of their words (ET-01); the link stays either way.

    Imported conversations were published by whoever held them.
    """
    listed = list(said)
    agreed = who_agreed({c.participant_id for c in listed})
    for one in listed:
        if one.participant_id not in agreed and not one.participant.source_ref:
            one.text = str(_("(Said by somebody who did not agree to their words being used.)"))
    return listed
