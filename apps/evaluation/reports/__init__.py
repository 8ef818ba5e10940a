"""The kinds of report: every module of this package that has a ``KIND`` is one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from apps.evaluation.reports.base import ReportKind, Subject


@cache
def _registry() -> dict[str, ReportKind]:
    modules = [
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    ]
    kinds = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.slug: kind for kind in kinds}


def all_kinds() -> list[ReportKind]:
    return list(_registry().values())


def kind_of(slug: str) -> ReportKind:
    """KeyError for a kind that is not there."""
    return _registry()[slug]


def kinds_about(subject: Subject) -> list[ReportKind]:
    return [kind for kind in all_kinds() if kind.subject is subject]


__all__ = ["ReportKind", "Subject", "all_kinds", "kind_of", "kinds_about"]
