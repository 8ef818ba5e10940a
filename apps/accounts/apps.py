from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.accounts import addresses, digests, emails  # noqa: F401 - they register

        user_logged_in.connect(
            addresses.keep_at_sign_in, dispatch_uid="accounts.addresses.keep_at_sign_in"
        )
