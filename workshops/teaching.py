"""What is noticed before words are sent: a count of activity (PL-07, INV-03), a price (FS-06). It teaches, it never blocks."""

import re

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


_MONEY = re.compile(
    r"(?:£|€|\bGBP|\bEUR)\s?\d[\d,.]*\s?(?:k|m|bn|million|thousand)?\b"
    r"|\b\d[\d,.]*\s?k?\s?(?:pounds|pence|quid|euros?)\b"
    r"|\b\d[\d,.]*\s?(?:%|per\s?cent)\s+(?:of|off|below|above|under|over)\s+(?:\w+\s+){0,2}?(?:price|prices|cost|costs|bid|bids|tender|rate|rates|budget)\b",
    re.IGNORECASE,
)
_BID = re.compile(
    r"\b(?:our|my|their|his|her|your|competitors?['’]?s?|rivals?['’]?s?)\s+(?:\w+\s+){0,2}?"
    r"(?:bid|bids|tender|price|prices|pricing|quote|quotes|quotation|margin|margins|day rate|hourly rate|unit cost|unit costs)\b",
    re.IGNORECASE,
)


def looks_commercial(*texts: str) -> _ | None:
    """A hint when words name a price or somebody's bid, which everybody who may bid would read (FS-06); None when they do not."""
    for text in texts:
        found = _MONEY.search(text) or _BID.search(text)
        if found:
            return _(
                "“{found}” looks like a price or part of a bid. Everybody here can read what you send, also those who may bid. "
                "Take it out if it is anybody’s business secret.",
                found=found.group(0).strip(),
            )
    return None
