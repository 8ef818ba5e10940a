"""The vocabulary of a kind of report: whom it is about, who makes and reads it, what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from apps.accounts.models import Person
from apps.activities.models import Activity, Programme
from apps.core import clock
from apps.core.charts import Chart
from apps.evaluation.periods import Period, finished
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import Scope, scope_of

if TYPE_CHECKING:
    from apps.evaluation.forms import ReportForm
    from apps.evaluation.models import Report

Facts = dict[str, Any]
About = Alliance | Organisation | Activity | Programme | Person
Who = Callable[[Person], Any]  # ids, as a set or a subquery
MAILED = (Role.COORDINATOR, Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR)  # with reports, in this order


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about. ``field`` holds it in Report, ``ref`` stands in URLs; ``known``
    are the ids of those that a person may know to be there."""

    field: str
    ref: str
    model: type[About]
    known: Who


ALLIANCE = Subject("alliance", "public_id", Alliance, lambda p: scope_of(p).visible_alliances)
SCHOOL = Subject("organisation", "ref", Organisation, lambda p: scope_of(p).visible_organisations())
ACTIVITY = Subject(
    "activity", "public_id", Activity, lambda p: Activity.objects.visible_to(p).values("pk")
)
PROGRAMME = Subject(
    "programme", "public_id", Programme, lambda p: Programme.objects.visible_to(p).values("pk")
)
# Nobody but themselves: not even that there is a record may be found out.
PERSON = Subject("person", "public_id", Person, lambda p: {p.pk})


@dataclass(frozen=True, slots=True)
class Holders:
    """Whoever holds one of ``roles``; ``places`` are the ids of where they do."""

    roles: tuple[Role, ...]
    places: Callable[[Scope, tuple[Role, ...]], frozenset[int]]

    def __call__(self, person: Person) -> frozenset[int]:
        return self.places(scope_of(person), self.roles)


def in_alliance(*roles: Role) -> Holders:
    """Whoever holds one of ``roles`` there, or in a school that has joined it."""
    return Holders(roles, lambda mine, of: mine.alliances(*of) | mine.alliances_through(*of))


def at_school(*roles: Role) -> Holders:
    return Holders(roles, lambda mine, of: mine.organisations(*of))


def anytime(about: Any) -> str:
    return ""


def goes_on(about: Any) -> None:
    return None


def whole_periods(about: Any) -> list[tuple[str, list[Period]]]:
    return [(_("Academic year %(year)s") % {"year": y}, ps) for y, ps in finished(clock.today())]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKind:
    """One kind of report.

    ``makers`` and ``readers`` give the ids of what a person makes and reads it about: makers see
    it while it is made and may correct it, readers see it once it is finished. ``not_yet`` says
    why none can be made now (empty: it can), ``periods`` which days it may cover, in groups.
    ``frame`` says whom and which days it is about, at which moment; ``sources`` turn that into
    its facts, one step of progress each; ``charts`` and ``says`` read the facts alone. ``says``
    gives headline, answers, questions, decisions (None: it wants none), sections, caveats and
    sources, and gets the figures of the report before it, if there is one; where schools have
    lines of their own (``has_lines``; tables with ``schools``), ``named`` are sentences about one.
    A scheduled one goes to the ``roles`` of makers and readers; one without any is not scheduled.
    ``last_day`` is that of what it is about (None: it goes on): a schedule ends with the report
    that covers it.

    ``is_own``: about whoever makes it and for no other eyes, so that it may share some days with
    another, and is deleted rather than corrected. ``form`` asks for more than the days.
    """

    slug: str
    name: StrPromise  # in lists
    purpose: StrPromise  # for whoever makes one
    subject: Subject
    makers: Who
    readers: Who
    refusal: StrPromise  # why somebody else may not make it
    title: Callable[[Any], str]  # of what it is about
    file: str  # how the names of its files begin
    frame: Callable[[Report, datetime], Any]
    sources: Mapping[str, Callable[[Any], Any]]
    charts: Callable[[Facts], list[Chart]]
    says: Callable[[Facts, Any, Facts | None], Facts]
    not_yet: Callable[[Any], str] = anytime
    last_day: Callable[[Any], date | None] = goes_on
    periods: Callable[[Any], list[tuple[str, list[Period]]]] = whole_periods
    paper: str = "evaluation/report.typ"
    page: str = "evaluation/report.html"
    form: type[ReportForm] | None = None
    has_lines: bool = False
    is_own: bool = False

    def may_make(self, person: Person, about: About) -> bool:
        mine = self.subject.model._default_manager.filter(pk__in=self.makers(person))
        return mine.filter(pk=about.pk).exists()

    def made_or_read_by(self, person: Person) -> tuple[Q, Q]:
        """Of reports of this kind: those about what they make it about, and what they read."""
        mine = Q(kind=self.slug)
        field = f"{self.subject.field}_id__in"
        made, read = Q(**{field: self.makers(person)}), Q(**{field: self.readers(person)})
        return mine & made, mine & read

    @property
    def recipients(self) -> tuple[Role, ...]:
        """The roles whose holders may read it, and get it by mail when it is scheduled."""
        said = {role for who in (self.makers, self.readers) for role in getattr(who, "roles", ())}
        return tuple(role for role in MAILED if role in said)

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
