"""Who may read the single answers of a named audit, and whose answers nobody reads."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from apps.audits.enums import AuditMode
from apps.audits.models import Audit
from apps.schools.enums import Role
from apps.schools.models import Membership


def _holders(audit: Audit, role: Role) -> QuerySet[Membership, Any]:
    held = Membership.objects.current().filter(organisation_id=audit.school_id, role=role)
    return held.values("person_id")


def readers(audit: Audit) -> QuerySet[Any, Any]:
    """Ids of the school's CPD leads who are not its head: a head reads nobody's answers."""
    return _holders(audit, Role.CPD_LEAD).exclude(person_id__in=_holders(audit, Role.HEAD))


def managed_by(people: Any, audit: Audit) -> QuerySet[Membership, Any]:
    """Rows of staff of the audit's school whom one of ``people`` manages, appraises or inducts."""
    return (
        Membership.objects.current()
        .staff()
        .filter(organisation_id=audit.school_id)
        .filter(
            Q(line_manager_id__in=people)
            | Q(appraiser_id__in=people)
            | Q(induction_tutor_id__in=people)
        )
    )


def kept_from_readers(audit: Audit) -> frozenset[int]:
    """People whose single answers no CPD lead reads, because one of the leads manages them.

    It is the same for all leads of a school, so that two leads' figures never differ.
    """
    if audit.organisation_id is None or audit.mode != AuditMode.NAMED:
        return frozenset()
    known: frozenset[int] | None = audit.__dict__.get("_kept")
    if known is None:  # once for this instance: a page asks several times
        managed = managed_by(readers(audit), audit)
        known = frozenset(managed.values_list("person_id", flat=True))
        audit.__dict__["_kept"] = known
    return known
