from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models.activity import Activity
from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

USUAL_CAP = 5


def _someone(**more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more
    )


class CoachTrainingManager(models.Manager["CoachTraining"]):
    def get_queryset(self) -> models.QuerySet[CoachTraining]:
        """Those that count."""
        return super().get_queryset().filter(taken_back_at__isnull=True)


class CoachTraining(PublicIdModel, CreatedModel):
    """Training that lets somebody coach; the CPD lead of their school records it, and takes back
    what was recorded wrongly."""

    person = _someone()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("when"))
    provider = models.CharField(_("by whom"), max_length=120)
    words = models.CharField(_("what it was"), max_length=300, blank=True)
    recorded_by = _someone()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = CoachTrainingManager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["-on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"])]

    def __str__(self) -> str:
        return f"{self.provider}, {self.on}"


class CoachTime(models.Model):
    """How many a coach may have, and the time that their school keeps free for it."""

    person = _someone()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    most = models.PositiveSmallIntegerField(_("coachees at most"), default=USUAL_CAP)
    minutes = models.PositiveSmallIntegerField(
        _("protected minutes a fortnight"), null=True, blank=True
    )

    class Meta:
        app_label = "activities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "organisation"], name="coach_time_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.most}"


class PairQuerySet(models.QuerySet["CoachingContract"]):
    def visible_to(self, person: Person) -> PairQuerySet:
        """The two of them, for a school that they still belong to; nobody else ever."""
        if not scope_of(person).organisations():
            return self.none()
        return self.filter(Q(coach=person) | Q(coachee=person))


class CoachingContract(PublicIdModel, CreatedModel):
    """What coach and coachee agree before they begin. A change asks both again."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="contracts")
    coach = _someone()
    coachee = _someone()
    goal = models.CharField(_("the coachee’s goal"), max_length=300)
    how_often = models.CharField(_("how often, and how long"), max_length=200)
    confidentiality = models.CharField(_("what stays between us"), max_length=400)
    ends_when = models.CharField(_("when it ends"), max_length=200)
    version = models.PositiveIntegerField(default=1)
    coach_agreed_at = models.DateTimeField(null=True, blank=True)
    coachee_agreed_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "coach", "coachee"], name="coaching_contract_of_a_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}"

    @property
    def is_agreed(self) -> bool:
        return self.coach_agreed_at is not None and self.coachee_agreed_at is not None


class StepReview(models.TextChoices):
    """What the coachee says of a step. It is no mark: nobody else reads it."""

    SECURED = "secured", _("Secured: it happens without thinking")
    AGAIN = "again", _("Not yet: the same step again")
    CHANGED = "changed", _("Another step suits better")


class CoachingStepQuerySet(models.QuerySet["CoachingStep"]):
    def visible_to(self, person: Person) -> CoachingStepQuerySet:
        if not scope_of(person).organisations():
            return self.none()
        return self.filter(Q(coach=person) | Q(coachee=person))

    def live(self) -> CoachingStepQuerySet:
        return self.filter(review="")


class CoachingStep(PublicIdModel, CreatedModel):
    """The one step that the two work on: rehearsed, tried, reviewed. One live at a time."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="coaching_steps")
    coach = _someone()
    coachee = _someone()
    cycle = models.PositiveSmallIntegerField()
    step = models.CharField(_("the one step"), max_length=300)
    rehearsal = models.CharField(_("how we rehearsed it"), max_length=600, blank=True)
    tried_on = models.DateField(_("tried on"), null=True, blank=True)
    evidence = models.CharField(_("what happened"), max_length=600, blank=True)
    review = models.CharField(max_length=8, choices=StepReview.choices, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CoachingStepQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["cycle"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity"], condition=Q(review=""), name="coaching_one_live_step"
            ),
            models.UniqueConstraint(fields=["activity", "cycle"], name="coaching_step_a_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}.{self.cycle}"


def may_keep_coaches(person: Person) -> set[int]:
    """Ids of the schools whose coaches ``person`` looks after."""
    return set(scope_of(person).organisations(Role.CPD_LEAD))
