"""Themes of a consultation: what many answers are about, who said so, and what was said so before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Theme(models.Model):
    """What some answers have in common, named by a person or suggested by the machine."""

    consultation = models.ForeignKey("commissioning.Consultation", on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(_("name"), max_length=120)
    line = models.CharField(_("what it means, in one line"), max_length=300, blank=True)
    suggested = models.BooleanField(default=False, help_text=_("Made by the machine, and nobody has looked at it yet."))
    terms = models.CharField(max_length=200, blank=True, help_text=_("The words the machine found it by."))
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")
    need = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="themes")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "name"], condition=Q(merged_into=None), name="theme_named_once"),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="theme_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeChange(models.Model):
    """One line of a theme's history: who did what to it, and why."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="history")
    what = models.CharField(max_length=400)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what


class Theming(models.Model):
    """A response is put under a theme, by a person or by the machine; ended, never deleted, so that the history stays."""

    class Hand(models.TextChoices):
        PERSON = "person", _("By a person")
        MACHINE = "machine", _("Suggested by the machine")

    response = models.ForeignKey("commissioning.Response", on_delete=models.CASCADE, related_name="themings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="themings")
    hand = models.CharField(max_length=7, choices=Hand)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["theme", "response"], condition=Q(ended_at=None), name="theme_responses_now"),
            models.Index(fields=["theme", "hand"], condition=Q(ended_at=None), name="theme_hands_now"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["response", "theme"], condition=Q(ended_at=None), name="response_under_theme_once"),
            models.CheckConstraint(condition=Q(hand="machine") | Q(by__isnull=False), name="person_themes_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.theme_id}"
