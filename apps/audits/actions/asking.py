"""Asking people: at opening, afterwards those who joined; and asking no more who has left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.audience import (
    gone,
    joined_since,
    must_choose,
    school_of,
    schools_of,
    sizes,
    speakers,
)
from apps.audits.enums import AuditMode, AuditState, SchoolState, SmallChoice
from apps.audits.models import Audit, AuditSchool, Participation
from apps.audits.models.schools import DECIDERS
from apps.audits.plan_permissions import may_ask_joiners
from apps.audits.suppression import is_small
from apps.core import audit_trail, clock, outbox
from apps.core.models import Notice
from apps.core.permissions import Refused, require
from apps.schools.calendars import UNKNOWN, Calendar, calendars_of
from apps.schools.enums import JobRole, Role
from apps.schools.models import Membership


def ask(audit: Audit, people: Sequence[Membership], modes: dict[int, str] | None = None) -> int:
    """Ask ``people``, in the mode of their school where ``modes`` has one; how many."""
    told = modes or {}
    Participation.objects.bulk_create(
        (
            Participation(
                audit=audit,
                person_id=held.person_id,
                organisation_id=school_of(held),
                mode=told.get(school_of(held), ""),
                **Participation.of(held),
            )
            for held in people
        ),
        batch_size=2000,
    )
    _tell(audit, people, "audits.asked")
    return len(people)


def settle_schools(audit: Audit) -> None:
    """At the opening of an alliance's audit: which schools take part in it."""
    AuditSchool.objects.filter(audit=audit).that_left().update(state=SchoolState.LEFT)
    AuditSchool.objects.filter(audit=audit).waiting().update(state=SchoolState.LAPSED)


def ask_schools(audit: Audit, people: Sequence[Membership]) -> int:
    """At the opening of an alliance's audit, once its schools are settled."""
    _protect(audit, people)
    named = AuditSchool.objects.filter(audit=audit, small=SmallChoice.NAMED).accepted()
    modes = dict.fromkeys(named.values_list("organisation_id", flat=True), str(AuditMode.NAMED))
    voices = speakers(audit)
    spoken = {held.person_id for held in voices}
    asked = ask(audit, [held for held in people if held.person_id not in spoken], modes)
    Participation.objects.bulk_create(
        Participation(
            audit=audit,
            person_id=held.person_id,
            organisation_id=school_of(held),
            for_school=True,
            role=Role.TEACHER,
            job_role=JobRole.SENIOR_LEADER,
            phase=held.phase,
        )
        for held in voices
    )
    _tell(audit, voices, "audits.asked")
    return asked + len(voices)


def _protect(audit: Audit, people: Sequence[Membership]) -> None:
    """Schools that have got a small group since they said that they take part: its answers count
    in totals only, of the school or, where all of it has become small, of all schools."""
    by_school: dict[int, list[Membership]] = {}
    for held in people:
        by_school.setdefault(school_of(held), []).append(held)
    found = {pk: sizes(staff) for pk, staff in by_school.items()}
    small = [pk for pk, each in found.items() if must_choose(audit, each)]
    tiny = [pk for pk in small if is_small(found[pk].everybody)]
    places = AuditSchool.objects.filter(audit=audit).accepted()
    places.filter(organisation_id__in=tiny, small__in=("", SmallChoice.TOTAL)).update(
        small=SmallChoice.POOLED
    )
    places.filter(organisation_id__in=small, small="").update(small=SmallChoice.TOTAL)


@transaction.atomic
def ask_joiners(*, by: Person, audit: Audit) -> int:
    """Ask who came to the staff since the audit was opened; how many. See `may_ask_joiners`."""
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.OPEN:
        raise Refused(_("The audit has closed, so nobody more can be asked."))
    require(may_ask_joiners(audit))
    people = joined_since(audit)
    if people:
        schools = AuditSchool.objects.filter(audit=audit, small=SmallChoice.NAMED)
        named = schools.values_list("organisation_id", flat=True)
        ask(audit, people, dict.fromkeys(named, str(AuditMode.NAMED)))
        audit_trail.record("audits.ask_joiners", audit, by=by, asked=len(people))
    return len(people)


def ask_no_more(audit: Audit) -> int:
    """Take off the list who left before answering; what others answered stays. How many."""
    left = AuditSchool.objects.filter(audit=audit).that_left()
    left.update(state=SchoolState.LEFT, compare_ok=False)
    pks = gone(audit)
    if pks:
        Participation.objects.filter(pk__in=pks).delete()
        audit_trail.record("audits.ask_no_more", audit, by=None, people=len(pks))
    return len(pks)


def _tell(audit: Audit, people: Sequence[Membership], template: str) -> None:
    """Everybody finds it in the app too; some have no e-mail address."""
    url = reverse("audits:answer", args=[audit.public_id])
    Notice.objects.bulk_create(
        (
            Notice(
                person_id=held.person_id,
                kind="audits.asked",
                thing=f"audit/{audit.pk}",
                period="once",
                url=url,
            )
            for held in people
        ),
        ignore_conflicts=True,
        batch_size=2000,
    )
    calendars = calendars_of(schools_of(people))
    outbox.queue_many(
        outbox.Draft(
            template=template,
            key=f"{template}/{audit.pk}/{held.person_id}",
            due_at=morning(calendars[school_of(held)], held),
            person_id=held.person_id,
            keys={"audit": audit.pk},
        )
        for held in people
        if held.person.email
    )


def morning(calendar: Calendar, held: Membership) -> datetime:
    """The first open morning from now on that is one of the person's working days."""
    now = clock.now()
    return max(calendar.first_open_morning(clock.today(), held.working_days), now)


def tell_of_closing(audit: Audit) -> None:
    """Tell whoever made it, and the CPD leads of an alliance audit's schools."""
    told: dict[int, int | None] = {audit.created_by_id: audit.organisation_id}
    if audit.alliance_id:
        schools = AuditSchool.objects.filter(audit=audit).accepted()
        for held in deciders(schools.values("organisation_id"), Role.CPD_LEAD):
            told.setdefault(held.person_id, held.organisation_id)
    calendars = calendars_of(school for school in told.values() if school is not None)
    outbox.queue_many(
        outbox.Draft(
            template="audits.closed",
            key=f"audits.closed/{audit.pk}/{person}",
            due_at=_first_morning(calendars.get(school or 0, UNKNOWN)),
            person_id=person,
            keys={"audit": audit.pk},
        )
        for person, school in told.items()
    )


def _first_morning(calendar: Calendar) -> datetime:
    return max(calendar.first_open_morning(clock.today()), clock.now())


def deciders(schools: Any, *roles: str) -> list[Membership]:
    """Who decides for the schools whose ids are given, one membership for each person there."""
    held = Membership.objects.current().filter(
        organisation_id__in=schools, role__in=roles or DECIDERS, person__is_active=True
    )
    found = {(row.person_id, row.organisation_id): row for row in held.select_related("person")}
    return list(found.values())
