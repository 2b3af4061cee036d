"""Cards made into one: which, by whom, and who says that it is not what they meant. Rows are only ever added to."""

from django.db import models
from django.db.models import Q

NOW = Q(taken_out_at=None)


class Merge(models.Model):
    """Several cards of a board made into one new proposal, `merged`. The cards are kept, see `MergedCard`."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="merges")
    merged = models.OneToOneField("workshops.Proposal", on_delete=models.PROTECT, related_name="merge")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.merged)


class MergedCard(models.Model):
    """One card in a merge: a proposal or an idea, and what goes back with it when it is taken out.

    `reopened` is the agreement on it that the merge ended; `signs` are its indicators, which went on to the new outcome.
    """

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="parts")
    proposal = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_as")
    idea = models.ForeignKey("workshops.Idea", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_as")
    reopened = models.ForeignKey("workshops.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signs = models.ManyToManyField("workshops.Proposal", related_name="+", blank=True)
    taken_out_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(proposal=None) ^ Q(idea=None), name="merged_card_is_a_proposal_or_an_idea"),
            models.UniqueConstraint(fields=["proposal"], condition=NOW & Q(proposal__isnull=False), name="proposal_in_one_merge"),
            models.UniqueConstraint(fields=["idea"], condition=NOW & Q(idea__isnull=False), name="idea_in_one_merge"),
        ]

    def __str__(self) -> str:
        return str(self.proposal or self.idea)

    @property
    def name(self) -> str:
        """The name of the card in it: proposal-12 or idea-7."""
        return f"proposal-{self.proposal_id}" if self.proposal_id else f"idea-{self.idea_id}"


class Objection(models.Model):
    """Somebody whose card was merged, or who supported it, says: this does not say what I meant."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="objections")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["merge", "by"], condition=Q(withdrawn_at=None), name="one_objection_per_person_and_merge")
        ]

    def __str__(self) -> str:
        return str(self.contribution)
