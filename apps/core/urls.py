from django.urls import path

from apps.core import operations, styleguide, views

app_name = "core"

urlpatterns = [
    path("csrf/", views.csrf, name="csrf"),
    path("session/keep/", views.keep_session, name="keep_session"),
    path("theme/", views.theme, name="theme"),
    path("offline/", views.offline, name="offline"),
    path("worker.js", views.worker, name="worker"),
    path("jobs/<str:public_id>/", operations.job, name="job"),
    path("operator/mail/", operations.mail, name="outbox"),
    path("operator/mail/retry/", operations.retry_all_mail, name="retry_all_mail"),
    path("operator/mail/<int:pk>/retry/", operations.retry_mail, name="retry_mail"),
    path("mail/", operations.letters, name="mail"),
    path("mail/<str:name>/", operations.one_letter, name="mail_message"),
    path("mail/<str:name>/html/", operations.letter_html, name="mail_html"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/form/", styleguide.form, name="styleguide_form"),
    path("styleguide/job/", styleguide.job, name="styleguide_job"),
]
