"""Writing a draft, sending it out, signing it, clearing its obstacles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import audit_trail, clock, outbox
from apps.core.permissions import Refused
from apps.schools import invitations
from apps.schools.actions.alliances import coordinators_of, queue_signing_letter
from apps.schools.agreement_sections import (
    Section,
    fingerprint,
    missing,
    parties_of,
    stored,
    stored_party,
)
from apps.schools.agreements import everybody_has_signed
from apps.schools.enums import AgreementState, Role
from apps.schools.models import (
    Agreement,
    AgreementGoal,
    Alliance,
    AllianceMember,
    Contribution,
    EvaluationDate,
    GoalPosition,
    Membership,
    Obstacle,
    Organisation,
    Signature,
)

COPIED = tuple(
    field.name
    for field in Agreement._meta.concrete_fields
    if field.name
    not in {"id", "public_id", "created_at", "number", "state", "version", "sent_out_at"}
)


class Conflict(Exception):
    """Somebody else saved this part since the form was opened; carries what is stored now."""

    def __init__(self, agreement: Agreement) -> None:
        super().__init__(agreement.pk)
        self.agreement = agreement


@transaction.atomic
def start_draft(*, by: Person, alliance: Alliance) -> Agreement:
    """The alliance's draft: the one there is, else a copy of the latest version, else a new one."""
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    existing = Agreement.objects.filter(alliance=alliance, state=AgreementState.DRAFT).first()
    if existing:
        return existing
    latest = alliance.agreements.with_parts().first()
    if latest is None:
        draft = Agreement.objects.create(alliance=alliance, number=1, coordinator=by.name)
    else:
        draft = Agreement.objects.create(
            number=latest.number + 1, **{name: getattr(latest, name) for name in COPIED}
        )
        _copy_rows(latest, draft)
    audit_trail.record("schools.agreement_drafted", draft, by=by, number=draft.number)
    return draft


@transaction.atomic
def save_section(
    *, by: Person, agreement: Agreement, section: Section, base: str, values: dict[str, Any]
) -> Agreement:
    """Save one section; ``values`` are its fields and, under the name of its rows, dicts.

    Raises Conflict when the section is no longer what ``base`` is the fingerprint of.
    """
    draft = _draft(agreement)
    if fingerprint(stored(draft, section)) != base:
        raise Conflict(draft)
    for field in section.fields:
        setattr(draft, field, values[field])
    if section.rows == "obstacles":
        draft.no_obstacles = values["no_obstacles"]
    _touch(draft)
    if section.rows in _ROW_MODELS:
        _save_rows(draft, section.rows, values["rows"])
    audit_trail.record("schools.agreement_edited", draft, by=by, section=section.slug)
    return draft


@transaction.atomic
def save_party(
    *,
    by: Person,
    agreement: Agreement,
    party: Organisation,
    base: str,
    contribution: dict[str, str | int | Decimal | None],
    positions: dict[int, str],
) -> None:
    """Save what one party gives and expects, and its positions by goal. Raises Conflict."""
    draft = _draft(agreement)
    if fingerprint(stored_party(draft, party)) != base:
        raise Conflict(draft)
    Contribution.objects.update_or_create(
        agreement=draft, organisation=party, defaults=contribution
    )
    goals = set(draft.goals.values_list("pk", flat=True))
    for goal, position in positions.items():
        if goal in goals and position:
            GoalPosition.objects.update_or_create(
                goal_id=goal, organisation=party, defaults={"position": position}
            )
    _touch(draft)
    audit_trail.record(
        "schools.agreement_edited", draft, by=by, section="parties", organisation=party.pk
    )


@transaction.atomic
def send_out(*, by: Person, agreement: Agreement) -> Agreement:
    """Freeze the draft and ask every head to sign. Refused, naming the first gap, when it is
    incomplete."""
    draft = _draft(agreement)
    parties = parties_of(draft)
    gaps = missing(draft, parties)
    if gaps:
        raise Refused(gaps[0][1])
    draft.alliance.agreements.filter(state=AgreementState.OUT).update(
        state=AgreementState.SUPERSEDED
    )
    draft.state = AgreementState.OUT
    draft.sent_out_at = clock.now()
    draft.save(update_fields=["state", "sent_out_at"])
    for party in parties:
        for head in invitations.heads_of(party):
            queue_signing_letter(agreement=draft, organisation=party, head=head)
    audit_trail.record(
        "schools.agreement_sent_out", draft, by=by, number=draft.number, parties=len(parties)
    )
    return draft


@transaction.atomic
def sign(*, by: Person, agreement: Agreement, organisation: Organisation, name: str) -> Signature:
    """Sign once for one organisation; signing again returns the signature there is.

    Refused unless ``by`` heads it and it has joined, at this moment: whoever opened the page may
    have ceased to.
    """
    locked = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("alliance")
        .get(pk=agreement.pk)
    )
    if locked.state != AgreementState.OUT:
        raise Refused(_("This version is not out for signature any more."))
    words = _("Only the head of %(school)s can sign for it.") % {"school": organisation.name}
    require_head(by, organisation, words)
    _require_joined(locked, organisation)
    signature, created = Signature.objects.get_or_create(
        agreement=locked,
        organisation=organisation,
        defaults={"signed_by": by, "signed_name": name, "signed_at": clock.now()},
    )
    if created:
        audit_trail.record("schools.agreement_signed", locked, by=by, organisation=organisation.pk)
        if everybody_has_signed(locked):
            _tell_everybody_signed(locked)
    return signature


def require_head(person: Person, organisation: Organisation, words: str) -> None:
    """Refuse with ``words`` whoever is not its head. Under lock: a headship that is being ended
    meanwhile waits for the signature."""
    held = Membership.objects.current().select_for_update(of=("self",))
    if not held.filter(person=person, role=Role.HEAD, organisation=organisation):
        raise Refused(words)


def _require_joined(agreement: Agreement, organisation: Organisation) -> None:
    joined = AllianceMember.objects.joined().select_for_update(of=("self",))
    if not joined.filter(alliance=agreement.alliance_id, organisation=organisation):
        words = {"school": organisation.name, "alliance": agreement.alliance.name}
        raise Refused(_("%(school)s has not joined %(alliance)s.") % words)


@transaction.atomic
def clear_obstacle(*, by: Person, obstacle: Obstacle) -> bool:
    """Mark as cleared, by whom and when; False when it was cleared already."""
    changed = Obstacle.objects.filter(pk=obstacle.pk, cleared_at=None).update(
        cleared_at=clock.now(), cleared_by=by
    )
    if changed:
        audit_trail.record("schools.obstacle_cleared", obstacle, by=by)
    return bool(changed)


@transaction.atomic
def reopen_obstacle(*, by: Person, obstacle: Obstacle) -> bool:
    changed = Obstacle.objects.filter(pk=obstacle.pk, cleared_at__isnull=False).update(
        cleared_at=None, cleared_by=None
    )
    if changed:
        audit_trail.record("schools.obstacle_reopened", obstacle, by=by)
    return bool(changed)


def _draft(agreement: Agreement) -> Agreement:
    """The agreement locked, with its parts. Refused when it is a draft no longer."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    draft = Agreement.objects.with_parts().get(pk=agreement.pk)
    if draft.state != AgreementState.DRAFT:
        raise Refused(_("This version has gone out for signature meanwhile and no longer changes."))
    return draft


def _touch(draft: Agreement) -> None:
    draft.version += 1
    draft.save()


def _tell_everybody_signed(agreement: Agreement) -> None:
    signed = agreement.signatures.count()
    for person in coordinators_of(agreement.alliance):
        outbox.queue(
            "schools.agreement_signed",
            key=f"schools.agreement_signed:{agreement.pk}:{signed}:{person.pk}",
            person=person,
            agreement=agreement.pk,
        )


_ROW_MODELS: dict[str, Any] = {
    "goals": AgreementGoal,
    "obstacles": Obstacle,
    "evaluation_dates": EvaluationDate,
}


def _save_rows(draft: Agreement, name: str, rows: list[dict[str, Any]]) -> None:
    """Update rows with an ``id``, add those without, remove those left out."""
    model = _ROW_MODELS[name]
    existing = {row.pk: row for row in model.objects.filter(agreement=draft)}
    kept = set()
    for values in rows:
        row = existing.get(values.get("id")) or model(agreement=draft)
        for field, value in values.items():
            if field != "id":
                setattr(row, field, value)
        row.save()
        kept.add(row.pk)
    model.objects.filter(agreement=draft).exclude(pk__in=kept).delete()


def _copy_rows(old: Agreement, new: Agreement) -> None:
    for goal in old.goals.all():
        copy = AgreementGoal.objects.create(agreement=new, text=goal.text)
        GoalPosition.objects.bulk_create(
            GoalPosition(goal=copy, organisation_id=p.organisation_id, position=p.position)
            for p in goal.positions.all()
        )
    _copy(old.contributions.all(), new)
    _copy(old.obstacles.all(), new)
    today: date = clock.today()
    _copy([d for d in old.evaluation_dates.all() if d.day >= today], new)


def _copy(rows: Any, new: Agreement) -> None:
    """Copy rows of one model to ``new``, all columns but the identifiers."""
    for row in rows:
        values = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name not in {"id", "public_id", "agreement"}
        }
        type(row).objects.create(agreement=new, **values)
