"""A file somebody asked for, built in the background; the row is the truth about its progress."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Export(models.Model):
    """One file of one signed-off version. Two people asking at once get one build."""

    class Form(models.TextChoices):
        DOCX = "docx", _("Word document")
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
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "form"], name="one_build_per_file")]

    def __str__(self) -> str:
        return f"{self.form} of {self.version}"
