"""manage.py opinion_groups: the opinion groups of a Polis conversation, and what they all agree with."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.sentences import Refused
from workshops import opinions
from workshops.conversations_reading import Conversation, read_conversation


class Command(BaseCommand):
    """Looks at a folder of files; nothing of it is kept."""

    help = "Print the opinion groups of a Polis conversation (a folder of comments.csv and votes.csv) as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--groups", type=int, metavar="K", help="how many groups; without it the votes say how many")

    def handle(self, *args: Any, folder: Path, groups: int | None, **options: Any) -> None:
        """Read, find, print."""
        try:
            conversation = read_conversation(folder)
            began = time.perf_counter()
            people, found = _found(conversation, groups)
        except (Refused, ValueError) as wrong:
            raise CommandError(str(wrong), returncode=2) from None
        answer = {
            "groups": {str(person): found.placed.get(person) for person in people},
            "consensus": [{"comment": one.statement, "agree": round(one.agree, 6)} for one in found.statements],
            "k": found.groups,
            "seconds": round(time.perf_counter() - began, 3),
        }
        self.stdout.write(json.dumps(answer))


def _found(conversation: Conversation, groups: int | None) -> tuple[list[int], opinions.Opinions]:
    comments, cells = conversation.comments.cells(), conversation.votes.cells()
    rejected = {int(row["comment-id"]) for row in comments if row["moderated"] == "-1"}
    last = opinions.last_votes((int(row["timestamp"]), int(row["comment-id"]), int(row["voter-id"]), int(row["vote"])) for row in cells)
    people = sorted({person for person, _statement in last})
    return people, opinions.find(last, {int(row["comment-id"]) for row in comments}, rejected, groups)
