from django.urls import path

from apps.matching import pair_views, refill_views, similar_views, views

app_name = "matching"

urlpatterns = [
    path("schools/<str:ref>/like/", similar_views.like, name="like"),
    path("matching/groups/<str:pid>/", refill_views.refill, name="refill"),
    path("matching/groups/<str:pid>/ask/", refill_views.refill_ask, name="refill_ask"),
    path("matching/rounds/<str:pid>/", views.proposals, name="proposals"),
    path("matching/rounds/<str:pid>/ask/", views.ask, name="ask"),
    path("matching/<str:pid>/", views.proposal, name="proposal"),
    path("matching/<str:pid>/people/<int:at>/", pair_views.person, name="person"),
    path("matching/<str:pid>/compare/", views.compare, name="compare"),
    path("matching/<str:pid>/again/", views.again, name="again"),
    path("matching/<str:pid>/take-over/", views.take_over, name="take_over"),
]
