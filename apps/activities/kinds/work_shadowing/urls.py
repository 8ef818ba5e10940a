from django.urls import path

from apps.activities.kinds.work_shadowing import board_views as board
from apps.activities.kinds.work_shadowing import views

ROUND = "shadowing/rounds/<str:pid>/"
APPLICATION = "shadowing/applications/<str:pid>/"
PLACEMENT = "shadowing/placements/<str:pid>/"

urlpatterns = [
    path("shadowing/", views.shadowing, name="shadowing"),
    path("shadowing/rounds/new/", views.shadowing_round_new, name="shadowing_round_new"),
    path(ROUND, views.shadowing_round, name="shadowing_round"),
    path(ROUND + "edit/", views.shadowing_round_edit, name="shadowing_round_edit"),
    path(ROUND + "close/", views.shadowing_round_close, name="shadowing_round_close"),
    path(ROUND + "apply/", views.shadowing_apply, name="shadowing_apply"),
    path(ROUND + "offer/", views.shadowing_offer, name="shadowing_offer"),
    path(ROUND + "board/", board.shadowing_board, name="shadowing_board"),
    path(ROUND + "propose/", board.shadowing_propose, name="shadowing_propose"),
    path(ROUND + "publish/", board.shadowing_publish, name="shadowing_publish"),
    path(ROUND + "outcome/", board.shadowing_outcome, name="shadowing_outcome"),
    path(APPLICATION, views.shadowing_application, name="shadowing_application"),
    path(
        APPLICATION + "withdraw/",
        views.shadowing_application_withdraw,
        name="shadowing_application_withdraw",
    ),
    path(
        "shadowing/offers/<str:pid>/withdraw/",
        views.shadowing_offer_withdraw,
        name="shadowing_offer_withdraw",
    ),
    path(PLACEMENT, board.shadowing_placement, name="shadowing_placement"),
    path(PLACEMENT + "take-back/", board.shadowing_take_back, name="shadowing_take_back"),
    path("shadowing/<str:pid>/ask-head/", views.shadowing_ask_head, name="shadowing_ask_head"),
    path("shadowing/<str:pid>/briefing/", views.shadowing_briefing, name="shadowing_briefing"),
]
