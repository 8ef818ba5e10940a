"""Alliances, invitations and agreements (the other half of the schools app)."""

from tests.matrix import EVERYBODY, Row

OWN = "teacher support lead other_lead head governor coordinator"
OTHERS = "teacher support lead other_lead head governor"
PARTIES = "lead other_lead head governor coordinator"
POST: dict[str, str] = {}


def coordinated(name: str, key: str = "alliance.public_id", post: bool = False) -> Row:
    """Only the coordinator; their schools' people see that it exists."""
    return Row(name, key, ok="coordinator", refused=OTHERS, post=POST if post else None)


def drafting(name: str, key: str, post: bool = False) -> Row:
    """Only the coordinator; nobody else knows of the draft."""
    return Row(name, key, ok="coordinator", post=POST if post else None)


ROWS = [
    Row("schools:list", ok=EVERYBODY),
    Row("schools:detail", "school.ref", ok=f"{OWN} operator", foreign_ok="operator"),
    Row("schools:alliance_new", ok="outsider lead other_lead head coordinator operator"),
    Row("schools:alliance_new", ok="outsider lead other_lead head coordinator operator", post=POST),
    Row("schools:alliance", "alliance.public_id", ok=f"{OWN} operator", foreign_ok="operator"),
    coordinated("schools:alliance_edit"),
    coordinated("schools:alliance_edit", post=True),
    coordinated("schools:alliance_add"),
    coordinated("schools:alliance_add", post=True),
    coordinated("schools:alliance_partner"),
    coordinated("schools:alliance_partner", post=True),
    coordinated("schools:chase_all", post=True),
    coordinated("schools:coordinators"),
    coordinated("schools:coordinators", post=True),
    # The last coordinator stays.
    Row(
        "schools:coordinator_end",
        "coordinating.public_id",
        refused=OWN,
        post=POST,
    ),
    coordinated("schools:member", "invited.public_id"),
    coordinated("schools:member", "invited.public_id", post=True),
    coordinated("schools:member_chase", "invited.public_id", post=True),
    coordinated("schools:member_letter", "invited.public_id", post=True),
    coordinated("schools:member_withdraw", "invited.public_id", post=True),
    Row("schools:member_join", "invited.public_id", refused=OWN, post=POST),
    Row("schools:member_join", "member.public_id", ok="head", refused=OWN, post=POST),
    Row("schools:member_leave", "member.public_id", ok="head coordinator", refused=OTHERS),
    Row(
        "schools:member_leave", "member.public_id", ok="head coordinator", refused=OTHERS, post=POST
    ),
    Row("schools:invitation", kwargs={"token": "forged"}, public=True),
    Row("schools:invitation", kwargs={"token": "forged"}, post=POST, public=True),
    Row("schools:agreement", "alliance.public_id", ok=PARTIES, refused="teacher support"),
    coordinated("schools:agreement_draft", post=True),
    Row("schools:agreement_version", "agreement.public_id", ok=PARTIES),
    drafting("schools:agreement_version", "draft.public_id"),
    drafting("schools:agreement_check", "draft.public_id"),
    drafting("schools:agreement_section", "draft.public_id section"),
    drafting("schools:agreement_section", "draft.public_id section", post=True),
    drafting("schools:agreement_party", "draft.public_id school.ref"),
    drafting("schools:agreement_party", "draft.public_id school.ref", post=True),
    Row("schools:agreement_send", "agreement.public_id", refused=PARTIES, post=POST),
    Row("schools:agreement_sign", "agreement.public_id school.ref", ok="head", refused=PARTIES),
    Row(
        "schools:agreement_sign",
        "agreement.public_id school.ref",
        ok="head",
        refused=PARTIES,
        post=POST,
    ),
    Row(
        "schools:obstacle_clear",
        "obstacle.public_id",
        ok="coordinator",
        refused="lead other_lead head governor",
        post=POST,
    ),
]
ROWS.append(
    Row(
        "schools:alliance_add_one",
        "alliance.public_id",
        refused=OTHERS,
        post={"ref": "unknown"},
    )
)
