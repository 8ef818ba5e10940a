"""Observations, reflections and notes: writing, editing, sharing. Texts never leave the row."""

from __future__ import annotations

import uuid
from copy import copy
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.activities.engine import booking, checks, light, versions
from apps.activities.engine.changes import UNDER_WAY, locked
from apps.activities.engine.refusals import Blocked, Stale, refuse_if, required
from apps.activities.engine.sessions import held_visit
from apps.activities.engine.situation import Situation
from apps.activities.enums import Audience, RecordForm
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import Moment, RecordKind
from apps.activities.models import Activity, Record
from apps.activities.permissions import can_delete_record, can_edit_record, can_share_record
from apps.core import audit_trail, clock
from apps.core.permissions import ALLOWED, Denied, Permission, require

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation


def record(
    *,
    by: Person,
    kind: str,
    text: str,
    organisation: Organisation | None = None,
    activity: Activity | None = None,
    about: Person | None = None,
    data: dict[str, str] | None = None,
    audience: str = "",
    happened_on: date | None = None,
    client_key: uuid.UUID | None = None,
) -> Record:
    """Store one of the records that the activity knows, or a reflection without an activity.

    The same ``client_key`` from the same author returns the first one. ``organisation`` is the
    author's school, needed when there is no ``activity``. The person an observation is ``about``
    owns it. The audience is the narrowest the kind knows unless given.
    """
    draft = Record(
        form=_form_of(activity, kind),
        kind=kind,
        author=by,
        owner=about or by,
        organisation=organisation,
        activity=activity,
        text=text,
        data=data or {},
        audience=audience or Audience.ONLY_ME,
        happened_on=happened_on or clock.today(),
        client_key=client_key or uuid.uuid4(),
    )
    before = _sent_before(draft)
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _store(draft, by, audience)
    except IntegrityError:
        before = _sent_before(draft)
        if before is None:
            raise
        return before


def _form_of(activity: Activity | None, kind: str) -> str:
    declared = kind_of(activity.kind).record(kind) if activity else None
    return declared.form if declared else kind


def _sent_before(draft: Record) -> Record | None:
    return Record.objects.filter(client_key=draft.client_key, author=draft.author).first()


def _store(draft: Record, by: Person, audience: str) -> Record:
    refuse_if(draft.happened_on > clock.today(), _("The date lies in the future."))
    if draft.activity is None:
        refuse_if(draft.form != RecordForm.REFLECTION, _("Choose the activity it belongs to."))
        _save(draft, by)
        return draft
    with locked(draft.activity) as row:
        draft.activity, draft.cycle = row, row.cycle
        situation = Situation.of(row, draft=draft)
        declared = _declared(situation, draft)
        draft.joint = declared.joint
        draft.audience = audience or declared.audiences[0]
        _check_people(draft, declared, situation)
        _check_place(draft, declared, situation)
        _check_rules(draft, situation, declared)
        if declared.session:
            draft.session = held_visit(
                situation,
                by=by,
                kind=declared.session,
                observer=draft.author,
                observed=draft.owner,
                day=draft.happened_on,
            )
        _save(draft, by)
        booking.after_record(situation, draft, by=by)
        light.go_on(row, by=by)
    return draft


def _check_place(draft: Record, declared: RecordKind, situation: Situation) -> None:
    """It is asked for in this stage, of this role, and a joint text has not been begun yet."""
    activity = situation.activity
    refuse_if(
        declared.stages and activity.stage not in declared.stages,
        _("This is not written at the stage that it is in."),
    )
    refuse_if(not declared.suits(activity.details), _("The plan asks for another record."))
    place = situation.place_of(draft.author_id)
    refuse_if(
        declared.roles and (place is None or place.role not in declared.roles),
        _("This is written by others who take part."),
    )
    refuse_if(
        declared.joint and activity.records.filter(kind=draft.kind, cycle=activity.cycle).exists(),
        _("You have begun this together already: open it to go on."),
    )
    mine = activity.records.filter(kind=draft.kind, cycle=activity.cycle, author=draft.author_id)
    refuse_if(declared.once and mine.exists(), _("It is written once: open yours to change it."))


def _save(draft: Record, by: Person) -> None:
    draft.save()
    versions.keep(draft, by=by)
    _trail(
        "record.written",
        draft,
        by=by,
        form=draft.form,
        audience=draft.audience,
        activity=draft.activity_id,
    )


def _declared(situation: Situation, draft: Record) -> RecordKind:
    return required(
        situation.kind.record(draft.kind), _("This kind of activity has no such record.")
    )


def _check_people(draft: Record, declared: RecordKind, situation: Situation) -> None:
    """Author and owner take part; the owner's school is the record's."""
    refuse_if(not situation.takes_part(draft.author_id), _("Only those who take part write here."))
    if declared.about_another:
        refuse_if(
            situation.activity.state not in UNDER_WAY, _("The activity has not been started.")
        )
        refuse_if(
            draft.owner_id == draft.author_id or not situation.takes_part(draft.owner_id),
            _("Choose whom you observed."),
        )
    else:
        draft.owner = draft.author
    place = required(situation.place_of(draft.owner_id), _("Only those who take part write here."))
    draft.organisation = place.organisation


def _check_rules(draft: Record, situation: Situation, declared: RecordKind) -> None:
    refuse_if(
        draft.audience not in declared.audiences, _("This cannot be shared with those people.")
    )
    blocks = checks.rules_failing(situation, Moment.RECORD)
    if blocks:
        raise Blocked(blocks)


def edit_record(
    target: Record,
    *,
    by: Person,
    version: int,
    text: str,
    data: dict[str, str] | None = None,
) -> Record:
    """Change the words; Stale, with the row as it stands, when it was saved since ``version``."""
    with transaction.atomic():
        row = _locked_record(target)
        require(can_edit_record(by, row))
        answers = {**row.data, **(data or {})}
        if (row.text, row.data) == (text, answers):
            return row
        if row.version != version:
            raise Stale(row)
        row.text, row.data = text, answers
        if row.activity is not None:
            situation = Situation.of(row.activity, draft=row)
            _check_rules(row, situation, _declared(situation, row))
        row.version += 1
        row.save()
        versions.keep(row, by=by)
        if row.activity is not None:
            booking.reworded(situation, row)
        _trail("record.edited", row, by=by, version=row.version)
    return row


def can_be_reworded(target: Record) -> Permission:
    """Whether the kind's rules let other words be saved now; asked before they are written."""
    if target.activity is None:
        return ALLOWED
    draft = copy(target)
    draft.text = f"{target.text}…"
    blocks = checks.rules_failing(Situation.of(target.activity, draft=draft), Moment.RECORD)
    return Denied(blocks[0].reason) if blocks else ALLOWED


def share_record(target: Record, *, by: Person, audience: str) -> Record:
    """Widen or narrow who can see it; the trail keeps both audiences and no word of the text."""
    with transaction.atomic():
        row = _locked_record(target)
        if row.audience == audience:
            return row
        activity = required(row.activity, _("Without an activity it stays with you."))
        before, row.audience = row.audience, audience
        situation = Situation.of(activity, draft=row)
        _check_rules(row, situation, _declared(situation, row))
        require(can_share_record(by, row))
        row.save()
        booking.reworded(situation, row)
        audit_trail.record("record.shared", row, by=by, before=before, after=audience)
    return row


def delete_reflection(target: Record, *, by: Person) -> None:
    """Only an author's own private reflection goes for good, and leaves no trail."""
    with transaction.atomic():
        row = _locked_record(target)
        refuse_if(
            row.form != RecordForm.REFLECTION or row.audience != Audience.ONLY_ME,
            _("Only a private reflection can be deleted."),
        )
        require(can_delete_record(by, row))
        row.delete()


def viewed(target: Record, *, by: Person) -> None:
    """Leave a trail when somebody reads what is neither theirs nor by them."""
    if by.pk in (target.owner_id, target.author_id):
        return
    with transaction.atomic():
        audit_trail.record("record.viewed", target, by=by, audience=target.audience)


def _trail(action: str, row: Record, *, by: Person, **data: object) -> None:
    """Operators read the trail, and who reflects in private is nobody's business."""
    if row.form != RecordForm.REFLECTION or row.audience != Audience.ONLY_ME:
        audit_trail.record(action, row, by=by, **data)


def audiences_of(target: Record) -> tuple[Audience, ...]:
    """Those among which its owner may choose."""
    if target.activity is None:
        return (Audience.ONLY_ME,)
    declared = kind_of(target.activity.kind).record(target.kind)
    return declared.audiences if declared else ()


def _locked_record(target: Record) -> Record:
    rows = Record.objects.select_related("activity__organiser", "owner", "author")
    return rows.select_for_update(of=("self",)).get(pk=target.pk)
