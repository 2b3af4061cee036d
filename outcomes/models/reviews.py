"""Looking back together: reviews of a contract's quarters, and what was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group


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
    minutes_because = models.CharField(max_length=300, blank=True, help_text=_("Why the minutes are not those of the clock."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="review_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "quarter"], condition=Q(by_schedule=True), name="yearly_review_planned_once"),
            models.CheckConstraint(condition=Q(quarter__gte=1), name="review_looks_at_a_quarter"),
            models.CheckConstraint(condition=Q(state="planned") | Q(held_at__isnull=False), name="held_review_has_a_day"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_at__isnull=False), name="closed_review_has_a_day"),
        ]

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
    voices = models.ManyToManyField("commissioning.Contribution", blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, help_text=_("Raised by each change, so that two officers lose nothing."))
    agreed_at = models.DateTimeField(null=True, blank=True)
    carried_to = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="finding_has_words"),
            models.CheckConstraint(condition=~Q(state="agreed") | ~Q(decided=""), name="agreed_finding_was_decided"),
            models.UniqueConstraint(fields=["review", "key"], condition=~Q(key=""), name="finding_kept_once"),
            models.CheckConstraint(condition=Q(decided="") | ~Q(because=""), name="finding_decided_with_reason"),
            models.CheckConstraint(condition=Q(carried_to=None) | Q(decided="forward"), name="carried_finding_was_decided_so"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"

    @property
    def code(self) -> str:
        """How it is called in talk: F2."""
        return f"F{self.number}"


class FindingSignal(models.Model):
    """Whether one voice can agree with a finding as it stands: a person's, or the single one of an organisation (INV-06, INV-22)."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="signals")
    version = models.PositiveIntegerField(help_text=_("The wording it was given on; a change asks again."))
    voice = models.CharField(max_length=24, help_text=_("The organisation or the person it counts for."))
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    yes = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "version", "voice"], name="one_signal_of_a_voice"),
            models.CheckConstraint(condition=Q(yes=True) | ~Q(words=""), name="no_to_a_finding_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.yes}"


class ProcessReview(models.Model):
    """How the work together itself went: one for each cycle, asked of every side, and answered by the authority (RV-06, P8-8)."""

    cycle = models.OneToOneField("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    answer = models.CharField(_("what the authority makes of it"), max_length=2000, blank=True)
    answered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    later_from = models.DateTimeField(null=True, blank=True, help_text=_("When people are asked again, six months on (RV-14)."))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(closed_at=None) | ~Q(answer=""), name="closed_process_review_is_answered")]

    def __str__(self) -> str:
        return str(self.cycle)


class ProcessAnswer(models.Model):
    """What one person answered at one moment. `who` is a keyed hash: no row here leads to a name."""

    process = models.ForeignKey(ProcessReview, on_delete=models.PROTECT, related_name="answers")
    who = models.CharField(max_length=64)
    side = models.CharField(max_length=9)
    moment = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    post = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField(help_text=_("Without the time of day, so that no other row of that minute gives its writer away."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "who", "moment"], name="process_answered_once_per_moment")]

    def __str__(self) -> str:
        return self.moment
