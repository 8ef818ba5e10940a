from tests.matrix import EVERYBODY, Row

STAFF = "teacher support lead head"
SEES = "teacher support lead other_lead head coordinator"
PLANS = "teacher support lead coordinator"
STEERS = "lead coordinator"
NOT_STEERING = "teacher support other_lead head"
NOT_PLANNING = "other_lead head"
STARTERS = "outsider teacher support lead other_lead head coordinator"
NOT_STARTING = "governor operator"
A = "activity.public_id"
AC = "activity.public_id criterion.public_id"
S = "session.public_id"
P = "participant.public_id"
R = "reflection.public_id"
O = "observation.public_id"  # noqa: E741

ROWS = [
    Row("activities:list", ok=EVERYBODY),
    Row("activities:new", ok=STARTERS, refused=NOT_STARTING),
    Row("activities:cpd_log", ok="outsider lead other_lead head coordinator"),
    Row(
        "activities:cpd_log",
        query="?format=csv",
        ok="outsider lead other_lead head coordinator",
    ),
    Row("activities:here", ok=EVERYBODY),
    Row("activities:here", post={"code": "BCDFGH"}, ok=EVERYBODY),
    Row("activities:wall_code", S, refused=f"{NOT_PLANNING}"),
    Row("activities:attendance_upload", S, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:attendance_upload", S, post={}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:invite_group", A, refused=NOT_STEERING),
    Row("activities:choose", ok=STARTERS, refused=NOT_STARTING),
    Row("activities:choose", query="?aim=new", ok=STARTERS, refused=NOT_STARTING),
    Row("activities:detail", A, ok=SEES),
    Row("activities:plan", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:plan_why", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:plan_why", A, post={"version": "1"}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:plan_dates", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:criteria", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:criteria", A, post={"weight": "5"}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:criterion", AC, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:criterion_remove", AC, post={}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:people", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:session_new", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:session", S, ok=SEES),
    Row(
        "activities:session_move",
        S,
        post={},
        kwargs={"move": "held"},
        ok=PLANS,
        refused=NOT_PLANNING,
    ),
    Row("activities:invite", A, post={"member": "x"}, refused=NOT_STEERING),
    Row("activities:ask_school", A, post={"school": "x"}, refused=NOT_STEERING),
    Row("activities:ask_schools", A, post={}, ok=STEERS, refused=NOT_STEERING),
    Row("activities:criteria_fit", A, post={}, ok=PLANS, refused=NOT_PLANNING),
    Row(
        "activities:criterion_usual",
        A,
        post={"usual": "visits_held"},
        ok=PLANS,
        refused=NOT_PLANNING,
    ),
    Row("activities:invitation", A, ok="teacher support"),
    Row("activities:invitation", A, post={"answer": "yes"}, ok="teacher support"),
    Row("activities:leave", P, ok=STEERS, refused=NOT_STEERING),
    Row("activities:leave", P, post={}, ok=STEERS, refused=NOT_STEERING),
    Row("activities:place_request", "place_request.public_id", ok="other_lead"),
    Row(
        "activities:place_request",
        "place_request.public_id",
        post={"answer": "nobody"},
        ok="other_lead",
    ),
    *(
        Row("activities:move", A, kwargs={"move": move}, ok=STEERS, refused=NOT_STEERING)
        for move in (
            "agree",
            "activate",
            "pause",
            "postpone",
            "resume",
            "cancel",
            "close",
            "reopen",
        )
    ),
    Row(
        "activities:move",
        A,
        kwargs={"move": "pause"},
        post={"reason": "x"},
        ok=STEERS,
        refused=NOT_STEERING,
    ),
    *(
        Row("activities:move", A, kwargs={"move": move}, ok=PLANS, refused=NOT_PLANNING)
        for move in ("advance", "repeat")
    ),
    Row("activities:session_postpone", S, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:session_postpone", S, post={"reason": ""}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:session_cancel", S, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:session_cancel", S, post={"reason": ""}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:attendance", S, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:attendance", S, post={}, ok=PLANS, refused=NOT_PLANNING),
    # The world's session is still to come: nothing can have been agreed in it.
    Row("activities:agreed", S, refused=SEES),
    Row("activities:agreed", S, post={}, refused=SEES),
    Row("activities:find_time", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:find_time", A, post={}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:poll_new", A, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:poll_new", A, post={"minutes": ""}, ok=PLANS, refused=NOT_PLANNING),
    Row("activities:poll", "poll.public_id", ok="teacher support lead"),
    Row("activities:poll", "poll.public_id", post={}, ok="teacher support", refused="lead"),
    Row("activities:poll_plan", "poll.public_id", post={}, ok="teacher support lead"),
    Row("activities:poll_close", "poll.public_id", post={}, ok="teacher support lead"),
    Row("activities:agenda", ok=EVERYBODY),
    Row("activities:programmes", ok=EVERYBODY),
    Row("activities:programmes", post={}, ok="coordinator", refused="outsider"),
    Row(
        "activities:log", ok=f"outsider other_lead {STAFF}", refused="governor coordinator operator"
    ),
    Row("activities:records", ok=EVERYBODY),
    Row("activities:shared", ok=EVERYBODY),
    Row("activities:record", R, ok="teacher"),
    Row("activities:record", O, ok="teacher support"),
    Row("activities:record_edit", O, ok="support", refused="teacher"),
    Row("activities:record_edit", R, ok="teacher"),
    Row("activities:record_audience", O, ok="teacher", refused="support"),
    Row(
        "activities:record_audience",
        O,
        post={"audience": "alliance"},
        ok="teacher",
        refused="support",
    ),
    Row("activities:record_audience", R, refused="teacher"),
    Row("activities:record_objective", O, ok="teacher", refused="support"),
    Row("activities:record_objective", O, post={"linked": "yes"}, ok="teacher", refused="support"),
    Row("activities:record_objective", R, refused="teacher"),
    Row("activities:record_delete", R, ok="teacher"),
    Row("activities:record_delete", O, refused="teacher support"),
]
