"""The vocabulary of a kind of report: whom it is about, who makes and reads it, what it says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django_stubs_ext import StrPromise

from apps.core.charts import Chart
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import Scope

if TYPE_CHECKING:
    from apps.evaluation.models import Report

Facts = dict[str, Any]
Roles = tuple[Role, ...]
SCHEDULED = "alliance"  # the kind that `ReportSchedule` makes


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about. ``field`` holds it in Report, ``ref`` stands in URLs.

    ``held`` are the ids of those where a person has one of some roles, ``known`` of those that
    they may know to be there.
    """

    field: str
    ref: str
    model: type[Alliance] | type[Organisation]
    held: Callable[[Scope, Roles], Collection[int]]
    known: Callable[[Scope], Any]

    def where(self, scope: Scope, roles: Roles) -> Q:
        return Q(**{f"{self.field}_id__in": self.held(scope, roles)})


ALLIANCE = Subject(
    field="alliance",
    ref="public_id",
    model=Alliance,
    held=lambda scope, roles: scope.alliances(*roles) | scope.alliances_through(*roles),
    known=lambda scope: scope.visible_alliances,
)
SCHOOL = Subject(
    field="organisation",
    ref="ref",
    model=Organisation,
    held=lambda scope, roles: scope.organisations(*roles),
    known=lambda scope: scope.visible_organisations(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKind:
    """One kind of report.

    ``makers`` see it while it is made and may correct it; ``readers`` see it once it is finished.
    ``frame`` says whom and which days it is about, at which moment; ``sources`` turn that into
    its facts, one step of progress each; ``charts`` and ``says`` read the facts alone. ``says``
    gives headline, answers, questions, decisions (None: it wants none), sections, caveats and
    sources, and gets the figures of the report before it, if there is one.
    """

    slug: str
    name: StrPromise  # in lists
    purpose: StrPromise  # for whoever makes one
    subject: Subject
    makers: Roles
    readers: Roles
    refusal: StrPromise  # why somebody else may not make it
    title: Callable[[str], str]  # from the subject's name
    file: str  # how the names of its files begin
    frame: Callable[[Report, datetime], Any]
    sources: Mapping[str, Callable[[Any], Any]]
    charts: Callable[[Facts], list[Chart]]
    says: Callable[[Facts, Any, Facts | None], Facts]
    paper: str = "evaluation/report.typ"
    is_apart: bool = True  # set beside a report of other days only

    @property
    def is_scheduled(self) -> bool:
        return self.slug == SCHEDULED

    @property
    def steps(self) -> int:
        return len(self.sources) + 1  # and the charts


def section(
    name: str, title: str, finding: str, tables: Iterable[Facts | None], chart: str = ""
) -> Facts:
    """One section of a report; tables that are None are left out."""
    return {
        "name": name,
        "title": title,
        "finding": finding,
        "chart": chart,
        "tables": [table for table in tables if table is not None],
    }
