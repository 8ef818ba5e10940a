from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

ROOMS = (
    "core",
    "home",
    "accounts",
    "schools",
    "followups",
    "audits",
    "activities",
    "matching",
    "evaluation",
)


def no_sign_up(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


no_sign_up.login_required = False  # type: ignore[attr-defined]
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("accounts/signup/", no_sign_up),
    path("accounts/signup/<path:rest>", no_sign_up),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *(path("", include(f"apps.{room}.urls")) for room in ROOMS),
]
