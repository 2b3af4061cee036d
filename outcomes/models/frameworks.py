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

    class Meta:
        ordering = ["is_standard", "number"]

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

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="indicators")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=2000)
    form = models.CharField(max_length=12, choices=Form, default=Form.STORY)
    source = models.CharField(_("where it comes from"), max_length=200, blank=True)
    collector = models.CharField(_("who collects it"), max_length=120, blank=True)
    frequency = models.CharField(_("how often"), max_length=60, blank=True)
    hours = models.DecimalField(_("hours each time"), max_digits=5, decimal_places=1, null=True, blank=True)
    target = models.CharField(_("target or direction"), max_length=120, blank=True)
    chosen_by = models.CharField(max_length=12, choices=Group)
    proposal = models.OneToOneField("workshops.Proposal", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="en")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.text[:60]
