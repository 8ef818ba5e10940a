"""Promises that repeat what was written: nobody reads them who may no longer read that."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from apps.activities import kinds
from apps.activities.engine.booking import reworded
from apps.activities.engine.situation import Situation
from apps.activities.models import Record
from apps.followups.models import FollowUp, FollowUpQuerySet
from apps.schools.enums import Role
from apps.schools.models import Membership

JUDGES = ("line_manager_id", "appraiser_id", "induction_tutor_id")


def keep_from_judges() -> int:
    """Take the words out of open promises whose owner is by now managed, appraised or tutored by
    a CPD lead of their school or by the organiser; how many. Run twice, it changes nothing more."""
    quoted = _quoted()
    judges = _judges_of(quoted)
    found = 0
    for row in quoted.filter(owner_id__in=judges).select_related("organiser"):
        readers = _leads(row) | {row.organiser_id}
        if readers & judges[row.owner_id]:
            found += _reword(row)
    return found


def _quoted() -> FollowUpQuerySet:
    rules = [
        f"{kind.slug}.{rule.slug}"
        for kind in kinds.all_kinds()
        for rule in kind.followups
        if rule.in_own_words
    ]
    return FollowUp.objects.open().filter(
        rule__in=rules, source_type=ContentType.objects.get_for_model(Record)
    )


def _judges_of(quoted: FollowUpQuerySet) -> dict[int, set[int]]:
    """By owner, those of their judges who lead the CPD of a school or organise."""
    held = Membership.objects.current()
    leads = held.filter(role=Role.CPD_LEAD).values("person_id")
    readers = Q()
    for name in JUDGES:
        readers |= Q(**{f"{name}__in": leads})
        readers |= Q(**{f"{name}__in": quoted.order_by().values("organiser_id")})
    rows = held.filter(readers, person_id__in=quoted.order_by().values("owner_id"))
    found: dict[int, set[int]] = {}
    for owner, *judges in rows.values_list("person_id", *JUDGES):
        found.setdefault(owner, set()).update(pk for pk in judges if pk)
    return found


def _leads(row: FollowUp) -> set[int]:
    held = Membership.objects.current().filter(
        organisation_id=row.organisation_id, role=Role.CPD_LEAD
    )
    return set(held.values_list("person_id", flat=True))


def _reword(row: FollowUp) -> int:
    record = Record.objects.filter(pk=row.source_id or 0).select_related("activity").first()
    if record is None or record.activity is None:
        return 0
    reworded(Situation.of(record.activity), record)
    return int(FollowUp.objects.get(pk=row.pk).promise != row.promise)
