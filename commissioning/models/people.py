"""People and sides: authorities, organisations, participants, their roles, consents and interests."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commissioning import brokers, register_numbers


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by an e-mail code; nobody has a password."""

    def create_user(self, email: str, name: str = "", **extra: Any) -> "User":
        """A person who can sign in at this address."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **extra)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str = "", **extra: Any) -> "User":
        """A person who runs the installation."""
        extra.pop("password", None)
        return self.create_user(email, name, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. Most citizens have none: see `Participant`."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False, help_text=_("An invented person of the demonstration data."))

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Authority(models.Model):
    """A contracting authority: the tenant that owns its cycles."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(unique=True)

    class Meta:
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An officer belongs to an authority and may convene cycles for it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "authority"], name="one_membership_per_authority")]

    def __str__(self) -> str:
        return f"{self.user} · {self.authority}"


class IdentifierScheme(models.TextChoices):
    """Registers of organisations, by their org-id.guide codes."""

    GB_CHC = "GB-CHC", _("Charity Commission for England and Wales")
    GB_COH = "GB-COH", _("Companies House")
    GB_SC = "GB-SC", _("Scottish Charity Regulator")
    GB_NIC = "GB-NIC", _("Charity Commission for Northern Ireland")
    GB_LAE = "GB-LAE", _("Local authorities in England")
    GB_NHS = "GB-NHS", _("NHS organisations")


IDENTIFIER_FORMS: dict[str, tuple[RegexValidator, Any]] = {
    "GB-CHC": (RegexValidator(r"^[1-9]\d{5,6}(-\d{1,3})?$"), _("six or seven digits, such as 1089464")),
    "GB-COH": (
        RegexValidator(r"^(\d{8}|[A-Z]{2}\d{6}|R\d{7}|IP\d{5}R)$"),
        _("eight characters, such as 04325234 or SC123456"),
    ),
    "GB-SC": (RegexValidator(r"^SC\d{6}$"), _("SC and six digits, such as SC012345")),
    "GB-NIC": (RegexValidator(r"^1\d{5}$"), _("six digits starting with 1, such as 100002")),
    "GB-LAE": (RegexValidator(r"^[A-Z]{3,4}$"), _("three or four capital letters, such as BIR")),
    "GB-NHS": (RegexValidator(r"^[A-Z0-9]{3,6}$"), _("three to six letters and digits, such as RXK")),
}

IDENTIFIER_PATTERNS: dict[str, str] = {scheme: validator.regex.pattern for scheme, (validator, __) in IDENTIFIER_FORMS.items()}  # type: ignore[union-attr]


class Organisation(models.Model):
    """An organisation in an authority's own register."""

    class Kind(models.TextChoices):
        LOCAL_AUTHORITY = "local_authority", _("Local authority")
        VSO = "vso", _("Voluntary sector organisation")
        INFRASTRUCTURE = "infrastructure", _("Infrastructure organisation")
        NHS = "nhs", _("NHS body")
        OTHER = "other", _("Other")

    class Size(models.TextChoices):
        SMALL = "small", _("Small")
        MEDIUM = "medium", _("Medium")
        LARGE = "large", _("Large")
        UNKNOWN = "unknown", _("Not said")

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.VSO)
    size = models.CharField(_("size"), max_length=10, choices=Size, default=Size.UNKNOWN)
    scheme = models.CharField(_("register"), max_length=10, choices=IdentifierScheme, blank=True)
    identifier = models.CharField(_("number in the register"), max_length=20, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text=_("The organisation it is now part of.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("authority", Lower("name"), name="organisation_named_once_per_authority"),
            models.UniqueConstraint(
                fields=["authority", "scheme", "identifier"],
                condition=~models.Q(identifier=""),
                name="organisation_number_once_per_authority",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Checks the number against the form its register uses. Raises `ValidationError` naming that form."""
        if bool(self.scheme) != bool(self.identifier):
            raise ValidationError(_("Give both the register and the number, or neither."))
        if self.scheme:
            self.identifier = register_numbers.tidy(self.identifier)
            wrong = register_numbers.why_wrong(self.scheme, self.identifier, IDENTIFIER_PATTERNS, IDENTIFIER_FORMS[self.scheme][1])
            if wrong is not None:
                raise ValidationError({"identifier": str(wrong)})


class Group(models.TextChoices):
    """The three sides of a workshop. Agreement needs a signal from each one present (INV-06)."""

    COMMISSIONER = "commissioner", _("Commissioner side")
    VSO = "vso", _("Voluntary sector")
    CITIZEN = "citizen", _("Citizens")


class Participant(models.Model):
    """Somebody taking part in one cycle, with or without an account."""

    class Standing(models.TextChoices):
        OFFICER = "officer", _("Commissioner")
        PROCUREMENT = "procurement", _("Procurement officer")
        ELECTED = "elected", _("Elected member")
        VSO = "vso", _("Works or volunteers in a VSO")
        SERVICE_USER = "service_user", _("Uses the service")
        CARER = "carer", _("Parent or carer")
        RESIDENT = "resident", _("Lives in the area")
        INDEPENDENT = "independent", _("Independent")

    cycle = models.ForeignKey("commissioning.Cycle", on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="participations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="participants")
    group = models.CharField(_("group"), max_length=12, choices=Group)
    standing = models.CharField(_("how you take part"), max_length=12, choices=Standing)
    display_name = models.CharField(_("name"), max_length=80)
    pseudonym = models.CharField(max_length=40)
    shown_name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    source_ref = models.CharField(max_length=40, blank=True)
    invited = models.BooleanField(default=False)
    voice = models.BooleanField(default=False, help_text=_("Nobody: the row that words without an author belong to."))
    speaks_for = models.JSONField(default=list, help_text=_("A broker's mandates as counted: until when, and what the groups said."))
    joined_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "user"], name="one_participant_per_account_and_cycle"),
            models.UniqueConstraint(fields=["cycle", "pseudonym"], name="pseudonym_once_per_cycle"),
            models.UniqueConstraint(fields=["cycle", "source_ref"], condition=~models.Q(source_ref=""), name="imported_person_once"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def signature(self) -> str:
        """How words are signed on the board: the name this person allows, and their organisation."""
        return f"{self.shown_name}, {self.organisation.name}" if self.organisation else self.shown_name

    @property
    def on_behalf(self) -> str:
        """For how many groups a broker says they speak today, and what the groups themselves say; nothing for anybody else."""
        said = brokers.on_behalf(self.speaks_for, timezone.localdate())
        return str(said) if said else ""


class Role(models.Model):
    """A role held in a cycle; see `roles.ROLES` for what each allows."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="roles")
    code = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "code"], name="role_held_once")]

    def __str__(self) -> str:
        return self.code


class Consent(models.Model):
    """One consent, on its own: any combination is valid (ET-01, INV-17)."""

    class Kind(models.TextChoices):
        TAKE_PART = "take_part", _("Taking part")
        RECORDING = "recording", _("Being recorded")
        WORDS = "words", _("Use of my words")
        NAMING = "naming", _("Being named")
        SUMMARY = "summary", _("Receiving the summary")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=10, choices=Kind)
    given = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "kind"], name="one_answer_per_consent")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.given}"


class InterestDeclaration(models.Model):
    """What a participant has to gain: kept with its date, never overwritten (FS-02)."""

    class Kind(models.TextChoices):
        NONE = "none", _("None of these")
        CURRENT_PROVIDER = "current_provider", _("Current provider of this service")
        POTENTIAL_BIDDER = "potential_bidder", _("May bid for this service")
        FUNDER = "funder", _("Funds work like this")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.kind
