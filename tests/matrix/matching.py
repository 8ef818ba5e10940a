"""Proposals of a round or a call: for the alliance's coordinator alone. Schools like ours."""

from tests.matrix import Row

ROUND = "shadowing_round.public_id"
PROPOSAL = "proposal.public_id"
# They see the round, and are told why they may not have it solved.
NOT_COORDINATOR = "teacher support lead other_lead head governor"

# They see the school, and are told who compares it.
NO_COMPARING = "teacher support other_lead governor"
CALL = "group_call.public_id"
GROUP = "wished_group.public_id"
GROUPS = "group_proposal.public_id"

ROWS = [
    Row("matching:proposals", ROUND, ok="coordinator", refused=NOT_COORDINATOR),
    Row("matching:ask", ROUND, post={}, ok="coordinator", refused=NOT_COORDINATOR),
    Row("matching:proposal", PROPOSAL, ok="coordinator"),
    Row("matching:compare", PROPOSAL, ok="coordinator"),
    Row("matching:person", PROPOSAL, kwargs={"at": 0}, ok="coordinator"),
    Row("matching:again", PROPOSAL, post={"wish-0": "lock"}, ok="coordinator"),
    Row("matching:take_over", PROPOSAL, post={}, ok="coordinator"),
    Row("matching:proposals", CALL, ok="coordinator", refused=NOT_COORDINATOR),
    Row("matching:ask", CALL, post={}, ok="coordinator", refused=NOT_COORDINATOR),
    Row("matching:proposal", GROUPS, ok="coordinator"),
    Row("matching:again", GROUPS, post={"group-0": "lock"}, ok="coordinator"),
    Row("matching:take_over", GROUPS, post={}, ok="coordinator"),
    # Those who are asked to take part, or lead their schools, see the group.
    Row("matching:refill", GROUP, ok="coordinator", refused="support lead head"),
    Row("matching:refill_ask", GROUP, post={}, ok="coordinator", refused="support lead head"),
    Row(
        "matching:like",
        "school.ref",
        ok="lead head coordinator operator",
        refused=NO_COMPARING,
        foreign_ok="operator",
    ),
]
