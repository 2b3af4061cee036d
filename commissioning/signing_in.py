"""Signing in: a code by e-mail, never a password (django-allauth does it; this only sets our house rules)."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our rules for accounts: they come from an invitation or from `manage.py open_authority`, never from a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody needs an account to take part, and nobody can claim an address that is not theirs."""
        return False
