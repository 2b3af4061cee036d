"""What potential suppliers were given: releases, who they went to and when; and what was shared outside them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Reach(models.TextChoices):
    """How a supplier wants to get releases."""

    SCREEN = "screen", _("On screen, on this page")
    EMAIL = "email", _("By e-mail")
    POST = "post", _("By post")
    PHONE = "phone", _("By phone")


class Recipient(models.Model):
    """A supplier registered for a cycle, or the way a supplier that takes part wants to get releases."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="recipients")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("how they get releases"), max_length=6, choices=Reach, default=Reach.SCREEN)
    where = models.CharField(_("e-mail address, postal address or phone number"), max_length=300, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "organisation"], name="recipient_registered_once"),
            models.CheckConstraint(condition=Q(channel="screen") | ~Q(where=""), name="recipient_says_where"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Release(models.Model):
    """One thing given to every potential supplier at one moment (FS-01, INV-13)."""

    class Kind(models.TextChoices):
        NOTES = "notes", _("Notes of a meeting")
        DRAFT = "draft", _("A draft to read")
        FACTS = "facts", _("Facts and figures")
        RULES = "rules", _("Rules and dates")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        DRAFT = "draft", _("Not released yet")
        SENT = "sent", _("Released")
        DROPPED = "dropped", _("Taken back before it was released")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="releases")
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("what it is"), max_length=6, choices=Kind, default=Kind.OTHER)
    text = models.TextField(_("words"), max_length=20_000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    place = models.CharField(max_length=100, blank=True, help_text=_("The workshop whose notes it is, or empty."))
    key = models.CharField(max_length=64, help_text=_("Sent with the form, so that a form sent twice makes one."))
    turn = models.PositiveIntegerField(default=0, help_text=_("Raised with each change, so that only what was seen is released."))
    content_hash = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sent_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "key"], name="release_made_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"], sent_at=None) | Q(state__in=["sent", "withdrawn"], sent_at__isnull=False),
                name="release_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "sent"]) | (~Q(ended_because="") & Q(ended_at__isnull=False)),
                name="release_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def public_title(self) -> str:
        """Its title for everybody; of what was withdrawn only the kind, because the title may be what had to go."""
        return self.title if self.ended_at is None else str(self.get_kind_display())

    @property
    def is_out(self) -> bool:
        """Whether everybody may read it now."""
        return self.state == Release.State.SENT


class SupplierContact(models.Model):
    """A visit, call or letter with one supplier before procurement starts (FS-08)."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("A visit or a meeting")
        CALL = "call", _("A phone or video call")
        LETTER = "letter", _("A letter or an e-mail")
        OTHER = "other", _("Something else")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="contacts")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what it was"), max_length=6, choices=Kind)
    who = models.CharField(_("who was there, from both sides"), max_length=300)
    happened_at = models.DateTimeField(_("when it was"))
    minutes = models.PositiveSmallIntegerField(_("how many minutes"), null=True, blank=True)
    summary = models.TextField(_("what was said"), max_length=2000)
    key = models.CharField(max_length=40)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="contact_logged_once"),
            models.CheckConstraint(condition=~Q(summary=""), name="contact_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.organisation}"


class SharedFile(models.Model):
    """A file of a release, or one that was given to a single supplier; kept as it came, with its hash."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    contact = models.ForeignKey(SupplierContact, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=120)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(release=None) ^ Q(contact=None), name="file_belongs_to_one"),
            models.UniqueConstraint(fields=["release", "sha256"], name="file_once_in_a_release"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One release, or the news that it was withdrawn, on its way to one supplier: the job and its record."""

    class About(models.TextChoices):
        RELEASE = "release", _("The release")
        WITHDRAWAL = "withdrawal", _("That it was withdrawn")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=10, choices=About, default=About.RELEASE)
    channel = models.CharField(max_length=6, choices=Reach)
    where = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(help_text=_("From when the supplier could have it."))
    later = models.BooleanField(default=False, help_text=_("The supplier registered after the release."))
    done_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was sent, posted or read out."))
    held_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "organisation", "about"], name="delivered_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.release}"


class ReleaseEvent(models.Model):
    """One line of the log of a release: only ever added to (a database trigger holds this)."""

    class What(models.TextChoices):
        SHOWN = "shown", _("Put on their page")
        SENT = "sent", _("Sent by e-mail")
        POSTED = "posted", _("Sent by post")
        PHONED = "phoned", _("Told by phone")
        DELIVERED = "delivered", _("Arrived")
        OPENED = "opened", _("Opened")
        DOWNLOADED = "downloaded", _("File fetched")
        TOLD = "told", _("Told that it was withdrawn")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="events")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    file = models.ForeignKey(SharedFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "pk"]
        indexes = [models.Index(fields=["release", "organisation"])]

    def __str__(self) -> str:
        return str(self.get_what_display())


class FlagAnswer(models.Model):
    """What was done about a flag of the equal-treatment record; the flag stays, with every answer."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="flag_answers")
    flag = models.CharField(max_length=120)
    said = models.CharField(max_length=1000, help_text=_("The flag as it stood when it was answered."))
    answer = models.TextField(max_length=1000)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(answer=""), name="flag_answer_has_words")]

    def __str__(self) -> str:
        return self.answer[:60]
