"""/healthz and /readyz, answered before host check, TLS redirect and sign-in."""

from collections.abc import Callable
from functools import cache

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

BROKER_SECONDS = 2
log = structlog.get_logger(__name__)


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return True


def broker() -> bool:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    ) as client:
        return bool(client.ping())


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def migrations() -> bool:
    return newest_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "broker": broker,
    "migrations": migrations,
}


def holds(name: str) -> bool:
    """Whatever goes wrong in a check is what it is there to find."""
    try:
        return CHECKS[name]()
    except Exception as error:
        log.warning("not_ready", check=name, reason=type(error).__name__)
        return False


def healthz() -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz() -> HttpResponse:
    checks = {name: holds(name) for name in CHECKS}
    words = {True: "ok", False: "fail"}
    return JsonResponse(
        {
            "status": words[all(checks.values())],
            "checks": {name: words[good] for name, good in checks.items()},
        },
        status=200 if all(checks.values()) else 503,
    )


class HealthMiddleware:
    pages: dict[str, Callable[[], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = self.pages.get(request.path)
        if page is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        response = page()
        response["Cache-Control"] = "no-store"
        return response
