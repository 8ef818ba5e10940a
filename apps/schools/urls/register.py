from django.urls import path

from apps.schools.views import heads, register

urlpatterns = [
    path("register/heads/", heads.listing, name="heads"),
    path("register/heads/<str:public_id>/undo/", heads.undo, name="head_undo"),
    path("register/import/", register.register_import, name="register_import"),
    path("register/import/<str:public_id>/", register.register_file, name="register_file"),
    path(
        "register/import/<str:public_id>/confirm/",
        register.register_confirm,
        name="register_confirm",
    ),
    path(
        "register/import/<str:public_id>/progress/",
        register.register_progress,
        name="register_progress",
    ),
    path(
        "register/import/<str:public_id>/errors.csv",
        register.register_errors,
        name="register_errors",
    ),
]
