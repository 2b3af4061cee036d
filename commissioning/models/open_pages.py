"""What a public page and its notice say beside the record, and every release of open data that went out."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissioning.models.people import IDENTIFIER_FORMS


class AuthorityDetails(models.Model):
    """How an authority is found and reached, as its notices and open data say it. A team or a role, never a person."""

    class Scheme(models.TextChoices):
        NOT_SAID = "", _("Not said yet")
        GB_PPON = "GB-PPON", _("Central digital platform: public procurement organisation number")
        GB_LAE = "GB-LAE", _("Local authorities in England")
        GB_NHS = "GB-NHS", _("NHS organisations")

    authority = models.OneToOneField("commissioning.Authority", on_delete=models.PROTECT, related_name="details")
    scheme = models.CharField(_("register"), max_length=10, choices=Scheme, blank=True, default="")
    identifier = models.CharField(_("number in the register"), max_length=20, blank=True)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    town = models.CharField(_("town or city"), max_length=100, blank=True)
    postcode = models.CharField(
        _("postcode"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}$", _("Write a full postcode, such as EX1 1JN."))],
    )
    contact = models.CharField(
        _("team or role to contact"), max_length=120, blank=True, help_text=_("A team or a role, not a person’s name.")
    )
    email = models.EmailField(_("their e-mail address"), blank=True)
    phone = models.CharField(
        _("their telephone number"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"^\+?[\d ()-]{6,30}$", _("Write a telephone number, such as 01632 960 001."))],
    )
    website = models.URLField(_("website"), blank=True)
    ocid_prefix = models.CharField(
        _("OCID prefix"),
        max_length=12,
        blank=True,
        help_text=_("Given to publishers of open contracting data, such as ocds-a1b2c3. Leave empty if you have none."),
        validators=[RegexValidator(r"^ocds-[a-z0-9]{6}$", _("A prefix is ocds- and six small letters or digits."))],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme="", identifier="") | ~Q(scheme="") & ~Q(identifier=""), name="authority_number_has_register"
            )
        ]

    def __str__(self) -> str:
        return str(self.authority)

    def clean(self) -> None:
        """Checks the number against the form its register uses. Raises `ValidationError` naming that form."""
        if bool(self.scheme) != bool(self.identifier):
            raise ValidationError(_("Give both the register and the number, or neither."))
        if self.scheme:
            validator, form = IDENTIFIER_FORMS.get(self.scheme, PPON)
            try:
                validator(self.identifier)
            except ValidationError as wrong:
                raise ValidationError({"identifier": _("A number in this register has %(form)s.") % {"form": form}}) from wrong


PPON = (RegexValidator(r"^[A-Z]{4}-\d{4}-[A-Z]{4}$"), _("four letters, four digits and four letters, such as ABCD-1234-EFGH"))


class EngagementNotice(models.Model):
    """What only an officer can say for the notice of preliminary market engagement; everything else comes from the record."""

    class Category(models.TextChoices):
        NOT_SAID = "", _("Not decided yet")
        SERVICES = "services", _("Services")
        GOODS = "goods", _("Goods")
        WORKS = "works", _("Works")

    cycle = models.OneToOneField("commissioning.Cycle", on_delete=models.PROTECT, related_name="notice")
    unique_identifier = models.CharField(
        _("unique identifier"),
        max_length=60,
        blank=True,
        help_text=_("The central digital platform gives it, such as ocds-h6vhtk-012345. Leave empty until you have it."),
        validators=[
            RegexValidator(r"^ocds-[a-z0-9]{6}-[A-Za-z0-9-]{1,40}$", _("It is ocds-, six letters or digits, and the platform’s number."))
        ],
    )
    subject = models.CharField(_("what the contract is for"), max_length=1000, blank=True)
    category = models.CharField(_("kind of contract"), max_length=8, choices=Category, blank=True, default="")
    cpv = models.CharField(
        _("CPV code"),
        max_length=10,
        blank=True,
        help_text=_("Eight digits from the common procurement vocabulary."),
        validators=[RegexValidator(r"^\d{8}(-\d)?$", _("A CPV code has eight digits, such as 85300000."))],
    )
    closes_on = models.DateField(_("day on which engagement closes or closed"), null=True, blank=True)
    interest_by = models.DateField(_("last day to say you are interested"), null=True, blank=True)
    information_by = models.DateField(_("last day to send or ask for information"), null=True, blank=True)
    process = models.TextField(_("how the engagement works"), max_length=2000, blank=True)
    budget = models.DecimalField(_("budget in pounds, if it is stated"), max_digits=14, decimal_places=2, null=True, blank=True)
    published_on = models.DateField(_("day on which the notice was published"), null=True, blank=True)
    published_at = models.URLField(_("where the notice was published"), blank=True)
    none_because = models.CharField(_("why there is no notice, if there is none"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gt=0), name="stated_budget_is_an_amount"),
            models.CheckConstraint(condition=Q(none_because="") | Q(published_on=None), name="a_notice_or_why_none"),
        ]

    def __str__(self) -> str:
        return f"Notice of {self.cycle}"


class OpenDataRelease(models.Model):
    """One release of open data about a cycle, exactly as it went out: a change in the record makes a new one, old ones stay (a trigger holds this)."""

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="open_data")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="open_data_numbered_once")]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.number}"
