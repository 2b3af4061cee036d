"""A ballot, who is entitled in it, and every vote cast. Its rule and wording cannot change (a trigger holds this)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group


class Channel(models.TextChoices):
    """By which channel a vote came; what that means is in `channels.py`."""

    ONLINE = "online", _("On line")
    SCRIBE = "scribe", _("Written down for somebody")
    PAPER = "paper", _("On paper")
    HANDS = "hands", _("By a show of hands")


class Ballot(models.Model):
    """One numbered round of voting on one wording of a proposal."""

    class Method(models.TextChoices):
        SIGNAL = "signal", _("Support, change it first, cannot support, abstain")
        POLIS = "polis", _("Agree, disagree, pass")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="ballots")
    proposal = models.ForeignKey("workshops.Proposal", on_delete=models.PROTECT, related_name="ballots")
    version = models.ForeignKey("workshops.ProposalVersion", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveIntegerField()
    method = models.CharField(max_length=8, choices=Method, default=Method.SIGNAL)
    rule = models.JSONField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Null and with no default: anything else makes SQLite copy the table, and the trigger on it would be lost.
    closed_early_because = models.CharField(max_length=500, null=True, blank=True)
    # The seats of each group whose people were here when it closed; null while it is open, and where nobody looked.
    present = models.JSONField(null=True, blank=True)
    # Null for an ordinary ballot; of a secret one the key of its marks while it is open, and empty from the close on.
    secrecy = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "round"], name="round_numbered_once"),
            models.UniqueConstraint(fields=["proposal"], condition=Q(closed_at=None), name="one_open_ballot_per_proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} (round {self.round})"

    @property
    def is_open(self) -> bool:
        """Whether votes are still taken, and so everything about them sealed."""
        return self.closed_at is None

    @property
    def is_secret(self) -> bool:
        """Whether nobody can find out, after the close, who made which choice."""
        return self.secrecy is not None


class Seat(models.Model):
    """One counted voice in one ballot: a person's, or the single one of a provider organisation (INV-22).

    Made when the ballot opens, which freezes who is entitled. Holds the voice's present choice; `Cast` holds every one.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="seats")
    group = models.CharField(max_length=12, choices=Group)
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    choice = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    channel = models.CharField(
        max_length=8, choices=Channel, default=Channel.ONLINE, help_text=_("Of the present choice; a seat that hands hold may have none.")
    )
    language = models.CharField(max_length=8, default="en", help_text="The language of the reason.")
    brokered = models.BooleanField(null=True, blank=True, help_text=_("Whether a broker votes from it, for others that could not come."))
    # Null where a seat was made before votes had a published record, and for votes brought in from elsewhere.
    code = models.CharField(
        max_length=8, null=True, blank=True, help_text=_("The receipt: by it, and by nothing else, a voice is known in the record.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "participant"], name="one_seat_per_person"),
            models.UniqueConstraint(fields=["ballot", "organisation"], name="one_seat_per_organisation"),
            models.UniqueConstraint(fields=["ballot", "code"], name="one_receipt_per_seat"),
            models.CheckConstraint(condition=Q(participant=None) ^ Q(organisation=None), name="seat_is_a_person_or_an_organisation"),
        ]
        indexes = [models.Index(fields=["ballot", "group", "choice"])]

    def __str__(self) -> str:
        return f"{self.organisation or self.participant}"


class Cast(models.Model):
    """One vote as it was cast; only ever added to. A later one replaces it in the count, and both stay."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="+")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="casts")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="casts")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8)
    reason = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ballot", "by", "key"], name="vote_cast_once")]

    def __str__(self) -> str:
        return f"{self.choice} by {self.by}"


class SecretVote(models.Model):
    """One vote of a secret ballot after its close: a group and a choice, and nothing that leads to a seat or a person.

    Rows are written once, in an order drawn by chance; their numbers say nothing.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="secret_votes")
    group = models.CharField(max_length=12, choices=Group)
    choice = models.CharField(max_length=8)
    reason = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8, default="en")

    class Meta:
        indexes = [models.Index(fields=["ballot", "group", "choice"])]

    def __str__(self) -> str:
        return f"{self.group}: {self.choice}"
