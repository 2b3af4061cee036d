"""A workshop's agenda: its activities in order, who is ready, and the agendas an authority keeps to use again."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Attribution, Group
from commissioning.sentences import Sentence
from workshops import phases
from workshops.models.ballots import Channel


class Activity(models.Model):
    """One part of a workshop: what is done, by whom, for how long, and who sees whose words meanwhile."""

    class TakesPart(models.TextChoices):
        EVERYONE = "everyone", _("Everyone together")
        ONE_GROUP = "one_group", _("One group; the others wait")
        EACH_GROUP = "each_group", _("Each group in a room of its own")
        STRANDS = "strands", _("By theme, each in a room of its own")
        SMALL = "small", _("Small groups of two to four")

    class Sight(models.TextChoices):
        LIVE = "live", _("Everybody sees it at once")
        HIDDEN = "hidden", _("Hidden until the facilitator shares it")
        ROOM = "room", _("Stays in this room unless the group agrees to share it")

    class Moderation(models.TextChoices):
        AFTER = "after", _("Shown at once; the facilitator may take it off")
        BEFORE = "before", _("Shown when the facilitator has looked at it")

    class State(models.TextChoices):
        PLANNED = "planned", _("To come")
        NOW = "now", _("Now")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.CASCADE, related_name="activities")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("what people do"), max_length=12)
    title = models.CharField(_("name"), max_length=80, blank=True)
    prompt = models.CharField(_("the question or task, in everyday words"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    takes_part = models.CharField(_("who takes part"), max_length=12, choices=TakesPart, default=TakesPart.EVERYONE)
    group = models.CharField(_("which group"), max_length=12, choices=Group, blank=True)
    attribution = models.CharField(_("whose name is shown"), max_length=12, choices=Attribution, default=Attribution.NAMED)
    sight = models.CharField(_("who sees what others write"), max_length=8, choices=Sight, default=Sight.LIVE)
    moderation = models.CharField(_("looking at cards first"), max_length=8, choices=Moderation, default=Moderation.AFTER)
    settings = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    extra_seconds = models.IntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    shared_at = models.DateTimeField(null=True, blank=True)
    turnout = models.JSONField(null=True, blank=True, help_text="Entitled and present voices by group, noted when choosing ended.")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["workshop"], condition=Q(state="now"), name="one_activity_now")]

    def __str__(self) -> str:
        return self.title or str(phases.PHASES[self.kind].title)

    @property
    def phase(self) -> phases.Phase:
        """What this kind of activity is for and what it opens."""
        return phases.PHASES[self.kind]

    @property
    def line(self) -> str:
        """What people are asked to do: the facilitator's own prompt, else the kind's."""
        return self.prompt or str(self.phase.line)

    @property
    def next_words(self) -> str:
        """What the facilitator's big button says when this comes next."""
        return str(Sentence("Go on to: {what} ({n} minutes)", what=str(self), n=self.minutes))

    @property
    def is_apart(self) -> bool:
        """Whether people go to rooms of their own for this."""
        return self.takes_part in (self.TakesPart.EACH_GROUP, self.TakesPart.STRANDS, self.TakesPart.SMALL)

    @property
    def plan(self) -> dict[str, Any]:
        """The activity as an agenda kept for another time holds it, without what came of it here."""
        settings = {name: value for name, value in self.settings.items() if name != "settled"}
        return {name: getattr(self, name) for name in PLAN_FIELDS} | {"settings": settings}


PLAN_FIELDS = ("kind", "title", "prompt", "minutes", "takes_part", "group", "attribution", "sight", "moderation", "settings")


class Ready(models.Model):
    """Somebody says "I am ready to go on" in one activity."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="ready")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "participant"], name="ready_once")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.activity}"


class KeptAgenda(models.Model):
    """An agenda an authority keeps, to start another workshop from."""

    authority = models.ForeignKey("commissioning.Authority", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    activities = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="agenda_named_once")]

    def __str__(self) -> str:
        return self.name


class Sitting(models.Model):
    """Somebody's place in a room their workshop was split into."""

    room = models.ForeignKey("workshops.Workshop", on_delete=models.CASCADE, related_name="sittings")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "participant"], name="one_place_in_a_room")]

    def __str__(self) -> str:
        return f"{self.participant} in {self.room}"


class Readiness(models.Model):
    """Whether somebody thinks their group is ready to meet with the others (WS-03). The latest answer stands."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.CASCADE, related_name="readiness")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    ready = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], name="readiness_answered_once")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.ready}"


class Clash(models.Model):
    """Two proposals of different strands that pull against each other, with the reason (PL-02)."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.CASCADE, related_name="clashes")
    one = models.ForeignKey("workshops.Proposal", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("workshops.Proposal", on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=300)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.why


class Turn(models.Model):
    """Somebody asks to speak, speaks, and has spoken."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.CASCADE, related_name="turns")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], condition=Q(ended_at=None), name="asks_once_at_a_time")]

    def __str__(self) -> str:
        return str(self.participant)

    @property
    def next_words(self) -> str:
        """What the facilitator's button says when this turn comes next."""
        return str(Sentence("Next to speak: {who}", who=self.participant.signature))


class Rating(models.Model):
    """How strong one person finds one card in one activity.

    `rater` is a hash that only the rater's own key can make (see ADR 5): a table of who rated what, and so who wrote what,
    does not exist.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="ratings")
    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    rater = models.CharField(max_length=64)
    group = models.CharField(max_length=12, choices=Group)
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Empty while the card is in somebody's hand."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "contribution", "rater"], name="card_rated_once")]

    def __str__(self) -> str:
        return str(self.score)


class Dots(models.Model):
    """How many dots one voice puts on one card in one activity: a person's, or the single one of an organisation."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="dots")
    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "contribution", "participant"], name="persons_dots_once"),
            models.UniqueConstraint(fields=["activity", "contribution", "organisation"], name="organisations_dots_once"),
            models.CheckConstraint(condition=Q(participant=None) ^ Q(organisation=None), name="dots_of_a_person_or_an_organisation"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Choice(models.Model):
    """What one voice marks in one activity: a person's, or the single one of an organisation. The last one sent stands."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="choices")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    marks = models.JSONField(help_text="Contribution to number; what the number means is said by the way of choosing.")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "participant"], name="person_chooses_once"),
            models.UniqueConstraint(fields=["activity", "organisation"], name="organisation_chooses_once"),
            models.CheckConstraint(condition=Q(participant=None) ^ Q(organisation=None), name="choice_of_a_person_or_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {len(self.marks)}"
