"""Agree, disagree or pass on short statements, and the map drawn of what people said."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group


class Opinion(models.Model):
    """What one voice says to one statement in one activity: a person's, or the single one of an organisation. The last stands."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("Agree")
        DISAGREE = "disagree", _("Disagree")
        PASS = "pass", _("Pass, or not sure")

    activity = models.ForeignKey("workshops.Activity", on_delete=models.CASCADE, related_name="opinions")
    contribution = models.ForeignKey("commissioning.Contribution", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    answer = models.CharField(max_length=8, choices=Answer)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "participant", "contribution"], name="person_answers_once"),
            models.UniqueConstraint(fields=["activity", "organisation", "contribution"], name="organisation_answers_once"),
            models.CheckConstraint(condition=Q(participant=None) ^ Q(organisation=None), name="opinion_of_a_person_or_an_organisation"),
        ]
        indexes = [models.Index(fields=["activity", "contribution", "answer"])]

    def __str__(self) -> str:
        return self.answer


class OpinionMap(models.Model):
    """The shape of opinion in one activity, or in an imported conversation; the row is the truth about its progress.

    `revision` names the answers it was drawn from: while they are the same it is not drawn again. `found` names statements by
    contribution and people only by how many.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be drawn")
        DRAWING = "drawing", _("Being drawn")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be drawn")

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.CASCADE, related_name="opinion_maps")
    activity = models.OneToOneField("workshops.Activity", on_delete=models.CASCADE, null=True, related_name="opinion_map")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Of a hundred.")
    revision = models.CharField(max_length=40, blank=True)
    found = models.JSONField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop"], condition=Q(activity=None), name="one_map_of_a_conversation")]

    def __str__(self) -> str:
        return f"{self.workshop}: {self.state}"
