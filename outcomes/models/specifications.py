"""The service specification: clauses drawn from outcomes, each keeping its links and its history."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Specification(models.Model):
    """What a provider must achieve; one for each cycle, in versions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED_OFF = "signed_off", _("Signed off")

    cycle = models.OneToOneField("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)

    def __str__(self) -> str:
        return f"Specification of {self.cycle}"


class SpecificationVersion(models.Model):
    """A signed-off specification with the framework it stands on: read-only, with the hash every export carries."""

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="versions")
    framework_version = models.ForeignKey("outcomes.FrameworkVersion", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["specification", "number"], name="specification_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number}"


class Clause(models.Model):
    """One clause. It comes from an outcome, or from a professional or legal requirement that is named (INV-04)."""

    class Kind(models.TextChoices):
        OUTCOME = "outcome", _("Outcome: says what must change")
        STANDARD = "standard", _("Standard: says how good it must be")
        METHOD = "method", _("Method: says how to do it")

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="clauses")
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, null=True, blank=True, related_name="clauses")
    requirement = models.CharField(_("professional or legal source"), max_length=300, blank=True)
    section = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(max_length=4000)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["section", "number"]
        constraints = [
            models.UniqueConstraint(fields=["specification", "section", "number"], name="clause_numbered_once"),
            models.CheckConstraint(condition=~Q(outcome=None) | ~Q(requirement=""), name="clause_has_an_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.text[:50]}"

    @property
    def label(self) -> str:
        """The number as printed: 2.1."""
        return f"{self.section}.{self.number}"


class ClauseVersion(models.Model):
    """One wording of a clause, kept for ever."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Clause.Kind)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["clause", "number"], name="clause_version_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text[:50]}"
