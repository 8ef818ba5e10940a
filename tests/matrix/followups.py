from tests.matrix import EVERYBODY, Row

AT_A_SCHOOL = "outsider teacher support lead other_lead head governor"
DONE = {"outcome": "It helped."}
DROPPED = {"reason": "No time."}
MOVED = {"due": "2027-06-01", "reason": "Ill that week."}

ROWS: list[Row] = [
    Row("followups:list", ok=EVERYBODY),
    Row("followups:new", ok=AT_A_SCHOOL),
    Row("followups:new", ok=AT_A_SCHOOL, post={"promise": "Try it"}),
    Row("followups:detail", "followup.public_id", ok="teacher lead"),
    Row("followups:done", "followup.public_id", ok="teacher", refused="lead"),
    Row("followups:done", "followup.public_id", ok="teacher", refused="lead", post=DONE),
    Row("followups:move", "followup.public_id", ok="teacher", refused="lead"),
    Row("followups:move", "followup.public_id", ok="teacher", refused="lead", post=MOVED),
    Row("followups:drop", "followup.public_id", ok="teacher", refused="lead"),
    Row("followups:drop", "followup.public_id", ok="teacher", refused="lead", post=DROPPED),
    Row("followups:notices", ok=EVERYBODY),
    Row("followups:read_notices", ok=EVERYBODY, post={}),
]
