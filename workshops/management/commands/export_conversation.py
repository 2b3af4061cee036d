"""manage.py export_conversation: a workshop becomes a Polis conversation."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.sentences import Refused
from workshops.conversations_reading import COMMENTS, PEOPLE, VOTES
from workshops.conversations_writing import conversation_of, write_conversation
from workshops.models import Workshop


class Command(BaseCommand):
    """Exports the closed ballots of a workshop; open ones are sealed."""

    help = "Export a workshop's closed ballots as a Polis conversation, a folder of comments.csv, votes.csv and so on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workshop", metavar="WORKSHOP_SLUG")
        parser.add_argument("folder", type=Path, metavar="OUT")

    def handle(self, *args: Any, workshop: str, folder: Path, **options: Any) -> None:
        """One look, then the files."""
        found = Workshop.objects.filter(slug=workshop).first()
        if found is None:
            raise CommandError(f"There is no workshop {workshop}.", returncode=2)
        try:
            files = conversation_of(found)
            write_conversation(files, Path(folder))
        except Refused as wrong:
            raise CommandError(str(wrong), returncode=2) from None
        except OSError as wrong:
            raise CommandError(f"The files cannot be written to {folder}: {wrong.strerror}.", returncode=2) from None
        rows = {name: len(files[name]) - 1 for name in (COMMENTS, VOTES, PEOPLE)}
        self.stdout.write(json.dumps({"workshop": workshop} | rows))
