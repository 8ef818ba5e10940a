from django.urls import path

from apps.followups.views import lists, one

app_name = "followups"

urlpatterns = [
    path("follow-ups/", lists.index, name="list"),
    path("follow-ups/new/", one.new, name="new"),
    path("follow-ups/<str:public_id>/", one.detail, name="detail"),
    path("follow-ups/<str:public_id>/done/", one.done, name="done"),
    path("follow-ups/<str:public_id>/move/", one.move, name="move"),
    path("follow-ups/<str:public_id>/drop/", one.drop, name="drop"),
    path("notices/", lists.notices, name="notices"),
    path("notices/read/", lists.read_notices, name="read_notices"),
]
