from django.urls import path

from apps.activities.kinds.coaching import coaches, views

urlpatterns = [
    path("coaching/coaches/", coaches.coaches, name="coaching_coaches"),
    path("coaching/coaches/<str:ref>/training/", coaches.training, name="coaching_training"),
    path("coaching/coaches/<str:pid>/time/", coaches.time, name="coaching_time"),
    path("coaching/training/<str:pid>/take-back/", coaches.take_back, name="coaching_take_back"),
    path("coaching/<str:pid>/contract/", views.contract, name="coaching_contract"),
    path("coaching/<str:pid>/contract/agree/", views.contract_agree, name="coaching_agree"),
    path("coaching/<str:pid>/step/", views.step, name="coaching_step"),
]
