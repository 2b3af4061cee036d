"""How a contract could be shaped, what providers say they can manage, and the route that was chosen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning import contract_fit


class ContractShape(models.Model):
    """One version of the shape of a contract; a change makes the next one, and all stay (PL-17, PL-18)."""

    class Payment(models.TextChoices):
        ADVANCE = "advance", _("Each month in advance")
        ARREARS = "arrears", _("Each month afterwards")
        RESULTS = "results", _("When results are shown")
        GRANT = "grant", _("As a grant, paid at the start")
        MIXED = "mixed", _("A mix of these")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.CASCADE, related_name="shapes")
    version = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField(_("value of the whole contract, in pounds"))
    months = models.PositiveSmallIntegerField(_("length, in months"))
    lots = models.PositiveSmallIntegerField(_("number of lots"), default=1)
    cash = models.PositiveIntegerField(_("cash a provider needs before it is first paid, in pounds"))
    payment = models.CharField(_("how providers are paid"), max_length=10, choices=Payment)
    consortia = models.BooleanField(_("organisations may bid together"), default=False)
    subcontracting = models.BooleanField(_("a provider may pass parts on to others"), default=False)
    full_costs = models.BooleanField(_("the price covers full costs, such as rent and management"), default=False)
    risk = models.CharField(_("who carries which risk"), max_length=600, blank=True)
    days = models.PositiveSmallIntegerField(_("days a tender is open"))
    days_reason = models.CharField(max_length=500, blank=True)
    why = models.CharField(_("why it is like this"), max_length=600)
    by = models.ForeignKey("commissioning.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["cycle", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "version"], name="shape_version_once"),
            models.CheckConstraint(condition=Q(lots__gte=1, months__gte=1, days__gte=1), name="shape_has_a_size"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.version}"

    def figures(self) -> contract_fit.Shape:
        """The figures a judgement needs."""
        names = ("value", "months", "lots", "cash", "days", "consortia", "subcontracting", "full_costs")
        return contract_fit.Shape(**{name: getattr(self, name) for name in names})


class Means(models.Model):
    """What one organisation says it can manage. Seen by itself and counted by size; its figures are shown to nobody else."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.CASCADE, related_name="means")
    organisation = models.ForeignKey("commissioning.Organisation", on_delete=models.PROTECT, related_name="means")
    cash = models.PositiveIntegerField()
    yearly = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "organisation"], name="means_once_for_each_organisation")]

    def __str__(self) -> str:
        return str(self.organisation)


class Route(models.Model):
    """The ways in which a service could be secured, and the one that was chosen, with the reason (PL-16)."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("Grant")
        CONTRACT = "contract", _("Contract")
        HYBRID = "hybrid", _("A mix of grant and contract")
        SLA = "sla", _("Service level agreement")
        SUBCONTRACT = "subcontract", _("Through a main provider")
        IN_HOUSE = "in_house", _("The authority does it itself")
        PILOT = "pilot", _("A trial first")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.CASCADE, related_name="routes")
    kind = models.CharField(_("the way"), max_length=12, choices=Kind)
    pros = models.CharField(_("what speaks for it"), max_length=600)
    cons = models.CharField(_("what speaks against it"), max_length=600)
    chosen_because = models.CharField(max_length=600, blank=True)
    chosen_by = models.CharField(_("who decided: the role, such as “Head of communities”"), max_length=120, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind"], name="route_considered_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(chosen_at__isnull=False), name="one_route_chosen"),
            models.CheckConstraint(
                condition=Q(chosen_at=None) | (~Q(chosen_because="") & ~Q(chosen_by="")), name="chosen_route_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class ShapeComment(models.Model):
    """Something people say about the shape or the route; it is a contribution like any other, and gets its answer."""

    class About(models.TextChoices):
        SHAPE = "shape", _("The shape of the contract")
        PAYMENT = "payment", _("A risk in how providers are paid")
        ROUTE = "route", _("The way to secure the service")

    contribution = models.OneToOneField("commissioning.Contribution", on_delete=models.PROTECT, related_name="about_shape")
    about = models.CharField(max_length=8, choices=About)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.about
