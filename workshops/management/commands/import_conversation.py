"""manage.py import_conversation: a Polis conversation becomes a workshop."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commissioning.models import Cycle
from commissioning.sentences import Refused
from workshops.conversations import import_conversation, imports_officer, numbers_of
from workshops.conversations_reading import read_conversation
from workshops.conversations_writing import differences


class Command(BaseCommand):
    """Imports a folder of comments.csv and votes.csv; the same folder again adds nothing."""

    help = "Import a Polis conversation, a folder of comments.csv, votes.csv and what comes with them, as a workshop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--cycle", default="", metavar="SLUG", help="its cycle; without one, a new one is opened")

    def handle(self, *args: Any, folder: Path, cycle: str, **options: Any) -> None:
        """Read first, and only then write: a broken folder leaves nothing behind."""
        into = Cycle.objects.filter(slug=cycle).first()
        if cycle and into is None:
            raise CommandError(f"There is no cycle {cycle}.", returncode=2)
        try:
            conversation = read_conversation(Path(folder))
            workshop = import_conversation(conversation, cycle=into, by=imports_officer(), now=timezone.now())
        except Refused as wrong:
            raise CommandError(str(wrong), returncode=2) from None
        for told in differences(conversation, workshop):
            self.stderr.write(told)
        self.stdout.write(json.dumps(numbers_of(workshop)))
