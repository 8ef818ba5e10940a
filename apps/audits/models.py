from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import (
    AuditMode,
    AuditState,
    NeedLevel,
    NeedState,
    Purpose,
    QuestionKind,
    TopicArea,
)
from apps.core import clock
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class Topic(models.Model):
    """Something people may need to learn or can offer; a school may add its own."""

    slug = models.SlugField(max_length=60)
    name = models.CharField(_("topic"), max_length=120)
    area = models.CharField(_("area"), max_length=12, choices=TopicArea.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="topics"
    )

    class Meta:
        ordering: ClassVar = ["area", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug", "organisation"], nulls_distinct=False, name="topic_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, person: Person) -> AuditQuerySet:
        """Those I run or may read as a lead or coordinator, and those I am asked to answer."""
        scope = scope_of(person)
        return self.filter(
            Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
            | Q(pk__in=Participation.objects.filter(person=person).values("audit_id"))
            & ~Q(state=AuditState.DRAFT)
        )

    def open(self) -> AuditQuerySet:
        return self.filter(state=AuditState.OPEN)

    def past_closing(self, day: date) -> AuditQuerySet:
        return self.open().filter(closes_on__lt=day)


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
    results = models.JSONField(default=dict, blank=True)  # released aggregates, suppressed

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


class Question(models.Model):
    """One question; a grid asks for confidence and priority (1 to 4 each) on one topic."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    section = models.CharField(_("section"), max_length=120)
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("question"), max_length=300)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    for_roles = ArrayField(models.CharField(max_length=12), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "code"], name="question_code_once"),
            models.CheckConstraint(
                condition=~Q(kind="grid") | Q(topic__isnull=False), name="question_grid_has_topic"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Participation(models.Model):
    """Who is asked, from which school, and whether they have answered."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "person"], name="participation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["audit", "organisation", "role"])]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.person_id}"


class Response(models.Model):
    """One person's answers. ``role`` and ``organisation`` are as on the day of asking."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="responses")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="responses"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    started_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "person"], name="response_once")
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.pk}"


class Answer(models.Model):
    """One answer. Missing is no row or null, never zero; "not my role" is said, not guessed."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    not_my_role = models.BooleanField(default=False)
    chosen = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "question"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__range=(1, 4)),
                name="answer_confidence_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__range=(1, 4)),
                name="answer_priority_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}/{self.question_id}"


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
    mean_need = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    answers = models.PositiveIntegerField(null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return self.statement


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


class Goal(PublicIdModel, ClientKeyModel, CreatedModel):
    """What we mean to get better at, for a need. A person's goal is private unless shared."""

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
        """My own; my schools' as CPD lead; shared ones in alliances I coordinate."""
        scope = scope_of(person)
        return self.filter(
            Q(person=person)
            | Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(shared=True, alliance_id__in=scope.alliances(Role.COORDINATOR))
        )


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
