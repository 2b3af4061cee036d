"""Asks for the reminders that are due and sends what waits: for installations with no Celery beat, run from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from workshops import tasks


class Command(BaseCommand):
    help = "Remind people of what is due, and send letters that wait. Safe to run as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both once."""
        tasks.remind()
        tasks.sweep_letters()
