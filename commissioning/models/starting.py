"""Where a cycle starts from: what is known at the start, what social value means here, policy, and what was done in each stage."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models.people import Group


class StartingPoint(models.Model):
    """The page a cycle starts from: a draft of the officers, then shared with everybody (AN-12)."""

    cycle = models.OneToOneField("commissioning.Cycle", on_delete=models.PROTECT, related_name="starting_point")
    shared_at = models.DateTimeField(null=True, blank=True)
    shared_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"Starting point of {self.cycle}"


class StartingWords(models.Model):
    """What was written under one heading of the starting point; the newest stands, the others stay (AN-12, PN-03)."""

    class Heading(models.TextChoices):
        BUDGET = "budget", _("The money there is")
        RELATIONS = "relations", _("How we have worked together so far")
        PROMISES = "promises", _("What was promised before")
        COMPACT = "compact", _("Agreements and policies that already hold")
        TRUST = "trust", _("How much people trust each other now")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="starting_words")
    heading = models.CharField(max_length=10, choices=Heading)
    unknown = models.BooleanField(default=False, help_text=_("Said openly: we do not know yet."))
    words = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(unknown=True) | ~Q(words=""), name="starting_words_or_unknown")]

    def __str__(self) -> str:
        return f"{self.heading}: {self.words[:40]}"


class Meaning(models.Model):
    """One version of what social value means for this service; or the wish to leave it open (AN-11)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="meanings")
    number = models.PositiveIntegerField()
    left_open = models.BooleanField(default=False)
    words = models.TextField(max_length=2000, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    agreed_on = models.DateField()
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="meaning_version_once"),
            models.CheckConstraint(
                condition=(Q(left_open=True) & Q(words="") & ~Q(reason="")) | (Q(left_open=False) & ~Q(words="")),
                name="meaning_has_words_or_is_left_open",
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="changed_meaning_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class MeaningAgreed(models.Model):
    """One group agreed to one version, and how."""

    meaning = models.ForeignKey(Meaning, on_delete=models.PROTECT, related_name="agreed")
    group = models.CharField(max_length=12, choices=Group)
    how = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meaning", "group"], name="group_agrees_once_to_a_meaning"),
            models.CheckConstraint(condition=~Q(how=""), name="agreed_meaning_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.how[:40]}"


class MeaningRead(models.Model):
    """Somebody has read a version, so their cycle page need not say again that it is new."""

    meaning = models.ForeignKey(Meaning, on_delete=models.PROTECT, related_name="read")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meaning", "participant"], name="meaning_read_once")]

    def __str__(self) -> str:
        return f"{self.participant} read {self.meaning}"


class Remark(models.Model):
    """A contribution that stands beside a heading of the starting point, or against a version of the meaning."""

    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="remark")
    heading = models.CharField(max_length=10, choices=StartingWords.Heading, blank=True)
    meaning = models.ForeignKey(Meaning, on_delete=models.PROTECT, null=True, blank=True, related_name="remarks")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(meaning=None) & ~Q(heading="")) | (Q(meaning__isnull=False) & Q(heading="")), name="remark_is_about_one_thing"
            )
        ]

    def __str__(self) -> str:
        return self.heading or str(self.meaning)


class PolicyNote(models.Model):
    """What the authority says of its social value policy and the borough's priorities; the newest stands (AN-13, PN-03)."""

    authority = models.ForeignKey("commissioning.Authority", on_delete=models.PROTECT, related_name="policy_notes")
    none_yet = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=500, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    priorities = models.TextField(max_length=3000, blank=True)
    priorities_link = models.CharField(max_length=500, blank=True)
    looked_on = models.DateField()
    by = models.ForeignKey("commissioning.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(none_yet=True) & Q(title="") & Q(link="")) | (Q(none_yet=False) & ~Q(title="")),
                name="policy_is_named_or_there_is_none",
            )
        ]

    def __str__(self) -> str:
        return self.title or "none yet"

    @property
    def priority_lines(self) -> list[str]:
        """The borough's priorities, one from each line."""
        return [line for line in (one.strip() for one in self.priorities.splitlines()) if line]


class TaskDone(models.Model):
    """A task of a stage is done: shown by words or a link, never by a tick alone (CY-1 to CY-4)."""

    stage = models.ForeignKey("commissioning.Stage", on_delete=models.CASCADE, related_name="done")
    task = models.CharField(max_length=40)
    words = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "task"], name="task_done_once"),
            models.CheckConstraint(condition=~Q(words="") | ~Q(link=""), name="task_done_has_words_or_link"),
        ]

    def __str__(self) -> str:
        return self.task


class PrincipleAnswer(models.Model):
    """What the authority says it did about a principle, or why it declined; the newest stands (P8-5, P8-7)."""

    class Kind(models.TextChoices):
        DID = "did", _("We did something")
        DECLINED = "declined", _("We thought about it and said no")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="principle_answers")
    code = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.CharField(max_length=1000)
    link = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="principle_answer_has_words")]

    def __str__(self) -> str:
        return f"{self.code}: {self.kind}"


class ShiftMark(models.Model):
    """Where somebody sees the cycle on one shift, 1 to 5; an organisation has one standing answer, an officer one. All stay."""

    class Side(models.TextChoices):
        VSO = "vso", _("Voluntary organisations")
        COMMISSIONER = "commissioner", _("Commissioner side")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="shift_marks")
    shift = models.CharField(max_length=8)
    side = models.CharField(max_length=12, choices=Side)
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    value = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="shift_mark_is_1_to_5"),
            models.CheckConstraint(condition=~Q(side="vso") | Q(organisation__isnull=False), name="vso_shift_mark_has_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.shift}: {self.value}"


class Department(models.Model):
    """A department, or another commissioner, whose services this cycle touches: asked, watching, or taking part (AN-18)."""

    class Standing(models.TextChoices):
        ASKED = "asked", _("Asked, no answer yet")
        WATCHES = "watches", _("Watches")
        JOINED = "joined", _("Takes part")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="departments")
    name = models.CharField(_("department"), max_length=160)
    services = models.CharField(max_length=300, blank=True)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.ASKED)
    user = models.ForeignKey("commissioning.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["cycle", "name"], name="department_once_per_cycle")]

    def __str__(self) -> str:
        return self.name
