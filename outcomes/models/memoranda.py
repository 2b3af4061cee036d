"""Working together in writing: who would like to, what they agree on, and who signed which words (DO-03, AC-06)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SECTIONS = ("purpose", "who_does_what", "how_we_decide", "money_between_us", "how_we_part")


class WishToWork(models.Model):
    """An organisation says that it would like to work with others here; other organisations of the cycle see it."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("what you could bring, and whom you look for"), max_length=400)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "organisation"], name="wish_to_work_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.words[:50]}"


class Memorandum(models.Model):
    """A memorandum of understanding: its parties edit the terms; nobody else reads them."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SIGNED = "signed", _("Signed by all parties")
        ENDED = "ended", _("Ended")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("what it is called"), max_length=160)
    award = models.ForeignKey("outcomes.Award", on_delete=models.PROTECT, null=True, blank=True, related_name="memoranda")
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    review_on = models.DateField(_("when you look at it again"), null=True, blank=True)
    key = models.CharField(max_length=64)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="memorandum_numbered_once"),
            models.UniqueConstraint(fields=["cycle", "key"], name="memorandum_kept_once"),
            models.CheckConstraint(condition=~Q(state="ended") | ~Q(ended_because=""), name="memorandum_ended_with_reason"),
            models.CheckConstraint(condition=~Q(state="signed") | Q(signed_at__isnull=False), name="memorandum_signed_on_a_day"),
        ]

    def __str__(self) -> str:
        return self.title


class MemorandumParty(models.Model):
    """One party: an organisation, or (with none named) the authority itself."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    part = models.CharField(_("what it does"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["memorandum", "organisation"], name="memorandum_party_once"),
            models.UniqueConstraint(fields=["memorandum"], condition=Q(organisation=None), name="authority_is_party_once"),
        ]

    def __str__(self) -> str:
        return str(self.organisation) if self.organisation_id else str(self.memorandum.cycle.authority)


class MemorandumVersion(models.Model):
    """The terms as one of the parties saved them; all stay."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    purpose = models.TextField(_("What it is for"), max_length=4000, blank=True)
    who_does_what = models.TextField(_("Who does what"), max_length=4000, blank=True)
    how_we_decide = models.TextField(_("How we decide"), max_length=4000, blank=True)
    money_between_us = models.TextField(_("Money between us"), max_length=4000, blank=True)
    how_we_part = models.TextField(_("How we part"), max_length=4000, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["memorandum", "number"], name="memorandum_version_once")]

    def __str__(self) -> str:
        return f"{self.memorandum} {self.number}"

    @property
    def texts(self) -> list[str]:
        """The words of its sections, in order."""
        return [getattr(self, name) for name in SECTIONS]


class Signature(models.Model):
    """A party signed one version, by the role of whoever signs. New words need signing again."""

    version = models.ForeignKey(MemorandumVersion, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(MemorandumParty, on_delete=models.PROTECT, related_name="signatures")
    signed_as = models.CharField(_("your role"), max_length=120)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "party"], name="party_signs_a_version_once"),
            models.CheckConstraint(condition=~Q(signed_as=""), name="signed_by_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.signed_as}"
