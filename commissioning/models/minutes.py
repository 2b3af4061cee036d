"""The minutes: every act, who, when, what and why; only ever added to (a database trigger holds this)."""

from django.db import models


class Minute(models.Model):
    """One line of the minutes."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="minutes")
    place = models.CharField(max_length=100, blank=True)
    act = models.CharField(max_length=40)
    what = models.CharField(max_length=600)
    why = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["cycle", "place"])]

    def __str__(self) -> str:
        return self.what
