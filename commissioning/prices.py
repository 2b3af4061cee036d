"""What looks like a price or a part of somebody's bid, noticed before words go to everybody who may bid (FS-06). Pure."""

import re

from commissioning.sentences import Sentence as _

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
