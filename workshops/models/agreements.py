"""What a room agreed, with its dissent, and who does what next."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops import tally


class Agreement(models.Model):
    """What the room recorded about one wording of a proposal. Superseded, never changed (INV-05)."""

    proposal = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, related_name="agreements")
    version = models.ForeignKey("workshops.ProposalVersion", on_delete=models.PROTECT, related_name="+")
    ballot = models.ForeignKey("workshops.Ballot", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    counts = models.JSONField(default=list)
    explanation = models.JSONField(default=list)
    dissent = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal"], condition=Q(superseded_at=None), name="one_current_agreement")]

    def __str__(self) -> str:
        return f"{self.state}: {self.proposal}"

    @property
    def holds(self) -> bool:
        """Whether this is an agreement the authority must answer (PS-03)."""
        return self.state in (tally.AGREED, tally.RESERVED) and self.superseded_at is None


class Action(models.Model):
    """Who does what by when, and how we will know (AC-01, WS-09)."""

    class Side(models.TextChoices):
        AUTHORITY = "authority", _("Authority")
        VSO = "vso", _("Voluntary sector")
        CITIZENS = "citizens", _("Citizens")
        BOTH = "both", _("Together")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(_("what will be done"), max_length=300)
    side = models.CharField(_("whose action it is"), max_length=10, choices=Side)
    owner = models.CharField(_("who will do it"), max_length=120)
    due = models.DateField(_("by when"))
    how_we_know = models.CharField(_("how we will know"), max_length=300)
    at = models.DateTimeField()
    key = models.CharField(max_length=40, blank=True)  # of the form that made it: sent twice, it is one action

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "key"], condition=~models.Q(key=""), name="action_written_once")]

    def __str__(self) -> str:
        return self.text
