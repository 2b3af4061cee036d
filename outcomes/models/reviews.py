"""Looking back together: reviews of a contract's quarters, and what was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    """One review of a cycle's contracts up to a quarter; its meeting is a workshop."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CLOSED = "closed", _("Closed")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=160)
    quarter = models.PositiveSmallIntegerField(_("up to which quarter it looks"))
    planned_for = models.DateField(_("planned for"))
    by_schedule = models.BooleanField(default=False, help_text=_("Planned by the yearly rule, not by hand (RV-08)."))
    workshop = models.OneToOneField("workshops.Workshop", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    social_value_minutes = models.PositiveSmallIntegerField(_("minutes spent on social value"), null=True, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="review_numbered_once")]

    def __str__(self) -> str:
        return self.title


class Level(models.TextChoices):
    """What a finding is about: three levels of review, and how the process itself went (RV-11, RV-06)."""

    CONTRACT = "contract", _("The contract")
    STRATEGIC = "strategic", _("The outcomes for the place")
    MARKET = "market", _("Who can provide")
    PROCESS = "process", _("How we worked together")


class LevelLeftOut(models.Model):
    """A level a review did not look at, and why (RV-11)."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="left_out")
    level = models.CharField(max_length=9, choices=Level)
    because = models.CharField(max_length=500)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "level"], name="level_left_out_once"),
            models.CheckConstraint(condition=~Q(because=""), name="level_left_out_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.because}"


class Finding(models.Model):
    """What a review found, what it rests on, and what follows from it."""

    class Decided(models.TextChoices):
        CONTINUE = "continue", _("Continue")
        CHANGE = "change", _("Change")
        STOP = "stop", _("Stop")
        FORWARD = "forward", _("Carry forward to the next cycle")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DISCUSSED = "discussed", _("Talked over")
        AGREED = "agreed", _("Agreed")
        CARRIED = "carried", _("Carried forward")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(help_text=_("Its number in the cycle, which never changes."))
    level = models.CharField(max_length=9, choices=Level)
    text = models.TextField(_("what we found"), max_length=1000)
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    readings = models.ManyToManyField("outcomes.Reading", blank=True, related_name="findings")
    anyway = models.CharField(_("what would have happened anyway"), max_length=600, blank=True)
    expert_view = models.CharField(_("is it of value to society: what people who know the field say"), max_length=600, blank=True)
    lived_view = models.CharField(_("does society value it: what people who live it say"), max_length=600, blank=True)
    decided = models.CharField(max_length=8, choices=Decided, blank=True)
    because = models.CharField(_("why"), max_length=600, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    carried_to = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="finding_has_words"),
            models.CheckConstraint(condition=Q(decided="") | ~Q(because=""), name="finding_decided_with_reason"),
            models.CheckConstraint(condition=Q(carried_to=None) | Q(decided="forward"), name="carried_finding_was_decided_so"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"

    @property
    def code(self) -> str:
        """How it is called in talk: F2."""
        return f"F{self.number}"
