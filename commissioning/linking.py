"""Links people give as evidence: a web address, or a page of this product. Pure."""

from urllib.parse import urlsplit

from commissioning.sentences import Sentence as _

LONGEST = 500


def why_not_link(text: str) -> _ | None:
    """Why a text is no link to show to everybody, or None. An empty one is no link at all and is fine."""
    if not text:
        return None
    if len(text) > LONGEST:
        return _("That link is too long. Use one of at most {n} characters.", n=LONGEST)
    try:
        parts = urlsplit(text)
    except ValueError:
        return _WRONG
    ours = text.startswith("/") and not text.startswith("//") and "\\" not in text
    web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    return None if text.isprintable() and " " not in text and (ours or web) else _WRONG


def is_inside(address: str) -> bool:
    """Whether a link leads into the pages of a cycle: whoever reads from outside would find nothing there."""
    return address.startswith(("/cycles/", "/w/"))


_WRONG = _("A link starts with https:// and has no spaces. A page of this site can start with a slash.")
