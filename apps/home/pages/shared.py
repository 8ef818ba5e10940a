"""Rows that several home pages show. Each asks the database once, however many rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Participant, Release, Session
from apps.activities.release import figures
from apps.activities.release.cover import next_monday
from apps.activities.release.enums import ReleaseState
from apps.audits.models import Audit
from apps.audits.reading import answered_counts
from apps.core import clock
from apps.core.ui.parts import stages
from apps.core.years import academic_year
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from apps.home.acting import Acting
from apps.home.pages.parts import Stat, link, stat
from apps.schools.delegates import approves_for, delegated_to
from apps.schools.models import Organisation


def follow_up_rows(found: QuerySet[FollowUp], most: int) -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {
            "who": row.owner.name,
            "promise": row.promise,
            "due": row.due,
            "state": row.urgency(today),
            "url": link("followups:detail", row.public_id),
        }
        for row in found.select_related("owner").order_by("due", "pk")[:most]
    ]


def invitations(person: Person) -> list[Participant]:
    """Those that wait for an answer of ``person``."""
    found = Participant.objects.invitations_for(person)
    return list(found.select_related("activity", "activity__organiser")[:5])


def audit_rows(found: QuerySet[Audit], person: Person) -> list[dict[str, Any]]:
    audits = list(found.order_by("closes_on", "pk")[:5])
    counts = answered_counts(audits, person)
    return [{"audit": audit, "counts": counts[audit.pk]} for audit in audits]


def activity_rows(found: QuerySet[Activity], most: int) -> list[dict[str, Any]]:
    """Live activities with their stages; the kind says what the stages are called."""
    rows = []
    for activity in found.order_by(F("next_step_on").asc(nulls_last=True), "pk")[:most]:
        kind = kind_of(activity.kind)
        at = kind.shown_place(activity.stage)
        rows.append(
            {
                "activity": activity,
                "stages": stages([stage.name for stage in kind.stages], at),
                "url": link("activities:detail", activity.public_id),
            }
        )
    return rows


def session_rows(activities: QuerySet[Activity], days: int, most: int = 8) -> list[Session]:
    """What is planned in the next ``days``, earliest first."""
    now = clock.now()
    return list(
        Session.objects.planned()
        .filter(activity__in=activities.values("pk"))
        .filter(starts_at__gte=now, starts_at__lt=now + timedelta(days=days))
        .select_related("activity", "organisation")
        .order_by("starts_at")[:most]
    )


def release(school: Organisation) -> dict[str, Any] | None:
    """Release of the school's people this academic year, from the ledger, each number with the
    link to exactly its rows; None when nothing is planned or used."""
    year = academic_year(clock.today())
    rows = Release.objects.at(school).in_year(year).from_work()
    found = figures.totals(rows)
    if not found.rows:
        return None
    common = {"school": school.ref, "year": year, "needs": "release"}
    states = {
        _("used"): (found.used, ReleaseState.USED),
        _("booked"): (found.booked, ReleaseState.APPROVED),
        _("waiting for approval"): (found.waiting, ReleaseState.ASKED),
    }
    return {
        **found.bar,
        "all": link("activities:release", **common, state="live"),
        "states": [
            {
                "label": label,
                "minutes": minutes,
                "url": link("activities:release", **common, state=state.value),
            }
            for label, (minutes, state) in states.items()
        ],
    }


def release_stats(person: Person, acting: Acting) -> list[Stat]:
    """What waits for the person's decision and who is out next week without cover, for those whose
    business it is in the school where they act."""
    school, found = acting.organisation_id, []
    if school in approves_for(person):
        found.append(
            stat(
                Release.objects.waiting_for(person).filter(organisation_id=school).count(),
                lambda n: ngettext("release waits for approval", "releases wait for approval", n),
                link("activities:release_approvals", school=acting.ref),
                due=True,
            )
        )
    if school in delegated_to(person).covering:
        monday = next_monday(clock.today())
        out = Release.objects.filter(organisation_id=school).out_between(
            monday, monday + timedelta(days=6)
        )
        found.append(
            stat(
                out.count(),
                lambda n: ngettext("absence next week", "absences next week", n),
                link("activities:release_cover", school=acting.ref, week=monday.isoformat()),
            )
        )
    return found


def follow_up_trend(found: QuerySet[FollowUp]) -> str:
    """One sentence: what was settled in the last four weeks beside the four before."""
    now = clock.now()
    month = timedelta(days=28)
    done = Q(state=FollowUpState.DONE)
    counts = found.aggregate(
        late=Count("pk", filter=done & Q(settled_at__gt=now - month)),
        before=Count(
            "pk", filter=done & Q(settled_at__gt=now - 2 * month, settled_at__lte=now - month)
        ),
    )
    return (
        _("%(late)d follow-ups done in the last four weeks, %(before)d in the four before.")
        % counts
    )
