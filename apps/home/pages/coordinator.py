"""Alliance coordinator: schools needing attention, needs beside offers, deadlines."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.activities.models import Activity
from apps.audits.alliances import needs_across
from apps.audits.models import Offer
from apps.core import clock
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.reports.alliance import KIND as ALLIANCE_REPORT
from apps.home.acting import Acting
from apps.home.pages import shared
from apps.home.pages.parts import Stat, link, stat
from apps.schools.enums import AllianceMemberState
from apps.schools.models import Agreement, Alliance, AllianceMember

TEMPLATE = "coordinator"
MOST = 8


def context(person: Person, acting: Acting) -> dict[str, Any]:
    today = clock.today()
    alliance = Alliance.objects.get(pk=acting.alliance_id)
    members = AllianceMember.objects.filter(alliance=alliance)
    activities = Activity.objects.visible_to(person).filter(alliance=alliance)
    return {
        "alliance": alliance,
        "agreement": Agreement.objects.out().filter(alliance=alliance).first(),
        "stats": _stats(alliance, members, activities),
        "attention": _attention(members),
        "topics": _topics(alliance),
        "activities": shared.activity_rows(activities.stuck(today), 5),
        "sessions": shared.session_rows(activities, days=28),
        "report": Report.objects.for_lists().ready().filter(alliance=alliance).first(),
        "schedule": ReportSchedule.objects.running().of(ALLIANCE_REPORT, alliance).first(),
    }


def _attention(members: Any) -> list[dict[str, Any]]:
    """Not joined yet, or joined and not signed; the longest waiting first."""
    waiting = members.unanswered().select_related("organisation").order_by("invited_at", "pk")
    return [
        {
            "organisation": row.organisation,
            "why": _("has not answered the invitation")
            if row.state == AllianceMemberState.INVITED
            else _("has not signed the agreement"),
            "since": row.asked_on,
        }
        for row in waiting[:MOST]
    ]


def _topics(alliance: Alliance) -> list[dict[str, Any]]:
    """This year's biggest needs across schools, each with how many people offer help with it."""
    offers = (
        Offer.objects.standing()
        .filter(alliance=alliance, shared=True)
        .values_list("topic__name")
        .annotate(people=Count("person", distinct=True))
    )
    offered = dict(offers)
    return [
        {"need": row, "offered": offered.get(row.name, 0)}
        for row in needs_across(alliance)["shown"][:MOST]
    ]


def _stats(alliance: Alliance, members: Any, activities: Any) -> list[Stat]:
    today = clock.today()
    pid = alliance.public_id
    return [
        stat(
            members.joined().count(),
            lambda n: ngettext("school or partner joined", "schools and partners joined", n),
            link("schools:alliance", pid, state="joined"),
        ),
        stat(
            members.signed().count(),
            lambda n: ngettext("has signed", "have signed", n),
            link("schools:alliance", pid, state="signed"),
        ),
        stat(
            members.unanswered().count(),
            lambda n: ngettext("owes an answer or a signature", "owe an answer or a signature", n),
            link("schools:alliance", pid, state="unanswered"),
            due=True,
        ),
        stat(
            activities.under_way().count(),
            lambda n: ngettext("activity under way", "activities under way", n),
            link("activities:list", state="active", alliance=pid),
        ),
        stat(
            activities.stuck(today).count(),
            lambda n: ngettext("activity past its next step", "activities past their next step", n),
            link("activities:list", step="stuck", alliance=pid),
            due=True,
        ),
    ]
