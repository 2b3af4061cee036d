"""The provider map of a cycle: who could provide, what they reach, what was sent to them; and who must be asked."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class MapLabel(models.Model):
    """A sector, a group of people or an area, in the cycle's own words; `required` where somebody must be found for it (AN-06)."""

    class Kind(models.TextChoices):
        SECTOR = "sector", _("Sector")
        GROUP = "group", _("Group reached")
        AREA = "area", _("Area")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="map_labels")
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=120)
    required = models.BooleanField(default=False)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint("cycle", "kind", Lower("name"), name="map_label_once")]

    def __str__(self) -> str:
        return self.name


class Channel(models.TextChoices):
    """How an organisation wants to hear."""

    EMAIL = "email", _("E-mail")
    POST = "post", _("Post")
    PHONE = "phone", _("Phone")


class ProviderEntry(models.Model):
    """One organisation on the map of one cycle. The same organisation stands on the maps of many."""

    class State(models.TextChoices):
        LISTED = "listed", _("Not checked yet")
        VERIFIED = "verified", _("Checked with them")

    class Source(models.TextChoices):
        OFFICER = "officer", _("Added by an officer")
        FILE = "file", _("From a file")
        ITSELF = "itself", _("Put itself on the map")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="map_entries")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="map_entries")
    labels = models.ManyToManyField(MapLabel, related_name="entries")
    offers = models.CharField(_("what it could contribute"), max_length=600, blank=True)
    expertise = models.CharField(_("what it is an expert in"), max_length=600, blank=True)
    own_words = models.BooleanField(default=False, help_text=_("The organisation wrote its expertise itself (PS-11)."))
    channel = models.CharField(_("how it wants to hear"), max_length=5, choices=Channel, blank=True)
    reach_at = models.CharField(_("where to reach it"), max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.LISTED)
    source = models.CharField(max_length=7, choices=Source, default=Source.OFFICER)
    added_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_because = models.CharField(max_length=300, blank=True)
    joined_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "organisation"], name="on_the_map_once"),
            models.CheckConstraint(condition=Q(removed_at=None) | ~Q(removed_because=""), name="taken_off_the_map_with_reason"),
            models.CheckConstraint(condition=~Q(state="verified") | Q(verified_at__isnull=False), name="verified_entry_has_day"),
            models.CheckConstraint(condition=~Q(own_words=True) | ~Q(expertise=""), name="own_words_are_words"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Outreach(models.Model):
    """One thing sent to one organisation by one route, and what became of it: only ever added to (TR-03)."""

    class Route(models.TextChoices):
        EMAIL = "email", _("E-mail")
        POST = "post", _("Post")
        PHONE = "phone", _("Phone call")
        MET = "met", _("Face to face")
        OTHER = "other", _("Another way")

    class Came(models.TextChoices):
        SENT = "sent", _("It went out")
        DELIVERED = "delivered", _("It arrived")
        OPENED = "opened", _("They read it or we spoke to them")
        FAILED = "failed", _("It came back or nobody answered")

    entry = models.ForeignKey(ProviderEntry, on_delete=models.PROTECT, related_name="outreach")
    what = models.CharField(_("what it was"), max_length=200)
    route = models.CharField(_("by which way"), max_length=5, choices=Route)
    came = models.CharField(_("what became of it"), max_length=9, choices=Came, default=Came.SENT)
    invites = models.BooleanField(_("it invites them to take part"), default=False)
    day = models.DateField(_("on which day"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    key = models.CharField(max_length=40)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "key"], name="outreach_logged_once")]

    def __str__(self) -> str:
        return f"{self.what}: {self.entry}"


class MapReview(models.Model):
    """The map was looked over: what was seen, and which gaps there were that day (P8-4)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="map_reviews")
    note = models.CharField(max_length=1000)
    gaps = models.JSONField(default=list)
    mapped = models.PositiveIntegerField()
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="map_review_has_note")]

    def __str__(self) -> str:
        return self.note[:60]


class MapImport(models.Model):
    """A file somebody brought, between its preview and its import; its text is let go once it is in."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="map_imports")
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    added = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class FormerName(models.Model):
    """What an organisation was called, or which one became part of it: who changed it, when and why. Nothing is lost."""

    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=200)
    scheme = models.CharField(max_length=10, blank=True)
    identifier = models.CharField(max_length=20, blank=True)
    merged = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class StakeholderGroup(models.Model):
    """A group of people that must be asked in this cycle, or the reason why nobody of it is (AN-07)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="stakeholder_groups")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    people = models.ManyToManyField(
        "commissioning.Participant", related_name="+", help_text=_("Who belongs to it, where that is not told.")
    )
    why = models.CharField(_("why nobody is invited"), max_length=500, blank=True)
    why_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    why_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="stakeholder_group_once")]

    def __str__(self) -> str:
        return self.name
