"""What trust between the sides rests on: history said once, words agreed on, expectations compared, risks only counted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models.people import Group


class HistoryEntry(models.Model):
    """Something a group brings from before. Its words are the group's alone until all who wrote agree to share (TR-04)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=1000)
    at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True, help_text=_("When whoever wrote it agreed to share it."))
    shared_at = models.DateTimeField(null=True, blank=True)
    heard_words = models.CharField(max_length=600, blank=True)
    heard_role = models.CharField(max_length=120, blank=True)
    heard_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    heard_at = models.DateTimeField(null=True, blank=True)
    moved_on_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["cycle", "group"])]
        constraints = [
            models.CheckConstraint(condition=Q(shared_at=None) | ~Q(agreed_at=None), name="history_shared_only_when_agreed"),
            models.CheckConstraint(
                condition=Q(heard_at=None) | (~Q(shared_at=None) & ~Q(heard_words="")), name="history_heard_once_shared"
            ),
            models.CheckConstraint(condition=Q(moved_on_at=None) | ~Q(heard_at=None), name="history_moved_on_once_heard"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # never its words: this text may reach a log


class TermQuestion(models.Model):
    """Somebody does not agree with what a word means here; answered by a wording both sides agree on (TR-05)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    term = models.CharField(max_length=80)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=600)
    wording = models.CharField(max_length=400, blank=True, help_text=_("The words put forward; empty while nobody has put any forward."))
    worded_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="term_question_kept_once"),
            models.CheckConstraint(condition=Q(settled_at=None) | ~Q(wording=""), name="settled_term_has_wording"),
        ]

    def __str__(self) -> str:
        return self.term


class TermAgreement(models.Model):
    """Somebody agrees to the wording put forward for a term."""

    question = models.ForeignKey(TermQuestion, on_delete=models.CASCADE, related_name="agreements")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["question", "by"], name="term_agreed_once_each")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Expectation(models.Model):
    """What somebody expects, item by item: for a side or an organisation, or for themselves (TR-06)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=40)
    choice = models.CharField(max_length=40)
    words = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["by", "item"], name="one_expectation_each_item")]

    def __str__(self) -> str:
        return f"{self.pk}"


class FragilityMark(models.Model):
    """Somebody says privately that their organisation may close or lose capacity. Nobody but they read this row (DO-06)."""

    class Kind(models.TextChoices):
        CAPACITY = "capacity", _("We may lose staff or volunteers we need")
        CLOSING = "closing", _("We may have to close")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    before = models.DateField(help_text=_("The decision it may not live to see."))
    pounds = models.PositiveIntegerField(null=True, blank=True, help_text=_("What its work is worth in a year, if it says so."))
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "by"], condition=Q(ended_at=None), name="one_live_fragility_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class FragilityResponse(models.Model):
    """What the authority does about organisations at risk, said to all of them."""

    class Kind(models.TextChoices):
        INTERIM = "interim", _("Interim funding")
        SHORT = "short", _("A short agreement until the decision")
        SOONER = "sooner", _("The decision comes sooner")
        OTHER = "other", _("Something else")
        NONE = "none", _("None, because")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.CharField(max_length=600)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="fragility_response_has_words")]

    def __str__(self) -> str:
        return self.kind


class ChecklistNote(models.Model):
    """One line of somebody's own checklist: ticked or not, and their note. Nobody else reads it (VS-08)."""

    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    checklist = models.CharField(max_length=40)
    item = models.CharField(max_length=40)
    done = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["by", "checklist", "item"], name="one_checklist_note_each")]

    def __str__(self) -> str:
        return f"{self.pk}"
