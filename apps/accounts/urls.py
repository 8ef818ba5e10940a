from django.urls import path

from apps.accounts import views

app_name = "accounts"

urlpatterns = [
    path("account/", views.profile, name="profile"),
    path("account/mail/", views.mail_preferences, name="mail_preferences"),
    path("account/mail/again/", views.try_address_again, name="try_address_again"),
    path("account/sign-out-everywhere/", views.end_sessions, name="end_sessions"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
