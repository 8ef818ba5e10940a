from tests.matrix import EVERYBODY, Row

STAFF = "outsider teacher support lead other_lead head"
LEADS = "lead head"
NOT_LEADING = "teacher support governor"
COVERS = "outsider support lead other_lead head"
SEES = "teacher lead head"
R = "release.public_id"
CORRECT = {"version": "1", "actual_minutes": "60"}

ROWS = [
    Row("activities:release", ok=EVERYBODY),
    Row("activities:release", ok=EVERYBODY, query="?format=csv"),
    Row("activities:release", ok=EVERYBODY, query="?format=xlsx"),
    Row("activities:release_new", ok=STAFF),
    Row("activities:release_new", post={"what_for": "Course"}, ok=STAFF),
    Row("activities:release_approvals", ok="head"),
    Row("activities:release_approvals", post={"row": "x"}, ok="head"),
    Row("activities:release_refuse_several", post={"row": "x"}, ok="head"),
    Row("activities:release_cover", ok=COVERS),
    Row("activities:release_cover", ok=COVERS, query="?format=csv"),
    Row("activities:release_school", "school.ref", ok=LEADS, refused=NOT_LEADING),
    Row("activities:release_settings", "school.ref", ok=LEADS, refused=NOT_LEADING),
    Row(
        "activities:release_settings",
        "school.ref",
        post={"what": "rate", "pence": "218"},
        ok=LEADS,
        refused=NOT_LEADING,
    ),
    Row(
        "activities:release_alliance",
        "alliance.public_id",
        ok="coordinator",
        refused="teacher support lead other_lead head governor",
    ),
    Row("activities:release_delegate_end", "delegate.public_id", post={}, ok=LEADS),
    Row("activities:release_row", R, ok=SEES),
    Row("activities:release_row", R, post=CORRECT, ok=SEES),
    Row("activities:release_refuse", R, ok="head", refused="teacher lead"),
    Row("activities:release_refuse", R, post={"reason": "x"}, ok="head", refused="teacher lead"),
    Row("activities:release_arrange", R, ok="support lead head"),
    Row("activities:release_arrange", R, post={"version": "1"}, ok="support lead head"),
    Row("activities:release_take_back", R, post={}, refused=SEES),
]
