"""Which needs come first: what participants say, what is adopted, and why the two differ (AN-10, PS-09); gaps disputed (AN-15)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models.people import Group


class Prioritising(models.Model):
    """One time a cycle puts its needs in order, by criteria everybody saw first. Sealed until it is closed."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="prioritisings")
    criteria = models.JSONField(help_text=_("What to think of, in words, fixed before anybody ranks."))
    needs = models.ManyToManyField("commissioning.Need", related_name="prioritisings")
    result = models.JSONField(null=True, blank=True, help_text=_("The order of each group and of all, kept when it is closed."))
    opened_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle"], condition=Q(closed_at__isnull=True), name="one_open_ranking_per_cycle"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, result__isnull=True) | Q(closed_at__isnull=False, result__isnull=False),
                name="closed_ranking_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"Ranking of {self.cycle}"


class Ranking(models.Model):
    """The order one voice gave: a person's, or the single one of an organisation (INV-22)."""

    prioritising = models.ForeignKey(Prioritising, on_delete=models.PROTECT, related_name="rankings")
    participant = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    places = models.JSONField(help_text=_("Numbers of needs, sets of level ones, the first first."))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["prioritising", "participant"], name="one_ranking_per_person"),
            models.UniqueConstraint(fields=["prioritising", "organisation"], name="one_ranking_per_organisation"),
            models.CheckConstraint(
                condition=Q(participant__isnull=False, organisation__isnull=True) | Q(participant__isnull=True, organisation__isnull=False),
                name="ranking_is_of_one_voice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.places}"


class Adoption(models.Model):
    """The order the authority adopted, by whom in which role and when; a later one supersedes, earlier ones stay."""

    prioritising = models.ForeignKey(Prioritising, on_delete=models.PROTECT, related_name="adoptions")
    role = models.CharField(max_length=120)
    first = models.PositiveSmallIntegerField(help_text=_("How many of them are acted on first."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["prioritising"], condition=Q(superseded_at__isnull=True), name="one_adopted_order"),
            models.CheckConstraint(condition=~Q(role=""), name="adoption_names_the_role"),
        ]

    def __str__(self) -> str:
        return self.role


class Priority(models.Model):
    """The place of one need in the adopted order beside its place in the participants'; where they differ, a reason (AN-10)."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Officer decision")
        POLITICAL = "political", _("Political decision")

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="priorities")
    need = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, related_name="priorities")
    ranked = models.PositiveSmallIntegerField(help_text=_("Its place in the participants' order."))
    level = models.PositiveSmallIntegerField(default=1, help_text=_("How many share that place, itself included."))
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "need"], name="priority_once"),
            models.UniqueConstraint(fields=["adoption", "place"], name="place_once"),
            models.CheckConstraint(
                condition=Q(place__gte=models.F("ranked"), place__lt=models.F("ranked") + models.F("level"))
                | (~Q(reason="") & ~Q(kind="")),
                name="moved_priority_has_reason_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.need}"


class GapDispute(models.Model):
    """Somebody says that a line of the gap list is not so; the authority answers (AN-15)."""

    class Lacks(models.TextChoices):
        PROVIDER = "provider", _("Nobody provides for it")
        OUTCOME = "outcome", _("No outcome answers it")
        FUNDING = "funding", _("No money is set aside for it")

    need = models.ForeignKey("commissioning.Need", on_delete=models.PROTECT, related_name="disputes")
    lacks = models.CharField(max_length=10, choices=Lacks)
    words = models.CharField(max_length=500)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="gap_dispute_has_words"),
            models.UniqueConstraint(fields=["need", "lacks", "by"], condition=Q(answer=""), name="gap_disputed_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.words[:60]
