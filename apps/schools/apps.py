from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "apps.schools"
    label = "schools"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.schools import emails, import_jobs, post, second_factor  # noqa: F401 - they register
        from apps.schools.actions import calendar_files, timetables  # noqa: F401 - their sweeps
