from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditsConfig(AppConfig):
    name = "apps.audits"
    label = "audits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.audits import (  # noqa: F401 - they register
            emails,
            emails_plans,
            notices,
            sweeps,
            taxonomy,
        )
        from apps.audits.actions import closing, uploads  # noqa: F401 - so do they
        from apps.audits.links import register

        register()
        post_migrate.connect(taxonomy.load_after_migrate, sender=self)
