"""Who judges whom, among people who might be brought together."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from apps.schools.models import Membership


def ties_among(ids: set[int]) -> dict[int, set[int]]:
    """For each person those of ``ids`` who manage, appraise or tutor them, or whom they do."""
    tied: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.current().filter(person_id__in=ids)
    rows = rows.filter(
        Q(line_manager_id__in=ids) | Q(appraiser_id__in=ids) | Q(induction_tutor_id__in=ids)
    )
    for person, *judges in rows.values_list(
        "person_id", "line_manager_id", "appraiser_id", "induction_tutor_id"
    ):
        for judge in judges:
            if judge in ids:
                tied[person].add(judge)
                tied[judge].add(person)
    return tied
