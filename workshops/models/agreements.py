"""What a room agreed, with its dissent, and who does what next."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import promises, rules


class Agreement(models.Model):
    """What the room recorded about one wording of a proposal. Superseded, never changed (INV-05)."""

    proposal = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, related_name="agreements")
    version = models.ForeignKey("workshops.ProposalVersion", on_delete=models.PROTECT, related_name="+")
    ballot = models.ForeignKey("workshops.Ballot", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    counts = models.JSONField(default=list)
    explanation = models.JSONField(default=list)
    dissent = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal"], condition=Q(superseded_at=None), name="one_current_agreement")]

    def __str__(self) -> str:
        return f"{self.state}: {self.proposal}"

    @property
    def holds(self) -> bool:
        """Whether this is an agreement the authority must answer (PS-03)."""
        return self.state in (rules.AGREED, rules.RESERVED) and self.superseded_at is None


class Action(models.Model):
    """A promise: who does what by when, for whom, and how we will know (AC-01, AC-05, TR-02).

    Somebody who is not here cannot be made to promise: until they accept, it stays proposed (INV-21).
    """

    class Side(models.TextChoices):
        AUTHORITY = "authority", _("Authority")
        VSO = "vso", _("Voluntary sector")
        CITIZENS = "citizens", _("Citizens")
        BOTH = "both", _("Together")

    class To(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody here")
        COMMISSIONER = "commissioner", _("The commissioner side")
        VSO = "vso", _("The voluntary sector")
        CITIZEN = "citizen", _("Citizens")

    class Acceptance(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    class Progress(models.TextChoices):
        OPEN = "open", _("Not done yet")
        DONE = "done", _("Done")
        LATE = "late", _("Late")
        DROPPED = "dropped", _("Dropped")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(_("what will be done"), max_length=300)
    side = models.CharField(_("whose action it is"), max_length=10, choices=Side)
    owner = models.CharField(_("who will do it"), max_length=120)
    due = models.DateField(_("by when"))
    how_we_know = models.CharField(_("how we will know"), max_length=300)
    why = models.CharField(_("why it matters"), max_length=300, blank=True)
    condition = models.CharField(
        _("only if"), max_length=200, blank=True, help_text=_("Such as “the budget allows it”. Leave empty if it is certain.")
    )
    revisit_on = models.DateField(_("when we look at that condition again"), null=True, blank=True)
    promised_to = models.CharField(_("who it is promised to"), max_length=12, choices=To, default=To.EVERYBODY)
    owner_participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner_email = models.EmailField(_("their e-mail, so that we can ask them"), blank=True)
    acceptance = models.CharField(max_length=8, choices=Acceptance, default=Acceptance.PROPOSED)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.CharField(max_length=120, blank=True, help_text=_("Who said yes for an owner who was not here."))
    decline_reason = models.CharField(max_length=300, blank=True)
    progress = models.CharField(max_length=8, choices=Progress, default=Progress.OPEN)
    progress_reason = models.CharField(max_length=300, blank=True)
    progress_at = models.DateTimeField(null=True, blank=True)
    carried_to = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, null=True, blank=True, related_name="carried")
    at = models.DateTimeField()
    key = models.CharField(max_length=40, blank=True)  # of the form that made it: sent twice, it is one action

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(acceptance="declined") | ~Q(decline_reason=""), name="action_declined_with_a_reason"),
            models.UniqueConstraint(fields=["workshop", "key"], condition=~Q(key=""), name="action_written_once"),
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
