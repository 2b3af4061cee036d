"""The first floor as Django sees it."""

from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"

    def ready(self) -> None:
        # The ground floor cannot see this one: what it must know of votes and letters is handed down here.
        from workshops import merging_seats, reaching_people  # noqa: PLC0415 (models are there only now)

        merging_seats.hand_down()
        reaching_people.hand_down()
