"""What people lack and what is already there, with where each came from (AN-02, AN-03, AN-05)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ONE_OF_TWO = Q(need__isnull=False, asset__isnull=True) | Q(need__isnull=True, asset__isnull=False)


class Need(models.Model):
    """One need of a cycle: who lacks what, and where."""

    class State(models.TextChoices):
        RAISED = "raised", _("Raised")
        CONFIRMED = "confirmed", _("Confirmed")
        MERGED = "merged", _("Joined with another")
        PRIORITISED = "prioritised", _("A priority")
        PARKED = "parked", _("Parked for later")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="needs")
    number = models.PositiveIntegerField(help_text=_("Its number in the cycle, which never changes."))
    statement = models.TextField(max_length=600)
    who = models.CharField(max_length=200, blank=True)
    where = models.CharField(max_length=200, blank=True)
    contributor = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    of_group = models.CharField(max_length=120, blank=True, help_text=_("A group it is the need of, shown in place of any person."))
    state = models.CharField(max_length=12, choices=State, default=State.RAISED)
    before = models.CharField(max_length=12, choices=State, blank=True, help_text=_("Its state before it was joined with another."))
    reason = models.CharField(max_length=500, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined")
    differs = models.CharField(max_length=500, blank=True, help_text=_("How what the data say and what people say differ."))
    differs_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    differs_at = models.DateTimeField(null=True, blank=True)
    provided_by = models.CharField(max_length=200, blank=True, help_text=_("Who meets some of it now."))
    paid_by = models.CharField(max_length=200, blank=True, help_text=_("Which money there is for it."))
    earlier_finding = models.CharField(max_length=300, blank=True, help_text=_("A finding of an earlier cycle it comes from (RV-10)."))
    key = models.CharField(max_length=64, blank=True, help_text=_("Of the form or the row it came with, so that it is kept once."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="need_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "key"], condition=~Q(key=""), name="need_kept_once"),
            models.CheckConstraint(condition=~Q(statement=""), name="need_has_words"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="joined_need_says_with_which",
            ),
            models.CheckConstraint(condition=~Q(state="parked") | ~Q(reason=""), name="parked_need_has_reason"),
        ]

    def __str__(self) -> str:
        return self.statement[:80]

    @property
    def whose(self) -> str:
        """Who raised it: the group where it is a group's, else the name this person allows; nothing where neither is said."""
        return self.of_group or (self.contributor.signature if self.contributor else "")


class Asset(models.Model):
    """Something people and places already have, beside the needs (AN-03)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="assets")
    number = models.PositiveIntegerField(help_text=_("Its number in the cycle, which never changes."))
    what = models.TextField(max_length=600)
    owner = models.CharField(max_length=200, blank=True)
    how = models.CharField(max_length=500, blank=True, help_text=_("How it may help."))
    needs = models.ManyToManyField(Need, related_name="assets", blank=True)
    contributor = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    of_group = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="asset_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "key"], condition=~Q(key=""), name="asset_kept_once"),
            models.CheckConstraint(condition=~Q(what=""), name="asset_has_words"),
        ]

    def __str__(self) -> str:
        return self.what[:80]

    @property
    def whose(self) -> str:
        """Who named it: as for a need."""
        return self.of_group or (self.contributor.signature if self.contributor else "")


class Evidence(models.Model):
    """How we know of a need: one source. Lived experience is one like any other, in the same form (AN-02)."""

    class Kind(models.TextChoices):
        DATA = "data", _("Data")
        LIVED_EXPERIENCE = "lived_experience", _("Lived experience")
        CONSULTATION = "consultation", _("Consultation")
        RESEARCH = "research", _("Research")

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=16, choices=Kind)
    source = models.CharField(max_length=300)
    says = models.CharField(max_length=600, blank=True)
    dated = models.DateField(null=True, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="evidence_has_source"),
            models.UniqueConstraint(fields=["need", "kind", "source", "says"], name="evidence_once"),
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def is_told(self) -> bool:
        """Whether people say it, rather than data."""
        return self.kind in (Evidence.Kind.LIVED_EXPERIENCE, Evidence.Kind.CONSULTATION)


class Origin(models.Model):
    """One thing somebody said that a need or an asset was made of: each contribution once."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, blank=True, related_name="origins")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="origins")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="origin")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=ONE_OF_TWO, name="origin_of_a_need_or_an_asset")]

    def __str__(self) -> str:
        return str(self.contribution)


class Tag(models.Model):
    """A policy word an officer puts to somebody's own words; whoever said them may disagree, and both stay (PN-02)."""

    class Word(models.TextChoices):
        SOCIAL = "social", _("Social value: social")
        ECONOMIC = "economic", _("Social value: economic")
        ENVIRONMENTAL = "environmental", _("Social value: environmental")

    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="tags")
    word = models.CharField(max_length=16, choices=Word)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    disagreed = models.CharField(max_length=500, blank=True)
    disagreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["contribution", "word"], name="tag_once")]

    def __str__(self) -> str:
        return self.get_word_display()
