"""What anybody says of an outcome, the published years, and how far each person was told their words went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VoiceLink(models.Model):
    """The link and the QR code under which anybody says how an outcome is for them; one for each service (RV-07)."""

    cycle = models.OneToOneField("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=24, unique=True)
    open = models.BooleanField(default=True)
    groups = models.JSONField(default=list, help_text=_("What people can say they are, in everyday words."))
    consultation = models.ForeignKey("commissioning.Consultation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_because = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(open=True) | ~Q(closed_because=""), name="voice_link_closed_with_reason")]

    def __str__(self) -> str:
        return f"Voices of {self.cycle}"


class Voice(models.Model):
    """One answer to “is this true for you?”. Nothing in it leads to a person: no account, no address, the hour and not the moment."""

    class Rating(models.IntegerChoices):
        ALWAYS = 5, _("Yes, always")
        MOSTLY = 4, _("Mostly")
        SOMETIMES = 3, _("Sometimes")
        SELDOM = 2, _("Not often")
        NEVER = 1, _("No, never")

    link = models.ForeignKey(VoiceLink, on_delete=models.PROTECT, related_name="voices")
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, related_name="voices")
    rating = models.PositiveSmallIntegerField(choices=Rating)
    group = models.CharField(max_length=80, blank=True)
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    flags = models.JSONField(default=list, help_text=_("What whoever reads the words first should look at."))
    mark = models.CharField(max_length=32, blank=True, help_text=_("Sealed: says only whether the same words came before."))
    key = models.CharField(max_length=40, help_text=_("Of the form, so that sending it twice is once."))
    at = models.DateTimeField(help_text=_("The hour it came in."))

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["link", "at"]), models.Index(fields=["outcome", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["link", "key"], name="voice_kept_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="voice_rating_is_one_of_five"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id}: {self.rating}"


class ProgressYear(models.Model):
    """One year's progress as it was published, with the hash of it. A changed one is the next version; all stay (RV-09)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text=_("Year of the contract, from 1."))
    version = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    changed_because = models.CharField(max_length=500, blank=True)
    sent = models.PositiveIntegerField(default=0, help_text=_("To how many addresses left with an answer it went."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["year", "version"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "year", "version"], name="progress_version_once"),
            models.CheckConstraint(condition=Q(year__gte=1, version__gte=1), name="progress_counts_from_one"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(changed_because=""), name="changed_progress_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.year}.{self.version}"


class VoiceAddress(models.Model):
    """Where somebody who answered wants the year's summary. Tied to no answer; the row is deleted once the summary went (ET-06)."""

    link = models.ForeignKey(VoiceLink, on_delete=models.PROTECT, related_name="addresses")
    address = models.EmailField()
    language = models.CharField(max_length=8, default="en")
    left_on = models.DateField()
    year = models.ForeignKey(ProgressYear, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["link", "address"], name="voice_address_once")]

    def __str__(self) -> str:
        return str(self.pk)  # never the address: this may end in a log


class Told(models.Model):
    """Somebody was told that their words went one step further; the row is what keeps it from being told twice (FB-03)."""

    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12)
    thing = models.CharField(max_length=60)
    letter = models.ForeignKey("workshops.Letter", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["contribution", "stage", "thing"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.stage} {self.thing}"


class LastLook(models.Model):
    """When somebody last looked at what became of their words, so that the page can say what is new since."""

    participant = models.OneToOneField("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    before = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.participant_id)
