"""Promises made outside a workshop: on the phone, in a letter, at another meeting (TR-02)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import promises
from workshops.models.agreements import Action


class OutsidePromise(models.Model):
    """Something said to have been promised outside a workshop. Until its owner says so too, it is only said to be one."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("what was promised"), max_length=300)
    where = models.CharField(_("where it was promised"), max_length=200)
    made_on = models.DateField(_("on which day"))
    side = models.CharField(max_length=10, choices=Action.Side)
    owner = models.CharField(max_length=120)
    owner_participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due = models.DateField(_("by when"))
    promised_to = models.CharField(max_length=12, choices=Action.To, default=Action.To.EVERYBODY)
    acceptance = models.CharField(max_length=8, choices=Action.Acceptance, default=Action.Acceptance.PROPOSED)
    decline_reason = models.CharField(max_length=300, blank=True)
    progress = models.CharField(max_length=8, choices=Action.Progress, default=Action.Progress.OPEN)
    progress_reason = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["written_by", "key"], name="outside_promise_written_once"),
            models.CheckConstraint(
                condition=~Q(acceptance="declined") | ~Q(decline_reason=""), name="outside_promise_denied_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def standing(self) -> str:
        """Where the promise stands today, as a code of `promises.STANDINGS`."""
        return promises.standing(self.acceptance, self.progress, self.due, timezone.localdate())

    @property
    def standing_words(self) -> str:
        """The same in words."""
        return str(promises.STANDINGS[self.standing])
