from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import NeedLevel, NeedState
from apps.audits.models.audits import Audit
from apps.audits.models.topics import Topic
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.audits.models import Participation


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, person: Person) -> NeedQuerySet:
        """My own; my schools' needs; those that schools of the alliances I coordinate share."""
        scope = scope_of(person)
        return self.filter(
            Q(person=person)
            | Q(person__isnull=True)
            & (
                Q(organisation_id__in=scope.staffed | scope.organisations(Role.HEAD))
                | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
            )
        )

    def open(self) -> NeedQuerySet:
        return self.exclude(state__in=(NeedState.MET, NeedState.SET_ASIDE))

    def of_schools(self, organisations: Iterable[int]) -> NeedQuerySet:
        """Needs of schools and teams, not of a person."""
        return self.filter(organisation_id__in=organisations, person__isnull=True)

    def without_activity(self) -> NeedQuerySet:
        """Open ones that nothing has been planned for."""
        return self.open().filter(activities__isnull=True)


class Need(PublicIdModel, ClientKeyModel, CreatedModel):
    """Something a school, a team or a person needs to learn, with where that is known from."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="needs")
    level = models.CharField(max_length=10, choices=NeedLevel.choices)
    statement = models.CharField(_("need"), max_length=300)
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    audit = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level="individual", person__isnull=False)
                | ~Q(level="individual") & Q(person__isnull=True),
                name="need_individual_has_person",
            ),
            models.UniqueConstraint(
                fields=["audit", "topic", "organisation", "person"],
                condition=Q(audit__isnull=False),
                nulls_distinct=False,
                name="need_once_from_an_audit",
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def figure(self) -> dict[str, Any] | None:
        """What its audit has released about its topic; the whole staff reads it.

        None while the audit is open: two figures, of five and of six, tell what the sixth said.
        """
        if self.audit is None or self.person_id is not None:
            return None
        rows = self.audit.results.get("shared", {}).get("topics", [])
        cells = [row["all"] for row in rows if row["topic"] == self.topic_id]
        return cells[0] if cells and cells[0] and cells[0]["n"] else None


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, person: Person) -> GoalQuerySet:
        """My own; shared ones of schools whose CPD I lead; school goals to all its staff."""
        scope = scope_of(person)
        return self.filter(
            Q(person=person)
            | Q(shared=True, organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(person__isnull=True, organisation_id__in=scope.staffed)
            | Q(person__isnull=True, organisation_id__in=scope.organisations(Role.HEAD))
        )

    def of_person(self, person: Person) -> GoalQuerySet:
        return self.filter(person=person)

    def kept_by(self, person: Person, part: Participation) -> GoalQuerySet:
        """What ``person`` has made of needs: of this audit, and of earlier ones of the school
        what is not done yet. The audit's own come first."""
        here = Q(need__audit_id=part.audit_id)
        open_before = Q(organisation_id=part.organisation_id, done_at__isnull=True)
        return (
            self.of_person(person)
            .filter(here | open_before)
            .order_by(models.Case(models.When(here, then=0), default=1), "pk")
        )

    def of_schools(self) -> GoalQuerySet:
        return self.filter(person__isnull=True)

    def open(self) -> GoalQuerySet:
        return self.filter(done_at__isnull=True)


class Goal(PublicIdModel, ClientKeyModel, CreatedModel):
    """What we mean to get better at, for a need. A person's goal is private unless shared.

    The school's have a ``priority``, 1 first; a ``team``'s and a person's may serve one of them.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="goals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    need = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.PROTECT, related_name="goals"
    )
    serves = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="served_by"
    )
    priority = models.PositiveSmallIntegerField(_("priority of the school"), null=True, blank=True)
    team = models.CharField(_("team"), max_length=120, blank=True)
    statement = models.CharField(_("goal"), max_length=300)
    due = models.DateField(_("by"), null=True, blank=True)
    shared = models.BooleanField(_("shared with my CPD lead"), default=False)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.statement


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, person: Person) -> OfferQuerySet:
        """My own; my schools' as CPD lead; shared ones in alliances I coordinate or lead in."""
        scope = scope_of(person)
        alliances = scope.alliances(Role.COORDINATOR) | scope.alliances_through(Role.CPD_LEAD)
        return self.filter(
            Q(person=person)
            | Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(shared=True, withdrawn_at__isnull=True, alliance_id__in=alliances)
        )

    def standing(self) -> OfferQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class Offer(PublicIdModel, ClientKeyModel, CreatedModel):
    """What somebody can teach or show others; shared across the alliance only with consent."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="offers")
    text = models.CharField(_("what I can offer"), max_length=300, blank=True)
    shared = models.BooleanField(default=False)
    audit = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.text or str(self.topic)
