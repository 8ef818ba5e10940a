"""Measurements that fall due: a promise of whoever organises the activity, some weeks before."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.activities.enums import ActivityState
from apps.activities.models import Criterion
from apps.evaluation.models import Measurement
from apps.followups.actions import create_followup, settle_kept
from apps.followups.models import FollowUp
from apps.followups.policies import LONG, open_day

RULE = "evaluation.measure"
AHEAD = timedelta(days=28)
LONGEST = 300
AT_ONCE = 200
JUDGED = (ActivityState.ACTIVE, ActivityState.REVIEW_DUE, ActivityState.CLOSED)


def ask_for_measurements(day: date) -> int:
    """A follow-up for each criterion whose target date is near or past, and that nobody has
    measured since; once for each date. How many."""
    done = 0
    for criterion in _unmeasured(day)[:AT_ONCE]:
        activity = criterion.activity
        target = criterion.target_on
        if activity is None or target is None:
            continue
        promise = _("Enter the measure “%(indicator)s” of “%(title)s”")
        words = {"indicator": criterion.indicator, "title": activity.title}
        create_followup(
            by=None,
            owner=activity.organiser,
            organisation=activity.organisation,
            rule=RULE,
            promise=(promise % words)[:LONGEST],
            due=open_day(max(target, day), activity.organisation, activity.organiser),
            source=criterion,
            organiser=activity.organiser,
            alliance=activity.alliance,
            reminds=LONG,
        )
        done += 1
    return done


def settle_measured() -> int:
    """Those whose criterion has been measured since they were asked for."""
    asked = FollowUp.objects.open().filter(rule=RULE, source_id__isnull=False)
    since = dict(asked.values_list("source_id", "created_at")[:AT_ONCE])
    done = 0
    for criterion in Criterion.objects.filter(pk__in=[pk for pk in since if pk is not None]):
        entered = Measurement.objects.current().filter(
            criterion=criterion, created_at__gte=since[criterion.pk]
        )
        if entered.exists():
            done += settle_kept(
                by=None, source=criterion, rules={RULE}, outcome=_("The measure was entered.")
            )
    return done


def _unmeasured(day: date) -> list[Criterion]:
    asked = FollowUp.objects.filter(
        rule=RULE,
        source_type=ContentType.objects.get_for_model(Criterion),
        source_id=OuterRef("pk"),
    )
    measured = Measurement.objects.current().filter(
        criterion=OuterRef("pk"), measured_on__gte=OuterRef("target_on")
    )
    rows = Criterion.objects.filter(
        target_on__lte=day + AHEAD, target_on__gt=day - AHEAD, activity__state__in=JUDGED
    )
    rows = rows.filter(~Exists(asked), ~Exists(measured)).order_by("target_on", "pk")
    return list(rows.select_related("activity__organiser", "activity__organisation"))
