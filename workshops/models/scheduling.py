"""Dates proposed for a workshop, and who could come on each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposedDate(models.Model):
    """A date somebody proposed for a workshop; the chosen one is the workshop's own `starts_at`."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="proposed_dates")
    starts_at = models.DateTimeField(_("date and time"))
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "starts_at"], condition=models.Q(taken_back_at=None), name="date_proposed_once")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%-d %B %Y}"


class DateAnswer(models.Model):
    """Whether one person could come on one date; a later answer takes the place of the earlier."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        IF_NEEDED = "maybe", _("If need be")
        NO = "no", _("No")

    date = models.ForeignKey(ProposedDate, on_delete=models.CASCADE, related_name="answers")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=5, choices=Answer)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "participant"], name="one_answer_per_date")]

    def __str__(self) -> str:
        return self.answer
