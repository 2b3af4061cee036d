"""manage.py replay_conversation: a Polis conversation is played again at a running server."""

import asyncio
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commissioning.sentences import Refused
from workshops.announcing import revision_of
from workshops.conversations import imports_officer
from workshops.conversations_reading import read_conversation
from workshops.conversations_replaying import Part, Watch, answers, join_all, play_all, plays_of
from workshops.conversations_staging import lost_and_duplicated, open_voting, set_stage


class Command(BaseCommand):
    """Plays a conversation with one real client for each voter, through the server's own doors."""

    help = "Play a conversation again at a running server that shares this database, and say what was lost and how late."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--url", required=True, help="the server's address, such as http://127.0.0.1:8000")
        parser.add_argument("--speed", type=float, default=1000.0, help="how many times faster than it was")
        parser.add_argument("--code", default="", metavar="JOINCODE", help="of a workshop; without one, a new one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a vote was lost or doubled, 2 when it could not be played."""
        if not options["speed"] > 0:
            raise CommandError("The speed must be more than nought.", returncode=2)
        try:
            report = self.replay(Path(options["folder"]), options["url"], options["speed"], options["code"])
        except Refused as wrong:
            raise CommandError(str(wrong), returncode=2) from None
        self.stdout.write(json.dumps(report))
        if report["lost"] or report["duplicated"]:
            raise CommandError(f"{report['lost']} votes were lost and {report['duplicated']} doubled.", returncode=1)

    def replay(self, folder: Path, url: str, speed: float, code: str) -> dict[str, Any]:
        """Join, open the voting, play, check. Raises `Refused`."""
        conversation = read_conversation(folder)
        plays = plays_of(conversation)
        comments = {play.comment for one in plays.values() for play in one}
        with asyncio.Runner() as loop:
            loop.run(answers(url))
            stage = set_stage(conversation, comments, code=code, by=imports_officer(), now=timezone.now())
            clients = loop.run(join_all(url, stage.workshop.code, plays))
            ballots = open_voting(stage, now=timezone.now())
            watch = Watch(revision_of(stage.workshop.pk), len(clients))
            part = Part(f"/w/{stage.workshop.slug}/", ballots, speed, watch)
            loop.run(play_all(clients, plays, part))
        sent = [key for client in clients.values() for key in client.sent]
        acknowledged = [key for client in clients.values() for key in client.acknowledged]
        lost, duplicated = lost_and_duplicated(list(ballots.values()), acknowledged, sent)
        return {
            "workshop": stage.workshop.slug,
            "clients": len(clients),
            "sent": len(sent),
            "resent": sum(client.resent for client in clients.values()),
            "acknowledged": len(acknowledged),
            "lost": lost,
            "duplicated": duplicated,
            "not_seen_by_all": len(watch.waiting),
            **{f"p{n}_ms": watch.percentile(n) for n in (50, 95, 99)},
        }
