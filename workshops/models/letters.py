"""The letters that go out: each row is one, the job and its record. The row is the truth; the message is only a nudge."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import HearingBack


class Letter(models.Model):
    """One thing to be sent to one person, asked for once for each occasion; words are composed when it goes, so no key is kept.

    What a person must make by hand has a day by which it is due, and is tracked here too (PN-04).
    """

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
        SUMMARY = "summary", _("The summary")
        LATER = "later", _("The questions six months later")
        PROMISE = "promise", _("A question to somebody asked to act")
        PROCUREMENT = "procurement", _("News about the procurement")
        LEVEL = "level", _("Less is promised than before")
        REOPENED = "reopened", _("Agreed words are open again")
        REVIEW = "review", _("News about looking back")
        MANDATE = "mandate", _("A question to a group a broker speaks for")
        UPDATE = "update", _("A question how an action goes")
        RETURN = "return", _("A quarterly return is due")
        CLAUSES = "clauses", _("News of the specification")
        TRAVELLED = "travelled", _("How far somebody’s words have gone")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    occasion = models.CharField(max_length=80, help_text=_("What it is about, so that nobody gets it twice."))
    words = models.CharField(max_length=600, blank=True)
    closing = models.ForeignKey("workshops.Closing", on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    action = models.ForeignKey("workshops.Action", on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    mandate_group = models.ForeignKey("commissioning.MandateGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.EmailField(blank=True, help_text=_("Where it goes when that is not the address of the person’s account."))
    form = models.CharField(max_length=8, choices=HearingBack.Form, default=HearingBack.Form.SCREEN)
    by_post = models.CharField(max_length=300, blank=True)
    due = models.DateField(null=True, blank=True, help_text=_("By when a person makes and sends it; empty for what goes by itself."))
    asked_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True, help_text=_("Somebody is sending it since then."))
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["sent_at", "asked_at"])]
        constraints = [
            models.UniqueConstraint(fields=["participant", "occasion"], name="one_letter_per_occasion"),
            models.UniqueConstraint(fields=["action", "address"], condition=Q(kind="promise"), name="owner_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def state(self) -> str:
        """How far it is: sent, by_hand, sending, failed (and tried again), or waiting."""
        if self.sent_at is not None:
            return "sent"
        if self.due is not None:
            return "by_hand"
        if self.held_at is not None:
            return "sending"
        return "failed" if self.tries else "waiting"
