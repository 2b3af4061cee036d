"""A workshop, its join code, and who came."""

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from commissioning.models import Cycle
from workshops import phases

if TYPE_CHECKING:
    from commissioning.people import Viewer

CODE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"  # 28: no vowels, so no rude words, and nothing that looks like O, I or L
CODE_LENGTH = 8


def new_code() -> str:
    """A join code nobody can guess: 28 to the power of 8 is 378 thousand million."""
    return "".join(secrets.choice(CODE_LETTERS) for __ in range(CODE_LENGTH))


def default_rule() -> dict[str, Any]:
    """Two thirds of each group, and two voices in each."""
    return {"groups": {code: {"percent": 67, "least": 2} for code in ("commissioner", "vso", "citizen")}}


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    """The only way to a workshop for anybody."""

    def visible_to(self, viewer: "Viewer") -> "WorkshopQuerySet":
        """The workshops of the cycles this viewer may see."""
        return self.filter(cycle__in=Cycle.objects.visible_to(viewer))


class Workshop(models.Model):
    """A real-time co-design meeting for one cycle; or a room of one, when `parent` is the workshop it was split from."""

    class Kind(models.TextChoices):
        JOINT = "joint", _("Joint: all groups together")
        SEPARATE = "separate", _("Separate: one group by itself")
        STRAND = "strand", _("A strand: one theme")
        BREAKOUT = "breakout", _("A small group")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("who it brings together"), max_length=10, choices=Kind, default=Kind.JOINT)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="rooms")
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80, unique=True)
    question = models.CharField(_("the everyday question"), max_length=300)
    code = models.CharField(max_length=8, unique=True, default=new_code)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=10, default=phases.FIRST)
    rule = models.JSONField(default=default_rule)
    hours = models.DecimalField(_("hours it asks of people"), max_digits=4, decimal_places=1, default=2)
    starts_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveBigIntegerField(default=0)
    none_because = models.CharField(max_length=500, blank=True)
    source = models.JSONField(default=dict, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def spoken_code(self) -> str:
        """The code in two halves, as read aloud and printed: K7QM-4XPT."""
        return f"{self.code[:4]}-{self.code[4:]}"


class Attendance(models.Model):
    """Somebody came to a workshop, in the room or on line; `last_at` tells who is here now, `gone` how they went."""

    class Gone(models.TextChoices):
        LEFT = "left", _("left the page")
        LOST = "lost", _("lost their connection")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="attendances")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    gone = models.CharField(max_length=4, choices=Gone, blank=True)
    waiting = models.PositiveSmallIntegerField(default=0)  # how many messages their browser still holds, as it last said

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], name="attended_once")]

    def __str__(self) -> str:
        return f"{self.participant} at {self.workshop}"
