from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import AllianceMemberState, InvitationKind, Role
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class AllianceQuerySet(models.QuerySet["Alliance"]):
    def visible_to(self, person: Person) -> AllianceQuerySet:
        if person.is_staff:
            return self
        return self.of(person)

    def of(self, person: Person) -> AllianceQuerySet:
        """Those that ``person`` belongs to, be it through a school."""
        return self.filter(pk__in=scope_of(person).visible_alliances)


class Alliance(PublicIdModel, ClientKeyModel, CreatedModel):
    """Schools and partners working together; an organisation may be in several."""

    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    organisations = models.ManyToManyField(
        Organisation, through="AllianceMember", related_name="alliances"
    )
    partners = models.ManyToManyField("self", blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = AllianceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class AllianceMemberQuerySet(models.QuerySet["AllianceMember"]):
    def joined(self) -> AllianceMemberQuerySet:
        return self.filter(state=AllianceMemberState.JOINED)

    def invited(self) -> AllianceMemberQuerySet:
        return self.filter(state=AllianceMemberState.INVITED)

    def signed(self) -> AllianceMemberQuerySet:
        """Joined, and signed the version that is out for signature."""
        return self.joined().filter(self._signature_exists())

    def unsigned(self) -> AllianceMemberQuerySet:
        """Joined, and a version is out that they have not signed."""
        return self.joined().filter(self._agreement_is_out() & ~self._signature_exists())

    def unanswered(self) -> AllianceMemberQuerySet:
        """Invited and silent, or joined with something to sign."""
        silent = Q(state=AllianceMemberState.INVITED)
        owing = Q(state=AllianceMemberState.JOINED) & self._agreement_is_out()
        return self.filter(silent | (owing & ~self._signature_exists()))

    def present(self) -> AllianceMemberQuerySet:
        """Invited or joined."""
        return self.exclude(state=AllianceMemberState.LEFT)

    def gone(self) -> AllianceMemberQuerySet:
        """Left, or their invitation was withdrawn."""
        return self.filter(state=AllianceMemberState.LEFT)

    def in_state(self, state: str) -> AllianceMemberQuerySet:
        """By the name that filters use: "unanswered", "invited", "joined", "unsigned",
        "signed" or "left"; anything else means `present`."""
        methods = {
            "unanswered": self.unanswered,
            "invited": self.invited,
            "joined": self.joined,
            "unsigned": self.unsigned,
            "signed": self.signed,
            "left": self.gone,
        }
        return methods.get(state, self.present)()

    def with_signature(self) -> AllianceMemberQuerySet:
        """Adds ``has_signed`` and ``must_sign`` (about the version that is out)."""
        return self.annotate(
            has_signed=self._signature_exists(), must_sign=self._agreement_is_out()
        )

    def visible_to(self, person: Person) -> AllianceMemberQuerySet:
        """Those of my alliances, and the invitations of the schools that I head."""
        scope = scope_of(person)
        return self.filter(
            Q(alliance_id__in=scope.visible_alliances)
            | Q(organisation_id__in=scope.organisations(Role.HEAD))
        )

    def listed_for(self, person: Person) -> AllianceMemberQuerySet:
        """The same, and everything for an operator, who looks on."""
        return self if person.is_staff else self.visible_to(person)

    @staticmethod
    def _signature_exists() -> Exists:
        return Exists(
            _agreements()
            .objects.out()
            .filter(
                alliance=OuterRef("alliance"),
                signatures__organisation=OuterRef("organisation"),
                signatures__withdrawn_at__isnull=True,
            )
        )

    @staticmethod
    def _agreement_is_out() -> Exists:
        return Exists(_agreements().objects.out().filter(alliance=OuterRef("alliance")))


def _agreements() -> Any:
    from apps.schools.models.agreements import Agreement  # agreements are of alliances

    return Agreement


class AllianceMember(PublicIdModel):
    """One organisation's place in one alliance: invited, joined when its head confirms, left."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="alliance_members"
    )
    state = models.CharField(
        max_length=8, choices=AllianceMemberState.choices, default=AllianceMemberState.INVITED
    )
    head_email = models.EmailField(_("head's e-mail address"), blank=True)
    invited_at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AllianceMemberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["organisation__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alliance", "organisation"], name="alliance_once"),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(joined_at__isnull=False),
                name="alliance_joined_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.alliance}"

    @property
    def asked_on(self) -> date:
        """The day of the latest letter: invitation, reminder, or agreement to sign."""
        joined = self.joined_at if self.state == AllianceMemberState.JOINED else None
        moments = [m for m in (self.invited_at, joined, self.chased_at) if m]
        return timezone.localdate(max(moments))


def nonce() -> str:
    return secrets.token_hex(16)


RECENT = timedelta(days=90)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, person: Person) -> InvitationQuerySet:
        """Operators, who see that there are links and never the links."""
        return self if person.is_staff else self.none()

    def made_heads(self, at: datetime) -> InvitationQuerySet:
        """By which somebody became a school's head in the last months, and still is."""
        last_day = timezone.localdate(at)
        held = Q(headship__ends_on=None) | Q(headship__ends_on__gte=last_day)
        return self.filter(held, headship__isnull=False, used_at__gt=at - RECENT)

    def usable(self, at: datetime) -> InvitationQuerySet:
        return self.filter(used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)


class Invitation(PublicIdModel, CreatedModel):
    """A link in a mail that lets a head confirm their school, or a person choose a password.

    The link is signed from ``public_id`` and ``nonce`` when the mail is rendered; a new ``nonce``
    makes older links useless.
    """

    kind = models.CharField(max_length=8, choices=InvitationKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField(blank=True)  # empty: the link goes on paper
    nonce = models.CharField(max_length=32, default=nonce)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    headship = models.ForeignKey(  # that somebody took by using it
        "Membership",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="school", alliance__isnull=False)
                | Q(kind="person", person__isnull=False),
                name="invitation_to_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation}"
