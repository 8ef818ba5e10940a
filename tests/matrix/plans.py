from tests.matrix import EVERYBODY, Row

PLAN = "plan.public_id"
OUT = "plan_out.public_id"
SIGNED = "plan_signed.public_id"
LINE = "plan.public_id plan_line.public_id"
SIGNED_LINE = "plan_signed.public_id signed_line.public_id"
CLOSED = "closed_audit.public_id"
UNSENT = "closed_again.public_id"
FILE = "answers_file.public_id"
STAFF = "teacher support lead"

ROWS: list[Row] = [
    Row("audits:plans", ok=EVERYBODY),
    Row("audits:plan_start", post={}, ok=""),
    Row("audits:cpd_plan", PLAN, ok="lead"),
    Row("audits:cpd_plan", OUT, ok="lead head"),
    Row("audits:cpd_plan", SIGNED, ok=f"{STAFF} head"),
    Row("audits:plan_frame", PLAN, ok="lead"),
    Row("audits:plan_frame", PLAN, post={}, ok="lead"),
    Row("audits:plan_frame", OUT, post={}, refused="lead head"),
    Row("audits:plan_line_new", PLAN, ok="lead"),
    Row("audits:plan_line_new", PLAN, post={}, ok="lead"),
    Row("audits:plan_line_new", SIGNED, refused=f"{STAFF} head"),
    Row("audits:plan_line", LINE, ok="lead"),
    Row("audits:plan_line", LINE, post={}, ok="lead"),
    Row("audits:plan_line", SIGNED_LINE, post={}, refused=f"{STAFF} head"),
    Row("audits:plan_line_change", LINE, post={"do": "remove"}, ok="lead"),
    Row("audits:plan_review", SIGNED_LINE, ok="lead head", refused="teacher support"),
    Row("audits:plan_review", SIGNED_LINE, post={}, ok="lead head", refused="teacher support"),
    Row("audits:plan_send", PLAN, post={}, ok="lead"),
    Row("audits:plan_take_back", OUT, post={}, ok="lead", refused="head"),
    Row("audits:plan_sign", OUT, ok="head", refused="lead"),
    Row("audits:plan_sign", OUT, post={}, ok="head", refused="lead"),
    Row("audits:offers", ok=EVERYBODY),
    Row(
        "audits:change_offer",
        "offer.public_id",
        post={"do": "unshare"},
        ok="teacher",
        refused="lead coordinator other_lead",
    ),
    Row("audits:map", ok="coordinator"),
    Row(
        "audits:publish_need",
        "need.public_id",
        post={"published": "no"},
        ok="lead",
        refused="teacher support head coordinator",
    ),
    Row("audits:edit_goal", "goal.public_id", ok="teacher"),
    Row("audits:edit_goal", "goal.public_id", post={}, ok="teacher"),
    Row("audits:edit_goal", "school_goal.public_id", ok="lead", refused="teacher support head"),
    Row("audits:import_answers", "draft_audit.public_id", ok="lead"),
    Row("audits:import_answers", "draft_audit.public_id", post={}, ok="lead"),
    Row("audits:import_answers", CLOSED, post={}, refused="lead head"),
    Row("audits:answers_file", FILE, ok="lead"),
    Row("audits:answers_file", FILE, post={}, ok="lead"),
    Row("audits:answers_columns", FILE, ok="lead"),
    Row("audits:answers_columns", FILE, post={}, ok="lead"),
    Row("audits:answers_codes", FILE, ok="lead"),
    Row("audits:answers_progress", FILE, ok="lead"),
    Row("audits:answers_retry", FILE, post={}, ok="lead"),
    Row("audits:answers_drop", FILE, post={}, ok="lead"),
    Row("audits:answers_take_back", FILE, refused="lead"),
    Row("audits:answers_take_back", "written_file.public_id", ok="lead"),
    Row("audits:answers_take_back", "written_file.public_id", post={}, ok="lead"),
    Row("audits:heard", "told_audit.public_id", ok="lead head teacher"),
    Row("audits:heard", UNSENT, ok="lead"),
    Row("audits:heard_write", UNSENT, ok="lead", refused="head"),
    Row("audits:heard_write", UNSENT, post={}, ok="lead", refused="head"),
    Row("audits:heard_send", UNSENT, post={}, ok="lead", refused="head"),
]
