"""Measurements that fall due: a promise of whoever organises the activity, some weeks before."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from apps.activities.enums import ActivityState
from apps.activities.models import Criterion
from apps.evaluation.models import Measurement
from apps.followups.actions import create_followup, settle_kept
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp, FollowUpQuerySet
from apps.followups.policies import LONG, diaries_of

RULE = "evaluation.measure"
AHEAD = timedelta(days=28)
LONGEST = 300
AT_ONCE = 200
JUDGED = (ActivityState.ACTIVE, ActivityState.REVIEW_DUE, ActivityState.CLOSED)


def ask_for_measurements(day: date) -> int:
    """A follow-up for each criterion whose target date is near or past, and that nobody has
    measured since; once for each date, and not while one is open. How many."""
    found = _unmeasured(day)
    asked = [(row.activity, row) for row in found if row.activity is not None]
    diaries = diaries_of((activity.organiser, activity.organisation) for activity, _row in asked)
    for activity, criterion in asked:
        promise = _("Enter the measure “%(indicator)s” of “%(title)s”")
        words = {"indicator": criterion.indicator, "title": activity.title}
        create_followup(
            by=None,
            owner=activity.organiser,
            organisation=activity.organisation,
            rule=RULE,
            promise=(promise % words)[:LONGEST],
            due=max(criterion.target_on or day, day),
            source=criterion,
            organiser=activity.organiser,
            alliance=activity.alliance,
            reminds=LONG,
            diaries=diaries,
        )
    return len(asked)


def settle_measured() -> int:
    """Those whose criterion has been measured since they were asked for."""
    entered = Measurement.objects.current().filter(
        criterion=OuterRef("source_id"), created_at__gte=OuterRef("created_at")
    )
    kept = _asked().open().filter(Exists(entered))
    rows = Criterion.objects.filter(pk__in=kept.values("source_id")).order_by("pk")
    return sum(
        settle_kept(by=None, source=row, rules={RULE}, outcome=_("The measure was entered."))
        for row in rows[:AT_ONCE]
    )


def _asked() -> FollowUpQuerySet:
    kind = ContentType.objects.get_for_model(Criterion)
    return FollowUp.objects.filter(rule=RULE, source_type=kind).order_by()


def _unmeasured(day: date) -> list[Criterion]:
    asked = _asked().filter(
        Q(state=FollowUpState.OPEN) | Q(due__gte=OuterRef("target_on")), source_id=OuterRef("pk")
    )
    measured = Measurement.objects.current().filter(
        criterion=OuterRef("pk"), measured_on__gte=OuterRef("target_on")
    )
    rows = Criterion.objects.filter(
        target_on__lte=day + AHEAD, target_on__gt=day - AHEAD, activity__state__in=JUDGED
    )
    rows = rows.filter(~Exists(asked), ~Exists(measured)).order_by("target_on", "pk")
    found = rows.select_related(
        "activity__organiser", "activity__organisation", "activity__alliance"
    )
    return list(found[:AT_ONCE])
