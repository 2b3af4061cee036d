"""Whether a number is one its register could have given, and which register it looks like instead. Pure."""

import re
from collections.abc import Mapping

from commissioning.sentences import Sentence as _

LOOKS_LIKE: dict[str, _] = {
    "GB-COH": _("a company number"),
    "GB-CHC": _("a charity number of England and Wales"),
    "GB-SC": _("a Scottish charity number"),
    "GB-NIC": _("a charity number of Northern Ireland"),
}
CALLED: dict[str, str] = {
    "charity": "GB-CHC",
    "charity commission": "GB-CHC",
    "charity commission for england and wales": "GB-CHC",
    "registered charity": "GB-CHC",
    "company": "GB-COH",
    "companies house": "GB-COH",
    "cic": "GB-COH",
    "scottish charity": "GB-SC",
    "oscr": "GB-SC",
    "scottish charity regulator": "GB-SC",
    "northern ireland charity": "GB-NIC",
    "ccni": "GB-NIC",
    "charity commission for northern ireland": "GB-NIC",
    "council": "GB-LAE",
    "local authority": "GB-LAE",
    "nhs": "GB-NHS",
}
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def tidy(number: str) -> str:
    """A number as the registers print it: no blanks, capitals, ordinary dashes, without the "No." people write before it."""
    return re.sub(r"^(NUMBER|NO\.?|#)", "", re.sub(r"\s+", "", number).upper().translate(_DASHES))


def scheme_called(words: str) -> str | None:
    """The register people mean by these words or its code; empty for no words, None when nobody knows."""
    plain = " ".join(words.replace("_", "-").split())
    if not plain:
        return ""
    return plain.upper() if re.fullmatch(r"[A-Za-z]{2}-[A-Za-z]{2,3}", plain) else CALLED.get(plain.lower())


def why_wrong(scheme: str, number: str, patterns: Mapping[str, str], form: object = "") -> _ | None:
    """Why this is no number of this register, saying which register's number it looks like.

    `patterns` are the forms of all registers; `form` says this register's in words.
    """
    if re.match(patterns[scheme], number):
        return None
    if scheme == "GB-COH" and re.fullmatch(r"\d{6,7}", number):
        return _(
            "{number} has {n} digits and a company number has eight. Either a spreadsheet dropped the 0 in front ({padded}), "
            "or this looks like a charity number.",
            number=number,
            n=len(number),
            padded=number.zfill(8),
        )
    if scheme not in ("GB-SC", "GB-COH") and re.fullmatch(r"SC\d{6}", number):
        return _(
            "{number} looks like a Scottish charity or company number. A number in this register has {form}.", number=number, form=form
        )
    for other, words in LOOKS_LIKE.items():
        if other != scheme and other in patterns and re.match(patterns[other], number):
            return _("{number} looks like {other}. A number in this register has {form}.", number=number, other=words, form=form)
    return _("{number} is no number of this register. It has {form}.", number=number, form=form)
