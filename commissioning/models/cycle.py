"""A commissioning cycle, its stages, and the honesty list every engagement starts from."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning import cycle as table

if TYPE_CHECKING:
    from commissioning.people import Viewer


class Area(models.Model):
    """A "relevant area" in words; a cycle may cover several."""

    authority = models.ForeignKey("commissioning.Authority", on_delete=models.PROTECT, related_name="areas")
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="area_named_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """What is commissioned."""

    authority = models.ForeignKey("commissioning.Authority", on_delete=models.PROTECT, related_name="services")
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="service_named_once")]

    def __str__(self) -> str:
        return self.name


class CycleQuerySet(models.QuerySet["Cycle"]):
    """The only way to a cycle for anybody."""

    def visible_to(self, viewer: "Viewer") -> "CycleQuerySet":
        """The cycles this viewer's authority owns or that they take part in; anything else does not exist for them."""
        mine = Q(pk__in=viewer.cycle_ids)
        if viewer.user is not None:
            mine |= Q(authority__memberships__user=viewer.user) | Q(participants__user=viewer.user, participants__withdrawn_at=None)
        return self.filter(mine).distinct()

    def public(self) -> "CycleQuerySet":
        """The cycles anybody may read about, without an account (AN-13, FS-05)."""
        return self.filter(public_at__isnull=False)


class Cycle(models.Model):
    """One service in one or more areas, from analyse to review and round again (AN-01)."""

    class Kind(models.TextChoices):
        NEW = "new", _("New service")
        RECOMMISSION = "recommission", _("Commissioned again")
        DECOMMISSION = "decommission", _("Ending a service")
        REVIEW = "review", _("Review only")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    authority = models.ForeignKey("commissioning.Authority", on_delete=models.PROTECT, related_name="cycles")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="cycles")
    areas = models.ManyToManyField(Area, related_name="cycles")
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80, unique=True)
    purpose = models.TextField(_("what this is about"), max_length=2000)
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.NEW)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    level = models.PositiveSmallIntegerField(_("promised level of engagement"))
    who_proposes = models.CharField(_("who proposes"), max_length=300)
    who_votes = models.CharField(_("who votes"), max_length=300)
    who_decides = models.CharField(_("who decides"), max_length=300)
    authority_keeps = models.CharField(_("what the authority keeps"), max_length=300)
    payment_line = models.CharField(_("payment for taking part"), max_length=300)
    bidding_rule = models.CharField(_("taking part and bidding"), max_length=400)
    contact = models.CharField(_("person to contact with a concern"), max_length=200)
    invented = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    public_at = models.DateTimeField(null=True, blank=True, help_text=_("When its public page opened to everybody."))
    closed_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(payment_line=""), name="cycle_declares_payment")]

    def __str__(self) -> str:
        return self.title

    @property
    def level_words(self) -> dict[str, str]:
        """The promised level in plain words: its name, what the authority does, what people can change (PS-01)."""
        name, does, change = table.LEVELS[self.level]
        return {"name": str(name), "does": str(does), "change": str(change)}


class Stage(models.Model):
    """Where one stage of a cycle stands; skipping one keeps the reason in view of all (AN-01)."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        SKIPPED = "skipped", _("Skipped")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="stages")
    code = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], name="stage_once_per_cycle"),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(reason=""), name="skipped_stage_has_reason"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def plan(self) -> table.StagePlan:
        """What this stage is for, and what it needs."""
        return table.STAGES[self.code]


class ExitAnswer(models.Model):
    """An answer to an exit question: yes with its evidence, or no with its reason; never blank."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    yes = models.BooleanField()
    words = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "question"], name="one_answer_per_exit_question"),
            models.CheckConstraint(condition=~Q(words=""), name="exit_answer_has_words"),
        ]

    def __str__(self) -> str:
        return self.question


class MilestoneMet(models.Model):
    """Something a stage needed has happened. Upper floors leave these; `cycle.py` judges by them alone."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="milestone_met_once")]

    def __str__(self) -> str:
        return self.code


class ScopeItem(models.Model):
    """What is already decided, what is open, what is out of scope: said before the first prompt (AN-16)."""

    class Kind(models.TextChoices):
        DECIDED = "decided", _("Already decided")
        OPEN = "open", _("Open: you can change this")
        OUT = "out", _("Not part of this")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="scope")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class ScopeQuestion(models.Model):
    """Something a participant asks about a line of the honesty list; it is a contribution like any other, and gets its answer."""

    item = models.ForeignKey(ScopeItem, on_delete=models.CASCADE, related_name="questions")
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="about_scope")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.contribution)
