from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.module_loading import autodiscover_modules


class PlatformConfig(AppConfig):
    name = "cpdhub"

    def ready(self) -> None:
        """Load the Celery app, so that tasks find it, and every task and sweep there is."""
        from cpdhub import celery, sessions

        autodiscover_modules("tasks")
        celery.schedule_sweeps()
        user_logged_in.connect(sessions.begin, dispatch_uid="cpdhub.sessions.begin")
