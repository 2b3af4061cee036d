"""The top floor as Django sees it."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        """Give the post of the floor below the letters that are written up here."""
        from outcomes import travel_letters  # noqa: PLC0415 (models are there only now)

        travel_letters.use_the_post()
