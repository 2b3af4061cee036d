"""Add a set of legal duties from TOML files, or the sets that come with the product. Cycles that are open keep theirs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commissioning import bases
from commissioning.sentences import Refused


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, or none for the sets of the product."""
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Add each set and say what happened."""
        for path in options["files"] or sorted(bases.OURS.glob("*.toml")):
            try:
                basis, new = bases.add(path.read_text(), now=timezone.now())
            except (OSError, UnicodeDecodeError, Refused) as wrong:
                raise CommandError(f"{path}: {wrong}") from wrong
            what = "added" if new else "was there already"
            self.stdout.write(f"{basis.code}: {what}; in force from {basis.in_force_from}, {len(basis.as_read.duties)} duties")
