from django.urls import path

from apps.activities.release.views import approvals, cover, ledger, schools

urlpatterns = [
    path("release/", ledger.ledger, name="release"),
    path("release/new/", ledger.new, name="release_new"),
    path("release/approvals/", approvals.approvals, name="release_approvals"),
    path("release/approvals/refuse/", approvals.refuse_several, name="release_refuse_several"),
    path("release/cover/", cover.cover, name="release_cover"),
    path("release/schools/<str:ref>/", schools.school, name="release_school"),
    path("release/schools/<str:ref>/settings/", schools.settings, name="release_settings"),
    path("release/alliances/<str:pid>/", schools.alliance, name="release_alliance"),
    path("release/delegates/<str:pid>/end/", schools.end_delegate, name="release_delegate_end"),
    path("release/<str:pid>/", ledger.row, name="release_row"),
    path("release/<str:pid>/refuse/", approvals.refuse, name="release_refuse"),
    path("release/<str:pid>/cover/", cover.arrange, name="release_arrange"),
    path("release/<str:pid>/take-back/", ledger.take_back, name="release_take_back"),
]
