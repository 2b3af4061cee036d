"""Read a pack back: it leads to the version it was made from, or is kept read-only as brought in from elsewhere."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from outcomes import checking_packs, data_pack


class Command(BaseCommand):
    """`manage.py import_pack FILE`."""

    help = "Check a pack (specification.json) and find its version, or keep it read-only as brought in from elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and where to write it out again."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--again", type=Path, help="write the pack out again to this file; it is the same to the letter")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, find or keep."""
        try:
            with options["file"].open("rb") as file:
                pack = data_pack.read(file.read(data_pack.LARGEST + 1))
        except OSError as wrong:
            raise CommandError(f"This file cannot be read: {wrong.strerror}") from wrong
        except data_pack.NotOurs as wrong:
            hashes = f"\n  the hash it carries: {wrong.said}\n  the hash of what is in it: {wrong.found}" if wrong.found else ""
            raise CommandError(f"{wrong.sentence}{hashes}") from wrong
        same = checking_packs.same_here(pack)
        if same is not None:
            self.stdout.write(f"Version {same.number} of {same.specification.cycle.slug} is here, with the same hash {same.content_hash}.")
            self.stdout.write("Nothing was added.")
        else:
            kept = checking_packs.keep(pack, cycle=None, by=None, now=timezone.now())
            self.stdout.write(f"Kept read-only as brought in from elsewhere, number {kept.pk}: {kept.title}, hash {kept.content_hash}.")
            self.stdout.write("It is not mixed with what is written here.")
        if options["again"]:
            options["again"].write_bytes(data_pack.written(pack))
