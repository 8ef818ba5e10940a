"""Logging: JSON lines in production, words on a laptop.

No query strings, no tokens of links, and nothing of what a database says of the row it refused.
"""

import logging
import re
import time
import traceback
from collections.abc import Callable
from typing import Any

import structlog
import structlog.typing
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

# What follows in these paths lets somebody in, or speaks for them.
_SECRET = re.compile(
    r"(/(?:invitations|unsubscribe|reset/key|confirm-email|calendar/feed)/)[^/\s]+"
)

# PostgreSQL quotes the row that it refuses, also in what Celery says of a failed task.
_ROW = re.compile(r"DETAIL:.*", re.DOTALL)


def hide_secrets(logger: Any, method: str, event: structlog.typing.EventDict) -> Any:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _ROW.sub("[row]", _SECRET.sub(r"\1[token]", value))
    return event


def format_error(exc_info: structlog.typing.ExcInfo) -> str:
    """The frames and types of an exception and its causes, with their words where they are safe."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        mine = [
            *traceback.format_tb(error.__traceback__),
            f"{type(error).__name__}: {_said(error)}",
        ]
        lines[:0] = mine
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(line.rstrip() for line in lines)


def _said(error: BaseException) -> str:
    """A database's words quote the row, and with it what somebody wrote: never those."""
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None:
        return getattr(diagnosis, "constraint_name", None) or ""
    return "" if isinstance(error, DatabaseError) else str(error)


SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.ExceptionRenderer(format_error),
    hide_secrets,
]


def configured(*, debug: bool) -> dict[str, Any]:
    """Set structlog up; Django's LOGGING, which renders both it and the standard library's."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last = (
        structlog.dev.ConsoleRenderer(colors=False)
        if debug
        else structlog.processors.JSONRenderer()
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "celery": {"level": "INFO"},
            "fontTools": {"level": logging.WARNING},
        },
    }


class RequestLogMiddleware:
    """One line a request; the body, the query string, tokens and who asked stay out of it."""

    log = structlog.get_logger("cpdhub.request")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        self.log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000),
        )
        return response
