from apps.audits.actions.answering import Given, save_section, submit
from apps.audits.actions.drafting import change_draft, choose_topics, create_draft, discard_draft
from apps.audits.actions.needs import (
    add_goal,
    finish_goal,
    keep_goal,
    offer_help,
    settle_need,
    share_goal,
    take_on,
    withdraw_offer,
)
from apps.audits.actions.running import (
    blocks_to_opening,
    close_audit,
    extend_audit,
    first_morning,
    open_audit,
    people_to_ask,
)

__all__ = [
    "Given",
    "add_goal",
    "blocks_to_opening",
    "change_draft",
    "choose_topics",
    "close_audit",
    "create_draft",
    "discard_draft",
    "extend_audit",
    "finish_goal",
    "first_morning",
    "keep_goal",
    "offer_help",
    "open_audit",
    "people_to_ask",
    "save_section",
    "settle_need",
    "share_goal",
    "submit",
    "take_on",
    "withdraw_offer",
]
