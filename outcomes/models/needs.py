"""Which needs an outcome answers (INV-01)."""

from django.db import models


class NeedAnswered(models.Model):
    """Somebody who runs the work says that an outcome answers a need; what follows from people's words is not kept here."""

    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, related_name="needs_answered")
    need = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["outcome", "need"], name="need_answered_once")]

    def __str__(self) -> str:
        return f"{self.outcome} · {self.need}"
