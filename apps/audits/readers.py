"""Who may read the single answers of a named audit, and whose answers nobody reads."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.audits.enums import AuditMode
from apps.audits.models import Audit, Participation
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Membership, Oversight


def _holders(audit: Audit, role: Role) -> QuerySet[Membership, Any]:
    held = Membership.objects.current().filter(organisation_id=audit.school_id, role=role)
    return held.values("person_id")


def readers(audit: Audit) -> QuerySet[Any, Any]:
    """Ids of the school's CPD leads who are not its head: a head reads nobody's answers."""
    return _holders(audit, Role.CPD_LEAD).exclude(person_id__in=_holders(audit, Role.HEAD))


def judged_by_readers(audit: Audit) -> QuerySet[Oversight, Any]:
    """People whom a reader manages, appraises or inducts, or did since the audit was opened."""
    ties = Oversight.objects.filter(judge_id__in=readers(audit))
    return ties.since(audit.opened_at or clock.now())


def kept_from_readers(audit: Audit) -> frozenset[int]:
    """People whose single answers no CPD lead reads, because one of the leads judges them.

    It is the same for all leads of a school, so that two leads' figures never differ.
    """
    if audit.organisation_id is None or audit.mode != AuditMode.NAMED:
        return frozenset()
    known: frozenset[int] | None = audit.__dict__.get("_kept")
    if known is None:  # once for this instance: a page asks several times
        known = frozenset(judged_by_readers(audit).values_list("person_id", flat=True))
        audit.__dict__["_kept"] = known
    return known


def kept_across(audit: Audit) -> frozenset[int]:
    """The same for an alliance's audit, where CPD leads read the answers of their own school.

    They count in no figure at all: in one of their own school the lead could subtract.
    """
    told = Participation.objects.filter(audit=audit).filter(
        Q(mode=AuditMode.NAMED) | Q(mode="", audit__mode=AuditMode.NAMED)
    )
    leads = Membership.objects.current().filter(
        role=Role.CPD_LEAD, organisation_id=OuterRef(OuterRef("organisation_id"))
    )
    tied = Oversight.objects.filter(
        person_id=OuterRef("person_id"), judge_id__in=leads.values("person_id")
    ).since(audit.opened_at or clock.now())
    return frozenset(told.filter(Exists(tied)).values_list("person_id", flat=True))


def readers_across(audit: Audit) -> frozenset[frozenset[int]]:
    """For each reader of single answers in an alliance's audit, the schools they read.

    Each such school also by itself, whoever leads its CPD now or later.
    """
    read = set(audit.schools.read_by_name().values_list("organisation_id", flat=True))
    by_person: dict[int, set[int]] = {}
    leads = Membership.objects.current().filter(role=Role.CPD_LEAD, organisation_id__in=read)
    for person, school in leads.values_list("person_id", "organisation_id"):
        by_person.setdefault(person, set()).add(school)
    return frozenset(map(frozenset, [*by_person.values(), *({school} for school in read)]))
