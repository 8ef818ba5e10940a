"""An alliance's audit and its schools: invited, taking part or not, each on its own terms."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.asking import deciders
from apps.audits.actions.audience import Sizes, must_choose, school_of, sizes_at
from apps.audits.actions.drafting import locked_draft
from apps.audits.enums import AuditMode, SchoolState, SmallChoice
from apps.audits.models import Audit, AuditSchool
from apps.audits.suppression import is_small
from apps.core import audit_trail, clock, outbox
from apps.core.models import Notice
from apps.core.permissions import Refused
from apps.schools.calendars import calendars_of
from apps.schools.models import AllianceMember, Organisation


@transaction.atomic
def invite_schools(*, by: Person, audit: Audit, organisations: Collection[int]) -> int:
    """Invite schools of the alliance, each once; those of them that are new.

    Their CPD leads and heads are written to on the school's next open morning.
    """
    audit = locked_draft(audit)
    if audit.alliance_id is None:
        raise Refused(_("A school's own audit has no other schools."))
    if not audit.questions.exists():
        raise Refused(_("Choose the questions first: schools want to see what will be asked."))
    joined = AllianceMember.objects.joined().filter(
        alliance=audit.alliance_id, organisation__in=organisations
    )
    known = set(audit.schools.values_list("organisation_id", flat=True))
    new = [pk for pk in joined.values_list("organisation_id", flat=True) if pk not in known]
    AuditSchool.objects.bulk_create(
        [AuditSchool(audit=audit, organisation_id=pk) for pk in new], ignore_conflicts=True
    )
    _write_to(audit, new)
    audit_trail.record("audits.invite_schools", audit, by=by, schools=len(new))
    return len(new)


def _write_to(audit: Audit, schools: Collection[int]) -> None:
    people = deciders(schools)
    calendars = calendars_of(schools)
    refs = dict(Organisation.objects.filter(pk__in=schools).values_list("pk", "ref"))
    Notice.objects.bulk_create(
        [
            Notice(
                person_id=held.person_id,
                kind="audits.school_invited",
                thing=f"audit/{audit.pk}",
                period=f"school-{held.organisation_id}",
                url=school_url(audit, refs[school_of(held)]),
            )
            for held in people
        ],
        ignore_conflicts=True,
    )
    outbox.queue_many(
        outbox.Draft(
            template="audits.school_invited",
            key=f"audits.school_invited/{audit.pk}/{held.organisation_id}/{held.person_id}",
            due_at=max(calendars[school_of(held)].first_open_morning(clock.today()), clock.now()),
            person_id=held.person_id,
            keys={"audit": audit.pk, "organisation": held.organisation_id},
        )
        for held in people
        if held.person.email
    )


def school_url(audit: Audit, ref: str) -> str:
    return reverse("audits:school", args=[audit.public_id, ref])


@transaction.atomic
def withdraw_invitations(*, by: Person, audit: Audit) -> int:
    """Take back all invitations to a draft, answered or not, so that it can be changed."""
    audit = locked_draft(audit)
    count, _rows = audit.schools.all().delete()
    audit_trail.record("audits.withdraw_invitations", audit, by=by, schools=count)
    return count


@transaction.atomic
def accept(
    *, by: Person, place: AuditSchool, compare_ok: bool = False, small: str = ""
) -> AuditSchool:
    """Take part; ``small`` says how groups of fewer than five are protected, where there are any.

    May be changed until the audit opens.
    """
    place = _locked(place)
    found = sizes_at(place.audit, place.organisation_id)
    if must_choose(place.audit, found):
        if small not in choices_for(place.audit, found):
            raise Refused(_("Say how your small groups are protected."))
    else:
        small = ""
    return _decide(by, place, SchoolState.ACCEPTED, compare_ok=compare_ok, small=small)


def choices_for(audit: Audit, found: Sizes) -> list[SmallChoice]:
    """What a school with these small groups may choose: totals only where there are five people
    in all, and in an anonymous audit no names, whatever a school would like."""
    left_out = set()
    if is_small(found.everybody):
        left_out.add(SmallChoice.TOTAL)
    if audit.mode == AuditMode.ANONYMOUS:
        left_out.add(SmallChoice.NAMED)
    return [choice for choice in SmallChoice if choice not in left_out]


@transaction.atomic
def decline(*, by: Person, place: AuditSchool) -> AuditSchool:
    """Do not take part; no reason is asked."""
    return _decide(by, _locked(place), SchoolState.DECLINED, compare_ok=False, small="")


def _locked(place: AuditSchool) -> AuditSchool:
    audit = locked_draft(place.audit)
    found = AuditSchool.objects.select_for_update().get(pk=place.pk)
    found.audit = audit
    return found


def _decide(by: Person, place: AuditSchool, state: str, **values: Any) -> AuditSchool:
    place.state, place.decided_by, place.decided_at = state, by, clock.now()
    for name, value in values.items():
        setattr(place, name, value)
    place.save(update_fields=["state", "decided_by", "decided_at", *values])
    audit_trail.record(
        "audits.school_decides",
        place.audit,
        by=by,
        organisation=place.organisation_id,
        state=state,
        **values,
    )
    return place
