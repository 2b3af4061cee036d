"""Write the outcomes of one cycle as linked data."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.models import Cycle
from outcomes import linked_data


class Command(BaseCommand):
    """`manage.py export_cids CYCLE [--out FILE]`: Common Impact Data Standard 3.2.1 as JSON-LD; what is missing is listed, never made up."""

    help = "Write the outcomes of a cycle as CIDS 3.2.1 JSON-LD, and list what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The cycle, by the name in its address, and where to write."""
        parser.add_argument("cycle", help="the last part of the cycle's address")
        parser.add_argument("--out", help="a file; without it the data are printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the data, and to the error stream what could not go in."""
        cycle = Cycle.objects.select_related("authority", "service").filter(slug=options["cycle"]).first()
        if cycle is None:
            raise CommandError(f"There is no cycle called {options['cycle']}.")
        package = linked_data.package_of(cycle)
        text = json.dumps(package.data, ensure_ascii=False, indent=1) + "\n"
        if options["out"]:
            Path(options["out"]).write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)
        self.stderr.write(f"{len(package.missing)} things are missing:" if package.missing else "Nothing is missing.")
        for gap in package.missing:
            self.stderr.write(f"- {gap}")
