from django.urls import path

from apps.schools.views import agreements, alliances, invitations, members, schools

urlpatterns = [
    path("schools/", schools.listing, name="list"),
    path("schools/<str:ref>/", schools.detail, name="detail"),
    path("alliances/new/", alliances.new, name="alliance_new"),
    path("alliances/<str:public_id>/", alliances.detail, name="alliance"),
    path("alliances/<str:public_id>/edit/", alliances.edit, name="alliance_edit"),
    path("alliances/<str:public_id>/add/", alliances.add, name="alliance_add"),
    path("alliances/<str:public_id>/add/school/", alliances.add_one, name="alliance_add_one"),
    path("alliances/<str:public_id>/add/partner/", alliances.add_partner, name="alliance_partner"),
    path("alliances/<str:public_id>/chase/", alliances.chase_all, name="chase_all"),
    path("alliances/<str:public_id>/coordinators/", alliances.coordinators, name="coordinators"),
    path("coordinators/<str:public_id>/end/", alliances.end_coordinator, name="coordinator_end"),
    path("members/<str:public_id>/", members.detail, name="member"),
    path("members/<str:public_id>/chase/", members.chase, name="member_chase"),
    path("members/<str:public_id>/letter/", members.letter, name="member_letter"),
    path("members/<str:public_id>/withdraw/", members.withdraw, name="member_withdraw"),
    path("members/<str:public_id>/join/", members.join, name="member_join"),
    path("members/<str:public_id>/leave/", members.leave, name="member_leave"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("alliances/<str:public_id>/agreement/", agreements.overview, name="agreement"),
    path("alliances/<str:public_id>/agreement/draft/", agreements.draft, name="agreement_draft"),
    path("agreements/<str:public_id>/", agreements.read, name="agreement_version"),
    path("agreements/<str:public_id>/check/", agreements.check, name="agreement_check"),
    path("agreements/<str:public_id>/send/", agreements.send, name="agreement_send"),
    path("agreements/<str:public_id>/parties/<str:ref>/", agreements.party, name="agreement_party"),
    path("agreements/<str:public_id>/sign/<str:ref>/", agreements.sign, name="agreement_sign"),
    path(
        "agreements/<str:public_id>/<slug:section>/",
        agreements.section,
        name="agreement_section",
    ),
    path("obstacles/<str:public_id>/clear/", agreements.clear, name="obstacle_clear"),
]
