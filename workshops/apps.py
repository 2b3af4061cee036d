"""The first floor as Django sees it."""

from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"
