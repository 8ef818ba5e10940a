from tests.matrix import EVERYBODY, Row

OPEN = "audit.public_id"
DRAFT = "draft_audit.public_id"
CLOSED = "closed_audit.public_id"
NEED = "need.public_id"
# The open audit is seen by its lead, its head and the teacher who is asked; nobody else.
NOT_LEADING = "teacher head"
NOT_ASKED = "lead head"
READS_NEED = "teacher support lead head coordinator"

ROWS: list[Row] = [
    Row("audits:list", ok=EVERYBODY),
    Row("audits:new", ok="outsider lead other_lead"),
    Row("audits:new", post={}, query="?template=whole-staff", ok="outsider lead other_lead"),
    Row("audits:detail", OPEN, ok="lead teacher", refused="head"),
    Row("audits:detail", CLOSED, ok="lead head"),
    Row("audits:detail", DRAFT, ok="lead"),
    Row("audits:edit", DRAFT, ok="lead"),
    Row("audits:edit", DRAFT, post={}, ok="lead"),
    Row("audits:edit", OPEN, refused="lead teacher head"),
    Row("audits:topics", DRAFT, ok="lead"),
    Row("audits:topics", DRAFT, post={}, ok="lead"),
    Row("audits:topics", OPEN, post={}, refused="lead teacher head"),
    Row("audits:check", DRAFT, ok="lead"),
    Row("audits:open", DRAFT, post={}, ok="lead"),
    Row("audits:discard", DRAFT, post={}, ok="lead"),
    Row("audits:discard", OPEN, post={}, refused="lead teacher head"),
    Row("audits:extend", OPEN, ok="lead", refused=NOT_LEADING),
    Row("audits:extend", OPEN, post={}, ok="lead", refused=NOT_LEADING),
    Row("audits:close", OPEN, post={}, ok="lead", refused=NOT_LEADING),
    Row("audits:answer", OPEN, ok="teacher", refused=NOT_ASKED),
    Row("audits:section", OPEN, kwargs={"number": 1}, ok="teacher", refused=NOT_ASKED),
    Row("audits:section", OPEN, post={}, kwargs={"number": 1}, ok="teacher", refused=NOT_ASKED),
    Row("audits:answer_check", OPEN, ok="teacher", refused=NOT_ASKED),
    Row("audits:answer_check", OPEN, post={}, ok="teacher", refused=NOT_ASKED),
    Row("audits:done", OPEN, ok="teacher", refused=NOT_ASKED),
    Row("audits:keep_goal", OPEN, post={}, ok="teacher", refused=NOT_ASKED),
    Row("audits:offer", OPEN, post={}, ok="teacher", refused=NOT_ASKED),
    Row("audits:answers", OPEN, ok="lead", refused=NOT_LEADING),
    Row(
        "audits:answers_of",
        "closed_audit.public_id response.person.public_id",
        ok="lead",
        refused="head",
    ),
    Row("audits:export", CLOSED, ok="lead head"),
    Row("audits:export", OPEN, refused="teacher head"),
    Row("audits:take_on", CLOSED, post={}, ok="lead", refused="head"),
    Row("audits:take_on", OPEN, post={}, ok="lead", refused=NOT_LEADING),
    Row("audits:need", NEED, ok=READS_NEED),
    Row("audits:add_goal", NEED, ok="lead", refused="teacher support head coordinator"),
    Row("audits:add_goal", NEED, post={}, ok="lead", refused="teacher support head coordinator"),
    Row(
        "audits:settle",
        NEED,
        post={"state": "met"},
        ok="lead",
        refused="teacher support head coordinator",
    ),
    Row("audits:change_goal", "goal.public_id", post={"change": "done"}, ok="teacher"),
]
