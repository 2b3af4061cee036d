"""For whom a broker speaks: a named mandate that each group confirms, limits or disputes (VS-04)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Mandate(models.Model):
    """A broker says for which groups they speak, about what and until when."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    broker = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    matter = models.CharField(max_length=300)
    until = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.matter


class MandateGroup(models.Model):
    """One group a broker says they speak for, and what the group itself says to that. Unanswered is not confirmed."""

    class Answer(models.TextChoices):
        NONE = "", _("Has not answered")
        CONFIRMED = "confirmed", _("Confirmed")
        LIMITED = "limited", _("Confirmed, with limits")
        DISPUTED = "disputed", _("Disputed")

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    words = models.CharField(max_length=400, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "name"], name="mandate_group_named_once"),
            models.CheckConstraint(
                condition=~Q(answer__in=["limited", "disputed"]) | ~Q(words=""), name="mandate_limit_or_dispute_has_words"
            ),
        ]

    def __str__(self) -> str:
        return self.name
