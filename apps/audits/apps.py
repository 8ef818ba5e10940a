from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditsConfig(AppConfig):
    name = "apps.audits"
    label = "audits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.audits import emails, notices, sweeps, taxonomy  # noqa: F401 - they register
        from apps.audits.actions import closing  # noqa: F401 - so does it

        post_migrate.connect(taxonomy.load_after_migrate, sender=self)
