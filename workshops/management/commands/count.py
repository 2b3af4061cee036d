"""manage.py count: ballots from a file or votes from a bundle, counted by a method, with every step."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError

from workshops import ballot_files, bundle_files, counting

Read = TypeVar("Read")


class Command(BaseCommand):
    """Counts a PrefLib or Pabulib file or a bundle; nothing of it is kept."""

    help = (
        "Count the ballots in a PrefLib (.soc .soi .toc .toi .cat) or Pabulib (.pb) file, or the votes in a workshop's bundle (.zip), "
        "and print the result with its steps as JSON."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--method", required=True, choices=list(counting.METHODS))
        parser.add_argument("--seats", type=int, metavar="K", help="how many are to be chosen; without it, whoever shares the first place")
        parser.add_argument("--budget", metavar="B", help="how much there is to spend; without it, what the file says")
        parser.add_argument("--groups", type=Path, metavar="FILE", help="rows of voter,group: counts each group apart as well")
        parser.add_argument("--draw", metavar="WORD", help="put level things in the order that this word, known beforehand, gives")

    def handle(self, *args: Any, file: Path, method: str, seats: int | None, budget: str | None, **options: Any) -> None:
        """Read, count, print."""
        try:
            asked = counting.Asked(_places(seats), _money(budget), options["draw"])
            if file.suffix.lower() == ".zip":
                answer = _of_bundle(file, method, asked, options["groups"])
            else:
                answer = _of_ballots(file, method, asked, options["groups"])
        except OSError as wrong:
            raise CommandError(f"{wrong.filename}: {wrong.strerror}", returncode=2) from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _of_ballots(file: Path, method: str, asked: counting.Asked, groups: Path | None) -> dict[str, object]:
    ballots = _read(file, lambda text: ballot_files.read(text, file.name))
    answer = counting.as_json(_said_of(file, lambda: counting.count(method, ballots, asked)))
    if groups:
        who = _read(groups, ballot_files.read_groups)
        apart = _said_of(groups, lambda: ballots.by_group(who))
        answer["groups"] = {name: counting.as_json(counting.count(method, some, asked)) for name, some in apart.items()}
    return answer


def _of_bundle(file: Path, method: str, asked: counting.Asked, groups: Path | None) -> dict[str, object]:
    if groups:
        raise CommandError(f"{file.name}: a bundle says each vote's group itself; leave --groups out.", returncode=2)
    return _said_of(file, lambda: counting.bundle_as_json(method, bundle_files.read(file.read_bytes()), asked))


def _read(file: Path, understand: Callable[[str], Read]) -> Read:
    """What a file says. A broken one is named, with the line and the reason."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{file.name}: it is not text in UTF-8", returncode=2) from None
    return _said_of(file, lambda: understand(text))


def _said_of(file: Path, look: Callable[[], Read]) -> Read:
    try:
        return look()
    except ballot_files.Unreadable as wrong:
        raise CommandError(f"{file.name}: {wrong}", returncode=2) from None


def _places(seats: int | None) -> int | None:
    if seats is not None and seats < 1:
        raise CommandError("--seats must be 1 or more.", returncode=2)
    return seats


def _money(budget: str | None) -> Fraction | None:
    if budget is not None and not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", budget):
        raise CommandError("--budget must be a number from 0 up, such as 100000 or 2500.50.", returncode=2)
    return None if budget is None else Fraction(budget)
