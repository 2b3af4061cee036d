"""What is proposed in a workshop, its versions, and what people say about it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class IdeaQuerySet(models.QuerySet["Idea"]):
    """Looks at what was gathered."""

    def on_board(self) -> "IdeaQuerySet":
        """What has not been merged into a proposal."""
        return self.filter(merged_into=None)


class Idea(models.Model):
    """A contribution gathered on a workshop's board; one click away from it once it is `merged_into` a proposal."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="ideas")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey("workshops.Activity", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    came_from = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = IdeaQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.contribution)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Looks at what was put forward."""

    def on_board(self) -> "ProposalQuerySet":
        """What stands by itself: not merged into another, not set aside because its merge was undone."""
        return self.filter(merged_into=None, set_aside_at=None)


class Proposal(models.Model):
    """Something put forward for the room to agree. Its words live in its versions; `text` is the current one.

    Once it is `merged_into` a newer one it leaves the board and keeps everything; undoing that merge sets the newer one aside.
    """

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
    activity = models.ForeignKey("workshops.Activity", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    came_from = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    for_outcome = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="indicators")
    text = models.TextField(max_length=2000)
    who_benefits = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=8, default="en", help_text=_("The language of the present words."))
    at = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(for_outcome=None) | Q(kind="indicator"), name="only_indicators_belong_to_an_outcome"),
            # Whatever something is merged into was made after it: no row of merges can come back to where it began.
            models.CheckConstraint(condition=Q(merged_into=None) | Q(merged_into__gt=F("pk")), name="merged_into_something_newer"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def card_id(self) -> int:
        """The proposal on whose card this stands: its outcome's for an indicator, its own otherwise."""
        return self.for_outcome_id or self.pk


class ProposalVersion(models.Model):
    """One wording of a proposal, never changed (INV-05); parts of it may be taken out once, marked and in the open (FS-06)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=2000)
    who_benefits = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    redacted_at = models.DateTimeField(null=True, blank=True)  # the one change a trigger lets through, and once
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
    """Something said about a proposal, or in answer to something said about it."""

    class Mark(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")
        QUESTION = "question", _("Question")
        FEASIBILITY = "feasibility", _("Professional view")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=12, choices=Mark, blank=True)
    answers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    answered_at = models.DateTimeField(null=True, blank=True, help_text=_("When the proposer answered a professional view (PS-06)."))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.contribution)
