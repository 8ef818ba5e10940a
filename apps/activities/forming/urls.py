from django.urls import path

from apps.activities.forming import views

urlpatterns = [
    path("groups/", views.calls, name="group_calls"),
    path("groups/new/", views.call_new, name="group_call_new"),
    path("groups/<str:pid>/", views.call, name="group_call"),
    path("groups/<str:pid>/wish/", views.wish, name="group_wish"),
    path("groups/<str:pid>/wish/take-back/", views.wish_back, name="group_wish_back"),
    path("groups/<str:pid>/close/", views.close, name="group_call_close"),
]
