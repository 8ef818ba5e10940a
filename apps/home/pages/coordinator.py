"""Alliance coordinator: schools needing attention, needs and offers unmatched, deadlines."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.models import Activity
from apps.audits.models import Need, Offer, Topic
from apps.core import clock
from apps.evaluation.models import Report, ReportSchedule
from apps.home.acting import Acting
from apps.home.pages import shared
from apps.home.pages.parts import Stat, link
from apps.schools.enums import AllianceMemberState
from apps.schools.models import Agreement, Alliance, AllianceMember, Signature

TEMPLATE = "coordinator"
MOST = 8


def context(person: Person, acting: Acting) -> dict[str, Any]:
    today = clock.today()
    alliance = Alliance.objects.get(pk=acting.alliance_id)
    agreement = Agreement.objects.out().filter(alliance=alliance).first()
    members = _members(alliance, agreement)
    activities = Activity.objects.visible_to(person).filter(alliance=alliance)
    return {
        "alliance": alliance,
        "agreement": agreement,
        "stats": _stats(alliance, members, activities),
        "attention": [_attention(row) for row in _waiting(members)[:MOST]],
        "topics": _topics(alliance)[:MOST],
        "activities": shared.activity_rows(activities.stuck(today), 5),
        "sessions": shared.session_rows(activities, days=28),
        "report": Report.objects.ready().filter(alliance=alliance).first(),
        "schedule": ReportSchedule.objects.filter(alliance=alliance, ended_at=None).first(),
    }


def _members(alliance: Alliance, agreement: Agreement | None) -> Any:
    signed = Signature.objects.filter(
        agreement=agreement, organisation_id=OuterRef("organisation_id")
    )
    rows = AllianceMember.objects.filter(alliance=alliance).exclude(state=AllianceMemberState.LEFT)
    return rows.annotate(signed=Exists(signed)).select_related("organisation")


def _waiting(members: Any) -> Any:
    """Not joined yet, or joined and not signed; the longest waiting first."""
    return members.filter(
        Q(state=AllianceMemberState.INVITED) | Q(state=AllianceMemberState.JOINED, signed=False)
    ).order_by("invited_at")


def _attention(row: AllianceMember) -> dict[str, Any]:
    invited = row.state == AllianceMemberState.INVITED
    return {
        "organisation": row.organisation,
        "why": _("has not answered the invitation")
        if invited
        else _("has not signed the agreement"),
        "since": row.chased_at or row.invited_at,
    }


def _topics(alliance: Alliance) -> Any:
    """Topics with open school needs and shared offers in the alliance: who could meet whom."""
    needs = Need.objects.open().filter(alliance=alliance, person=None)
    offers = Offer.objects.filter(alliance=alliance, shared=True, withdrawn_at=None)
    return (
        Topic.objects.annotate(
            needed=Count("needs", filter=Q(needs__in=needs.values("pk")), distinct=True),
            offered=Count("offers", filter=Q(offers__in=offers.values("pk")), distinct=True),
        )
        .filter(needed__gt=0)
        .order_by("offered", "-needed", "name")
    )


def _stats(alliance: Alliance, members: Any, activities: Any) -> list[Stat]:
    today = clock.today()
    pid = alliance.public_id
    counts = members.aggregate(
        invited=Count("pk", filter=Q(state=AllianceMemberState.INVITED)),
        joined=Count("pk", filter=Q(state=AllianceMemberState.JOINED)),
        signed=Count("pk", filter=Q(state=AllianceMemberState.JOINED, signed=True)),
    )
    return [
        Stat(
            counts["joined"],
            _("schools and partners joined"),
            link("schools:alliance", pid, state="joined"),
        ),
        Stat(counts["signed"], _("have signed"), link("schools:alliance", pid, state="signed")),
        Stat(
            counts["invited"],
            _("have not answered"),
            link("schools:alliance", pid, state="invited"),
            due=True,
        ),
        Stat(
            activities.under_way().count(),
            _("activities under way"),
            link("activities:list", state="active", alliance=pid),
        ),
        Stat(
            activities.stuck(today).count(),
            _("past their next step"),
            link("activities:list", step="stuck", alliance=pid),
            due=True,
        ),
    ]
