from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Direction, OutcomeLevel, Source
from apps.activities.models.activity import Activity
from apps.audits.models import Audit, Goal
from apps.core.models import PublicIdModel


class Criterion(PublicIdModel):
    """What success of an activity or a goal will look like, agreed before it starts.

    ``guskey`` is the level of evidence: 1 reactions, 2 learning, 3 organisational support,
    4 use of new practice, 5 pupil outcomes. A missing baseline means "not evaluable".
    """

    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="criteria"
    )
    goal = models.ForeignKey(
        Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="criteria"
    )
    level = models.CharField(_("about"), max_length=12, choices=OutcomeLevel.choices)
    guskey = models.PositiveSmallIntegerField(_("level of evidence"))
    indicator = models.CharField(_("indicator"), max_length=200)
    measure = models.CharField(_("how it is measured"), max_length=200)
    source = models.CharField(
        _("where the figures come from"), max_length=12, choices=Source.choices, blank=True
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    baseline = models.DecimalField(
        _("baseline"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    baseline_on = models.DateField(_("baseline date"), null=True, blank=True)
    baseline_n = models.PositiveIntegerField(_("baseline n"), null=True, blank=True)
    # The question of audits that it is measured by, and the audit that its baseline was taken from.
    audit_question = models.CharField(max_length=40, blank=True)
    baseline_audit = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    target = models.DecimalField(_("target"), max_digits=10, decimal_places=2)
    target_on = models.DateField(_("target date"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("success criterion")
        verbose_name_plural = _("success criteria")
        ordering: ClassVar = ["-guskey", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(activity__isnull=True) ^ Q(goal__isnull=True),
                name="criterion_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(guskey__range=(1, 5)), name="criterion_guskey_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(weight__range=(1, 100)), name="criterion_weight_1_to_100"
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True) | ~Q(baseline=models.F("target")),
                name="criterion_target_differs",
            ),
            models.CheckConstraint(
                condition=Q(baseline_audit__isnull=True, audit_question="")
                | Q(baseline_audit__isnull=False, baseline__isnull=False) & ~Q(audit_question=""),
                name="criterion_audit_with_question",
            ),
        ]

    def __str__(self) -> str:
        return self.indicator

    @property
    def evidence(self) -> Source | None:
        """Where its figures come from, with how strong they are; None where nobody has said."""
        return Source(self.source) if self.source else None
