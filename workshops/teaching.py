"""What is noticed before words are sent: a count of activity (PL-07, INV-03), a price (FS-06). It teaches, it never blocks."""

import re

from commissioning.prices import looks_commercial as looks_commercial  # the same rule as on the ground floor
from commissioning.sentences import Sentence as _

_COUNTED = re.compile(
    r"\b(\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|a hundred|hundreds of|thousands of)\s+"
    r"(?:[a-z-]+\s+){0,3}?(workshop|session|event|meeting|leaflet|visit|training|course|class|apprentice|volunteer|hour|place|report|referral|case|"
    r"contact|appointment|job|placement|activit)\w*",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(deliver|provide|run|hold|hire|recruit|publish|distribute|organise|attend)(s|ed|ing)?\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(feel|feels|know|knows|able|safe|safer|fewer|less|more likely|keep|keeps|trust|understand|confident|belong|choose)\b",
    re.IGNORECASE,
)


def looks_like_output(text: str) -> _ | None:
    """A hint when a proposed outcome counts activity and names no change in people's lives; None when it reads well."""
    counted = _COUNTED.search(text)
    if not counted or (_CHANGE.search(text) and not _DONE.search(text)):
        return None
    return _(
        "“{found}” counts what is done. An outcome says what changes for people. What would be different in somebody’s life? "
        "You can also file this as an activity measure.",
        found=counted.group(0),
    )
