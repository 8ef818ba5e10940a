from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.accounts.fields import LowerEmailField
from apps.core.models import PublicIdModel


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> PersonQuerySet:
        return self.filter(is_active=True)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(
        self, username: str, email: str = "", password: str | None = None, **fields: Any
    ) -> Person:
        person = self.model(
            username=self.model.normalize_username(username), email=email or None, **fields
        )
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(
        self, username: str, email: str = "", password: str | None = None, **fields: Any
    ) -> Person:
        return self.create_user(
            username, email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str) -> Person:
        return self.get(username__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin, PublicIdModel):
    """One account however many schools. ``is_staff`` marks an operator of the platform."""

    username = models.CharField(_("username"), max_length=60, unique=True)
    email = LowerEmailField(_("e-mail address"), null=True, blank=True)
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    # The address from which mail last came back, and when: another one has a new chance.
    bounced_email = LowerEmailField(null=True, blank=True, editable=False)
    mail_bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    # Part of what a session is signed with: raising it ends every session of the person.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["family_name", "given_name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="person_username_once"),
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            # Not ~Q(email=""): the field itself turns "" into NULL.
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email__contains="@"),
                name="person_email_null_not_blank",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def mail_bounces(self) -> bool:
        """Mail to the address came back, and nobody has said since that it is right."""
        return self.email is not None and self.bounced_email == self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "accounts.Person.session",
            f"{self.password}.{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.given_name


class MailFrequency(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("Not by e-mail")


class MailPreference(models.Model):
    """How one person wants one kind of e-mail. No row means the kind's own default."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=40)
    frequency = models.CharField(max_length=10, choices=MailFrequency.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="mail_preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.frequency}"
