"""Making an audit: from a template, from an earlier one or from nothing; a new version of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditState, QuestionKind
from apps.audits.models import Audit, BankQuestion, Question, Topic
from apps.audits.templates_data import TEMPLATES, Section, Template, wording
from apps.core import audit_trail, clock
from apps.core.permissions import Refused
from apps.schools.models import Alliance, Organisation

# What a new version takes over from the one it replaces, beside the questions.
AUDIENCE = (
    "organisation",
    "alliance",
    "template",
    "title",
    "introduction",
    "mode",
    "purpose",
    "roles",
    "phases",
    "departments",
    "career_stages",
    "job_roles",
)


@transaction.atomic
def create_draft(
    *,
    by: Person,
    organisation: Organisation | None = None,
    alliance: Alliance | None = None,
    template: str = "",
    source: Audit | None = None,
    client_key: UUID | None = None,
    **values: Any,
) -> Audit:
    """Make a draft for a school or an alliance; the same ``client_key`` makes it once.

    Its questions are all those of ``template``, or those of ``source``, or none. ``values`` are
    fields of `Audit`: title, introduction, mode, purpose, dates, audience. KeyError for an
    unknown template.
    """
    values |= {
        "organisation": organisation,
        "alliance": alliance,
        "template": source.template if source else template,
        "created_by": by,
    }
    if client_key is None:
        audit, created = Audit.objects.create(**values), True
    else:
        audit, created = Audit.objects.get_or_create(client_key=client_key, defaults=values)
    if created:
        _first_questions(audit, TEMPLATES[template] if template else None, source)
        audit_trail.record("audits.create", audit, by=by, template=template, mode=audit.mode)
    return audit


@transaction.atomic
def make_version(*, by: Person, audit: Audit) -> Audit:
    """A draft that replaces an opened audit, with its questions; pressed twice makes one.

    The old one goes on until the new one opens. Refused while it is a draft itself.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state == AuditState.DRAFT:
        raise Refused(_("It has not been opened yet, so you can change it as it is."))
    known = Audit.objects.filter(replaces=audit).first()
    if known is not None:
        return known
    values = {name: getattr(audit, name) for name in AUDIENCE}
    draft = Audit.objects.create(
        created_by=by,
        replaces=audit,
        version=audit.version + 1,
        closes_on=max(audit.closes_on, clock.today() + timedelta(days=14)),
        **values,
    )
    copy_questions(audit, draft)
    audit_trail.record("audits.make_version", draft, by=by, version=draft.version)
    return draft


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
def discard_draft(*, by: Person, audit: Audit) -> None:
    """Delete a draft: nobody has seen it yet."""
    audit = locked_draft(audit)
    audit_trail.record("audits.discard", audit, by=by)
    audit.delete()


def locked_draft(audit: Audit) -> Audit:
    locked = Audit.objects.select_for_update().get(pk=audit.pk)
    if locked.state != AuditState.DRAFT:
        raise Refused(_("The audit has been opened: its questions stay as they are."))
    return locked


def copy_questions(source: Audit, audit: Audit) -> None:
    """The same questions word for word, but for another school's own topics."""
    rows = source.questions.select_related("topic")
    topics = set(Topic.objects.for_audit(audit))
    asked = [row for row in rows if row.topic is None or row.topic in topics]
    for position, row in enumerate(asked, start=1):
        row.pk, row.audit, row.position = None, audit, position
        row._state.adding = True
    Question.objects.bulk_create(asked)


def _first_questions(audit: Audit, template: Template | None, source: Audit | None) -> None:
    if source is not None:
        copy_questions(source, audit)
    elif template is not None:
        _write_questions(audit, template)


def _write_questions(audit: Audit, template: Template) -> None:
    slugs = template.topics
    topics = {t.slug: t for t in Topic.objects.filter(slug__in=slugs, organisation__isnull=True)}
    codes = [asked.code for section in template.sections for asked in section.asked]
    kept = {row.code: row for row in BankQuestion.objects.of_the_product().filter(code__in=codes)}
    rows = [row for section in template.sections for row in _questions(section, topics, kept)]
    for position, row in enumerate(rows, start=1):
        row.audit, row.position = audit, position
    Question.objects.bulk_create(rows)


def _questions(
    section: Section, topics: dict[str, Topic], kept: dict[str, BankQuestion]
) -> Iterator[Question]:
    rows = [grid(topics[slug]) for slug in section.topics if slug in topics]
    rows += [
        Question(code=asked.code, bank=kept.get(asked.code), **wording(asked))
        for asked in section.asked
    ]
    for row in rows:
        row.section = str(section.title)
        row.for_roles = [str(role) for role in section.roles]
        yield row


def grid(topic: Topic) -> Question:
    return Question(
        code=f"topic-{topic.slug}"[:60],
        kind=QuestionKind.GRID,
        topic=topic,
        text=topic.description or topic.name,
    )
