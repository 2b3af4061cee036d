"""The top floor as Django sees it."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        # The ground floor cannot see this one: what moves when two organisations become one is handed down here.
        from outcomes import merging_awards  # noqa: PLC0415 (models are there only now)

        merging_awards.hand_down()
