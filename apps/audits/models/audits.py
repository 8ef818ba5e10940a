from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import AuditMode, AuditState, Purpose
from apps.core import clock
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import STAFF_ROLES, CareerStage, JobRole, Phase, Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.audits.models.anonymous import AnswerCode
    from apps.audits.models.answers import Question
    from apps.schools.models import Membership


STANDING = ("role", "phase", "department", "career_stage", "job_role")


def both_staff_roles() -> list[str]:
    return [str(role.value) for role in STAFF_ROLES]


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, person: Person) -> AuditQuerySet:
        """Those I run; my school's, once open, as its head; those I am asked to answer."""
        scope = scope_of(person)
        return self.filter(
            Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
            | ~Q(state=AuditState.DRAFT)
            & (
                Q(organisation_id__in=scope.organisations(Role.HEAD))
                | Q(pk__in=Participation.objects.of(person).values("audit_id"))
            )
            | Q(pk__in=_schools().objects.decided_by(person).values("audit_id"))
        )

    def led_by(self, person: Person) -> AuditQuerySet:
        return self.filter(organisation_id__in=scope_of(person).organisations(Role.CPD_LEAD))

    def headed_by(self, person: Person) -> AuditQuerySet:
        headed = scope_of(person).organisations(Role.HEAD)
        return self.filter(organisation_id__in=headed).exclude(state=AuditState.DRAFT)

    def asked_of(self, person: Person) -> AuditQuerySet:
        """Open or closed ones that ``person`` is or was asked to answer."""
        asked = Participation.objects.of(person).values("audit_id")
        return self.filter(pk__in=asked).exclude(state=AuditState.DRAFT)

    def waiting_for(self, person: Person) -> AuditQuerySet:
        """Open ones that ``person`` has not answered yet, the first to close first."""
        waiting = Participation.objects.of(person).filter(answered_at__isnull=True)
        return self.open().filter(pk__in=waiting.values("audit_id")).order_by("closes_on", "pk")

    def drafts(self) -> AuditQuerySet:
        return self.filter(state=AuditState.DRAFT)

    def open(self) -> AuditQuerySet:
        return self.filter(state=AuditState.OPEN)

    def closed(self) -> AuditQuerySet:
        return self.filter(state=AuditState.CLOSED)

    def due_to_open(self, day: date) -> AuditQuerySet:
        """Planned drafts whose day has come."""
        return self.drafts().filter(planned_at__isnull=False, opens_on__lte=day)

    def that_ask(self) -> AuditQuerySet:
        """Those that ask somebody; the answers of the others come from a file."""
        return self.filter(Exists(Participation.objects.filter(audit=OuterRef("pk"))))

    def past_closing(self, day: date) -> AuditQuerySet:
        return self.open().filter(closes_on__lt=day)


def _schools() -> Any:
    from apps.audits.models.schools import AuditSchool  # they are of audits

    return AuditSchool


class Audit(PublicIdModel, ClientKeyModel, CreatedModel):
    """A needs audit of one school, or of an alliance's schools. Questions freeze on opening."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="audits"
    )
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="audits"
    )
    title = models.CharField(_("title"), max_length=120)
    introduction = models.TextField(_("why we ask"), blank=True)
    template = models.CharField(max_length=40, blank=True)
    mode = models.CharField(max_length=12, choices=AuditMode.choices, default=AuditMode.NAMED)
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.CHOSEN)
    state = models.CharField(max_length=6, choices=AuditState.choices, default=AuditState.DRAFT)
    opens_on = models.DateField(_("opens"), default=clock.today)
    closes_on = models.DateField(_("closes"))
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    roles = ArrayField(
        models.CharField(max_length=12), verbose_name=_("who is asked"), default=both_staff_roles
    )
    phases = ArrayField(models.CharField(max_length=16), default=list, blank=True)  # [] is all
    departments = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    career_stages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    job_roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)  # set: it opens by itself on its day
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    results = models.JSONField(default=dict, blank=True)  # released once; a trigger keeps it

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opens_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(alliance__isnull=True),
                name="audit_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="audit_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opened_at__isnull=False),
                name="audit_opened_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="audit_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def asked_questions(self) -> list[Question]:
        """All questions in order with their topics, read once for this instance."""
        return list(self.questions.select_related("topic"))

    @property
    def place(self) -> Organisation | Alliance | None:
        """The school or the alliance it is of."""
        return self.organisation or self.alliance

    @property
    def school_id(self) -> int:
        """The school's key. ValueError for an alliance's audit, which is of several schools."""
        if self.organisation_id is None:
            raise ValueError("an alliance's audit has no one school")
        return self.organisation_id


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def of(self, person: Person) -> ParticipationQuerySet:
        """Of ``person``, for organisations they still belong to."""
        return self.filter(person=person, organisation_id__in=scope_of(person).organisations())

    def answered(self) -> ParticipationQuerySet:
        return self.filter(answered_at__isnull=False)

    def unanswered(self) -> ParticipationQuerySet:
        return self.filter(answered_at__isnull=True)


class Standing(models.Model):
    """What somebody was in their school on the day of asking; blank where nobody said."""

    role = models.CharField(max_length=12, choices=Role.choices, blank=True)
    phase = models.CharField(max_length=16, choices=Phase.choices, blank=True)
    department = models.CharField(max_length=120, blank=True)
    career_stage = models.CharField(max_length=12, choices=CareerStage.choices, blank=True)
    job_role = models.CharField(max_length=20, choices=JobRole.choices, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def of(held: Membership) -> dict[str, str]:
        """The columns' values for a membership in force."""
        return {name: getattr(held, name) for name in STANDING}


class Participation(Standing):
    """Who is asked, from which school, and whether they have answered.

    Of an anonymous audit ``answered_at`` is the moment of opening: it says that, not when.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    mode = models.CharField(max_length=12, choices=AuditMode.choices, blank=True)
    for_school = models.BooleanField(default=False)  # the one answer its leaders agree on
    by_code: AnswerCode | None = None  # no column: how the request at hand was let in, see `passes`

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "person"], name="participation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["audit", "organisation", "role"])]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.person_id}"

    @property
    def promised(self) -> str:
        """The mode this person was told; a small school may choose another than the audit's."""
        return self.mode or self.audit.mode
