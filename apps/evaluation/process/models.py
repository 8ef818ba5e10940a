from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Criterion
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.evaluation.process.enums import Aspect
from apps.schools.models import Alliance, Obstacle
from apps.schools.permissions.alliances import partnerships_read_by

if TYPE_CHECKING:
    from apps.accounts.models import Person


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, person: Person) -> ReviewQuerySet:
        return self.filter(alliance_id__in=partnerships_read_by(person))

    def current(self) -> ReviewQuerySet:
        """Those that no correction has replaced."""
        return self.filter(corrected_by__isnull=True)


class Review(PublicIdModel, ClientKeyModel, CreatedModel):
    """How the partnership worked in one half-term, in words, with the figures of that moment.

    It is written once, when it is closed; a database trigger keeps it. A correction is a review
    of its own, with the figures of its own moment, and points at what it replaces.
    """

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="reviews")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    communication = models.TextField(_("communication"), max_length=1000)
    worked = models.TextField(_("what worked"), max_length=1000)
    not_worked = models.TextField(_("what did not work"), max_length=1000)
    figures = models.JSONField()
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction = models.CharField(_("what was wrong"), max_length=300, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-period_end", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alliance", "period_end"],
                condition=Q(corrects__isnull=True),
                name="review_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(correction=""),
                name="review_correction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=models.F("period_start")), name="review_period_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alliance} {self.period_start} - {self.period_end}"


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    def visible_to(self, person: Person) -> AdjustmentQuerySet:
        return self.filter(alliance_id__in=partnerships_read_by(person))


class Adjustment(PublicIdModel, ClientKeyModel, CreatedModel):
    """Something that was changed in working together. Rows are never changed (a trigger)."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="adjustments")
    aspect = models.CharField(_("what it is about"), max_length=13, choices=Aspect.choices)
    criterion = models.ForeignKey(
        Criterion, null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    obstacle = models.ForeignKey(
        Obstacle, null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    what = models.CharField(_("what was changed"), max_length=300)
    why = models.CharField(_("why"), max_length=300)
    decided_by = models.CharField(_("who decided"), max_length=120)
    decided_on = models.DateField(_("decided on"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-decided_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(criterion__isnull=True) | Q(obstacle__isnull=True),
                name="adjustment_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def came_of_it(self) -> Afterwards | None:
        return getattr(self, "afterwards", None)


class Afterwards(CreatedModel):
    """What changed after an adjustment, said once; never changed either."""

    adjustment = models.OneToOneField(
        Adjustment, on_delete=models.PROTECT, related_name="afterwards"
    )
    text = models.CharField(_("what changed afterwards"), max_length=500)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.text
