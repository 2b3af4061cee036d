"""How a workshop ended, and what people answered in the one-minute pulse."""

from django.db import models

from commissioning.models import Group


class Closing(models.Model):
    """One closing of a workshop; a workshop that was opened again has more than one. Says what was decided about meeting again."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="closings")
    number = models.PositiveIntegerField()
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    follow_up = models.OneToOneField("workshops.Workshop", on_delete=models.PROTECT, null=True, related_name="follows")
    agreed_by = models.CharField(max_length=500, blank=True)
    willing = models.ManyToManyField("commissioning.Participant", related_name="+", blank=True)
    no_follow_up_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["workshop", "number"], name="closing_numbered_once")]

    def __str__(self) -> str:
        return f"{self.workshop} ({self.number})"


class Willing(models.Model):
    """Somebody said whether they would meet again about what is still open."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="willing")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    yes = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], name="willing_said_once")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.yes}"


class Handout(models.Model):
    """The report of one closing as a Word document, built once for everybody who asked."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="handouts")
    large = models.BooleanField()
    file = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closing", "large"], name="handout_built_once")]

    def __str__(self) -> str:
        return f"{self.closing}"


class PulseAnswer(models.Model):
    """What one person answered at one moment of a workshop. `who` is a keyed hash: no row here leads to a name."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="pulse")
    who = models.CharField(max_length=64)
    group = models.CharField(max_length=12, choices=Group)
    moment = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    post = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "who", "moment"], name="pulse_answered_once_per_moment")]

    def __str__(self) -> str:
        return self.moment
