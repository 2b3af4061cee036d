"""The hash-chained record of a workshop's votes, and its signed heads."""

from django.db import models


class Chain(models.Model):
    """Where a workshop's record ends: the row that whoever adds to it holds."""

    workshop = models.OneToOneField("workshops.Workshop", on_delete=models.PROTECT, related_name="chain")
    number = models.PositiveIntegerField(default=0)
    link = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.workshop}: {self.number}"


class Entry(models.Model):
    """One entry of the record; a trigger holds it as it was written. The text is exactly what was hashed."""

    class Kind(models.TextChoices):
        OPEN = "open"
        VOTE = "vote"
        COUNTED = "counted"
        SUM = "sum"
        CLOSE = "close"

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="entries")
    ballot = models.ForeignKey("workshops.Ballot", on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    group = models.CharField(max_length=12, blank=True)
    text = models.TextField()
    salt = models.CharField(max_length=32, blank=True, help_text="Of the words that were voted on, kept with them and not in the text.")
    leaf = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        ordering = ["workshop", "number"]
        constraints = [models.UniqueConstraint(fields=["workshop", "number"], name="entry_numbered_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Head(models.Model):
    """The last link of a record on one day, signed."""

    workshop = models.ForeignKey("workshops.Workshop", on_delete=models.PROTECT, related_name="heads")
    day = models.DateField()
    number = models.PositiveIntegerField()
    link = models.CharField(max_length=64)
    key = models.CharField(max_length=64, help_text="The Ed25519 public key, in hexadecimal.")
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["workshop", "day"], name="one_head_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.number}"
