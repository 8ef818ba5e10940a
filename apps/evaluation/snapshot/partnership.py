"""The partnership itself: who is in it, what was signed, what stands in the way."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q

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
        "waiting_ids": [pk for pk, _name in frame.schools if agreement and pk not in signed],
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
    named = family_names(frame) if rows else set()
    return [
        {
            "text": unless_named(row.text, named),
            "mitigation": unless_named(row.mitigation, named),
            "must_clear": row.must_clear,
            "cleared": row.cleared_at is not None,
        }
        for row in rows
    ]


def family_names(frame: Frame) -> set[str]:
    """Of everybody who has or had a role in its schools or in the alliance itself."""
    rows = Membership.objects.filter(
        Q(organisation_id__in=frame.school_ids) | Q(alliance=frame.alliance)
    )
    return set(rows.order_by().values_list("person__family_name", flat=True).distinct())


def unless_named(text: str, names: set[str]) -> str | None:
    """The text; None when all the words of one of ``names`` are in it, in any case."""
    words = _words(text)
    named = any(parts and words >= parts for parts in map(_words, names))
    return None if named else text


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
