"""Counting wrong tries in the cache, so that a join code cannot be guessed by trying."""

import logging
import re

from django.core.cache import cache
from django.http import HttpRequest


class HideKeys(logging.Filter):
    """Keeps personal keys, signed links and join codes, which are parts of addresses, out of every log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the line; always lets it through."""
        record.msg, record.args = (
            re.sub(r"/(mine|join|invited|promise|pulse|released|mandate|heard)/[^/\s]+", r"/\1/…", record.getMessage()),
            (),
        )
        return True


WRONG_CODES = 100  # wrong join codes from one address: a room of sixty may mistype, 28 to the power of 8 codes stay unguessable …
JOINED_AT_ONCE = 20  # organisations that put themselves on a public map from one address …
ASKED_AT_ONCE = 20  # questions about a procurement from people without an account, from one address …
WINDOW = 600  # … in this many seconds


def wrong_tries(request: HttpRequest, of: str = "wrong-code") -> int:
    """How many wrong codes, or other things that are counted, this address has sent in the window."""
    return int(cache.get(_name(request, of), 0))


def count_wrong_try(request: HttpRequest, of: str = "wrong-code") -> None:
    """Remember one more wrong code, or one more of another thing that is counted, from this address."""
    name = _name(request, of)
    if not cache.add(name, 1, WINDOW):
        try:
            cache.incr(name)
        except ValueError:  # it ran out between the two lines
            cache.set(name, 1, WINDOW)


def too_many(request: HttpRequest, of: str = "wrong-code", most: int | None = None) -> bool:
    """Whether this address must wait. Right codes are never counted: a council room shares one address."""
    return wrong_tries(request, of) >= (WRONG_CODES if most is None else most)


def _name(request: HttpRequest, of: str) -> str:
    return f"{of}:{request.META.get('REMOTE_ADDR', '')}"
