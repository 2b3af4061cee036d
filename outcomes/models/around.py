"""What stands around an outcome: what else may follow from it, what people do for it themselves, and signs that wait for a room."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Consequence(models.Model):
    """What else may follow from an outcome, as somebody said it: intended or not, good or bad (PL-10)."""

    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, related_name="consequences")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    intended = models.BooleanField(_("Intended"))
    positive = models.BooleanField(_("Good"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.contribution.text[:60]

    @property
    def kind(self) -> str:
        """In words: whether it is wanted, and whether it is good."""
        if self.intended:
            return str(_("Intended and good") if self.positive else _("Intended, and bad for somebody"))
        return str(_("Not intended, and good") if self.positive else _("Not intended, and bad"))


class CoDelivery(models.Model):
    """What citizens and communities do themselves for an outcome, kept apart from what a contractor does (DO-09)."""

    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, related_name="co_delivered")
    who = models.CharField(_("who does it"), max_length=200)
    what = models.CharField(_("what they do"), max_length=600)
    asset = models.ForeignKey("commissioning.Asset", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=64, help_text=_("Of the form it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="co_delivery_kept_once"),
            models.CheckConstraint(condition=~Q(who="") & ~Q(what=""), name="co_delivery_says_who_and_what"),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.what[:60]}"


class WaitingSign(models.Model):
    """A sign from the library that somebody would like to propose; it waits until a room takes it, and is never in the framework itself."""

    proposal = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, related_name="+", help_text=_("The proposed outcome."))
    code = models.CharField(max_length=20, help_text=_("In the library."))
    text = models.TextField(max_length=2000)
    made = models.OneToOneField("workshops.Proposal", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=64)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "code"], name="sign_waits_once"),
            models.CheckConstraint(condition=~Q(text=""), name="waiting_sign_has_words"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
