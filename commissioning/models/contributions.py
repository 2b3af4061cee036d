"""What people said, and what became of it. A contribution is the root of every thread."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from commissioning.models.people import Group


class Attribution(models.TextChoices):
    """Whose name stands under somebody's words."""

    NAMED = "named", _("Under the name each person allows")
    GROUP = "group", _("Under the group only")
    UNATTRIBUTED = "unattributed", _("Under no name: nobody can find out who wrote it")


VOICES = {"commissioner": _("An officer"), "vso": _("A voluntary organisation"), "citizen": _("A citizen")}


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Looks at what people said."""

    def unanswered(self) -> "ContributionQuerySet":
        """Everything people can read that nobody has answered yet (FB-02); what is not shown was answered with its reason."""
        return self.open_to_all().filter(~Exists(Feedback.objects.filter(contribution=OuterRef("pk"))))

    def owed(self) -> "ContributionQuerySet":
        """Everything that still gets an answer: what people can read, and what was said about results and only officers read yet."""
        unread = Q(kind=Contribution.Kind.FEEDBACK, held=True)
        standing = self.filter(Q(held=False) | unread, withdrawn_at=None, within=False, moderation__gte=Contribution.Moderation.WAITING)
        return standing.filter(~Exists(Feedback.objects.filter(contribution=OuterRef("pk"))))

    def open_to_all(self) -> "ContributionQuerySet":
        """What the whole cycle may read: shown, and not only within a room that is still apart."""
        return self.shown().filter(within=False)

    def shown(self) -> "ContributionQuerySet":
        """What everybody in its room may read: not withdrawn, not held back, not refused by whoever moderates."""
        return self.filter(withdrawn_at=None, held=False, moderation__gte=Contribution.Moderation.WAITING)


class Contribution(models.Model):
    """One thing one person said, in their own words; never edited, only withdrawn."""

    class Kind(models.TextChoices):
        NEED = "need", _("Need")
        ASSET = "asset", _("Something we already have")
        IDEA = "idea", _("Idea")
        COMMENT = "comment", _("Comment")
        CONCERN = "concern", _("Concern")
        PROPOSAL = "proposal", _("Proposal")
        AMENDMENT = "amendment", _("Suggested change")
        RESERVATION = "reservation", _("Reservation")
        FEEDBACK = "feedback", _("Said about results")

    class Moderation(models.IntegerChoices):
        """Polis' own codes, kept so that a conversation comes back as it went in; and one of ours, which never leaves."""

        PRIVATE = -2, _("In the private channel")
        REJECTED = -1, _("Not shown")
        WAITING = 0, _("Not looked at")
        APPROVED = 1, _("Shown")

    class Channel(models.TextChoices):
        ONLINE = "online", _("On line")
        SCRIBE = "scribe", _("Written down for somebody")
        PAPER = "paper", _("On paper")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="contributions")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="contributions")
    group = models.CharField(max_length=12, choices=Group)
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(max_length=2000)
    place = models.CharField(max_length=100, blank=True, help_text=_("The workshop it was said in, or empty."))
    moderation = models.SmallIntegerField(choices=Moderation, default=Moderation.APPROVED)
    key = models.CharField(max_length=40, help_text=_("Sent with the form, so that a form sent twice is kept once."))
    language = models.CharField(max_length=8, default="en", help_text=_("The language it was said in."))
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attribution = models.CharField(max_length=12, choices=Attribution, default=Attribution.NAMED)
    nonce = models.CharField(max_length=32, blank=True, editable=False)
    receipt = models.CharField(max_length=64, blank=True, editable=False)
    held = models.BooleanField(default=False, help_text=_("Not shared yet: seen by nobody but its author."))
    within = models.BooleanField(default=False, help_text=_("Said in a room of its own that has not met the others yet."))
    source_ref = models.CharField(max_length=40, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True, help_text=_("When some of the words were taken out (FS-06)."))
    redaction_note = models.CharField(max_length=300, blank=True, help_text=_("Why, shown where the words were."))
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["cycle", "place"])]
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="contribution_kept_once")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def signature(self) -> str:
        """Whose words these are, as far as their author lets it be seen; with a broker's mandate as the groups answered it."""
        if self.attribution != Attribution.NAMED:
            return str(VOICES[self.group])
        on_behalf = self.participant.on_behalf
        return f"{self.participant.signature}, {on_behalf}" if on_behalf else self.participant.signature

    @property
    def is_shown(self) -> bool:
        """Whether everybody may read it; the same rule as `shown()`."""
        return self.withdrawn_at is None and not self.held and self.moderation >= Contribution.Moderation.WAITING


class Feedback(models.Model):
    """The authority's answer to one contribution; a later one stands, earlier ones stay (FB-01)."""

    class Status(models.TextChoices):
        USED = "used", _("Used")
        PART = "part", _("Used in part")
        NOT_USED = "not_used", _("Not used")
        PARKED = "parked", _("Parked for later")

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="feedback")
    status = models.CharField(max_length=8, choices=Status)
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="feedback_has_reason")]

    def __str__(self) -> str:
        return self.status
