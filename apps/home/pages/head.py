"""Head: what waits for my approval, and the school's report."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.activities.models import Activity
from apps.activities.waiting import waiting_for
from apps.audits.models import Plan
from apps.core import clock
from apps.evaluation.models import Report
from apps.home.acting import Acting
from apps.home.pages import shared
from apps.home.pages.parts import Stat, link, stat
from apps.schools.models import Agreement, AllianceMember, Membership, Organisation, Signature

TEMPLATE = "head"
LATEST = 4  # reports


def context(person: Person, acting: Acting) -> dict[str, Any]:
    school = Organisation.objects.get(pk=acting.organisation_id)
    members = AllianceMember.objects.filter(organisation=school).select_related("alliance")
    alliances = [row.alliance_id for row in members.joined()]
    activities = Activity.objects.visible_to(person).of_school(school)
    return {
        "school": school,
        "to_confirm": list(members.invited()),
        "to_sign": list(_unsigned(school, alliances)),
        "plans": list(Plan.objects.out().filter(organisation=school)),
        "waiting": waiting_for(person),
        "reports": _reports(person, school, alliances),
        "stats": shared.release_stats(person, acting) + _stats(school, activities),
    }


def _reports(person: Person, school: Organisation, alliances: list[int]) -> list[Report]:
    here = Q(organisation=school) | Q(alliance_id__in=alliances)
    return list(Report.objects.visible_to(person).ready().filter(here).for_lists()[:LATEST])


def _unsigned(school: Organisation, alliances: list[int]) -> Any:
    signed = Signature.objects.filter(agreement_id=OuterRef("pk"), organisation=school)
    return (
        Agreement.objects.out()
        .filter(~Exists(signed), alliance_id__in=alliances)
        .select_related("alliance")
    )


def _stats(school: Organisation, activities: Any) -> list[Stat]:
    today = clock.today()
    return [
        stat(
            Membership.objects.current().staff().filter(organisation=school).count(),
            lambda n: ngettext("person on the staff list", "staff on the list", n),
            link("schools:staff", school.ref),
        ),
        stat(
            activities.under_way().count(),
            lambda n: ngettext("activity under way", "activities under way", n),
            link("activities:list", state="active", school=school.ref),
        ),
        stat(
            activities.stuck(today).count(),
            lambda n: ngettext("activity past its next step", "activities past their next step", n),
            link("activities:list", step="stuck", school=school.ref),
            due=True,
        ),
    ]
