"""How much work the monitoring plan may be, and who agreed to more than that (PL-20)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group
from outcomes.models.weighting import ONE_VOICE


class MonitoringCeiling(models.Model):
    """The most hours a quarter that collecting may take, and who agreed it. A later one takes its place; earlier ones stay."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    hours = models.DecimalField(_("most hours a quarter"), max_digits=6, decimal_places=1)
    agreed_by = models.CharField(_("who agreed it"), max_length=200)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=0), name="ceiling_is_not_negative"),
            models.CheckConstraint(condition=~Q(agreed_by=""), name="ceiling_says_who_agreed"),
        ]

    def __str__(self) -> str:
        return f"{self.hours}"


class MonitoringConsent(models.Model):
    """What one voice says of a plan that is over the ceiling: yes or no to so many hours in its busiest quarter (INV-06)."""

    ceiling = models.ForeignKey(MonitoringCeiling, on_delete=models.PROTECT, related_name="consents")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    agrees = models.BooleanField()
    hours = models.DecimalField(_("hours in the busiest quarter they were asked about"), max_digits=7, decimal_places=1)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ceiling", "participant"], name="one_consent_per_person"),
            models.UniqueConstraint(fields=["ceiling", "organisation"], name="one_consent_per_organisation"),
            models.CheckConstraint(condition=ONE_VOICE, name="consent_is_of_one_voice"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.agrees}"
