"""Load the demonstration, once; then say how to enter as each of its people."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from commissioning import roles
from commissioning.models import Participant
from outcomes import demonstration, scenarios
from workshops.models import Workshop


class Command(BaseCommand):
    """`manage.py load_demo`: an invented borough, from listening to specification. A second run adds nothing."""

    help = "Load the demonstration (every person, place and figure is invented) and say how to enter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The port that the printed addresses name."""
        parser.add_argument("--port", default="8000")
        parser.add_argument("--all", action="store_true", help="the three other invented cycles as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print who there is."""
        cycle, __ = demonstration.load(now=timezone.now())
        for name in scenarios.NAMES if options["all"] else ():
            other, __ = scenarios.load(name, now=timezone.now())
            self.stdout.write(f"Demonstration: {other.title} (invented)")
        address = f"http://127.0.0.1:{options['port']}"
        self.stdout.write(f"Demonstration: {cycle.title} (invented)")
        if settings.DEMO:
            self.stdout.write(f"Enter as any of these at {address}/demo/ (no password, no code):")
        for person in Participant.objects.filter(cycle=cycle, user__demo=True).select_related("organisation").prefetch_related("roles"):
            held = ", ".join(str(roles.ROLES[role.code].title) for role in person.roles.all())
            self.stdout.write(f"  {person.display_name:14} {held or person.organisation or person.get_standing_display()}")
        for workshop in Workshop.objects.filter(cycle=cycle, closed_at=None):
            self.stdout.write(f"As a citizen with no account: {address}/join/{workshop.spoken_code}/  ({workshop.title})")
            self.stdout.write(f"On a projector:               {address}/w/{workshop.slug}/screen/  (after entering as the facilitator)")
