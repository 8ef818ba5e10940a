from django.urls import path

from apps.activities.kinds.short_observation import views

urlpatterns = [
    path("short-observations/ask/", views.ask, name="short_observation_ask"),
]
