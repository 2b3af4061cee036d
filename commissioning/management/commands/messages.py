"""Gather the texts of the product for translators, compile what is translated, and list what is not."""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import makemessages

from commissioning import catalogue


class Gather(makemessages.Command):
    """Django's own gathering, with our `Sentence`, without guesses and without line numbers that change with every edit."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=Sentence"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only compiling and listing needs none of gettext's tools."""
        parser.add_argument("--compile-only", action="store_true", help="do not gather; compile and list only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather, compile, list. Ends with 1 when a translation differs in its gaps or markup."""
        wrong = []
        for folder in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES")):
            path = folder / "django.po"
            if not options["compile_only"]:
                self._gather(folder.parent.name, path)
            entries = catalogue.read(path)
            path.with_suffix(".mo").write_bytes(catalogue.compiled(entries))
            wrong += [fault for entry in entries[1:] for fault in catalogue.faults(entry)]
            waiting = [entry for entry in entries[1:] if not entry.done]
            for entry in waiting:
                self.stdout.write(f"{' '.join(entry.places)}\n    {entry.text!r}" + (f"\n    {entry.plural!r}" if entry.plural else ""))
            self.stdout.write(f"{folder.parent.name}: {len(entries) - 1} texts, {len(waiting)} without a translation")
        if wrong:
            raise CommandError("\n".join(wrong))

    def _gather(self, language: str, path: Path) -> None:
        # The command reads the folder it is called in; nothing but our own floors and templates is ours to translate.
        ignored = ["tests/*", "bench/*", "frontend/*", "static/*", "var/*", "docs/*", "deploy/*", ".*", "bench.py"]
        call_command(
            Gather(stdout=sys.stdout, stderr=sys.stderr),
            locale=[language],
            ignore_patterns=ignored,
            add_location="file",
            no_obsolete=True,
            verbosity=0,
        )
        path.write_text(re.sub(r'^"POT-Creation-Date:.*\\n"\n', "", path.read_text(), flags=re.MULTILINE))
