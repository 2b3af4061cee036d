"""A file somebody asked for, built in the background; the row is the truth about its progress. Packs that were brought in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Export(models.Model):
    """One file of one signed-off version. Two people asking at once get one build, and what is ready is never built again."""

    class Form(models.TextChoices):
        PACK = "pack", _("Everything in one pack")
        DOCX = "docx", _("Word document")
        PDF = "pdf", _("PDF document")
        XLSX = "xlsx", _("Spreadsheet")
        JSON = "json", _("JSON data")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be built")
        BUILDING = "building", _("Being built")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be built")

    version = models.ForeignKey("outcomes.SpecificationVersion", on_delete=models.PROTECT, related_name="exports")
    form = models.CharField(max_length=5, choices=Form)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    file = models.BinaryField(null=True)
    step = models.PositiveSmallIntegerField(default=0, help_text=_("Steps done."))
    steps = models.PositiveSmallIntegerField(default=0, help_text=_("Steps in all; nought while nobody has begun."))
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("How often a worker began; one that dies is followed by another."))
    why = models.CharField(max_length=300, blank=True, help_text=_("Why it could not be built."))
    held_at = models.DateTimeField(null=True, help_text=_("When a worker last said that it is at it."))
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "form"], name="one_build_per_file"),
            models.CheckConstraint(condition=models.Q(step__lte=models.F("steps")), name="no_more_steps_than_there_are"),
            models.CheckConstraint(condition=~models.Q(state="ready") | models.Q(file__isnull=False), name="a_ready_file_is_there"),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.version}"


class SessionRecord(models.Model):
    """Who was asked and what was said for it, as it stood when a version was signed off; frozen with it, without a name."""

    version = models.OneToOneField("outcomes.SpecificationVersion", on_delete=models.PROTECT, related_name="record")
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"Session record of {self.version}"


class BroughtIn(models.Model):
    """A pack made elsewhere, kept to the letter and read-only. It is never mixed with what is written here."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, null=True, related_name="+")
    package = models.TextField()
    title = models.CharField(max_length=300)
    number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    package_hash = models.CharField(max_length=64)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "package_hash"], name="pack_brought_in_once"),
            models.UniqueConstraint(fields=["package_hash"], condition=models.Q(cycle=None), name="pack_brought_in_by_nobody_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"
