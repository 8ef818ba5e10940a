"""The register, and staff lists. Only a school's own CPD lead and head keep its list."""

from tests.matrix import Row

KEEPERS = "lead head"
REFUSED = "teacher support other_lead governor coordinator"
SCHOOL = "school.ref"
PERSON = "school.ref membership.public_id"
FILE = "school.ref staff_import.public_id"


def staff(name: str, key: str = SCHOOL, **values: object) -> Row:
    return Row(f"schools:{name}", key, ok=KEEPERS, refused=REFUSED, **values)  # type: ignore[arg-type]


ROWS: list[Row] = [
    Row("schools:heads", ok="operator"),
    Row("schools:head_undo", "head_link.public_id", ok="operator", foreign_ok="operator"),
    Row("schools:head_undo", "head_link.public_id", post={}, ok="operator", foreign_ok="operator"),
    Row("schools:register_import", ok="operator"),
    Row("schools:register_import", post={}, ok="operator"),
    Row("schools:register_file", "register_import.public_id", ok="operator", foreign_ok="operator"),
    Row(
        "schools:register_progress",
        "register_import.public_id",
        ok="operator",
        foreign_ok="operator",
    ),
    Row(
        "schools:register_errors", "register_import.public_id", ok="operator", foreign_ok="operator"
    ),
    Row(
        "schools:register_confirm",
        "register_import.public_id",
        post={},
        ok="operator",
        foreign_ok="operator",
    ),
    staff("terms"),
    staff("terms", post={"privacy_notice": "Handbook", "accept": "on"}),
    staff("staff"),
    staff("staff_add"),
    staff("staff_add", post={"given_name": "Ann"}),
    staff("staff_invite"),
    staff("staff_invite", post={"everybody": ""}),
    staff("staff_codes"),
    staff("staff_codes", post={}),
    staff("staff_import"),
    staff("staff_import", post={}),
    staff("staff_import_file", FILE),
    staff("staff_import_file", FILE, post={}),
    staff("staff_import_columns", FILE),
    staff("staff_import_columns", FILE, post={}),
    staff("staff_import_school", FILE),
    staff("staff_import_school", FILE, post={}),
    staff("staff_import_progress", FILE),
    staff("staff_import_errors", FILE),
    staff("staff_import_retry", FILE, post={}),
    staff("staff_import_drop", FILE, post={}),
    staff("staff_person", PERSON),
    staff("staff_edit", PERSON),
    staff("staff_edit", PERSON, post={}),
    staff("staff_leave", PERSON),
    staff("staff_leave", PERSON, post={"on": "2026-12-31"}),
]
