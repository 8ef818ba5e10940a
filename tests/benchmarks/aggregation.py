"""What it takes to work out the results of the largest audit, beside one query by hand.

``python -m tests.benchmarks.aggregation`` uses the data of `tests.benchmarks`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from copy import copy
from statistics import median
from typing import Any

# The same sums: over all schools and by school; everybody, by role, and leaders against staff.
BY_HAND = """
SELECT a.question_id, r.organisation_id, r.role,
       r.job_role IN ('middle_leader', 'senior_leader') AS leads,
       count(*), sum((5 - a.confidence) * a.priority), sum(a.confidence), sum(a.priority),
       sum(a.number)
FROM audits_answer a JOIN audits_response r ON r.id = a.response_id
WHERE r.audit_id = %s AND r.submitted_at IS NOT NULL
GROUP BY GROUPING SETS ((1), (1, 3), (1, 4), (1, 2), (1, 2, 3), (1, 2, 4))
"""
TIMES = 3


def compare() -> None:
    """Print the seconds of both and their ratio, the middle of TIMES."""
    from apps.audits.models import Audit
    from apps.home.scale.across import TITLE

    audit = Audit.objects.filter(title=TITLE).first()
    if audit is None:
        print("No audit of all schools: remove var/bench to load anew.")
        return
    ours, by_hand = [], []
    for _ in range(TIMES):
        by_hand.append(_seconds(lambda: _by_hand(audit)))
        ours.append(_seconds(lambda: _rebuilt(audit)))
    people = audit.results["shared"]["answered"]
    print(
        f"results of {people} people, {audit.questions.count()} items, "
        f"{audit.schools.count()} schools: {median(ours):.1f} s; one query by hand "
        f"{median(by_hand):.1f} s; ratio {median(ours) / median(by_hand):.2f}"
    )


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _by_hand(audit: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, [audit.pk])
        cursor.fetchall()


def _rebuilt(audit: Any) -> None:
    """Everything: measured, protected, written; to a copy of the audit that is then undone."""
    from django.db import transaction

    from apps.audits.releasing import prepare, write

    with transaction.atomic():
        made = prepare(audit)
        other = copy(audit)
        other.pk, other.public_id, other.client_key = None, uuid.uuid4().hex[:12], uuid.uuid4()
        other.results = {}
        questions = audit.asked_questions
        other._state.adding = True
        other.save()
        other.__dict__["asked_questions"] = questions
        write(other, made)
        transaction.set_rollback(True)


def main() -> None:
    from tests.benchmarks.__main__ import prepare

    prepare()
    import django

    django.setup()
    compare()


if __name__ == "__main__":
    main()
