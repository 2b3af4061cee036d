"""Invitations to a workshop, and what people answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """Somebody was asked to a workshop, and what they answered."""

    class Answer(models.TextChoices):
        WAITING = "", _("No answer yet")
        COME = "come", _("I will come")
        BESIDE = "beside", _("I will take part on line before or after")
        CANNOT = "cannot", _("I cannot")

    class Capacity(models.TextChoices):
        NONE = "", _("None of these")
        PROCUREMENT = "procurement", _("Procurement")
        FINANCE = "finance", _("Finance")
        DEPARTMENT = "department", _("Another department")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="invitations")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity, blank=True, default="")
    answer = models.CharField(max_length=8, choices=Answer, blank=True, default="")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.workshop}"
