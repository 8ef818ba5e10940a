from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "apps.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.activities import emails, notices, patterns, sweeps  # noqa: F401  they register
        from apps.activities.engine.notify import url_of
        from apps.activities.kinds import parts
        from apps.activities.release import registers  # noqa: F401
        from apps.followups import sources

        parts("emails")  # those that a kind has of its own register themselves too

        sources.register("activities.activity", title=str, url=url_of)
        sources.register(
            "activities.session",
            title=lambda session: str(session.activity),
            url=lambda session: url_of(session.activity),
        )
        sources.register(
            "activities.record",
            title=lambda record: str(record.activity),
            url=lambda record: url_of(record.activity),
            along=("activity",),
            step="evidence",
        )
