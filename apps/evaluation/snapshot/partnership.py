"""The partnership itself: who is in it, what was signed, what stands in the way."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Person
from apps.evaluation.snapshot.frame import Frame
from apps.schools.enums import AgreementState
from apps.schools.models import Agreement, Membership


def facts(frame: Frame) -> dict[str, Any]:
    agreement = (
        Agreement.objects.filter(alliance=frame.alliance, state=AgreementState.OUT)
        .prefetch_related("signatures", "obstacles")
        .first()
    )
    signed = {s.organisation_id for s in agreement.signatures.all()} if agreement else set()
    joined = set(frame.school_ids)
    return {
        "invited": len(frame.members),
        "joined": len(joined),
        "signed": len(signed & joined),
        "agreement": agreement.number if agreement else None,
        "waiting_for": sorted(name for pk, name in frame.schools if agreement and pk not in signed),
        "not_joined": sorted(
            row.organisation.name for row in frame.members if row.organisation_id not in joined
        ),
        "obstacles": _obstacles(agreement, frame) if agreement else [],
        "versions": Agreement.objects.filter(
            alliance=frame.alliance, sent_out_at__date__range=(frame.start, frame.end)
        ).count(),
    }


def _obstacles(agreement: Agreement, frame: Frame) -> list[dict[str, Any]]:
    rows = list(agreement.obstacles.all())
    named = full_names(frame) if rows else set()
    return [
        {
            "text": unless_named(row.text, named),
            "mitigation": unless_named(row.mitigation, named),
            "must_clear": row.must_clear,
            "cleared": row.cleared_at is not None,
        }
        for row in rows
    ]


def full_names(frame: Frame) -> set[str]:
    held = Membership.objects.filter(organisation_id__in=frame.school_ids).values("person_id")
    people = Person.objects.filter(pk__in=held).values_list("given_name", "family_name")
    return {f"{given} {family}".strip().casefold() for given, family in people}


def unless_named(text: str, names: set[str]) -> str | None:
    """The text; None when it names somebody on a staff list."""
    low = text.casefold()
    return None if any(name in low for name in names if len(name) > 3) else text
