"""When a version of the meaning of social value may be kept. Pure: values in, a sentence or None out."""

from collections.abc import Mapping
from datetime import date

from commissioning.sentences import Sentence as _


def why_not_keep(*, left_open: bool, words: str, reason: str, first: bool, agreed: Mapping[str, str], on: date, today: date) -> _ | None:
    """Whether this can be the next version: words or "left open", a reason where one is owed, and groups that agreed (AN-11)."""
    if left_open and words:
        return _("You wrote a meaning and said that it is left open. Keep one of the two.")
    if not left_open and not words:
        return _("Write what social value means for this service, or say that it is left open on purpose.")
    if left_open and not reason:
        return _("Say why it is left open. Everybody can read the reason.")
    if not first and not reason:
        return _("Say why it changes. Everybody can read the reason.")
    if "commissioner" not in agreed or len(agreed) < 2:
        return _("A meaning is agreed by the commissioner side and at least one other. Say how each of them agreed.")
    if on > today:
        return _("That day has not come yet.")
    return None
