"""What audits tell: for pages, home pages and letters. Nothing here shows more than may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from apps.audits.enums import QuestionKind
from apps.audits.figures import is_as_asked, measured, presented
from apps.audits.models import Answer, Audit, Topic
from apps.audits.permissions import can_see_who_answered
from apps.audits.readers import kept_from_readers
from apps.audits.suppression import RULE

if TYPE_CHECKING:
    from apps.accounts.models import Person

SECONDS = {
    QuestionKind.GRID: 12,
    QuestionKind.OFFER: 20,
    QuestionKind.CHOICE: 20,
    QuestionKind.SINGLE: 12,
    QuestionKind.SCALE: 8,
    QuestionKind.RANKING: 30,
    QuestionKind.SHORT_TEXT: 20,
    QuestionKind.LONG_TEXT: 60,
}
LOW_RATE = 60  # per cent
TEN = 10  # under it counts are told and no percentages


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were asked and have answered; ``rough``: in steps of five, so at least so many."""

    answered: int = 0
    asked: int = 0
    rough: bool = False

    @property
    def may_be_shown(self) -> bool:
        return self.asked >= RULE

    @property
    def is_low(self) -> bool:
        most = self.answered + RULE - 1 if self.rough else self.answered
        return most * 100 < LOW_RATE * self.asked

    @property
    def answered_words(self) -> str:
        if not self.rough:
            return str(self.answered)
        if not self.answered:
            return _("fewer than five")
        return _("at least %(n)d") % {"n": self.answered}

    @property
    def percent_words(self) -> str:
        """Empty below ten people, and where fewer than five have answered."""
        if self.asked < TEN or (self.rough and not self.answered):
            return ""
        percent = f"{round(100 * self.answered / self.asked)}%"
        return _("at least %(percent)s") % {"percent": percent} if self.rough else percent

    @property
    def words(self) -> str:
        if not self.asked:
            return _("nobody was asked")
        if not self.may_be_shown:
            return _("fewer than five asked")
        values = {"answered": self.answered, "asked": self.asked}
        if not self.rough:
            return _("%(answered)d of %(asked)d") % values
        if not self.answered:
            return _("fewer than five of %(asked)d") % values
        return _("at least %(answered)d of %(asked)d") % values


def counts_of(row: Mapping[str, Any], *, exact: bool) -> Counts:
    """From "answered" and "asked" of a release, as they may be told."""
    answered = row["answered"]
    return Counts(answered if exact else answered - answered % RULE, row["asked"], not exact)


@dataclass(frozen=True, slots=True)
class RankedNeed:
    """A topic with its figures over all who rated it, at least RULE of them."""

    topic_id: int
    name: str
    area: str
    n: int
    mean_need: Decimal
    as_asked: bool = False  # elsewhere, on a scale of its own


@dataclass(frozen=True, slots=True)
class OwnNeed:
    topic: Topic
    confidence: int
    priority: int
    need: int


def answered_counts(audits: Iterable[Audit], person: Person) -> dict[int, Counts]:
    """Answered of asked for each audit by primary key, in one query.

    In steps of five for who is not told exactly, see `rates`: unless ``person`` sees who has
    answered.
    """
    rough = {audit.pk: not can_see_who_answered(person, audit) for audit in audits}
    rows = (
        Audit.objects.filter(pk__in=rough)
        .values_list("pk")
        .annotate(answered=Count("participations__answered_at"), asked=Count("participations__pk"))
        .order_by()
    )
    return {
        pk: Counts(answered - answered % RULE if rough[pk] else answered, asked, rough[pk])
        for pk, answered, asked in rows
    }


def minutes_to_answer(audit: Audit, role: str) -> int:
    """Whole minutes that the questions for ``role`` take, rounded up."""
    rows = audit.questions.filter(Q(for_roles=[]) | Q(for_roles__contains=[role]))
    return minutes(kind for (kind,) in rows.values_list("kind"))


def minutes(kinds: Iterable[str]) -> int:
    return max(1, ceil(sum(SECONDS[QuestionKind(kind)] for kind in kinds) / 60))


def biggest_needs(audit: Audit, *, at_most: int | None = None) -> list[RankedNeed]:
    """The released ranking of a closed audit, the greatest first; empty while it is open."""
    rows = audit.results.get("shared", {}).get("topics", [])
    return [
        RankedNeed(
            row["topic"],
            row["name"],
            row["area"],
            row["all"]["n"],
            Decimal(str(row["all"]["need"])),
            is_as_asked(row["all"]),
        )
        for row in rows
        if row["all"] and row["all"]["n"]
    ][:at_most]


def ranking(audit: Audit) -> list[dict[str, Any]]:
    """Every topic with its number of answers and mean need from the answers themselves.

    For ``manage.py needs_table``: no rule of five, so it is not for pages.
    """
    rows = presented(audit, measured(audit, closing=True))["topics"]
    return [
        {"topic": row["name"], "n": row["all"]["n"], "mean_need": row["all"]["need"]}
        for row in rows
    ]


def my_needs(
    person: Person, *, audit: Audit | None = None, at_most: int | None = 3
) -> list[OwnNeed]:
    """The person's own biggest needs in ``audit``, or in the audit they answered last."""
    mine = person.responses.filter(submitted_at__isnull=False).order_by("-submitted_at")
    found = person.responses.filter(audit=audit).first() if audit else mine.first()
    if found is None:
        return []
    rows = rated(Answer.objects.filter(response=found)).select_related("question__topic")
    return [
        OwnNeed(row.question.topic, row.confidence, row.priority, row.need)
        for row in rows.order_by("-need", "question__position")[:at_most]
    ]


def rated(answers: Any) -> Any:
    """Answers with both ratings, with ``need``."""
    return answers.filter(
        question__kind=QuestionKind.GRID,
        not_my_role=False,
        confidence__isnull=False,
        priority__isnull=False,
    ).annotate(
        need=Case(
            When(pk__isnull=False, then=(Value(5) - F("confidence")) * F("priority")),
            output_field=IntegerField(),
        )
    )


def helpers(audit: Audit) -> list[tuple[Topic, list[Person]]]:
    """Who ticked "I can offer", by topic; of a named audit, for those who read single answers."""
    kept = kept_from_readers(audit)
    rows = (
        Answer.objects.filter(
            response__audit=audit,
            response__submitted_at__isnull=False,
            question__kind=QuestionKind.OFFER,
        )
        .exclude(chosen=[])
        .exclude(response__person_id__in=kept)
        .select_related("response__person")
        .order_by("response__person__family_name", "response__person__given_name")
    )
    offered: dict[str, list[Person]] = {}
    for row in rows:
        for slug in row.chosen:
            if row.response.person is not None:
                offered.setdefault(slug, []).append(row.response.person)
    topics = topics_of(audit)
    return [(topic, offered[topic.slug]) for topic in topics if topic.slug in offered]


def topics_of(audit: Audit) -> list[Topic]:
    """The topics the audit asks about, in the order of its questions."""
    return [question.topic for question in audit.asked_questions if question.topic is not None]
