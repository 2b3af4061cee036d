"""Counting wrong tries in the cache, so that a join code cannot be guessed by trying."""

from django.core.cache import cache
from django.http import HttpRequest

WRONG_CODES = 20  # wrong join codes from one address …
WINDOW = 600  # … in this many seconds


def wrong_tries(request: HttpRequest) -> int:
    """How many wrong codes this address has sent in the window."""
    return int(cache.get(_name(request), 0))


def count_wrong_try(request: HttpRequest) -> None:
    """Remember one more wrong code from this address."""
    name = _name(request)
    if not cache.add(name, 1, WINDOW):
        cache.incr(name)


def too_many(request: HttpRequest) -> bool:
    """Whether this address must wait. Right codes are never counted: a council room shares one address."""
    return wrong_tries(request) >= WRONG_CODES


def _name(request: HttpRequest) -> str:
    return f"wrong-code:{request.META.get('REMOTE_ADDR', '')}"
