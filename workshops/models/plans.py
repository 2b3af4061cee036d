"""The action plan of a cycle: its versions, who agreed, who adopted it, and how both sides keep each other to it (AC-01 to AC-10)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group


class PlanVersion(models.Model):
    """The actions of a cycle as they were put to everybody; each group says whether it agrees. What was put never changes."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text=_("The actions with owner, day, success measure and condition, as they were."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, help_text=_("Whether every group agreed, once it was ended."))
    counts = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="plan_version_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(ended_at=None), name="one_plan_asked_about_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(agreed__isnull=False), name="ended_plan_has_a_result"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class PlanSignal(models.Model):
    """What one person says of a version of the plan; their last word counts, and a provider organisation counts once (INV-22)."""

    class Says(models.TextChoices):
        YES = "yes", _("I agree")
        RESERVED = "reserved", _("I agree, with a reservation")
        NO = "no", _("I do not agree")

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="signals")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    says = models.CharField(max_length=8, choices=Says)
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "participant"], name="plan_signal_once"),
            models.CheckConstraint(condition=Q(says="yes") | ~Q(words=""), name="reservation_about_plan_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.says}"


class PlanAdoption(models.Model):
    """A strategic body adopted an agreed version, on a day and with a minute (AC-04). It is not the people's agreement."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="adoptions")
    body = models.CharField(max_length=160)
    on = models.DateField()
    minute = models.CharField(max_length=300)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "body"], name="body_adopts_once"),
            models.CheckConstraint(condition=~Q(body="") & ~Q(minute=""), name="adoption_has_body_and_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.on}"


class UpdateAsked(models.Model):
    """One side asks the other how an action goes; with no answer in time it goes to the champion (AC-02)."""

    action = models.ForeignKey("workshops.Action", on_delete=models.PROTECT, related_name="asked_about")
    asker = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    due = models.DateField()
    answer = models.CharField(max_length=600, blank=True)
    answered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action"], condition=Q(answered_at=None), name="one_question_about_an_action_at_a_time"),
            models.CheckConstraint(condition=Q(answered_at=None) | ~Q(answer=""), name="answer_about_action_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.at:%Y-%m-%d}"


class PracticeAnswer(models.Model):
    """Six months later, the owner of an action and the other side each say by themselves what changed (AC-10)."""

    class From(models.TextChoices):
        OWNER = "owner", _("Whose action it is")
        OTHER = "other", _("The other side")

    class Changed(models.TextChoices):
        YES = "yes", _("Yes, we work differently now")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    action = models.ForeignKey("workshops.Action", on_delete=models.PROTECT, related_name="practice_answers")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=5, choices=From)
    changed = models.CharField(max_length=6, choices=Changed)
    words = models.CharField(max_length=600)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "participant"], name="practice_answered_once"),
            models.CheckConstraint(condition=~Q(words=""), name="practice_answer_has_an_example"),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.changed}"
