from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PlatformConfig(AppConfig):
    name = "cpdhub"

    def ready(self) -> None:
        from cpdhub import celery, sessions  # noqa: F401 - tasks find their app by its being loaded

        user_logged_in.connect(sessions.begin, dispatch_uid="cpdhub.sessions.begin")
