"""People without a device, the papers made for them, and what others counted or typed in for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models import Group


class Seating(models.Model):
    """Somebody is in the room without a device: one person, or one of a table. `ended_at` once they have their own link, or have gone."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="seatings")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=80, blank=True)
    added_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "participant"], name="seated_once")]
        indexes = [models.Index(fields=["workshop", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.participant} at {self.workshop}"


class Paper(models.Model):
    """A printed ballot paper of one seat, or a blank contribution card. Its code names nobody."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="papers")
    ballot = models.ForeignKey("workshops.Ballot", on_delete=models.PROTECT, null=True, related_name="papers")
    seat = models.OneToOneField("workshops.Seat", on_delete=models.PROTECT, null=True, related_name="paper")
    code = models.CharField(max_length=6, unique=True)
    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ballot=None, seat=None) | Q(ballot__isnull=False, seat__isnull=False, contribution=None),
                name="paper_is_a_ballot_paper_or_a_card",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Standing(models.TextChoices):
    """What has become of something one person entered and a second must confirm."""

    WAITING = "waiting", _("Waits for a second person")
    COUNTED = "counted", _("Counted")
    UNDONE = "undone", _("Taken back")
    REPLACED = "replaced", _("Replaced by a later one")
    ASIDE = "aside", _("Set aside")


class PaperEntry(models.Model):
    """What one person read on one ballot paper. Two who read the same make a vote."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="entries")
    choice = models.CharField(max_length=8)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.WAITING)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "by"], condition=Q(standing="waiting"), name="one_waiting_entry_per_paper_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.paper} by {self.by}"


class HandsCount(models.Model):
    """Hands one person counted in one group of an open ballot. Two who counted the same make it stand, until a recount does."""

    ballot = models.ForeignKey("workshops.Ballot", on_delete=models.PROTECT, related_name="hands")
    group = models.CharField(max_length=12, choices=Group)
    counts = models.JSONField()
    without = models.JSONField(default=list, help_text=_("Seats left out, because their people vote in another way."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.WAITING)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "group", "by"], condition=Q(standing="waiting"), name="one_waiting_count_per_group_and_person"
            ),
            models.UniqueConstraint(fields=["ballot", "group"], condition=Q(standing="counted"), name="one_standing_count_per_group"),
            models.CheckConstraint(condition=~Q(by=models.F("confirmed_by")), name="hands_confirmed_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.group} in {self.ballot}"
