from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "apps.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from apps.evaluation import emails, making, notices, sweeps  # noqa: F401 - they register themselves
        from apps.followups import sources

        sources.register(
            "activities.criterion",
            title=lambda criterion: str(criterion.activity),
            url=lambda criterion: reverse(
                "evaluation:activity", args=[criterion.activity.public_id]
            ),
            step="verdict",
            along=("activity",),
        )
        sources.register(
            "evaluation.adjustment",
            title=lambda adjustment: adjustment.what,
            url=lambda adjustment: (
                reverse("evaluation:partnership", args=[adjustment.alliance.public_id])
                + f"#adjustment-{adjustment.public_id}"
            ),
            step="verdict",
            along=("alliance",),
        )
