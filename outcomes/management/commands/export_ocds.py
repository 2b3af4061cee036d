"""Write the open contracting data of one cycle."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commissioning.models import Cycle
from outcomes import ocds, open_data


class Command(BaseCommand):
    """`manage.py export_ocds CYCLE [--out FILE]`: an OCDS 1.1.5 release package; what is missing is listed, never made up."""

    help = "Write a cycle as an OCDS 1.1.5 release package, and list what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The cycle, by the name in its address, and where to write."""
        parser.add_argument("cycle", help="the last part of the cycle's address")
        parser.add_argument("--out", help="a file; without it the package is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the package: the release kept last if the page is public, else a preview that keeps nothing."""
        cycle = Cycle.objects.select_related("authority", "service").filter(slug=options["cycle"]).first()
        if cycle is None:
            raise CommandError(f"There is no cycle called {options['cycle']}.")
        now = timezone.now()
        package = open_data.newest(cycle, now=now)
        text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
        if options["out"]:
            Path(options["out"]).write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)
        gaps = ocds.missing(open_data.facts_of(cycle))
        self.stderr.write(f"{len(gaps)} things are missing:" if gaps else "Nothing is missing.")
        for gap in gaps:
            self.stderr.write(f"- {gap}")
