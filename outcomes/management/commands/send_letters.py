"""Asks for the reminders and six-month letters that are due and sends what waits: where there is no Celery beat, run from cron."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from commissioning import tasks as ground_tasks
from outcomes import (
    tasks as top_tasks,
)
from workshops import (
    from_above,
    tasks,
)


class Command(BaseCommand):
    help = "Remind people of what is due, and send letters that wait. Safe to run as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it once."""
        tasks.remind()
        top_tasks.remind_of_returns()
        tasks.ask_six_months_later()
        for ask in from_above.DUE:
            ask(timezone.now())
        tasks.sweep_letters()
        ground_tasks.sweep_deliveries()
        ground_tasks.sweep_consultations()
