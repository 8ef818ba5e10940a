"""``{% load release %}``: what other pages show of the ledger."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q
from django.template.context import Context
from django.utils import timezone

from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Release, Session
from apps.activities.release import figures
from apps.core import clock
from apps.core.years import academic_year
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

register = template.Library()


@register.inclusion_tag("activities/release/_of_session.html", takes_context=True)
def release_of_session(context: Context, session: Session) -> dict[str, Any]:
    """Release that the reader may see of a session, by person; nothing where there is none."""
    person: Any = context["user"]
    rows = Release.objects.visible_to(person).filter(session=session)
    return {"rows": list(rows.select_related("person", "organisation").order_by("pk"))}


@register.inclusion_tag("activities/release/_of_plan.html", takes_context=True)
def release_of_plan(context: Context, activity: Activity) -> dict[str, Any]:
    """What the ledger holds for an activity, by school, and what the reader's own school has left
    of its allowance this term. Of other schools nobody but those in it reads the time of a group
    under five."""
    person: Any = context["user"]
    led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
    taking_part = activity.participants.current().values("organisation_id")
    school = Organisation.objects.filter(pk__in=taking_part).filter(pk__in=led).first()
    inside = activity.organiser_id == person.pk or (
        activity.participants.taking_part().filter(person=person).exists()
    )
    schools = []
    for key, one in figures.of_activity(activity):
        shown = inside or one.people >= figures.RULE or key["organisation_id"] in led
        schools.append((key, one if shown else None))
    return {
        "activity": activity,
        "schools": schools,
        "school": school,
        "allowance": _allowance(school) if school else None,
    }


@register.inclusion_tag("activities/release/_set_aside.html", takes_context=True)
def set_aside_caution(
    context: Context, activity: Activity, session: Session | str = ""
) -> dict[str, Any]:
    """Whose CPD of the year passes what is set aside for it, or would with one more session of
    the activity; of oneself, and of the staff of schools that the reader leads."""
    person: Any = context["user"]
    led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
    day = session.starts_at if isinstance(session, Session) else clock.now()
    more = 0 if session else max((s.minutes for s in kind_of(activity.kind).sessions), default=0)
    places = activity.participants.current().filter(Q(organisation__in=led) | Q(person=person))
    year = academic_year(timezone.localdate(day))
    return {"rows": figures.passing(places, year, more), "planned": bool(session)}


def _allowance(school: Organisation) -> figures.Allowance | None:
    today = clock.today()
    return figures.allowance(school, today, figures.budget_of(school, academic_year(today)))
