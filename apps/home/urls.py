from django.urls import path

from apps.home import views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("acting/", views.switch_acting, name="switch"),
    path("my-development/", views.development, name="development"),
    path("help/", views.help_page, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
