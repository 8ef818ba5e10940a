"""Proposals of a round: for the alliance's coordinator alone."""

from tests.matrix import Row

ROUND = "shadowing_round.public_id"
PROPOSAL = "proposal.public_id"
# They see the round, and are told why they may not have it solved.
NOT_COORDINATOR = "teacher support lead other_lead head governor"

ROWS = [
    Row("matching:proposals", ROUND, ok="coordinator", refused=NOT_COORDINATOR),
    Row("matching:ask", ROUND, post={}, ok="coordinator", refused=NOT_COORDINATOR),
    Row("matching:proposal", PROPOSAL, ok="coordinator"),
    Row("matching:compare", PROPOSAL, ok="coordinator"),
    Row("matching:again", PROPOSAL, post={"match-0": "lock"}, ok="coordinator"),
    Row("matching:take_over", PROPOSAL, post={}, ok="coordinator"),
]
