from apps.audits.actions.anonymous import send_anonymously
from apps.audits.actions.answering import Given, save_section, submit
from apps.audits.actions.asking import ask_joiners
from apps.audits.actions.audience import people_to_ask
from apps.audits.actions.chasing import remind
from apps.audits.actions.drafting import change_draft, choose_topics, create_draft, discard_draft
from apps.audits.actions.inviting import (
    accept,
    decline,
    invite_schools,
    withdraw_invitations,
)
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
    open_planned,
    plan_opening,
    unplan_opening,
)

__all__ = [
    "Given",
    "accept",
    "add_goal",
    "ask_joiners",
    "blocks_to_opening",
    "change_draft",
    "choose_topics",
    "close_audit",
    "create_draft",
    "decline",
    "discard_draft",
    "extend_audit",
    "finish_goal",
    "first_morning",
    "invite_schools",
    "keep_goal",
    "offer_help",
    "open_audit",
    "open_planned",
    "people_to_ask",
    "plan_opening",
    "remind",
    "save_section",
    "send_anonymously",
    "settle_need",
    "share_goal",
    "submit",
    "take_on",
    "unplan_opening",
    "withdraw_invitations",
    "withdraw_offer",
]
