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


class StandingClauses(models.Manager["Clause"]):
    """The clauses that stand: one that was withdrawn is kept, and counted, shown and signed off nowhere."""

    def get_queryset(self) -> models.QuerySet["Clause"]:
        """Without those that were withdrawn."""
        return super().get_queryset().filter(withdrawn_at=None)


class Clause(models.Model):
    """One clause. It comes from an outcome, or from a professional or legal requirement that is named (INV-04).

    Its number is its own for life: moving it to another section or withdrawing another does not change it, so that whoever
    cites it, in a comment or a contract, still finds it.
    """

    class Kind(models.TextChoices):
        OUTCOME = "outcome", _("Outcome: says what must change")
        STANDARD = "standard", _("Standard: says how good it must be")
        METHOD = "method", _("Method: says how to do it")

    class Source(models.TextChoices):
        ACT = "act", _("Act of Parliament or regulation")
        GUIDANCE = "guidance", _("Statutory guidance")
        STANDARD = "standard", _("Professional standard")
        POLICY = "policy", _("Policy of the authority")
        OTHER = "other", _("Something else")

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="clauses")
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.PROTECT, null=True, blank=True, related_name="clauses")
    requirement = models.CharField(_("professional or legal source"), max_length=300, blank=True)
    source_kind = models.CharField(_("what kind of source"), max_length=8, choices=Source, blank=True)
    source_section = models.CharField(_("section or paragraph of the source"), max_length=80, blank=True)
    source_link = models.URLField(_("where everybody can read the source"), max_length=300, blank=True)
    part = models.CharField(_("section of the specification"), max_length=16, default="requirements")
    position = models.PositiveIntegerField(default=0, help_text=_("Its place in its section."))
    section = models.PositiveIntegerField(help_text=_("The first half of its number, which never changes."))
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(max_length=4000)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    see_also = models.ManyToManyField("self", symmetrical=False, related_name="referred_from", blank=True)

    everything = models.Manager()
    objects = StandingClauses()

    class Meta:
        default_manager_name = "objects"
        ordering = ["section", "number"]
        indexes = [models.Index(fields=["specification", "part", "position"])]
        constraints = [
            models.UniqueConstraint(fields=["specification", "section", "number"], name="clause_numbered_once"),
            models.CheckConstraint(condition=~Q(outcome=None) | ~Q(requirement=""), name="clause_has_an_origin"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | (~Q(withdrawn_because="") & Q(withdrawn_by__isnull=False)),
                name="clause_withdrawn_with_reason",
            ),
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
    comments = models.ManyToManyField("outcomes.DraftComment", related_name="led_to_clauses", blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["clause", "number"], name="clause_version_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text[:50]}"


class SectionText(models.Model):
    """One wording of what a section says before its clauses; the newest stands, and all are kept."""

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="section_texts")
    key = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=8000, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    comments = models.ManyToManyField("outcomes.DraftComment", related_name="led_to_texts", blank=True)

    class Meta:
        ordering = ["key", "version"]
        constraints = [models.UniqueConstraint(fields=["specification", "key", "version"], name="section_text_version_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Draft(models.Model):
    """The specification as it stood one day, put before everybody who takes part, so that they can say what they think of it."""

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="drafts")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    asks = models.CharField(_("what you want to know"), max_length=600, blank=True)
    comments_until = models.DateField(_("last day for comments"))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["specification", "number"], name="draft_numbered_once")]

    def __str__(self) -> str:
        return f"Draft {self.number}"


class DraftComment(models.Model):
    """Something somebody said of a clause or a section of a draft; it is a contribution like any other, and gets its answer."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="comments")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    section = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(clause=None) & ~Q(section="")) | (Q(clause__isnull=False) & Q(section="")),
                name="comment_is_about_a_clause_or_a_section",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft}: {self.clause or self.section}"
