"""What audits released about a question that they repeat, for a criterion that it measures.

Only figures that anybody who reads the results may see: of everybody who answered, five or more.
A figure is copied when it is taken, with the audit it comes from, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import Direction
from apps.activities.models import Activity, Criterion
from apps.activities.permissions import can_plan
from apps.audits.models import Audit, AuditSchool
from apps.audits.models.schools import TOOK_PART
from apps.audits.permissions import can_read_results
from apps.core.permissions import Refused, require
from apps.evaluation.actions import measure
from apps.evaluation.locking import locked
from apps.evaluation.models import Measurement
from apps.evaluation.permissions import can_measure
from apps.evaluation.suppression import LEAST
from apps.schools.enums import Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

MOST = 12  # audits that are looked at, the newest first
NEED = (1, 16)  # (5 - confidence) x priority
# Who was asked: where two audits differ in it, so may what they say.
ASKED = ("roles", "phases", "departments", "career_stages", "job_roles")


MEASURED = gettext_lazy(
    "It has been measured another way already, so an audit’s figure cannot be its baseline."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One question of one audit: its mean over ``n`` people, between ``low`` and ``high``."""

    audit: Audit
    question: str
    label: str
    n: int
    value: Decimal
    low: int
    high: int

    @property
    def key(self) -> str:
        return f"{self.question}/{self.audit.public_id}"

    @property
    def day(self) -> date:
        return timezone.localdate(self.audit.closed_at)

    def blocks(self, criterion: Criterion) -> str:
        """Why the criterion cannot be measured by it; empty when it can."""
        if not self.low <= criterion.target <= self.high:
            return _("The target %(target)s lies outside this scale, %(low)d to %(high)d.") % {
                "target": f"{criterion.target.normalize():f}", "low": self.low, "high": self.high,
            }  # fmt: skip
        if criterion.baseline is not None:
            return ""
        if self.value == criterion.target:
            return _("It is where the target is, so nothing could be seen to move.")
        if (criterion.target > self.value) != (criterion.direction == Direction.UP):
            if criterion.direction == Direction.UP:
                return _("Higher is better here, and the target is lower than this figure.")
            return _("Lower is better here, and the target is higher than this figure.")
        return ""

    def caution(self, before: Audit | None) -> str:
        if before is None or all(
            getattr(before, name) == getattr(self.audit, name) for name in ASKED
        ):
            return ""
        return _("This audit asked other staff than the first: the change may be theirs.")


def readable(person: Person, activity: Activity) -> QuerySet[Audit]:
    """The newest closed audits of the activity's school and alliance whose results ``person``
    may read: what `can_read_results` says of one of them, in one query for all."""
    of_place = Q(organisation=activity.organisation_id)
    if activity.alliance_id:
        of_place |= Q(alliance=activity.alliance_id)
    scope = scope_of(person)
    took_part = AuditSchool.objects.decided_by(person).filter(state__in=TOOK_PART)
    reads = (
        Q(organisation_id__in=scope.organisations(Role.CPD_LEAD, Role.HEAD))
        | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
        | Q(alliance__isnull=False, pk__in=took_part.values("audit_id"))
    )
    closed = Audit.objects.closed().filter(of_place & reads).exclude(results={})
    return closed.order_by("-closed_at", "-pk")[:MOST]


def figures(audits: Iterable[Audit]) -> list[Figure]:
    """What they released, question by question; small groups have none."""
    found = [figure for audit in audits for figure in _released(audit)]
    return sorted(found, key=lambda one: (one.label, one.question, one.day))


def _released(audit: Audit) -> Iterator[Figure]:
    shared: dict[str, Any] = audit.results["shared"]
    for row in shared.get("topics", []):
        cell = row["all"] or {}
        if (cell.get("n") or 0) >= LEAST and cell.get("need") is not None:
            label = _("%(topic)s: mean need") % {"topic": row["name"]}
            value = Decimal(str(cell["need"]))
            yield Figure(audit, f"topic:{row['topic']}", label, cell["n"], value, *NEED)
    for row in shared.get("scales", []):
        if row["bank"] and (row["n"] or 0) >= LEAST and row["mean"] is not None:
            value, steps = Decimal(str(row["mean"])), row["steps"]
            yield Figure(audit, f"bank:{row['bank']}", row["text"], row["n"], value, 1, steps)


def later(criterion: Criterion, found: Iterable[Figure]) -> list[Figure]:
    """Those of the same question since the audit of the baseline."""
    first = criterion.baseline_audit
    if first is None or first.closed_at is None:
        return []
    return [
        one
        for one in found
        if one.question == criterion.audit_question
        and one.audit.organisation_id == first.organisation_id
        and one.audit.alliance_id == first.alliance_id
        and one.audit.closed_at > first.closed_at  # type: ignore[operator]
    ]


@transaction.atomic
def take(*, by: Person, criterion: Criterion, figure: Figure) -> None:
    """As the baseline, where there is none yet, or as a measurement; each once. Raises Refused."""
    # In the order in which criteria are planned.
    Activity.objects.select_for_update(of=("self",)).get(pk=criterion.activity_id)  # type: ignore[misc]
    criterion = locked(criterion)
    activity: Any = criterion.activity
    require(can_measure(by, activity))
    require(can_read_results(by, figure.audit))
    if figure.audit.pk == criterion.baseline_audit_id or _is_taken(criterion, figure):
        return
    blocks = figure.blocks(criterion)
    if blocks:
        raise Refused(blocks)
    if criterion.baseline is None:
        if is_measured(criterion):
            raise Refused(str(MEASURED))
        _begin(by, criterion, figure)
    elif figure in later(criterion, [figure]):
        _go_on(by, criterion, figure)
    else:
        raise Refused(_("Its baseline is not of this question, so the two cannot be compared."))


def is_measured(criterion: Criterion) -> bool:
    return Measurement.objects.current().filter(criterion=criterion).exists()


def _is_taken(criterion: Criterion, figure: Figure) -> bool:
    return Measurement.objects.filter(criterion=criterion, audit=figure.audit).exists()


def _begin(by: Person, criterion: Criterion, figure: Figure) -> None:
    activity: Any = criterion.activity
    require(can_plan(by, activity))
    save_criterion(
        activity,
        by=by,
        criterion=criterion,
        baseline=figure.value,
        baseline_on=figure.day,
        baseline_n=figure.n,
        audit_question=figure.question,
        baseline_audit=figure.audit,
    )


def _go_on(by: Person, criterion: Criterion, figure: Figure) -> None:
    measure(
        by=by,
        criterion=criterion,
        client_key=uuid4(),
        value=figure.value,
        measured_on=figure.day,
        n=figure.n,
        note=figure.label[:300],
        audit=figure.audit,
    )
