"""Who does the work and what they promised: lots, awards, commitments. No bid and no price is kept here (DO-11)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Lot(models.Model):
    """A part of what is bought that is awarded by itself."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("what the lot is called"), max_length=160)
    about = models.CharField(_("what is in it"), max_length=600, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="lot_numbered_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"


class Award(models.Model):
    """One lot went to one provider, alone or leading others, for these days."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="awards")
    provider = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    starts = models.DateField(_("first day of the contract"))
    ends = models.DateField(_("last day of the contract"))
    why = models.CharField(_("why this provider, in plain words"), max_length=600)
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["lot__number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=Q(ended_at=None), name="one_award_of_a_lot_at_a_time"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="award_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(ended_because=""), name="award_ended_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.provider}"


class AwardParty(models.Model):
    """An organisation that does a part of the work beside the lead: a partner of the consortium or a subcontractor."""

    class Standing(models.TextChoices):
        PARTNER = "partner", _("Partner")
        SUBCONTRACTOR = "subcontractor", _("Subcontractor")

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=14, choices=Standing, default=Standing.PARTNER)
    part = models.CharField(_("what they do"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["award", "organisation"], name="party_named_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class Commitment(models.Model):
    """One promise the provider's bid was scored on, now part of the contract (DO-04). Its measures name it."""

    class State(models.TextChoices):
        MADE = "made", _("Made")
        VARIED = "varied", _("Changed")
        ENDED = "ended", _("Ended")

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="commitments")
    criterion = models.ForeignKey("outcomes.Criterion", on_delete=models.PROTECT, null=True, blank=True, related_name="commitments")
    clause = models.ForeignKey("outcomes.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="commitments")
    number = models.PositiveSmallIntegerField(help_text=_("Its number in the cycle, which never changes."))
    promise = models.TextField(_("what the provider promised"), max_length=1000)
    owner = models.CharField(_("who sees to it, by role"), max_length=120)
    first_quarter = models.PositiveSmallIntegerField(_("quarter it is first shown in"), default=1)
    last_quarter = models.PositiveSmallIntegerField(_("quarter it is last shown in"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.MADE)
    state_because = models.CharField(max_length=600, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(criterion__isnull=False) | Q(clause__isnull=False), name="commitment_has_an_origin"),
            models.CheckConstraint(condition=~Q(promise="") & ~Q(owner=""), name="commitment_has_promise_and_owner"),
            models.CheckConstraint(condition=Q(state="made") | ~Q(state_because=""), name="commitment_changed_with_reason"),
            models.CheckConstraint(
                condition=Q(first_quarter__gte=1) & (Q(last_quarter=None) | Q(last_quarter__gte=F("first_quarter"))),
                name="commitment_quarters_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.promise[:80]

    @property
    def code(self) -> str:
        """How it is called in talk: K3."""
        return f"K{self.number}"


class CommitmentChange(models.Model):
    """One wording of a commitment, kept for ever: the first as it was made, each later one with its reason."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    promise = models.TextField(max_length=1000)
    owner = models.CharField(max_length=120)
    first_quarter = models.PositiveSmallIntegerField()
    last_quarter = models.PositiveSmallIntegerField(null=True, blank=True)
    because = models.CharField(max_length=600, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "number"], name="commitment_change_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(because=""), name="commitment_change_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.promise[:50]}"


class ConcernFlag(models.Model):
    """A provider says that something asked for is unrealistic, or would harm people; an officer answers in time (DO-05)."""

    class Kind(models.TextChoices):
        UNREALISTIC = "unrealistic", _("It cannot be done as it is written")
        HARM = "harm", _("It would harm the people it is for")

    class Answer(models.TextChoices):
        ACCEPT = "accept", _("Accepted: it is not asked for any more")
        VARY = "vary", _("Changed")
        DECLINE = "decline", _("Stays as it is")

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="flags")
    number = models.PositiveSmallIntegerField(help_text=_("Its number in the contract, which never changes."))
    kind = models.CharField(_("what is wrong with it"), max_length=11, choices=Kind)
    clause = models.ForeignKey("outcomes.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="flags")
    measure = models.ForeignKey("outcomes.Measure", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    was = models.TextField(help_text=_("The words it is about, as they stood on that day."))
    words = models.TextField(_("why, in your own words"), max_length=1000)
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, help_text=_("Of the form it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due = models.DateField(help_text=_("The last day for an answer."))
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    because = models.CharField(max_length=600, blank=True)
    became = models.TextField(max_length=1000, blank=True, help_text=_("The new words, where it was changed."))
    answered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["award__lot__number", "award", "number"]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="flag_numbered_once"),
            models.UniqueConstraint(fields=["award", "key"], name="flag_kept_once"),
            models.CheckConstraint(
                condition=Q(clause__isnull=False, commitment=None, measure=None)
                | Q(clause=None, commitment__isnull=False, measure=None)
                | Q(clause=None, commitment=None, measure__isnull=False),
                name="flag_is_about_one_thing",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="flag_has_words"),
            models.CheckConstraint(
                condition=Q(answer="") | (~Q(because="") & Q(answered_at__isnull=False)), name="flag_answered_with_reason"
            ),
            models.CheckConstraint(condition=~Q(answer="vary") | ~Q(became=""), name="flag_changed_to_something"),
        ]

    def __str__(self) -> str:
        return self.words[:60]


class CapacityAction(models.Model):
    """Something the authority invests in so that organisations can provide: never a bid, never a price (DO-07)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("what the authority does"), max_length=300)
    for_whom = models.CharField(_("for whom"), max_length=200)
    budget = models.CharField(_("from which budget, and how much"), max_length=200)
    due = models.DateField(_("by when"))
    key = models.CharField(max_length=64)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="capacity_action_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "key"], name="capacity_action_kept_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(for_whom="") & ~Q(budget=""), name="capacity_action_says_what_and_for_whom"),
            models.CheckConstraint(condition=Q(dropped_at=None) | ~Q(dropped_because=""), name="capacity_action_dropped_with_reason"),
        ]

    def __str__(self) -> str:
        return self.text


class CapacityReceived(models.Model):
    """An organisation says whether it received what the authority said it would do; what it said last stands."""

    action = models.ForeignKey(CapacityAction, on_delete=models.PROTECT, related_name="received")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    yes = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["action", "organisation"], name="capacity_answered_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.yes}"
