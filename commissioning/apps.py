"""The ground floor as Django sees it."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext, override

from commissioning.sentences import speak_through


class CommissioningConfig(AppConfig):
    name = "commissioning"

    def ready(self) -> None:
        speak_through(gettext, lambda: override(settings.LANGUAGE_CODE))
