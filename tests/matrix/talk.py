"""Threads, comments, versions and calendars of activities."""

from tests.matrix import Row

TAKE_PART = "teacher support"
SEE_IT = "lead other_lead head coordinator"
A = "activity.public_id"
O = "observation.public_id"  # noqa: E741

ROWS = [
    Row("activities:judges", A, ok=TAKE_PART, refused=SEE_IT),
    Row("activities:judges", A, post={"judge": "nobody"}, refused=SEE_IT),
    Row("activities:record_versions", O, refused=TAKE_PART),
]
