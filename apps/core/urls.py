from django.urls import path

from apps.core import styleguide, views

app_name = "core"

urlpatterns = [
    path("csrf/", views.csrf, name="csrf"),
    path("session/keep/", views.keep_session, name="keep_session"),
    path("theme/", views.theme, name="theme"),
    path("offline/", views.offline, name="offline"),
    path("worker.js", views.worker, name="worker"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/form/", styleguide.form, name="styleguide_form"),
    path("styleguide/job/", styleguide.job, name="styleguide_job"),
]
