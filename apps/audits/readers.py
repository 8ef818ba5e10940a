"""Who may read the single answers of a named audit, and whose answers nobody reads."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from apps.audits.enums import AuditMode
from apps.audits.models import Audit
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
