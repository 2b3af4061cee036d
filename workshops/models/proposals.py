"""What is proposed in a workshop, its versions, and what people say about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Idea(models.Model):
    """A contribution gathered on a workshop's board."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="ideas")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.contribution)


class Proposal(models.Model):
    """Something put forward for the room to agree. Its words live in its versions; `text` is the current one."""

    class Kind(models.TextChoices):
        OUTCOME = "outcome", _("Outcome")
        INDICATOR = "indicator", _("Indicator")
        NEED = "need", _("Need")
        STANDARD = "standard", _("Standard")
        ACTIVITY = "activity", _("Activity measure")
        STATEMENT = "statement", _("Statement")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind)
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    sources = models.ManyToManyField("commissioning.Contribution", related_name="+", blank=True)
    for_outcome = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="indicators")
    text = models.TextField(max_length=2000)
    who_benefits = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=8, default="en", help_text=_("The language of the present words."))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(for_outcome=None) | Q(kind="indicator"), name="only_indicators_belong_to_an_outcome")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ProposalVersion(models.Model):
    """One wording of a proposal, never changed (INV-05)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=2000)
    who_benefits = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="version_numbered_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text[:50]}"

    @property
    def language(self) -> str:
        """The language of its words: that of the contribution they came in."""
        return self.contribution.language


class Comment(models.Model):
    """Something said about a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.contribution)
