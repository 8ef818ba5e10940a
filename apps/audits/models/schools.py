from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import NOT_ALONE, AuditMode, SchoolState, SmallChoice
from apps.audits.models.audits import Audit
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import AllianceMember, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

DECIDERS = (Role.CPD_LEAD, Role.HEAD)
MOST_REMINDERS = 3
TOOK_PART = (SchoolState.ACCEPTED, SchoolState.LEFT)
SHAPES: dict[SchoolState, str] = {
    SchoolState.INVITED: "waiting",
    SchoolState.ACCEPTED: "accepted",
    SchoolState.DECLINED: "declined",
    SchoolState.LAPSED: "expired",
    SchoolState.LEFT: "withdrawn",
}


class AuditSchoolQuerySet(models.QuerySet["AuditSchool"]):
    def visible_to(self, person: Person) -> AuditSchoolQuerySet:
        """Of audits of alliances I coordinate; of schools whose CPD I lead or which I head."""
        scope = scope_of(person)
        return self.filter(
            Q(audit__alliance_id__in=scope.alliances(Role.COORDINATOR))
            | Q(organisation_id__in=scope.organisations(*DECIDERS))
        )

    def decided_by(self, person: Person) -> AuditSchoolQuerySet:
        """Those that ``person`` may decide on."""
        return self.filter(organisation_id__in=scope_of(person).organisations(*DECIDERS))

    def accepted(self) -> AuditSchoolQuerySet:
        return self.filter(state=SchoolState.ACCEPTED)

    def waiting(self) -> AuditSchoolQuerySet:
        """Invited and silent."""
        return self.filter(state=SchoolState.INVITED)

    def by_name(self) -> AuditSchoolQuerySet:
        """Schools whose results others may see under their name."""
        return self.accepted().filter(compare_ok=True).exclude(small__in=NOT_ALONE)

    def read_by_name(self) -> AuditSchoolQuerySet:
        """Taking part, and their own CPD leads read their people's single answers."""
        named = Q(small=SmallChoice.NAMED) | Q(audit__mode=AuditMode.NAMED)
        return self.filter(named, state__in=TOOK_PART)

    def still_members(self) -> AuditSchoolQuerySet:
        return self.filter(organisation_id__in=_joined())

    def that_left(self) -> AuditSchoolQuerySet:
        """Taking part in an audit that is not closed, of an alliance they are in no longer."""
        return self.accepted().exclude(organisation_id__in=_joined())


def _joined() -> models.QuerySet[AllianceMember, Any]:
    """Schools that have joined the alliance of the outer row's audit."""
    joined = AllianceMember.objects.joined()
    of_it = joined.filter(alliance_id=models.OuterRef("audit__alliance_id"))
    return of_it.values("organisation_id")


class AuditSchool(models.Model):
    """One school's place in an alliance's audit, decided by its CPD lead or head.

    ``compare_ok``: other schools and the coordinator may see its results under its name.
    ``small``: how its small groups are protected, chosen before the audit opens:

    - total: a small group's answers count in the school's totals, and with the same groups of
      other schools, never as a group of this school;
    - named: its people answer with their names to their own CPD lead, and are told so;
    - pooled: no figures of this school alone are released, to anybody: its answers count only
      among those of all schools, or of all such schools together;
    - agreed: its leaders give one answer for the school; nobody else there is asked.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="schools")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="audit_schools"
    )
    state = models.CharField(max_length=9, choices=SchoolState.choices, default=SchoolState.INVITED)
    compare_ok = models.BooleanField(_("may be compared by name"), default=False)
    small = models.CharField(max_length=6, choices=SmallChoice.choices, blank=True)
    invited_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AuditSchoolQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["organisation__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "organisation"], name="audit_school_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "declined"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="audit_school_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.audit_id}"

    @property
    def is_by_name(self) -> bool:
        """See `AuditSchoolQuerySet.by_name`."""
        told = self.state == SchoolState.ACCEPTED and self.compare_ok
        return told and self.small not in NOT_ALONE

    @property
    def shape(self) -> str:
        """The status by whose shape and colour its state is drawn."""
        return SHAPES[SchoolState(self.state)]


class AuditReminder(models.Model):
    """One round of reminders to those who had not answered: at most three for an audit.

    How many it went to is not kept: two rounds would tell how many answered between them.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(  # nobody: by the policy
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "number"], name="audit_reminder_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, MOST_REMINDERS)), name="audit_reminder_at_most_three"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.number}"
