"""Invitations to a workshop, and the letters that go out about it. A letter's row is the truth; the message is only a nudge."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """Somebody was asked to a workshop, and what they answered."""

    class Answer(models.TextChoices):
        WAITING = "", _("No answer yet")
        COME = "come", _("I will come")
        BESIDE = "beside", _("I will take part on line before or after")
        CANNOT = "cannot", _("I cannot")

    class Capacity(models.TextChoices):
        NONE = "", _("None of these")
        PROCUREMENT = "procurement", _("Procurement")
        FINANCE = "finance", _("Finance")
        DEPARTMENT = "department", _("Another department")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="invitations")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity, blank=True, default="")
    answer = models.CharField(max_length=8, choices=Answer, blank=True, default="")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.workshop}"


class Letter(models.Model):
    """One mail to one person, asked for once for each occasion; its words are composed when it is sent, so no key is kept."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        DATES = "dates", _("Dates to answer")
        CHOSEN = "chosen", _("A date was chosen")
        CALLED_OFF = "called_off", _("The meeting was called off")
        REMINDER = "reminder", _("Reminder of the meeting")
        CLOSING = "closing", _("The time to take part ends soon")
        UNANSWERED = "unanswered", _("Dates not answered yet")
        BIDDING = "bidding", _("The rule on bidding has changed")
        CLAIM = "claim", _("What became of a claim")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    occasion = models.CharField(max_length=80, help_text=_("What it is about, so that nobody gets it twice."))
    words = models.CharField(max_length=600, blank=True)
    asked_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True, help_text=_("Somebody is sending it since then."))
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["sent_at", "asked_at"])]
        constraints = [models.UniqueConstraint(fields=["participant", "occasion"], name="one_letter_per_occasion")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
