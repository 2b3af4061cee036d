"""Does whatever the beat does about letters, and sends what waits: where there is no Celery beat, run from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from commissioning import tasks as ground_tasks
from outcomes import (
    tasks as top_tasks,
)
from workshops import (
    tasks,
)


class Command(BaseCommand):
    help = "Remind people of what is due, and send letters that wait. Safe to run as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it once."""
        tasks.remind()
        top_tasks.remind_of_returns()
        tasks.ask_six_months_later()
        top_tasks.look_back()
        top_tasks.tell_how_far()
        tasks.sweep_letters()
        ground_tasks.sweep_deliveries()
        ground_tasks.sweep_consultations()
