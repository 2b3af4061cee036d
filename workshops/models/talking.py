"""Suggested words, what matters to whom, how the facilitator looked after what was said, and photographs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Suggestion(models.Model):
    """Better words somebody offers for somebody else's proposal, and what became of them. Never deleted."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        BOTH = "both", _("Kept beside the first")

    proposal = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, related_name="suggestions")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey("workshops.ProposalVersion", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="declined_with_a_reason"),
            models.CheckConstraint(condition=Q(state="open") ^ Q(answered_at__isnull=False), name="answered_or_open"),
        ]

    def __str__(self) -> str:
        return str(self.contribution)


class Matters(models.Model):
    """“This matters to me”: one sign of one person on one thing. Not a vote."""

    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contribution", "participant"], name="matters_once")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.contribution}"


class Step(models.Model):
    """One thing the facilitator did about something said, with the reason its author reads."""

    class Act(models.TextChoices):
        APPROVE = "approve", _("Shown")
        HIDE = "hide", _("Not shown")
        SHOW = "show", _("Shown again")
        REDACT = "redact", _("Some words taken out")
        PRIVATE = "private", _("Moved to the private channel")
        LEAVE = "leave", _("Left as it is")

    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=Act)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["contribution"])]

    def __str__(self) -> str:
        return self.get_act_display()


class Report(models.Model):
    """Somebody asked the facilitator to look at something. Its author never learns who."""

    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    settled = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["contribution", "by"], condition=Q(settled=None), name="one_open_report_each")]

    def __str__(self) -> str:
        return self.words[:60]


class PrivateWord(models.Model):
    """A line in the private channel about one remark (TR-08): its author, the facilitator and the lead commissioner read it."""

    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    key = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="private_word_kept_once")]

    def __str__(self) -> str:
        return self.text[:60]


class Photo(models.Model):
    """A photograph with an idea, made anew by us: no place, no camera, no hidden data in it."""

    idea = models.OneToOneField("workshops.Idea", on_delete=models.PROTECT, related_name="photo")
    large = models.CharField(max_length=120)
    small = models.CharField(max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    small_width = models.PositiveIntegerField()
    small_height = models.PositiveIntegerField()
    shows = models.CharField(_("what the picture shows"), max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.shows[:60]

    @property
    def said_beside(self) -> bool:
        """Whether what it shows stands beside it already, as the words of the idea."""
        return self.shows == self.idea.contribution.text
