"""Threads, comments, versions and calendars of activities."""

from tests.matrix import EVERYBODY, Row

TAKE_PART = "teacher support"
SEE_IT = "lead other_lead head coordinator"
M = "message.public_id"
A = "activity.public_id"
O = "observation.public_id"  # noqa: E741

ROWS = [
    Row("activities:judges", A, ok=TAKE_PART, refused=SEE_IT),
    Row("activities:judges", A, post={"judge": "nobody"}, refused=SEE_IT),
    Row("activities:thread", A, ok=TAKE_PART, refused=SEE_IT),
    Row("activities:thread", A, post={"text": "x"}, ok=TAKE_PART, refused=SEE_IT),
    Row("activities:comments", O, ok=TAKE_PART),
    Row("activities:comments", O, post={"text": "x"}, ok=TAKE_PART),
    Row("activities:comments", "reflection.public_id", refused="teacher"),
    Row("activities:message", M, ok="teacher", refused="support"),
    Row("activities:message", M, post={"text": "x"}, ok="teacher", refused="support"),
    Row("activities:message_take_back", M, post={}, ok="teacher", refused="support"),
    Row("activities:feed_mine", ok=EVERYBODY),
    Row("activities:feed_mine", post={"do": "renew"}, ok=EVERYBODY),
    Row("activities:records_export", ok=EVERYBODY),
    Row("activities:records_export", post={"as": "csv"}, ok=EVERYBODY),
    Row("activities:feed", "feed_token", public=True),
    Row("activities:session_file", "session.public_id", ok=f"{TAKE_PART} {SEE_IT}"),
    Row("activities:record_versions", O, refused=TAKE_PART),
]
