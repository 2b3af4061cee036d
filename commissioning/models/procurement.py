"""The day procurement starts, the one channel for questions, and challenges that pause a cycle."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProcurementGate(models.Model):
    """Procurement has its day: from this moment open talk about it is over, until the gate is ended. Every one is kept (DO-01)."""

    class Ending(models.TextChoices):
        MOVED = "moved", _("The day was moved")
        CALLED_OFF = "called_off", _("The procurement was called off")
        DONE = "done", _("The procurement is over")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="gates")
    starts_on = models.DateField()
    questions_until = models.DateField(null=True, blank=True)
    standing = models.CharField(max_length=400, help_text=_("Whether the duties applied on that day, and why, as it was said."))
    voluntary = models.BooleanField(default=False)
    rooms = models.JSONField(default=list, blank=True, help_text=_("The workshops that were cut short by it."))
    despite = models.CharField(max_length=500, blank=True)
    set_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle"], condition=Q(ended_at=None), name="one_gate_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) | (~Q(ending="") & ~Q(ended_because="")), name="gate_ends_with_reason"),
        ]

    def __str__(self) -> str:
        return str(self.starts_on)


class ProcurementQuestion(models.Model):
    """A question about the procurement. It belongs to nobody on any page, and has no recipient: it is asked of all (INV-12)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="procurement_questions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=2000)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40)
    waits = models.BooleanField(default=False, help_text=_("Asked from outside: shown once an officer has seen it."))
    set_aside_because = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="question_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "key"], name="question_kept_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class QuestionAnswer(models.Model):
    """An answer, shown to everybody at the same moment; a later one stands, earlier ones stay to be read."""

    question = models.ForeignKey(ProcurementQuestion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(max_length=4000)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="answer_has_words")]

    def __str__(self) -> str:
        return self.text[:60]


class CycleChallenge(models.Model):
    """Somebody contests the procurement or a decision: what, when, what it does to the timetable, who was told (DO-10)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="challenges")
    what = models.TextField(max_length=2000)
    happened_on = models.DateField()
    effect = models.CharField(max_length=500)
    told = models.CharField(max_length=500)
    until = models.DateField()
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle"], condition=Q(resumed_at=None), name="one_challenge_at_a_time"),
            models.CheckConstraint(condition=Q(resumed_at=None) | ~Q(resumed_because=""), name="resumed_with_reason"),
        ]

    def __str__(self) -> str:
        return self.what[:60]
