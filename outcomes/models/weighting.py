"""How the evaluation score is shared between price, quality and social value, in versions."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Weighting(models.Model):
    """One version of the split: shares of the evaluation score, in whole per cent, that come to a hundred (INV-10)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    price = models.PositiveSmallIntegerField(_("price: share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)])
    quality = models.PositiveSmallIntegerField(
        _("quality: share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)]
    )
    social_value = models.PositiveSmallIntegerField(
        _("social value: share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)]
    )
    reason = models.CharField(max_length=600, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="weighting_version_once"),
            models.CheckConstraint(condition=Q(social_value=100 - F("price") - F("quality")), name="weighting_comes_to_a_hundred"),
            models.CheckConstraint(condition=~Q(social_value=0) | ~Q(reason=""), name="no_social_value_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.price} / {self.quality} / {self.social_value}"
