"""What the schools of an alliance need, from released results only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.audits.enums import TopicArea
from apps.core import clock
from apps.core.years import academic_year, year_bounds
from apps.schools.models import Alliance

FEWEST_SCHOOLS = 3

# The latest closed audit of topics of each joined school in the year, its released totals. Needs as
# they were asked elsewhere have no ratings and a scale of their own: they do not count, and an
# audit that has released nothing else is passed over.
_SQL = """
WITH latest AS (
    SELECT DISTINCT ON (a.organisation_id) a.organisation_id, a.results
    FROM audits_audit a
    JOIN schools_alliancemember m
      ON m.organisation_id = a.organisation_id AND m.alliance_id = %s AND m.state = 'joined'
    WHERE a.state = 'closed' AND a.opens_on BETWEEN %s AND %s
      AND a.results #> '{shared,topics,0}' IS NOT NULL
      AND (a.results @? '$.shared.topics[*].all ? (@.confidence != null)'
           OR NOT a.results @? '$.shared.topics[*].all ? (@.n > 0)')
    ORDER BY a.organisation_id, a.closed_at DESC
), cells AS (
    SELECT t.value ->> 'name' AS name, t.value ->> 'area' AS area,
           (t.value #>> '{all,n}')::int AS n, (t.value #>> '{all,need}')::numeric AS need
    FROM latest, jsonb_array_elements(latest.results #> '{shared,topics}') t
    WHERE t.value #>> '{all,confidence}' IS NOT NULL
)
SELECT name, area, count(*), sum(n), round(sum(n * need) / sum(n), 2)
FROM cells WHERE n > 0
GROUP BY name, area
ORDER BY 5 DESC, name
"""


@dataclass(frozen=True, slots=True)
class Across:
    """One topic over ``schools`` schools; the mean weighs every answer the same."""

    name: str
    area: str
    schools: int
    n: int
    mean_need: Any


def needs_across(alliance: Alliance) -> dict[str, Any]:
    """This year's topics that at least FEWEST_SCHOOLS schools released, and how many are not.

    With fewer schools a coordinator who knows one of them could work out another.
    """
    first, last = year_bounds(academic_year(clock.today()))
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [alliance.pk, first, last])
        found = [
            Across(name, str(TopicArea(area).label), schools, n, need)
            for name, area, schools, n, need in cursor.fetchall()
        ]
    shown = [row for row in found if row.schools >= FEWEST_SCHOOLS]
    return {"shown": shown, "held_back": len(found) - len(shown)}
