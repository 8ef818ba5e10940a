from django.urls import path

from apps.evaluation.process import views

urlpatterns = [
    path("alliances/<str:pid>/partnership/", views.partnership, name="partnership"),
    path("alliances/<str:pid>/partnership/adjust/", views.adjust, name="adjust"),
    path("alliances/<str:pid>/partnership/<str:half>/close/", views.close, name="close_review"),
    path("reviews/<str:pid>/correct/", views.correct, name="correct_review"),
    path("adjustments/<str:pid>/afterwards/", views.afterwards, name="afterwards"),
]
