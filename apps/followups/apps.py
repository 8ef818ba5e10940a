from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "apps.followups"
    label = "followups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.followups import (  # noqa: F401 - they register
            agreements,
            emails,
            notices,
            reminders,
        )
