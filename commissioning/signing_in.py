"""Signing in: a code by e-mail, never a password (django-allauth does it; this only sets our house rules)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Our rules for accounts: names come from invitations, and nobody ever has a password."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep a new account without a password."""
        user.email = form.cleaned_data["email"].lower()
        user.set_unusable_password()
        if commit:
            user.save()
        return user
