"""CPD lead: what is due and what is stuck, overdue first; the next four weeks; release time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.activities.models import Activity, PlaceRequest
from apps.activities.waiting import waiting_for
from apps.audits.enums import AuditState
from apps.audits.models import Audit, AuditSchool, Need
from apps.core import clock
from apps.followups.models import SOON, FollowUp
from apps.home.acting import Acting
from apps.home.pages import shared
from apps.home.pages.parts import Stat, link, stat
from apps.schools.models import Organisation

TEMPLATE = "lead"
TO_DO = 8
PROGRESS = 5


def context(person: Person, acting: Acting) -> dict[str, Any]:
    today = clock.today()
    school = Organisation.objects.get(pk=acting.organisation_id)
    followups = FollowUp.objects.visible_to(person).filter(organisation=school)
    # Eight of the queries below ask about these: they are found once.
    seen = Activity.objects.visible_to(person).of_school(school)
    activities = Activity.objects.filter(pk__in=list(seen.values_list("pk", flat=True)))
    return {
        "school": school,
        "to_do": shared.follow_up_rows(followups.due(today + timedelta(days=SOON)), TO_DO),
        "audits": shared.audit_rows(
            Audit.objects.visible_to(person).open().filter(organisation=school), person
        ),
        "to_decide": AuditSchool.objects.decided_by(person)
        .waiting()
        .filter(organisation=school, audit__state=AuditState.DRAFT)
        .select_related("audit__alliance"),
        "stats": _stats(person, school, followups, activities)
        + shared.release_stats(person, acting),
        "activities": shared.activity_rows(activities.live(), PROGRESS),
        "sessions": shared.session_rows(activities, days=28),
        "invitations": shared.invitations(person),
        "waiting": waiting_for(person),
        "requests": PlaceRequest.objects.waiting_for(person)
        .filter(organisation=school)
        .select_related("activity", "organisation", "asked_by")[:PROGRESS],
        "release": shared.release(school),
        "trend": shared.follow_up_trend(followups),
    }


def _stats(person: Person, school: Organisation, followups: Any, activities: Any) -> list[Stat]:
    today = clock.today()
    ref = school.ref
    needs = Need.objects.visible_to(person).filter(organisation=school).without_activity()
    return [
        stat(
            followups.overdue(today).count(),
            lambda n: ngettext("follow-up overdue", "follow-ups overdue", n),
            link("followups:list", due="overdue", school=ref),
            due=True,
        ),
        stat(
            followups.due_between(today, today + timedelta(days=SOON)).count(),
            lambda n: ngettext(
                "follow-up due in the next seven days", "follow-ups due in the next seven days", n
            ),
            link("followups:list", due="week", school=ref),
        ),
        stat(
            activities.under_way().count(),
            lambda n: ngettext("activity under way", "activities under way", n),
            link("activities:list", state="active", school=ref),
        ),
        stat(
            activities.stuck(today).count(),
            lambda n: ngettext("activity past its next step", "activities past their next step", n),
            link("activities:list", step="stuck", school=ref),
            due=True,
        ),
        stat(
            needs.count(),
            lambda n: ngettext("need without an activity", "needs without an activity", n),
            link("audits:list", needs="unplanned", school=ref),
        ),
    ]
