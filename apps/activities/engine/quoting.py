"""Promises that repeat what was written: nobody reads them who may no longer read that."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.activities import kinds
from apps.activities.engine.booking import reworded
from apps.activities.engine.situation import Situation
from apps.activities.models import Record
from apps.followups.models import FollowUp
from apps.schools.enums import Role
from apps.schools.models import Membership, Oversight


def keep_from_judges() -> int:
    """Take the words out of promises, settled and moved ones too, whose owner is managed,
    appraised or tutored by a CPD lead of their school or by the organiser, or was since the words
    were written; how many. Run twice, it changes nothing more."""
    records = Record.objects.filter(pk__in=_quoted_to_judges()).select_related("activity")
    return sum(
        reworded(Situation.of(record.activity), record)
        for record in records
        if record.activity is not None
    )


def _quoted_to_judges() -> QuerySet[Any, Any]:
    """The ids of the records behind such promises."""
    rules = [
        f"{kind.slug}.{rule.slug}"
        for kind in kinds.all_kinds()
        for rule in kind.followups
        if rule.in_own_words
    ]
    written = Record.objects.filter(pk=OuterRef("source_id")).values("created_at")
    leads = Membership.objects.current().filter(
        role=Role.CPD_LEAD,
        organisation_id=OuterRef(OuterRef("organisation_id")),
        person_id=OuterRef("judge_id"),
    )
    ties = (
        Oversight.objects.filter(person_id=OuterRef("owner_id"))
        .filter(Q(judge_id=OuterRef("organiser_id")) | Exists(leads))
        .since(OuterRef("written_at"))
    )
    rows = FollowUp.objects.filter(
        rule__in=rules, source_type=ContentType.objects.get_for_model(Record)
    ).annotate(written_at=Subquery(written))
    return rows.filter(Exists(ties)).order_by().values("source_id")
