from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Direction
from apps.activities.models import Activity, Criterion
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.evaluation.comparisons.effect import Effect, Group, effect

if TYPE_CHECKING:
    from apps.accounts.models import Person


class Chosen(models.TextChoices):
    """How the other group came about: what a difference may be said to show hangs on it."""

    LOT = "lot", _("By lot, beforehand")
    ALIKE = "alike", _("Picked to be like ours")
    THERE = "there", _("It was simply there, such as a parallel class")


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def visible_to(self, person: Person) -> ComparisonQuerySet:
        mine = Activity.objects.visible_to(person).values("pk")
        return self.filter(criterion__activity_id__in=mine)


class Comparison(PublicIdModel, ClientKeyModel, CreatedModel):
    """A criterion's group beside one that did not take part, as sums (`effect.Group`).

    Rows are never changed (a database trigger); a newer one of the same criterion stands before it.
    """

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="comparisons")
    ours_sums = models.JSONField()
    theirs_sums = models.JSONField()
    who_else = models.CharField(_("who the others are"), max_length=200)
    chosen = models.CharField(
        _("how they were chosen"), max_length=8, choices=Chosen.choices, default=Chosen.THERE
    )
    before_on = models.DateField(_("measured before, on"))
    after_on = models.DateField(_("measured after, on"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-after_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(after_on__gt=models.F("before_on")), name="comparison_before_after"
            )
        ]

    def __str__(self) -> str:
        return self.who_else

    @property
    def ours(self) -> Group:
        return Group(**self.ours_sums)

    @property
    def theirs(self) -> Group:
        return Group(**self.theirs_sums)

    @property
    def effect(self) -> Effect | None:
        up = self.criterion.direction == Direction.UP
        return effect(self.ours, self.theirs, higher_is_better=up)
