"""What the environment must say before the site may start in production."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

LAPTOP_KEY = "laptop-only-key-that-production-refuses-because-everybody-can-read-it"
REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")


def flaws(env: Env) -> list[str]:
    """One sentence for each setting that is missing or insecure."""
    found = [f"{name} is not set" for name in REQUIRED if not env.str(name, "").strip()]
    key = env.str("SECRET_KEY", "")
    if key and (key == LAPTOP_KEY or len(key) < 50 or len(set(key)) < 5 or "insecure" in key):
        found.append("SECRET_KEY must be 50 random characters or more, and nobody else's")
    if "*" in env.list("ALLOWED_HOSTS", default=[]):
        found.append("ALLOWED_HOSTS must name the hosts, not *")
    origins = env.list("CSRF_TRUSTED_ORIGINS", default=[])
    for name, addresses in (
        ("BASE_URL", [env.str("BASE_URL", "")]),
        ("CSRF_TRUSTED_ORIGINS", origins),
    ):
        if any(address and not address.startswith("https://") for address in addresses):
            found.append(f"{name} must begin with https://")
    return found + scheme_flaws(env)


def scheme_flaws(env: Env) -> list[str]:
    allowed = {
        "DATABASE_URL": ("postgres", "postgresql"),
        "REDIS_URL": ("redis", "rediss", "unix"),
        "EMAIL_URL": ("smtp", "smtps", "smtp+tls", "smtp+ssl"),
    }
    return [
        f"{name} must begin with {schemes[0]}://"
        for name, schemes in allowed.items()
        if env.str(name, "").strip() and urlsplit(env.str(name)).scheme not in schemes
    ]


def refuse_flaws(env: Env) -> None:
    found = flaws(env)
    if found:
        raise ImproperlyConfigured("; ".join(found) + " (DEBUG is off; see docs/operations.md)")
