"""Writing the questions of a draft: sections, order, topics. A section is its title.

Each function locks the draft and leaves one audit row; all are refused once the audit is open,
and a database trigger says so too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.drafting import grid, locked_draft
from apps.audits.enums import QuestionKind, TopicArea
from apps.audits.models import Audit, Question, Topic
from apps.audits.models.bank import WORDING
from apps.audits.templates_data import TEMPLATES
from apps.core import audit_trail
from apps.core.permissions import Refused
from apps.schools.models import Organisation

Parts = list[list[Question]]
MOST_QUESTIONS = 120
UP, DOWN = -1, 1


@transaction.atomic
def add_question(*, by: Person, audit: Audit, values: Mapping[str, Any]) -> Question:
    """Add a question at the end of its section, a new one at the end where there is none.

    ``values`` are fields of `Question`. Refused when there are `MOST_QUESTIONS` already.
    """
    audit = locked_draft(audit)
    parts = parts_of(audit)
    check_room(parts, 1)
    question = Question(audit=audit, code=_code(values["text"], parts), **values)
    append(parts, [question])
    write(audit, parts)
    record(audit, by, "add", question.code)
    return question


@transaction.atomic
def change_question(*, by: Person, question: Question, values: Mapping[str, Any]) -> Question:
    """Change a question; with other words it is no longer the one in the bank."""
    audit = locked_draft(question.audit)
    parts = parts_of(audit)
    question = _find(parts, question)
    before = {name: getattr(question, name) for name in WORDING}
    moved = values.get("section", question.section) != question.section
    for name, value in values.items():
        setattr(question, name, value)
    if question.bank_id and any(getattr(question, name) != before[name] for name in WORDING):
        question.bank = None
        question.code = _code(question.text, parts)
    question.save()
    if moved:
        parts = [[q for q in part if q.pk != question.pk] for part in parts]
        append(parts, [question])
    write(audit, parts)
    record(audit, by, "change", question.code)
    return question


@transaction.atomic
def remove_question(*, by: Person, question: Question) -> None:
    """A section goes with its last question."""
    audit = locked_draft(question.audit)
    parts = parts_of(audit)
    _find(parts, question).delete()
    write(audit, [[q for q in part if q.pk is not None] for part in parts])
    record(audit, by, "remove", question.code)


@transaction.atomic
def move_question(*, by: Person, question: Question, way: int) -> tuple[int, int]:
    """Move it `UP` or `DOWN` in its section. Return its place there and how many there are."""
    audit = locked_draft(question.audit)
    parts = parts_of(audit)
    question = _find(parts, question)
    part = next(part for part in parts if question in part)
    place = _swap(part, part.index(question), way)
    write(audit, parts)
    record(audit, by, "move", question.code)
    return place + 1, len(part)


@transaction.atomic
def move_section(*, by: Person, question: Question, way: int) -> tuple[int, int]:
    """Move the section of ``question`` `UP` or `DOWN`; return its place and how many there are."""
    audit = locked_draft(question.audit)
    parts = parts_of(audit)
    question = _find(parts, question)
    here = next(n for n, part in enumerate(parts) if question in part)
    place = _swap(parts, here, way)
    write(audit, parts)
    record(audit, by, "move_section", question.section)
    return place + 1, len(parts)


@transaction.atomic
def change_section(
    *, by: Person, question: Question, title: str, for_roles: Sequence[str] | None
) -> None:
    """Rename the section of ``question``; ``for_roles`` None leaves who is asked as it is."""
    audit = locked_draft(question.audit)
    parts = parts_of(audit)
    part = next(part for part in parts if _find(parts, question) in part)
    if any(other[0].section == title for other in parts if other is not part):
        raise Refused(_("There is a section with this title already."))
    for row in part:
        row.section = title
        if for_roles is not None:
            row.for_roles = list(for_roles)
    Question.objects.bulk_update(part, ["section", "for_roles"])
    record(audit, by, "change_section", title)


@transaction.atomic
def remove_section(*, by: Person, question: Question) -> int:
    """Remove the section of ``question`` with all its questions; return how many they were."""
    audit = locked_draft(question.audit)
    parts = parts_of(audit)
    part = next(part for part in parts if _find(parts, question) in part)
    Question.objects.filter(pk__in=[row.pk for row in part]).delete()
    write(audit, [other for other in parts if other is not part])
    record(audit, by, "remove_section", part[0].section)
    return len(part)


@transaction.atomic
def choose_topics(*, by: Person, audit: Audit, slugs: Collection[str]) -> Audit:
    """Ask about the topics with ``slugs`` and no others, keeping what stands and its order.

    A new one goes to the template's section for it, else to one named after its area.
    """
    audit = locked_draft(audit)
    parts = parts_of(audit)
    dropped = [q for part in parts for q in part if q.topic and q.topic.slug not in slugs]
    Question.objects.filter(pk__in=[q.pk for q in dropped]).delete()
    gone = {id(q) for q in dropped}
    parts = [[q for q in part if id(q) not in gone] for part in parts]
    asked = {q.topic.slug for part in parts for q in part if q.topic}
    fresh = [topic for topic in _topics(audit, slugs) if topic.slug not in asked]
    check_room(parts, len(fresh))
    for topic in fresh:
        _place_grid(audit, parts, topic)
    write(audit, parts)
    count = sum(len(part) for part in parts)
    audit_trail.record("audits.choose_topics", audit, by=by, questions=count)
    return audit


@transaction.atomic
def add_topic(*, by: Person, organisation: Organisation, name: str, description: str) -> Topic:
    """A school's own topic; the same name twice is the same topic."""
    slug = f"own-{slugify(name)[:48] or 'topic'}"
    topic, created = Topic.objects.get_or_create(
        slug=slug,
        organisation=organisation,
        defaults={"name": name, "description": description, "area": TopicArea.CURRICULUM},
    )
    if created:
        audit_trail.record("audits.add_topic", organisation, by=by, topic=slug)
    return topic


def parts_of(audit: Audit) -> Parts:
    rows = audit.questions.select_related("topic")
    return [list(found) for _title, found in groupby(rows, key=lambda q: q.section)]


def unused(code: str, taken: Collection[str]) -> str:
    """``code``, or with the first number that makes it unused."""
    if code not in taken:
        return code
    return next(f"{code[:55]}-{n}" for n in range(2, 10_000) if f"{code[:55]}-{n}" not in taken)


def _code(text: str, parts: Parts) -> str:
    taken = {q.code for part in parts for q in part}
    return unused(slugify(text)[:40].strip("-") or "question", taken)


def _topics(audit: Audit, slugs: Collection[str]) -> list[Topic]:
    """In the template's order, then by area."""
    rows = list(Topic.objects.for_audit(audit).filter(slug__in=slugs))
    template = TEMPLATES.get(audit.template)
    known = {slug: n for n, slug in enumerate(template.topics)} if template else {}
    areas = TopicArea.values
    return sorted(rows, key=lambda t: (known.get(t.slug, len(known)), areas.index(t.area), t.pk))


def _place_grid(audit: Audit, parts: Parts, topic: Topic) -> None:
    template = TEMPLATES.get(audit.template)
    sections = template.sections if template else ()
    theirs = next((section for section in sections if topic.slug in section.topics), None)
    question = grid(topic)
    question.audit = audit
    question.code = unused(question.code, {q.code for part in parts for q in part})
    question.section = str(theirs.title) if theirs else str(TopicArea(topic.area).label)
    question.for_roles = [str(role) for role in theirs.roles] if theirs else []
    same = next((part for part in parts if part and part[0].section == question.section), None)
    if same is not None:
        same.append(question)
        return
    last = max(
        (n for n, part in enumerate(parts) if any(q.kind == QuestionKind.GRID for q in part)),
        default=-1,
    )
    parts.insert(last + 1, [question])


def append(parts: Parts, questions: list[Question]) -> None:
    title = questions[0].section
    same = next((part for part in parts if part and part[0].section == title), None)
    if same is None:
        parts.append(questions)
    else:
        same.extend(questions)


def _swap(rows: list[Any], place: int, way: int) -> int:
    """Swap with the neighbour, if there is one; return the new index."""
    other = place + way
    if not 0 <= other < len(rows):
        return place
    rows[place], rows[other] = rows[other], rows[place]
    return other


def write(audit: Audit, parts: Parts) -> None:
    """Give every question its position, and store the new ones."""
    rows = [question for part in parts for question in part]
    fresh = [row for row in rows if row.pk is None]
    moved = [row for n, row in enumerate(rows, start=1) if row.position != n]
    for n, row in enumerate(rows, start=1):
        row.position = n
    Question.objects.bulk_create(fresh)
    Question.objects.bulk_update([row for row in moved if row not in fresh], ["position"])


def _find(parts: Parts, question: Question) -> Question:
    """The row of ``question`` as read under the lock."""
    found = next((q for part in parts for q in part if q.pk == question.pk), None)
    if found is None:
        raise Refused(_("This question has been removed meanwhile."))
    return found


def check_room(parts: Parts, more: int) -> None:
    if sum(len(part) for part in parts) + more > MOST_QUESTIONS:
        raise Refused(
            _("An audit has at most %(n)d questions. Fewer get better answers.")
            % {"n": MOST_QUESTIONS}
        )


def record(audit: Audit, by: Person, did: str, what: str) -> None:
    audit_trail.record("audits.build", audit, by=by, did=did, what=what[:120])
