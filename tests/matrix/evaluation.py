from django.utils import timezone

from apps.core import clock
from apps.evaluation.periods import finished
from tests.matrix import Row

# Who sees the activity sees its criteria; who does it or answers for it enters measurements.
SEE_ACTIVITY = "teacher support lead other_lead head coordinator"
MEASURE = "teacher support lead other_lead coordinator"
TODAY = timezone.localdate().isoformat()
VALUE = {
    "client_key": "6f0f2e0c-6c9e-4d0c-9a55-0d1b8a4f5f01",
    "value": "8",
    "measured_on": TODAY,
}
LAST_YEAR = finished(clock.today())[-1][1][0]
PERIOD = {"client_key": VALUE["client_key"], "period": LAST_YEAR.key}
SCHEDULE = {"frequency": "monthly", "next_on": TODAY, "preview_days": 3, "roles": ["head"]}
WHY = {"client_key": VALUE["client_key"], "why": "A value was wrong"}

OWN = "lead head"  # of the school
READERS = "lead other_lead head governor coordinator"
NOT_COORDINATORS = "lead other_lead head governor"
# Those of the world's alliance who may not make its reports.
IN_ALLIANCE = "teacher support lead other_lead head governor"
ROWS: list[Row] = [
    Row("evaluation:activity", "activity.public_id", ok=SEE_ACTIVITY),
    Row("evaluation:activity_file", "activity.public_id", ok=MEASURE, refused="head"),
    Row("evaluation:activity_file", "activity.public_id", post={}, ok=MEASURE, refused="head"),
    Row("evaluation:activity_blank", "activity.public_id", ok=MEASURE, refused="head"),
    Row("evaluation:alliance_file", "alliance.public_id", ok="coordinator", refused=IN_ALLIANCE),
    Row(
        "evaluation:alliance_file",
        "alliance.public_id",
        post={},
        ok="coordinator",
        refused=IN_ALLIANCE,
    ),
    Row("evaluation:alliance_blank", "alliance.public_id", ok="coordinator", refused=IN_ALLIANCE),
    Row("evaluation:measure", "criterion.public_id", ok=MEASURE, refused="head"),
    Row("evaluation:measure", "criterion.public_id", post=VALUE, ok=MEASURE, refused="head"),
    Row("evaluation:from_audit", "criterion.public_id", ok=MEASURE, refused="head"),
    # The world's audits released no figure that could be taken.
    Row("evaluation:from_audit", "criterion.public_id", post={}, refused="head"),
    Row("evaluation:compare", "criterion.public_id", ok=MEASURE, refused="head"),
    Row("evaluation:compare", "criterion.public_id", post={}, ok=MEASURE, refused="head"),
    Row("evaluation:correct", "measurement.public_id", ok=MEASURE, refused="head"),
    Row("evaluation:correct", "measurement.public_id", post=VALUE, ok=MEASURE, refused="head"),
    Row(
        "evaluation:reports",
        ok="outsider teacher support lead other_lead head governor coordinator operator",
    ),
    # The world's report is still being made: only the coordinator sees it.
    Row("evaluation:report", "report.public_id", ok="coordinator"),
    Row("evaluation:report_pdf", "report.public_id"),
    Row("evaluation:report_csv", "report.public_id"),
    Row("evaluation:report_xlsx", "report.public_id"),
    Row("evaluation:report", "ready_report.public_id", ok=READERS),
    Row("evaluation:report_pdf", "ready_report.public_id", ok=READERS),
    Row("evaluation:report_csv", "ready_report.public_id", ok=READERS),
    Row("evaluation:report_csv", "ready_report.public_id", query="?chart=no-such"),
    Row("evaluation:report_xlsx", "ready_report.public_id", ok=READERS),
    Row("evaluation:report", "activity_report.public_id", ok=SEE_ACTIVITY),
    Row("evaluation:report_pdf", "activity_report.public_id", ok=SEE_ACTIVITY),
    # The world's activity is still under way: nobody reports what came of it.
    *(
        Row(
            "evaluation:report_new",
            "activity.public_id",
            kwargs={"kind": "activity"},
            post=post,
            refused=SEE_ACTIVITY,
        )
        for post in (None, PERIOD)
    ),
    # Somebody's own record: theirs alone, who lead, head or run the platform included.
    *(
        Row(f"evaluation:{name}", "own_record.public_id", ok="teacher")
        for name in ("report", "report_pdf", "report_csv", "report_xlsx", "certificate")
    ),
    Row("evaluation:certificate_of", "own_record.public_id", kwargs={"row": 1}),
    Row("evaluation:report_delete", "own_record.public_id", post={}, ok="teacher"),
    Row("evaluation:report_delete", "ready_report.public_id", post={}),
    Row("evaluation:report_correct", "own_record.public_id", post=WHY, refused="teacher"),
    *(
        Row(
            "evaluation:report_new",
            "own_record.person.public_id",
            kwargs={"kind": "record"},
            post=post,
            ok="teacher",
        )
        for post in (None, PERIOD)
    ),
    *(
        Row(
            "evaluation:report_new",
            "programme.public_id",
            kwargs={"kind": "programme"},
            post=post,
            ok="coordinator",
            refused=IN_ALLIANCE,
        )
        for post in (None, PERIOD)
    ),
    Row("evaluation:report", "programme_report.public_id", ok=READERS),
    Row("evaluation:report_pdf", "programme_report.public_id", ok=READERS),
    # A school's are its own; of the two, governors read their pages alone.
    *(
        Row(name, f"{report}.public_id", ok=readers)
        for report, readers in (("school_report", OWN), ("governors_report", f"{OWN} governor"))
        for name in (
            "evaluation:report",
            "evaluation:report_pdf",
            "evaluation:report_csv",
            "evaluation:report_xlsx",
        )
    ),
    *(
        Row(
            "evaluation:report_correct",
            "governors_report.public_id",
            post=post,
            ok=OWN,
            refused="governor",
        )
        for post in (None, WHY)
    ),
    *(
        Row(
            "evaluation:report_new",
            "school.ref",
            kwargs={"kind": kind},
            post=post,
            ok=OWN,
            refused="teacher support governor other_lead coordinator",
        )
        for kind in ("school", "governors", "school_equality", "school_time")
        for post in (None, PERIOD)
    ),
    Row(
        "evaluation:report_correct",
        "ready_report.public_id",
        ok="coordinator",
        refused=NOT_COORDINATORS,
    ),
    Row(
        "evaluation:report_correct",
        "ready_report.public_id",
        post=WHY,
        ok="coordinator",
        refused=NOT_COORDINATORS,
    ),
    Row(
        "evaluation:report_retry",
        "ready_report.public_id",
        post={},
        refused=READERS,
    ),
    Row("evaluation:report_correct", "report.public_id", refused="coordinator"),
    Row("evaluation:report_correct", "report.public_id", post=WHY, refused="coordinator"),
    Row("evaluation:report_retry", "report.public_id", post={}, refused="coordinator"),
    *(
        Row(
            "evaluation:report_new",
            "alliance.public_id",
            kwargs={"kind": kind},
            post=post,
            ok="coordinator",
            refused=IN_ALLIANCE,
        )
        for kind in ("alliance", "alliance_equality", "alliance_time")
        for post in (None, PERIOD)
    ),
    *(
        Row(
            "evaluation:schedule",
            subject,
            kwargs={"kind": kind},
            post=post,
            ok="coordinator",
            refused=IN_ALLIANCE,
        )
        for kind, subject in (
            ("alliance", "alliance.public_id"),
            ("programme", "programme.public_id"),
        )
        for post in (None, SCHEDULE)
    ),
    *(
        Row(
            "evaluation:schedule",
            "school.ref",
            kwargs={"kind": kind},
            post=post,
            ok=OWN,
            refused="teacher support governor other_lead coordinator",
        )
        for kind in ("school", "governors")
        for post in (None, SCHEDULE)
    ),
    # What waits to go out is seen by its makers; a school sees its own lines, and no more.
    Row("evaluation:report", "previewed.public_id", ok="coordinator"),
    Row("evaluation:report_pdf", "previewed.public_id", ok="coordinator"),
    *(
        Row(name, f"{report}.public_id", post={}, ok=ok, refused=refused)
        for name in ("evaluation:report_send", "evaluation:report_stop")
        for report, ok, refused in (
            ("previewed", "coordinator", ""),
            ("ready_report", "", READERS),
        )
    ),
    *(
        Row("evaluation:report_lines", "previewed.public_id school.ref", post=post, ok=OWN)
        for post in (None, {"line_0": "We begin in May."})
    ),
]
