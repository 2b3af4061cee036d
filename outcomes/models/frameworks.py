"""The authority's answers to agreed items, and the outcomes framework they become."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group


class Decision(models.Model):
    """The authority's answer to one agreement: a decider's role, a reason, a date (PS-03, INV-07). Never written by a vote."""

    class Answer(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        PART = "part", _("Adopted in part")
        NOT = "not", _("Not adopted")

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Officer decision")
        POLITICAL = "political", _("Political decision")

    agreement = models.OneToOneField("workshops.Agreement", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OFFICER)
    reason = models.TextField(max_length=1000)
    decider_role = models.CharField(max_length=120)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(condition=~Q(decider_role=""), name="decision_names_the_role"),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.agreement}"


class Framework(models.Model):
    """The outcomes framework of a cycle: themes, outcomes, indicators."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FROZEN = "frozen", _("Frozen")

    cycle = models.OneToOneField("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)

    def __str__(self) -> str:
        return f"Framework of {self.cycle}"


class FrameworkVersion(models.Model):
    """A frozen framework: its whole content and the hash of it (INV-11)."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number}"


class Theme(models.Model):
    """A theme of the framework."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="themes")
    title = models.CharField(_("theme"), max_length=120)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["framework", "title"], name="theme_once")]

    def __str__(self) -> str:
        return self.title


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Outcomes as a draft, a choice or a count looks at them."""

    def standing(self) -> "OutcomeQuerySet":
        """Those not retired: what drafts, lists and new citations may name."""
        return self.filter(retired_at=None)


class Outcome(models.Model):
    """A change in people's lives that the authority adopted; it cites the agreement it came from."""

    class Horizon(models.TextChoices):
        SHORT = "short", _("Within a year")
        MEDIUM = "medium", _("One to three years")
        LONG = "long", _("Longer than three years")

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="outcomes")
    number = models.PositiveIntegerField()
    statement = models.TextField(max_length=2000)
    for_whom = models.CharField(_("for whom"), max_length=200)
    social = models.BooleanField(_("Social"), default=False)
    economic = models.BooleanField(_("Economic"), default=False)
    environmental = models.BooleanField(_("Environmental"), default=False)
    horizon = models.CharField(max_length=8, choices=Horizon)
    is_standard = models.BooleanField(default=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="en", help_text=_("The language of its words."))
    prevents = models.BooleanField(_("It prevents a later need"), default=False)
    prevents_what = models.CharField(_("which later need it prevents"), max_length=300, blank=True)
    benefits_beyond = models.CharField(_("who else benefits, beyond those who use the service"), max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_because = models.CharField(max_length=500, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["is_standard", "number"]
        constraints = [models.CheckConstraint(condition=Q(retired_at=None) | ~Q(retired_because=""), name="outcome_retired_with_reason")]

    def __str__(self) -> str:
        return self.statement[:60]

    @property
    def code(self) -> str:
        """How the outcome is called in talk: O3, or S1 for a standard."""
        return f"{'S' if self.is_standard else 'O'}{self.number}"

    @property
    def dimensions(self) -> list[str]:
        """The dimensions of well-being it serves, in words."""
        names = (("social", _("Social")), ("economic", _("Economic")), ("environmental", _("Environmental")))
        return [str(label) for name, label in names if getattr(self, name)]


class Indicator(models.Model):
    """A sign that an outcome is happening; hard or soft, and it need not be a number (PL-08, ME-01)."""

    class Form(models.TextChoices):
        COUNT = "count", _("Count")
        SHARE = "share", _("Share")
        SCALE = "scale", _("Scale")
        STAR = "star", _("Star")
        STORY = "story", _("Story")
        OBSERVATION = "observation", _("Observation")

    class Direction(models.TextChoices):
        UP = "up", _("More is better")
        DOWN = "down", _("Less is better")
        STEADY = "steady", _("Stays as it is")

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="indicators")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=2000)
    form = models.CharField(max_length=12, choices=Form, default=Form.STORY)
    source = models.CharField(_("where it comes from"), max_length=200, blank=True)
    collector = models.CharField(_("who collects it"), max_length=120, blank=True)
    frequency = models.CharField(_("how often"), max_length=60, blank=True)
    hours = models.DecimalField(_("hours each time"), max_digits=5, decimal_places=1, null=True, blank=True)
    target = models.CharField(_("target in words"), max_length=120, blank=True)
    unit = models.CharField(_("counted in"), max_length=60, blank=True)
    scale_from = models.DecimalField(_("lowest point of the scale"), max_digits=7, decimal_places=2, null=True, blank=True)
    scale_to = models.DecimalField(_("highest point of the scale"), max_digits=7, decimal_places=2, null=True, blank=True)
    baseline = models.DecimalField(_("where it stands now"), max_digits=14, decimal_places=4, null=True, blank=True)
    baseline_on = models.DateField(_("day of that figure"), null=True, blank=True)
    aim = models.DecimalField(_("target as a number"), max_digits=14, decimal_places=4, null=True, blank=True)
    aim_on = models.DateField(_("to be reached by"), null=True, blank=True)
    direction = models.CharField(_("which way is better"), max_length=6, choices=Direction, blank=True)
    own_horizon = models.CharField(
        _("when it can show"), max_length=8, choices=Outcome.Horizon, blank=True, help_text=_("Empty: as for its outcome.")
    )
    shown_by = models.CharField(_("by which groups it is shown"), max_length=200, blank=True)
    chosen_by = models.CharField(max_length=12, choices=Group)
    proposal = models.OneToOneField("workshops.Proposal", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="en")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0), name="indicator_hours_not_negative"),
            models.CheckConstraint(
                condition=Q(scale_from=None, scale_to=None) | Q(scale_to__gt=models.F("scale_from")), name="indicator_scale_has_two_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def code(self) -> str:
        """How it is called in talk: I4."""
        return f"I{self.number}"

    @property
    def horizon(self) -> str:
        """When it can show: its own, or its outcome's (ME-05)."""
        return self.own_horizon or self.outcome.horizon

    @property
    def horizon_words(self) -> str:
        """The same in words."""
        return str(Outcome.Horizon(self.horizon).label)

    @property
    def is_collected(self) -> bool:
        """Whether somebody collects it and we know how long that takes (ME-08)."""
        return bool(self.collector) and self.hours is not None


class CoverageReason(models.Model):
    """Why no outcome of a framework is social, economic or environmental (PL-09). The newest stands; all stay."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="coverage_reasons")
    dimension = models.CharField(
        max_length=13, choices=[("social", _("Social")), ("economic", _("Economic")), ("environmental", _("Environmental"))]
    )
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="coverage_gap_has_reason")]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.reason}"
