"""The monitoring plan, and what comes back each quarter: measures, returns, readings, stories, added resources."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outcomes.models.frameworks import Indicator


class Measure(models.Model):
    """One line of the monitoring plan: how an indicator, a criterion or a commitment is looked at (PL-20, ME-08)."""

    class Every(models.IntegerChoices):
        ONCE = 0, _("Once")
        QUARTER = 1, _("Each quarter")
        HALF_YEAR = 2, _("Each half year")
        YEAR = 4, _("Each year")

    class Direction(models.TextChoices):
        UP = "up", _("More is better")
        DOWN = "down", _("Less is better")
        STEADY = "steady", _("Stays as it is")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text=_("Its number in the cycle, which never changes."))
    text = models.CharField(_("what is looked at"), max_length=600)
    form = models.CharField(_("what kind of sign"), max_length=12, choices=Indicator.Form)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    criterion = models.ForeignKey("outcomes.Criterion", on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    commitment = models.ForeignKey("outcomes.Commitment", on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    lot = models.ForeignKey("outcomes.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    owner = models.CharField(_("who collects it, by role"), max_length=120)
    paid_by = models.CharField(_("who pays for collecting it"), max_length=120, blank=True)
    hours = models.DecimalField(_("hours each time"), max_digits=5, decimal_places=1)
    every = models.PositiveSmallIntegerField(_("how often"), choices=Every, default=Every.QUARTER)
    first_quarter = models.PositiveSmallIntegerField(_("quarter of the first return"), default=1)
    baseline = models.DecimalField(_("where it stands at the start"), max_digits=14, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=4, null=True, blank=True)
    direction = models.CharField(_("which way is better"), max_length=6, choices=Direction, blank=True)
    unit = models.CharField(_("counted in"), max_length=60, blank=True)
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form it came with, so that it is kept once."))
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_because = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="measure_numbered_once"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False) | Q(criterion__isnull=False) | Q(commitment__isnull=False),
                name="measure_looks_at_something",
            ),
            models.UniqueConstraint(fields=["cycle", "key"], condition=~Q(key=""), name="measure_kept_once"),
            models.CheckConstraint(condition=~Q(owner="") & Q(hours__gte=0), name="measure_has_somebody_and_hours"),
            models.CheckConstraint(condition=Q(first_quarter__gte=1), name="measure_quarters_count_from_one"),
            models.CheckConstraint(condition=Q(retired_at=None) | ~Q(retired_because=""), name="measure_retired_with_reason"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def code(self) -> str:
        """How it is called in talk: M4."""
        return f"M{self.number}"

    @property
    def soft(self) -> bool:
        """Whether it needs no number: a story or what somebody saw (ME-01)."""
        return self.form in (Indicator.Form.STORY, Indicator.Form.OBSERVATION)


class Return(models.Model):
    """What one provider sends back for one quarter. A change after it was sent is the next version; all stay."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being filled in")
        SUBMITTED = "submitted", _("Sent")
        REVIEWED = "reviewed", _("Reviewed")

    award = models.ForeignKey("outcomes.Award", on_delete=models.PROTECT, related_name="returns")
    quarter = models.PositiveSmallIntegerField(help_text=_("Quarter of the contract, from 1."))
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    hours = models.DecimalField(_("hours spent on this return"), max_digits=6, decimal_places=1, null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Counts each keeping of its hours and added resources."))
    changed_because = models.CharField(max_length=500, blank=True, help_text=_("Why there is another version of it."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["quarter", "version"]
        constraints = [
            models.UniqueConstraint(fields=["award", "quarter", "version"], name="return_version_once"),
            models.UniqueConstraint(fields=["award", "quarter"], condition=Q(state="draft"), name="one_draft_of_a_return"),
            models.CheckConstraint(condition=Q(quarter__gte=1, version__gte=1), name="return_counts_from_one"),
            models.CheckConstraint(condition=Q(state="draft") | Q(submitted_at__isnull=False), name="sent_return_has_a_day"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(changed_because=""), name="changed_return_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.award} · {self.quarter}"


class Reading(models.Model):
    """What one measure showed in one return: a figure, words, or plainly nothing."""

    class Standing(models.TextChoices):
        MET = "met", _("Met")
        PARTLY = "partly", _("Partly met")
        NOT = "not", _("Not met")
        NO_DATA = "no_data", _("No data")
        TOO_EARLY = "too_early", _("Too early to say")

    class Rating(models.TextChoices):
        """The ratings of performance against a key performance indicator (Procurement Act 2023, s71; 2024 Regulations)."""

        GOOD = "good", _("Good")
        APPROACHING = "approaching", _("Approaching target")
        IMPROVE = "improve", _("Requires improvement")
        INADEQUATE = "inadequate", _("Inadequate")
        OTHER = "other", _("Other")

    returned = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="readings")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="readings")
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    part = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    whole = models.PositiveIntegerField(_("of how many"), null=True, blank=True)
    start = models.DecimalField(_("where the same people began"), max_digits=14, decimal_places=4, null=True, blank=True)
    words = models.TextField(_("in words"), max_length=2000, blank=True)
    suggested = models.CharField(_("what the figure suggests"), max_length=9, choices=Standing, blank=True)
    given = models.CharField(_("as the provider says"), max_length=9, choices=Standing, blank=True)
    standing = models.CharField(max_length=9, choices=Standing, default=Standing.NO_DATA)
    standing_because = models.CharField(_("why an officer sees it otherwise"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Counts each keeping, so that nobody overwrites another unseen."))
    rating = models.CharField(max_length=12, choices=Rating, blank=True)
    rating_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["measure__number"]
        constraints = [
            models.UniqueConstraint(fields=["returned", "measure"], name="one_reading_of_a_measure"),
            models.CheckConstraint(
                condition=Q(part=None) | Q(whole__isnull=True) | Q(whole__gte=models.F("part")), name="part_is_of_the_whole"
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="reading_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} · {self.standing}"


def new_key() -> str:
    """A key for a story that came in no form."""
    return secrets.token_hex(16)


class Story(models.Model):
    """A case study: what happened to somebody, with their consent or unpublished (RV-03)."""

    class ConsentGiven(models.TextChoices):
        GIVEN = "given", _("They agreed that it is published")
        ASKED = "asked", _("Not asked yet")
        REFUSED = "refused", _("They said no")
        WITHDRAWN = "withdrawn", _("They took their agreement back")

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="stories")
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=4000, blank=True, help_text=_("Empty once the person took their agreement back."))
    key = models.CharField(
        max_length=64, default=new_key, help_text=_("Of the box it was written in, so that it is kept once; the same in later versions.")
    )
    consent = models.CharField(max_length=9, choices=ConsentGiven, default=ConsentGiven.ASKED)
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_note = models.CharField(_("how they agreed"), max_length=300, blank=True)
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(consent="given") | Q(consent_at__isnull=False), name="given_consent_has_a_day"),
            models.CheckConstraint(condition=Q(published_at=None) | Q(consent="given"), name="published_story_has_consent"),
            models.CheckConstraint(condition=~Q(consent="withdrawn") | Q(words=""), name="withdrawn_story_has_no_words"),
            models.UniqueConstraint(fields=["reading", "key"], name="story_kept_once"),
        ]

    def __str__(self) -> str:
        return self.words[:60]


class AddedResource(models.Model):
    """What was put in beside the money: volunteers, gifts, attendance. Never an outcome, so no measure names it (RV-12)."""

    class Kind(models.TextChoices):
        VOLUNTEERS = "volunteers", _("Volunteers")
        GIFTS = "gifts", _("Gifts and donations")
        ATTENDANCE = "attendance", _("People who came")
        OTHER = "other", _("Something else")

    returned = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="added")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(_("how much"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("counted in"), max_length=60)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="added_resource_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount}"


class ReturnToken(models.Model):
    """A key by which a provider's own program sends the returns of one award, and nothing else. Only its hash is kept."""

    award = models.ForeignKey("outcomes.Award", on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class RatingsApply(models.Model):
    """Whether the statutory ratings apply to an award, from a day and with a reason; the newest line holds."""

    award = models.ForeignKey("outcomes.Award", on_delete=models.PROTECT, related_name="ratings")
    applies = models.BooleanField()
    since = models.DateField()
    because = models.CharField(max_length=500)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="ratings_apply_with_reason")]

    def __str__(self) -> str:
        return f"{self.award}: {self.applies}"
