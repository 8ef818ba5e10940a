"""Pages that single kinds of activity have: open classrooms and shadowing rounds."""

from tests.matrix import EVERYBODY, Row

ALLIANCE = "teacher support lead other_lead head governor coordinator"
STAFF = "teacher support lead other_lead head"
NOT_STAFF = "governor coordinator"
LEADS = "lead other_lead head"
NOT_LEADS = "teacher support governor coordinator"
NOT_COORDINATOR = "teacher support lead other_lead head governor"
NOT_COORDINATOR_ANYWHERE = f"outsider operator {NOT_COORDINATOR}"
SLOT = "slot.public_id"
BOOKING = "slot_booking.public_id"
VISIT = "visit.public_id"
ROUND = "shadowing_round.public_id"
APPLICATION = "shadow_application.public_id"
PUBLISHED = "published.public_id"
PROPOSED = "proposed.public_id"
SHADOWING = "shadowing.public_id"
COACHING = "coaching.public_id"
MEMBER = "membership.public_id"
CALL = "group_call.public_id"
SEE_SHADOWING = "lead other_lead head coordinator"

ROWS = [
    Row("activities:open_slots", ok=EVERYBODY),
    Row("activities:open_slot_new", ok=f"outsider {STAFF}", refused=f"operator {NOT_STAFF}"),
    Row(
        "activities:open_slot_new", post={}, ok=f"outsider {STAFF}", refused=f"operator {NOT_STAFF}"
    ),
    Row("activities:open_slot", SLOT, ok=ALLIANCE),
    Row("activities:open_slot_book", SLOT, post={}, ok=STAFF, refused=NOT_STAFF),
    Row(
        "activities:open_slot_withdraw",
        SLOT,
        post={},
        ok="teacher",
        refused="support lead other_lead head governor coordinator",
    ),
    Row("activities:slot_booking_cancel", BOOKING, post={}, ok="teacher support"),
    Row("activities:slot_booking_attach", BOOKING, post={}, ok="teacher support"),
    Row("activities:visit_sharing", VISIT, ok="teacher", refused=SEE_SHADOWING),
    Row(
        "activities:visit_sharing",
        VISIT,
        post={"answer": "yes"},
        ok="teacher",
        refused=SEE_SHADOWING,
    ),
    Row("activities:group_calls", ok=EVERYBODY),
    *(
        Row(
            "activities:group_call_new",
            post=sent,
            ok="coordinator",
            refused=NOT_COORDINATOR_ANYWHERE,
        )
        for sent in (None, {"name": ""})
    ),
    Row("activities:group_call", CALL, ok=ALLIANCE),
    *(
        Row("activities:group_wish", CALL, post=sent, ok=STAFF, refused=NOT_STAFF)
        for sent in (None, {"times": "0am"})
    ),
    Row("activities:group_wish_back", CALL, post={}, ok=ALLIANCE),
    Row("activities:group_call_close", CALL, post={}, ok="coordinator", refused=NOT_COORDINATOR),
    Row("activities:shadowing", ok=EVERYBODY),
    Row("activities:shadowing_round_new", ok="coordinator", refused=NOT_COORDINATOR_ANYWHERE),
    Row(
        "activities:shadowing_round_new",
        post={},
        ok="coordinator",
        refused=NOT_COORDINATOR_ANYWHERE,
    ),
    Row("activities:shadowing_round", ROUND, ok=ALLIANCE),
    *(
        Row(f"activities:shadowing_{page}", ROUND, ok="coordinator", refused=NOT_COORDINATOR)
        for page in ("round_edit", "board")
    ),
    *(
        Row(
            f"activities:shadowing_{act}",
            ROUND,
            post={},
            ok="coordinator",
            refused=NOT_COORDINATOR,
        )
        for act in ("round_close", "publish")
    ),
    Row(
        "activities:shadowing_propose",
        ROUND,
        post={"applicant": "x", "offer": "x"},
        refused=NOT_COORDINATOR,
    ),
    Row("activities:shadowing_apply", ROUND, ok=STAFF, refused=NOT_STAFF),
    Row("activities:shadowing_apply", ROUND, post={}, ok=STAFF, refused=NOT_STAFF),
    Row("activities:shadowing_offer", ROUND, ok=LEADS, refused=NOT_LEADS),
    Row("activities:shadowing_offer", ROUND, post={}, ok=LEADS, refused=NOT_LEADS),
    Row(
        "activities:shadowing_outcome",
        ROUND,
        ok=f"{LEADS} governor coordinator",
        refused="teacher support",
    ),
    Row("activities:shadowing_application", APPLICATION, ok="teacher head coordinator"),
    Row(
        "activities:shadowing_application",
        APPLICATION,
        post={"answer": "yes"},
        ok="head",
        refused="teacher coordinator",
    ),
    Row(
        "activities:shadowing_application_withdraw",
        APPLICATION,
        post={},
        ok="teacher",
        refused="head coordinator",
    ),
    Row(
        "activities:shadowing_offer_withdraw",
        "shadow_offer.public_id",
        post={},
        ok="other_lead",
        refused="coordinator",
    ),
    Row("activities:shadowing_placement", PROPOSED, ok="coordinator"),
    Row("activities:shadowing_placement", PUBLISHED, ok="support head coordinator"),
    Row("activities:shadowing_placement", PUBLISHED, post={"answer": "yes"}, ok="support head"),
    Row("activities:shadowing_take_back", PROPOSED, post={}, ok="coordinator"),
    Row(
        "activities:shadowing_take_back",
        PUBLISHED,
        post={},
        ok="coordinator",
        refused="support head",
    ),
    Row("activities:shadowing_ask_head", SHADOWING, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:shadowing_ask_head", SHADOWING, post={}, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:shadowing_briefing", SHADOWING, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:shadowing_briefing", SHADOWING, post={}, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:short_observation_ask", ok="teacher support"),
    Row("activities:short_observation_ask", post={"point": ""}, ok="teacher support"),
    Row("activities:coaching_coaches", ok="outsider teacher support lead other_lead"),
    Row("activities:coaching_training", "school.ref", ok="lead", foreign_ok="outsider"),
    Row("activities:coaching_training", "school.ref", post={}, ok="lead", foreign_ok="outsider"),
    Row("activities:coaching_time", MEMBER, ok="lead", foreign_ok="outsider"),
    Row("activities:coaching_time", MEMBER, post={}, ok="lead", foreign_ok="outsider"),
    Row("activities:coaching_take_back", "training.public_id", ok="lead", foreign_ok="outsider"),
    Row(
        "activities:coaching_take_back",
        "training.public_id",
        post={},
        ok="lead",
        foreign_ok="outsider",
    ),
    Row("activities:coaching_contract", COACHING, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:coaching_contract", COACHING, post={}, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:coaching_agree", COACHING, post={}, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:coaching_step", COACHING, ok="teacher", refused=SEE_SHADOWING),
    Row("activities:coaching_step", COACHING, post={}, ok="teacher", refused=SEE_SHADOWING),
]
