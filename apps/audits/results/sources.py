"""Where the figures on a results page come from, and what of them somebody may see.

Released tables for everybody. Who reads the single answers of a named audit sees exact figures,
made from these answers at the moment of reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apps.audits.enums import AuditState, Grouping, QuestionKind
from apps.audits.figures import measured, presented
from apps.audits.measuring import measure
from apps.audits.models import Audit, Question, ReleasedTable
from apps.audits.permissions import can_read_answers, can_read_results
from apps.audits.readers import kept_from_readers
from apps.audits.releasing import school
from apps.audits.releasing.cells import counted_questions, spread
from apps.audits.releasing.release import summary
from apps.audits.wording import GROUPS
from apps.schools.enums import CareerStage, Phase
from apps.schools.models import Organisation

if TYPE_CHECKING:
    from apps.accounts.models import Person

Table = dict[str, Any]
# In the order in which they are offered.
OFFERED = (
    Grouping.ROLE,
    Grouping.LEADERS,
    Grouping.PHASE,
    Grouping.DEPARTMENT,
    Grouping.STAGE,
)


@dataclass(frozen=True, slots=True)
class Source:
    """``summary`` has the ranking and the rates, ``tables`` are by grouping."""

    audit: Audit
    summary: dict[str, Any]
    tables: dict[str, Table]
    exact: bool = False  # without the rule of five
    school: Organisation | None = None  # one school's part of an alliance's audit
    questions: list[Question] = field(default_factory=list)

    @property
    def groupings(self) -> list[Grouping]:
        return [grouping for grouping in OFFERED if grouping in self.tables]

    def cell(self, grouping: str, code: str, key: str) -> list[Any] | None:
        """The numbers of one cell; None where they are not shown."""
        question = self.tables.get(grouping, {}).get("questions", {}).get(code)
        return question["cells"].get(key) if question else None

    def whole(self, code: str) -> list[Any] | None:
        return self.cell(Grouping.ALL, code, school.ALL)

    def of_kind(self, *kinds: QuestionKind) -> list[Question]:
        return [question for question in self.questions if question.kind in kinds]


def source_for(person: Person, audit: Audit, of: Organisation | None = None) -> Source | None:
    """What ``person`` may see of ``audit``, or None while there is nothing.

    ``of`` is one school of an alliance's audit, that the caller has found to be theirs.
    """
    if not can_read_results(person, audit):
        return None
    if can_read_answers(person, audit):
        return exact(audit)
    return released(audit, of)


def released(audit: Audit, of: Organisation | None = None) -> Source | None:
    if audit.state != AuditState.CLOSED or not audit.results:
        return None
    rows = ReleasedTable.objects.filter(audit=audit, organisation=of)
    tables = dict(rows.values_list("grouping", "data"))
    found = audit.results["shared"]
    if of is not None:
        found = summary(audit, None, {(None, key): table for key, table in tables.items()})
    return Source(
        audit, found, tables, school=of, questions=counted_questions(audit.asked_questions)
    )


def exact(audit: Audit) -> Source:
    """From the answers themselves; those of kept people count as `figures` says."""
    kept = kept_from_readers(audit)
    closed = audit.state == AuditState.CLOSED
    found = audit.results.get("lead") if closed else None
    if found is None:
        found = presented(audit, measured(audit, closing=closed))
    found = found | {"balance": audit.results.get("shared", {}).get("balance")}
    sums = measure(audit, kept)
    questions = counted_questions(audit.asked_questions)
    tables = {}
    for grouping in (Grouping.ALL, *OFFERED):
        table = school.as_asked(sums, grouping, questions)
        if grouping == Grouping.ALL or len(table["groups"]) > 1:
            tables[str(grouping)] = table
    for question in questions:
        whole = tables[Grouping.ALL]["questions"][question.code]
        whole |= spread(question, sums, suppress=False)
    return Source(audit, found, tables, exact=True, questions=questions)


def group_label(grouping: str, key: str) -> str:
    if grouping == Grouping.LEADERS and key == "staff":
        return str(GROUPS["staff"])
    if grouping == Grouping.PHASE:
        return str(dict(Phase.choices).get(key, GROUPS[""]))
    if grouping == Grouping.STAGE:
        return str(dict(CareerStage.choices).get(key, GROUPS[""]))
    return str(GROUPS.get(key, key))
