"""Making an audit ready: from a template, with the topics the lead ticks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import Person
from apps.audits.enums import AuditState, QuestionKind
from apps.audits.models import Audit, Question, Topic
from apps.audits.templates_data import TEMPLATES, Asked, Section, Template
from apps.core import audit_trail
from apps.core.permissions import Refused
from apps.schools.models import Organisation


@transaction.atomic
def create_draft(
    *,
    by: Person,
    organisation: Organisation | None = None,
    template: str,
    client_key: UUID | None = None,
    **values: Any,
) -> Audit:
    """Make a draft with all topics of ``template``; the same ``client_key`` makes it once.

    ``values`` are fields of `Audit`: title, introduction, mode, purpose, dates, audience; or the
    ``alliance`` whose schools will be asked, in place of the one ``organisation``.
    KeyError for an unknown template.
    """
    source = TEMPLATES[template]
    values |= {"organisation": organisation, "template": template, "created_by": by}
    if client_key is None:
        audit, created = Audit.objects.create(**values), True
    else:
        audit, created = Audit.objects.get_or_create(client_key=client_key, defaults=values)
    if created:
        _write_questions(audit, source, source.topics)
        audit_trail.record("audits.create", audit, by=by, template=template, mode=audit.mode)
    return audit


@transaction.atomic
def change_draft(*, by: Person, audit: Audit, **values: Any) -> Audit:
    """Change fields of a draft. Refused once it is open."""
    audit = locked_draft(audit)
    for name, value in values.items():
        setattr(audit, name, value)
    audit.save(update_fields=list(values))
    audit_trail.record("audits.change", audit, by=by, fields=sorted(values))
    return audit


@transaction.atomic
def choose_topics(*, by: Person, audit: Audit, slugs: Collection[str]) -> Audit:
    """Keep the topics with ``slugs`` of the draft's template, in the template's order."""
    audit = locked_draft(audit)
    audit.questions.all().delete()
    count = _write_questions(audit, TEMPLATES[audit.template], slugs)
    audit_trail.record("audits.choose_topics", audit, by=by, questions=count)
    return audit


@transaction.atomic
def discard_draft(*, by: Person, audit: Audit) -> None:
    """Delete a draft: nobody has seen it yet."""
    audit = locked_draft(audit)
    audit_trail.record("audits.discard", audit, by=by)
    audit.delete()


def locked_draft(audit: Audit) -> Audit:
    locked = Audit.objects.select_for_update().get(pk=audit.pk)
    if locked.state != AuditState.DRAFT:
        from django.utils.translation import gettext as _

        raise Refused(_("The audit has been opened: its questions stay as they are."))
    return locked


def _write_questions(audit: Audit, template: Template, slugs: Collection[str]) -> int:
    topics = {t.slug: t for t in Topic.objects.filter(slug__in=slugs, organisation__isnull=True)}
    rows = [row for section in template.sections for row in _questions(audit, section, topics)]
    for position, row in enumerate(rows, start=1):
        row.position = position
    return len(Question.objects.bulk_create(rows))


def _questions(audit: Audit, section: Section, topics: dict[str, Topic]) -> Iterator[Question]:
    common: dict[str, Any] = {
        "audit": audit,
        "section": str(section.title),
        "for_roles": [str(role) for role in section.roles],
    }
    for slug in section.topics:
        if slug in topics:
            yield _grid(topics[slug], common)
    for asked in section.asked:
        yield _other(asked, common)


def _grid(topic: Topic, common: dict[str, Any]) -> Question:
    return Question(
        code=f"topic-{topic.slug}",
        kind=QuestionKind.GRID,
        topic=topic,
        text=topic.description or topic.name,
        **common,
    )


def _other(asked: Asked, common: dict[str, Any]) -> Question:
    return Question(
        code=asked.code,
        kind=asked.kind,
        text=str(asked.text),
        choices=[str(choice) for choice in asked.choices],
        hint=str(asked.hint),
        steps=asked.steps,
        low=str(asked.low),
        high=str(asked.high),
        **common,
    )
