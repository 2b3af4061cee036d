"""How the evaluation score is shared between price, quality and social value, in versions."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group

ONE_VOICE = Q(participant__isnull=False, organisation__isnull=True) | Q(participant__isnull=True, organisation__isnull=False)


class Weighting(models.Model):
    """One version of the split: shares of the evaluation score, in whole per cent, that come to a hundred (INV-10)."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ADOPTED = "adopted", _("Adopted")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    price = models.PositiveSmallIntegerField(_("price: share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)])
    quality = models.PositiveSmallIntegerField(
        _("quality: share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)]
    )
    social_value = models.PositiveSmallIntegerField(
        _("social value: share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)]
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PROPOSED)
    reason = models.CharField(max_length=600, blank=True)
    outcomes = models.ManyToManyField("outcomes.Outcome", related_name="+", blank=True, help_text=_("Those that its reason is about."))
    decider_role = models.CharField(_("who decided, by role"), max_length=120, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="weighting_version_once"),
            models.CheckConstraint(condition=Q(social_value=100 - F("price") - F("quality")), name="weighting_comes_to_a_hundred"),
            models.CheckConstraint(condition=~Q(social_value=0) | ~Q(reason=""), name="no_social_value_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="proposed") | (~Q(reason="") & ~Q(decider_role="")), name="adopted_weighting_has_reason_and_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} / {self.quality} / {self.social_value}"


class WeightingMinimum(models.Model):
    """The least share of the evaluation score that an authority gives social value, from a day on; a later one takes its place."""

    authority = models.ForeignKey("commissioning.Authority", on_delete=models.PROTECT, related_name="+")
    share = models.PositiveSmallIntegerField(_("least share of the evaluation score, in per cent"), validators=[MaxValueValidator(100)])
    since = models.DateField(_("from which day"))
    set_by = models.CharField(_("who set it, by role or body"), max_length=160)
    words = models.CharField(_("what it says"), max_length=600, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(share__lte=100), name="minimum_is_a_share"),
            models.CheckConstraint(condition=~Q(set_by=""), name="minimum_says_who_set_it"),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.share}"


class WeightingException(models.Model):
    """Why one version may stay below the authority's minimum: the reason, who allowed it, and when (SW-02)."""

    weighting = models.OneToOneField(Weighting, on_delete=models.PROTECT, related_name="exception")
    minimum = models.ForeignKey(WeightingMinimum, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=600)
    allowed_by = models.CharField(_("who allowed it, by role"), max_length=120)
    allowed_on = models.DateField(_("on which day"))

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason="") & ~Q(allowed_by=""), name="exception_has_reason_and_role")]

    def __str__(self) -> str:
        return f"{self.weighting}: {self.allowed_by}"


class Advice(models.Model):
    """One time that participants were asked which share they advise. It advises; nothing is decided by it (SW-03, INV-07)."""

    weighting = models.ForeignKey(Weighting, on_delete=models.PROTECT, related_name="advices", help_text=_("What was on the table."))
    opened_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(
        null=True, blank=True, help_text=_("The middle answer and the number of voices of each group that may be shown.")
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["weighting"], condition=Q(closed_at=None), name="one_open_advice"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(result__isnull=False), name="closed_advice_is_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.weighting}"


class AdvisedShare(models.Model):
    """The share one voice advises: a person's, or the single one of an organisation (INV-22)."""

    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="shares")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    share = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["advice", "participant"], name="one_advice_per_person"),
            models.UniqueConstraint(fields=["advice", "organisation"], name="one_advice_per_organisation"),
            models.CheckConstraint(condition=ONE_VOICE, name="advice_is_of_one_voice"),
            models.CheckConstraint(condition=Q(share__lte=100), name="advised_share_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.share}"
