from apps.audits.actions.anonymous import send_anonymously
from apps.audits.actions.answering import Given, save_section, submit
from apps.audits.actions.asking import ask_joiners
from apps.audits.actions.audience import people_to_ask
from apps.audits.actions.bank import add_from_bank, keep_in_bank, retire
from apps.audits.actions.building import (
    DOWN,
    UP,
    add_question,
    add_topic,
    change_question,
    change_section,
    choose_topics,
    move_question,
    move_section,
    remove_question,
    remove_section,
)
from apps.audits.actions.chasing import remind
from apps.audits.actions.codes import print_codes, redeem
from apps.audits.actions.drafting import change_draft, create_draft, discard_draft, make_version
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
    "DOWN",
    "UP",
    "Given",
    "accept",
    "add_from_bank",
    "add_goal",
    "add_question",
    "add_topic",
    "ask_joiners",
    "blocks_to_opening",
    "change_draft",
    "change_question",
    "change_section",
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
    "keep_in_bank",
    "make_version",
    "move_question",
    "move_section",
    "offer_help",
    "open_audit",
    "open_planned",
    "people_to_ask",
    "plan_opening",
    "print_codes",
    "redeem",
    "remind",
    "remove_question",
    "remove_section",
    "retire",
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
