"""manage.py bundle_votes: the published record of a workshop's votes, as a zip file that anybody can check."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshops.bundling import bundle
from workshops.models import Workshop


class Command(BaseCommand):
    """Writes the bundle; open ballots are sealed and not in it."""

    help = "Write the record of a workshop's closed ballots as a bundle; check it with: python verify.py OUT (verify.py is inside)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workshop", metavar="WORKSHOP_SLUG")
        parser.add_argument("out", type=Path, metavar="OUT")

    def handle(self, *args: Any, workshop: str, out: Path, **options: Any) -> None:
        """One look, then the file."""
        found = Workshop.objects.filter(slug=workshop).first()
        if found is None:
            raise CommandError(f"There is no workshop {workshop}.", returncode=2)
        try:
            out.write_bytes(bundle(found))
        except OSError as wrong:
            raise CommandError(f"The bundle cannot be written to {out}: {wrong.strerror}.", returncode=2) from None
        self.stdout.write(str(out))
