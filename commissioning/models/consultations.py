"""Large consultations: what was asked, the files that bring the answers, the answers, and who wants to hear back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Consultation(models.Model):
    """One asking of many people: a survey, with its questions and, later, its summary (AN-08)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="consultations")
    title = models.CharField(_("title"), max_length=160)
    about = models.TextField(_("what was asked, and why"), max_length=1000)
    reached = models.CharField(
        _("who was asked, and who is missing"),
        max_length=500,
        help_text=_("Such as “Sent to all homes in two wards; few answers from under 25s.”"),
    )
    opened_at = models.DateTimeField()
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    summary = models.TextField(_("summary"), max_length=6000, blank=True)
    summed_up_at = models.DateTimeField(null=True, blank=True, help_text=_("When the summary was published."))
    summed_up_by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    suggesting = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("How far the machine is with its suggestions, in percent.")
    )
    suggesting_held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class SurveyQuestion(models.Model):
    """One question of a consultation, as people read it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "text"], name="question_once_per_consultation")]

    def __str__(self) -> str:
        return self.text


class Bringing(models.Model):
    """One file of answers, from its arrival until its rows are in, or it was put away."""

    class State(models.TextChoices):
        ARRIVED = "arrived", _("Say what each column is")
        CHECKING = "checking", _("Every row is being checked")
        CHECKED = "checked", _("Checked: decide whether to bring it in")
        COMING = "coming", _("The answers are coming in")
        DONE = "done", _("In")
        STOPPED = "stopped", _("Put away: nothing was brought in")
        FAILED = "failed", _("Could not be read")

    WORKING = (State.CHECKING, State.COMING)

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="bringings")
    state = models.CharField(max_length=8, choices=State, default=State.ARRIVED)
    name = models.CharField(max_length=120, help_text=_("The file’s own name."))
    stored = models.CharField(max_length=120, blank=True, help_text=_("Where it waits; empty once it is in or put away."))
    staged = models.CharField(max_length=120, blank=True, help_text=_("Where its checked rows wait."))
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=1, blank=True)
    columns = models.JSONField(default=list)
    meanings = models.JSONField(default=list, help_text=_("What each column is, in the order of the columns."))
    progress = models.PositiveSmallIntegerField(default=0)
    marker = models.BigIntegerField(default=0, help_text=_("How far in the checked rows the answers are in: a byte."))
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0, help_text=_("Rows with nothing wrong, of which at least one answer is new."))
    bad = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0, help_text=_("Rows that are in from an earlier file."))
    reachable = models.PositiveIntegerField(default=0, help_text=_("Good rows whose writer left an address."))
    answers = models.PositiveIntegerField(default=0, help_text=_("Answers of the good rows: one row may answer several questions."))
    why = models.CharField(max_length=300, blank=True, help_text=_("Why the file could not be read."))
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True, help_text=_("When a worker last said that it is at it."))
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation"], condition=Q(state="coming"), name="one_file_comes_in_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.name


class RowFault(models.Model):
    """Something wrong with one row of a file. What stood in a column of addresses is never kept here."""

    bringing = models.ForeignKey(Bringing, on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=120)
    found = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


class ResponseQuerySet(models.QuerySet["Response"]):
    """Looks at answers."""

    def shown(self) -> "ResponseQuerySet":
        """Those of files that are in whole, without the ones somebody set aside as the same person twice."""
        return self.filter(aside=False, bringing__state=Bringing.State.DONE)


class Response(models.Model):
    """One answer to one question, in somebody's own words and with no name: who wrote it is kept nowhere."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="responses")
    question = models.ForeignKey(SurveyQuestion, on_delete=models.PROTECT, related_name="responses")
    bringing = models.ForeignKey(Bringing, on_delete=models.PROTECT, related_name="responses")
    text = models.TextField()
    said_on = models.DateField(null=True, blank=True)
    area = models.CharField(max_length=120, blank=True)
    group = models.CharField(max_length=80, blank=True)
    reference = models.CharField(max_length=80, blank=True, help_text=_("What the authority’s own system calls it."))
    fingerprint = models.CharField(max_length=32, help_text=_("Sealed: says only whether the same answer comes again."))
    aside = models.BooleanField(default=False, help_text=_("Set aside by a person: the same one twice."))
    machine_looked = models.BooleanField(default=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["consultation", "question", "id"])]
        constraints = [models.UniqueConstraint(fields=["consultation", "fingerprint"], name="answer_in_once")]

    def __str__(self) -> str:
        return self.text[:60]


class LikelySame(models.Model):
    """Two answers that look like one person's, for a person to judge: nothing is dropped by a machine."""

    earlier = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="+")
    later = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="likely_same")
    alike = models.PositiveSmallIntegerField(help_text=_("How alike the words are, in percent."))
    same = models.BooleanField(null=True, blank=True)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["earlier", "later"], name="compared_once")]

    def __str__(self) -> str:
        return f"{self.earlier_id} ~ {self.later_id}"


class LeftAddress(models.Model):
    """Where somebody who answered wants to hear back (FB-04). Tied to no answer, shown only to whoever may send."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="left_addresses")
    bringing = models.ForeignKey(Bringing, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254, blank=True, help_text=_("Empty once it was deleted."))
    mail = models.BooleanField(default=True, help_text=_("An e-mail address; anything else a person has to use."))
    fingerprint = models.CharField(max_length=32)
    asked_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["consultation", "sent_at"])]
        constraints = [models.UniqueConstraint(fields=["consultation", "fingerprint"], name="address_once_per_consultation")]

    def __str__(self) -> str:
        return str(self.pk)  # never the address: this may end in a log


class LookedUp(models.Model):
    """Before asking again: what was looked for, what was there, and what was decided (AN-17)."""

    class Answer(models.TextChoices):
        REUSE = "reuse", _("Use what people told us already")
        AGAIN = "again", _("Ask again")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="looked_up")
    words = models.CharField(max_length=300)
    for_what = models.CharField(max_length=200)
    found = models.PositiveIntegerField()
    answer = models.CharField(max_length=5, choices=Answer)
    why = models.CharField(max_length=500)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="asking_again_has_a_reason")]

    def __str__(self) -> str:
        return self.words
