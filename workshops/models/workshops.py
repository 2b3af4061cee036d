"""A workshop, its join code, and who came."""

import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Cycle, Group, Participant
from workshops import phases
from workshops.models.agendas import Sitting
from workshops.terms import time_asked
from workshops.window import Window

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
        return self.filter(cycle__in=Cycle.objects.visible_to(viewer)).filter(Q(parent=None) | self._rooms_of(viewer))

    @staticmethod
    def _rooms_of(viewer: "Viewer") -> Q:
        """A room is for those who sit in it and for whoever runs the workshop: not for the officer who looks over a shoulder."""
        mine = Q(pk__in=[p.pk for p in viewer.participants])
        if viewer.user is not None:
            mine |= Q(user=viewer.user)
        me = Participant.objects.filter(mine, withdrawn_at=None)
        running = me.filter(roles__code="facilitator").values("cycle")
        return Q(pk__in=Sitting.objects.filter(participant__in=me).values("room")) | Q(cycle__in=running)


class Workshop(models.Model):
    """A real-time co-design meeting for one cycle; or a room of one, when `parent` is the workshop it was split from."""

    class Kind(models.TextChoices):
        JOINT = "joint", _("Joint: all groups together")
        SEPARATE = "separate", _("Separate: one group by itself")
        STRAND = "strand", _("A strand: one theme")
        BREAKOUT = "breakout", _("A small group")

    class Moderation(models.TextChoices):
        AFTER = "after", _("After it is shown")
        BEFORE = "before", _("Before it is shown")

    class Entry(models.TextChoices):
        INVITED = "invited", _("People who are invited")
        ANYBODY = "anybody", _("Anybody: the public page shows how to join")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    entry = models.CharField(_("who can join"), max_length=8, choices=Entry, default=Entry.INVITED)
    kind = models.CharField(_("who it brings together"), max_length=10, choices=Kind, default=Kind.JOINT)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="rooms")
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80, unique=True)
    question = models.CharField(_("the everyday question"), max_length=300)
    code = models.CharField(max_length=8, unique=True, default=new_code)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=12, default=phases.FIRST)
    rule = models.JSONField(default=default_rule)
    hours = models.DecimalField(_("hours it asks of people"), max_digits=4, decimal_places=1, default=2)
    parts = models.PositiveSmallIntegerField(_("in how many parts"), default=1)
    starts_at = models.DateTimeField(null=True, blank=True)
    # When what people write is looked at: after it is shown, or before. The setting of the activity at hand takes its place.
    moderation = models.CharField(_("when what people write is looked at"), max_length=6, choices=Moderation, default=Moderation.AFTER)
    opens_at = models.DateTimeField(_("people can take part from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("people can take part until"), null=True, blank=True)
    venue = models.CharField(_("where it meets"), max_length=200, blank=True)
    rate = models.DecimalField(_("pounds an hour"), max_digits=6, decimal_places=2, null=True, blank=True)
    called_off_because = models.CharField(max_length=500, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0, help_text=_("Raised when a calendar must take the event again."))
    revision = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    side = models.CharField(max_length=12, choices=Group, blank=True, help_text=_("Whose room this is, if it is one group's."))
    in_use = models.BooleanField(default=False, help_text=_("This room is open now."))
    apart = models.BooleanField(default=False, help_text=_("People are in rooms of their own now."))
    capacity = models.PositiveIntegerField(_("most people who can join"), null=True, blank=True)
    told = models.CharField(_("why the lead commissioner runs it, if so"), max_length=300, blank=True)
    led_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    showing = models.CharField(_("what the big screen shows"), max_length=10, default="follow")
    desk_turn = models.PositiveBigIntegerField(default=0, help_text=_("Raised when desks change in a way no count shows."))
    queue_turn = models.PositiveBigIntegerField(default=0, help_text=_("The same for the facilitator’s queue."))
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

    @property
    def window(self) -> Window:
        """When this workshop takes what people say."""
        return Window(self.opens_at, self.closes_at, None if self.called_off_because else self.starts_at, Decimal(self.hours))

    @property
    def time_asked(self) -> str:
        """How much time it asks of people, in words (VS-01)."""
        return str(time_asked(Decimal(self.hours), self.parts))


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
