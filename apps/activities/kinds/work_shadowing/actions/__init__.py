"""A round from its opening to the activities that come of it. Writes only."""

from apps.activities.kinds.work_shadowing.actions.entries import (
    apply,
    change_application,
    decide,
    offer_place,
    withdraw_application,
    withdraw_offer,
)
from apps.activities.kinds.work_shadowing.actions.placements import (
    KIND,
    answer,
    parties,
    parts_of,
    propose,
    propose_all,
    publish,
    take_back,
)
from apps.activities.kinds.work_shadowing.actions.rounds import (
    ROUND_FIELDS,
    change_round,
    close_round,
    open_round,
)

__all__ = [
    "KIND",
    "ROUND_FIELDS",
    "answer",
    "apply",
    "change_application",
    "change_round",
    "close_round",
    "decide",
    "offer_place",
    "open_round",
    "parties",
    "parts_of",
    "propose",
    "propose_all",
    "publish",
    "take_back",
    "withdraw_application",
    "withdraw_offer",
]
