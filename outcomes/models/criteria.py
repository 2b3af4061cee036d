"""What bidders are asked about social value: one question each, tied to an outcome or a need of the place."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Criterion(models.Model):
    """One social value criterion: what is asked, how it will be done, what good looks like (PL-13, PL-14)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text=_("Its number in the cycle, which never changes."))
    question = models.TextField(_("what is asked"), max_length=1000)
    how_question = models.TextField(_("the question how they will do it"), max_length=1000, blank=True)
    good = models.TextField(_("what good looks like"), max_length=2000, blank=True)
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, null=True, blank=True, related_name="criteria")
    need = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    share = models.DecimalField(
        _("share of the evaluation score, in per cent"), max_digits=5, decimal_places=2, default=0, validators=[MaxValueValidator(100)]
    )
    first_return = models.PositiveSmallIntegerField(_("quarter of the first return"), null=True, blank=True)
    proposal = models.ForeignKey(
        "workshops.Proposal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What a room said that it was made of."),
    )
    because = models.CharField(_("why it became a criterion"), max_length=500, blank=True)
    no_local_need = models.BooleanField(default=False, help_text=_("It was asked which need it meets, and there is none (PL-15)."))
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form it came with, so that it is kept once."))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    withdrawn_because = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="criterion_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "key"], condition=~Q(key=""), name="criterion_kept_once"),
            models.UniqueConstraint(fields=["proposal"], condition=~Q(state="withdrawn"), name="one_criterion_of_a_proposal"),
            models.CheckConstraint(condition=~Q(question=""), name="criterion_asks_something"),
            models.CheckConstraint(condition=Q(no_local_need=False) | Q(need=None), name="criterion_has_a_need_or_none"),
            models.CheckConstraint(condition=Q(first_return=None) | Q(first_return__gte=1), name="criterion_quarters_count_from_one"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=100), name="criterion_share_is_a_share"),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(withdrawn_because=""), name="criterion_withdrawn_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.question[:60]}"

    @property
    def code(self) -> str:
        """How it is called in talk: C2."""
        return f"C{self.number}"


class CriterionVersion(models.Model):
    """One wording of a criterion, never changed (INV-05)."""

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    question = models.TextField(max_length=1000)
    how_question = models.TextField(max_length=1000, blank=True)
    good = models.TextField(max_length=2000, blank=True)
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    need = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    share = models.DecimalField(max_digits=5, decimal_places=2)
    first_return = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["criterion", "number"], name="criterion_version_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.question[:50]}"
