"""Which needs have offers where: what schools and people published, beside what audits released."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.audits.alliances import needs_across
from apps.audits.models import Need, Offer
from apps.schools.models import Alliance, AllianceMember, Organisation


@dataclass(slots=True)
class Meeting:
    """One topic. ``schools`` and ``mean_need`` are of released audits, None where too few schools
    asked about it; needing and offering schools have said so themselves."""

    name: str
    schools: int | None = None
    mean_need: Decimal | None = None
    needed_by: list[Organisation] = field(default_factory=list)
    offered_by: list[tuple[Organisation, int]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """matched: a school other than one that needs it offers it; gap: needed, not offered."""
        wanted = bool(self.needed_by) or self.mean_need is not None
        needing = {school.pk for school in self.needed_by}
        elsewhere = any(len(needing) != 1 or s.pk not in needing for s, _n in self.offered_by)
        if not self.offered_by:
            return "gap" if wanted else ""
        return "matched" if wanted and elsewhere else "offered"


def needs_and_offers(alliance: Alliance) -> list[Meeting]:
    """A row for each topic that is needed or offered: gaps first, then the greatest need."""
    found: dict[str, Meeting] = {}
    for across in needs_across(alliance)["shown"]:
        found[across.name] = Meeting(across.name, across.schools, across.mean_need)
    for need in _published(alliance):
        _row(found, need.topic.name).needed_by.append(need.organisation)
    for name, offering in _offered(alliance).items():
        _row(found, name).offered_by.extend(offering)
    rank = {"gap": 0, "matched": 1, "offered": 2, "": 3}
    return sorted(
        found.values(),
        key=lambda row: (
            rank[row.state],
            -len(row.needed_by),
            -(row.mean_need or Decimal()),
            row.name,
        ),
    )


def _row(found: dict[str, Meeting], name: str) -> Meeting:
    return found.setdefault(name, Meeting(name))


def _joined(alliance: Alliance) -> Any:
    return AllianceMember.objects.joined().filter(alliance=alliance).values("organisation_id")


def _published(alliance: Alliance) -> list[Need]:
    """One for each topic and school, of schools that are in the alliance now."""
    rows = (
        Need.objects.open()
        .filter(
            alliance=alliance,
            person__isnull=True,
            organisation__in=_joined(alliance),
        )
        .select_related("topic", "organisation")
        .order_by("organisation__name", "pk")
    )
    return list({(row.topic_id, row.organisation_id): row for row in rows}.values())


def _offered(alliance: Alliance) -> dict[str, list[tuple[Organisation, int]]]:
    offers: Any = Offer.objects.standing()
    rows = (
        offers.filter(
            shared=True,
            alliance=alliance,
            organisation__in=_joined(alliance),
        )
        .select_related("topic", "organisation")
        .order_by("organisation__name", "pk")
    )
    counts: dict[str, dict[Organisation, int]] = {}
    for row in rows:
        schools = counts.setdefault(row.topic.name, {})
        schools[row.organisation] = schools.get(row.organisation, 0) + 1
    return {name: list(schools.items()) for name, schools in counts.items()}
