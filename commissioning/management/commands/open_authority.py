"""Open the product for an authority: its name and its first officer, who then convenes everything else."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from commissioning.models import Authority, Membership, User


class Command(BaseCommand):
    """`manage.py open_authority NAME EMAIL [--name PERSON]`: safe to run twice; the officer signs in by a code."""

    help = "Open the product for an authority and make somebody its officer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The authority and its officer."""
        parser.add_argument("authority")
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="the officer's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing and say who can sign in."""
        try:
            validate_email(options["email"])
        except ValidationError as wrong:
            raise CommandError(f"{options['email']} is not an e-mail address.", returncode=2) from wrong
        with transaction.atomic():
            name = options["authority"].strip()
            authority, __ = Authority.objects.get_or_create(name=name, defaults={"slug": slugify(name)[:50] or "authority"})
            user = User.objects.filter(email__iexact=options["email"]).first() or User.objects.create_user(
                options["email"], options["name"]
            )
            Membership.objects.get_or_create(user=user, authority=authority)
        self.stdout.write(f"{user.email} is an officer of {authority} and can sign in with a code by e-mail.")
