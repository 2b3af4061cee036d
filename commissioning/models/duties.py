"""Duties as evidence: the sets they come from, what is bought, and the records in words, each with its decider and its day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning import legal_basis
from commissioning.linking import is_inside


class LegalBasis(models.Model):
    """A set of legal duties as dated data. Never changed: a new law is a new row, and old cycles keep theirs (LG-12)."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    in_force_from = models.DateField()
    source = models.CharField(max_length=300)
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["in_force_from", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def as_read(self) -> legal_basis.Basis:
        """The set itself, read once for each object."""
        kept: legal_basis.Basis | None = self.__dict__.get("_as_read")
        if kept is None:
            kept = self.__dict__["_as_read"] = legal_basis.read(self.content)
        return kept


class WhatIsBought(models.Model):
    """What a cycle is going to buy and about what it is worth: this decides whether the duties apply (LG-06). The last one counts."""

    class Kind(models.TextChoices):
        SERVICES = "services", _("Services")
        MAINLY_SERVICES = "mainly_services", _("Mainly services, with some goods or works")
        GOODS = "goods", _("Goods")
        WORKS = "works", _("Works")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.CASCADE, related_name="bought")
    kind = models.CharField(max_length=16, choices=Kind)
    value = models.PositiveBigIntegerField(help_text=_("Whole pounds, with VAT, over the whole time of the contract."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class DutyRecord(models.Model):
    """What was written down under one duty. Once recorded it never changes: a new one takes its place, and the old one stays."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RECORDED = "recorded", _("Recorded")
        SUPERSEDED = "superseded", _("Replaced by a newer one")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="duty_records")
    code = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    answers = models.JSONField(default=dict, help_text=_("The words of each part."))
    decision = models.BooleanField(null=True, blank=True)
    covers = models.JSONField(default=list, blank=True, help_text=_("The duties an urgent need leaves out, by name."))
    short = models.BooleanField(default=False, help_text=_("In the short form, because the contract is small."))
    decider = models.CharField(max_length=160, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["cycle", "code"])]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], condition=Q(state="draft"), name="one_draft_per_duty"),
            models.UniqueConstraint(fields=["cycle", "code"], condition=Q(state="recorded"), name="one_record_per_duty"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(decider="") & Q(decided_on__isnull=False) & Q(recorded_at__isnull=False)),
                name="duty_record_has_decider_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.state}"


class EvidenceLink(models.Model):
    """Something a duty record rests on: what it is, and where it can be read."""

    class Kind(models.TextChoices):
        NEED = "need", _("A need")
        OUTCOME = "outcome", _("An outcome")
        SAID = "said", _("Something people said")
        SCOPE = "scope", _("A line of what is decided and what is open")
        WORKSHOP = "workshop", _("A workshop or its report")
        DOCUMENT = "document", _("A document or a web page")

    record = models.ForeignKey(DutyRecord, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=200)
    address = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(label=""), name="evidence_link_has_words")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_inside(self) -> bool:
        """Whether only those who take part can open it."""
        return is_inside(self.address)
