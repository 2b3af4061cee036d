"""The top floor as Django sees it."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"
