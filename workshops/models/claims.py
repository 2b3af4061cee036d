"""What people claim for their time and costs. Nothing that votes, agrees or scores may read this (PY-03)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Claim(models.Model):
    """One person's claim for one workshop, in hours and pounds, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        PAID = "paid", _("Paid")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    rate = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True, help_text=_("Pounds an hour when it was claimed."))
    expenses = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    expenses_for = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=7, decimal_places=2, help_text=_("Pounds: what it comes to, then what was approved."))
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "participant"], condition=~Q(state="declined"), name="one_live_claim"),
            models.CheckConstraint(condition=Q(hours__gte=0) & Q(expenses__gte=0) & Q(amount__gte=0), name="claim_not_below_nothing"),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="declined_claim_has_reason"),
            models.CheckConstraint(condition=~Q(state="paid") | ~Q(paid_on=None), name="paid_claim_has_date"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
