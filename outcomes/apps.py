"""The top floor as Django sees it."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        """Hand down what the floors below cannot see: letters written up here, and what moves when two organisations become one."""
        from outcomes import merging_awards, travel_letters  # noqa: PLC0415 (models are there only now)

        merging_awards.hand_down()
        travel_letters.use_the_post()
