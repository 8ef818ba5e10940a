"""A school's CPD plan: written, sent to the head, signed, reviewed, and written anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import NeedState, PlanState, Progress
from apps.audits.models import Need, Plan, PlanLine, PlanReview, PlanSignature
from apps.audits.planning import gaps, review_days
from apps.core import audit_trail, clock, outbox
from apps.core.permissions import Refused
from apps.followups.actions import create_followup, drop_unowed
from apps.followups.policies import diaries_of
from apps.schools.actions.agreements import require_head
from apps.schools.invitations import heads_of
from apps.schools.models import Organisation

FOLLOW_UP, TERMLY = "plan.line", "plan.review"
COPIED = tuple(
    field.attname
    for field in PlanLine._meta.concrete_fields
    if field.name not in {"id", "public_id", "client_key", "created_at", "plan", "version"}
)


class LineChanged(Exception):
    """Somebody else saved this line since the form was opened; carries what is stored now."""

    def __init__(self, line: PlanLine) -> None:
        super().__init__(line.pk)
        self.line = line


@transaction.atomic
def start_plan(*, by: Person, organisation: Organisation, year: int) -> Plan:
    """The plan in hand, or a copy of the year's latest version, or the first one."""
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    plans = Plan.objects.filter(organisation=organisation, year=year)
    in_hand = plans.filter(state__in=(PlanState.DRAFT, PlanState.OUT)).first()
    if in_hand is not None:
        return in_hand
    latest = plans.order_by("-number").first()
    fresh = Plan.objects.create(
        organisation=organisation,
        year=year,
        number=latest.number + 1 if latest else 1,
        created_by=by,
        **(_kept(latest) if latest else {}),
    )
    if latest is not None:
        for line in latest.lines.all():
            values = {name: getattr(line, name) for name in COPIED}
            PlanLine.objects.create(plan=fresh, **values)
    audit_trail.record("plans.start", fresh, by=by, year=year, number=fresh.number)
    return fresh


def _kept(plan: Plan) -> dict[str, Any]:
    names = ("reserve", "standard", "standard_note")
    return {name: getattr(plan, name) for name in names}


@transaction.atomic
def save_frame(
    *, by: Person, plan: Plan, reserve: int, standard: Collection[str], standard_note: str
) -> Plan:
    """How much is kept for individuals, and which parts of the standard are met."""
    draft = _draft(plan)
    draft.reserve, draft.standard, draft.standard_note = reserve, list(standard), standard_note
    draft.version += 1
    draft.save(update_fields=["reserve", "standard", "standard_note", "version"])
    audit_trail.record("plans.frame", draft, by=by, reserve=reserve, parts=len(draft.standard))
    return draft


@transaction.atomic
def add_line(*, by: Person, plan: Plan, client_key: UUID | None = None, **values: Any) -> PlanLine:
    """A new last line of a draft; the same ``client_key`` adds it once."""
    draft = _draft(plan)
    last = draft.lines.order_by("-position").values_list("position", flat=True).first() or 0
    line, created = PlanLine.objects.get_or_create(
        client_key=client_key or uuid4(),
        defaults={"plan": draft, "position": last + 1, **values},
    )
    if created:
        audit_trail.record("plans.add_line", draft, by=by, line=line.pk)
    return line


@transaction.atomic
def change_line(*, by: Person, line: PlanLine, base: int, **values: Any) -> PlanLine:
    """Change a line of a draft. Raises LineChanged when it is not version ``base`` any more."""
    _draft(line.plan)
    stored = PlanLine.objects.select_for_update().get(pk=line.pk)
    if stored.version != base:
        raise LineChanged(stored)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save(update_fields=[*values, "version"])
    audit_trail.record("plans.change_line", line.plan, by=by, line=line.pk)
    return stored


@transaction.atomic
def remove_line(*, by: Person, line: PlanLine) -> None:
    draft = _draft(line.plan)
    audit_trail.record("plans.remove_line", draft, by=by, line=line.pk)
    PlanLine.objects.filter(pk=line.pk).delete()


@transaction.atomic
def move_line(*, by: Person, line: PlanLine, down: bool) -> None:
    """Swap a line with the next or the one before; at the end nothing happens."""
    draft = _draft(line.plan)
    rows = list(draft.lines.order_by("position", "pk"))
    here = next(i for i, row in enumerate(rows) if row.pk == line.pk)
    there = here + 1 if down else here - 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            PlanLine.objects.filter(pk=row.pk).update(position=position)
    audit_trail.record("plans.move_line", draft, by=by, line=line.pk)


@transaction.atomic
def send_plan(*, by: Person, plan: Plan) -> Plan:
    """Ask the head to sign. Refused, naming the first gap, while something is missing."""
    draft = _draft(plan)
    missing = gaps(draft, list(draft.lines.all()))
    if missing:
        raise Refused(missing[0].words)
    heads = heads_of(draft.organisation)
    if not heads:
        raise Refused(_("The school has no head here who could sign."))
    draft.state, draft.sent_at = PlanState.OUT, clock.now()
    draft.save(update_fields=["state", "sent_at"])
    for head in heads:
        outbox.queue(
            "audits.plan_to_sign",
            key=f"audits.plan_to_sign/{draft.pk}/{draft.sent_at.isoformat()}/{head.pk}",
            person=head,
            plan=draft.pk,
        )
    audit_trail.record("plans.send", draft, by=by, number=draft.number)
    return draft


@transaction.atomic
def take_back(*, by: Person, plan: Plan) -> Plan:
    """Work on it again, before it is signed."""
    out = _locked(plan)
    if out.state != PlanState.OUT:
        raise Refused(_("Only a plan that waits for the head can be taken back."))
    out.state = PlanState.DRAFT
    out.save(update_fields=["state"])
    audit_trail.record("plans.take_back", out, by=by)
    return out


@transaction.atomic
def sign_plan(*, by: Person, plan: Plan, name: str) -> Plan:
    """The head signs: the earlier version is replaced, the follow-ups are written down and its
    needs count as being worked on. Signing again changes nothing."""
    out = _locked(plan)
    if PlanSignature.objects.filter(plan=out).exists():
        return out
    if out.state != PlanState.OUT:
        raise Refused(_("This version is not waiting to be signed any more."))
    require_head(by, out.organisation, _("Only the head of the school signs its plan."))
    PlanSignature.objects.create(plan=out, signed_by=by, signed_name=name)
    for earlier in Plan.objects.signed().filter(organisation=out.organisation_id, year=out.year):
        _replace(by, earlier)
    out.state = PlanState.SIGNED
    out.save(update_fields=["state"])
    lines = list(out.lines.select_related("owner"))
    Need.objects.filter(plan_lines__in=lines, state=NeedState.OPEN).update(state=NeedState.PLANNED)
    _promise(by, out, lines)
    outbox.queue(
        "audits.plan_signed",
        key=f"audits.plan_signed/{out.pk}",
        person=out.created_by,
        plan=out.pk,
    )
    audit_trail.record("plans.sign", out, by=by, number=out.number)
    return out


def _replace(by: Person, plan: Plan) -> None:
    plan.state = PlanState.REPLACED
    plan.save(update_fields=["state"])
    reason = _("The plan was signed in a new version.")
    for line in plan.lines.all():
        drop_unowed(by=by, source=line, owners=[line.owner_id or 0], reason=reason)
    drop_unowed(by=by, source=plan, owners=[plan.created_by_id], reason=reason)


def _promise(by: Person, plan: Plan, lines: list[PlanLine]) -> None:
    owners = [line.owner for line in lines if line.owner is not None]
    diaries = diaries_of((owner, plan.organisation) for owner in [plan.created_by, *owners])
    for line in lines:
        if line.owner is not None and line.follow_up_on is not None:
            create_followup(
                by=by,
                owner=line.owner,
                organisation=plan.organisation,
                rule=FOLLOW_UP,
                promise=(_("See what came of: %s") % line.statement)[:300],
                due=line.follow_up_on,
                source=line,
                organiser=plan.created_by,
                diaries=diaries,
            )
    for day in review_days(plan.year):
        if day > clock.today():
            create_followup(
                by=by,
                owner=plan.created_by,
                organisation=plan.organisation,
                rule=TERMLY,
                promise=_("Look at each line of the CPD plan: what was done, what changes?"),
                due=day,
                source=plan,
                organiser=plan.created_by,
                diaries=diaries,
            )


@transaction.atomic
def review_line(
    *, by: Person, line: PlanLine, progress: str, text: str, client_key: UUID | None = None
) -> PlanReview:
    """Note how a signed plan's line is going; the same ``client_key`` notes it once."""
    if _locked(line.plan).state != PlanState.SIGNED:
        raise Refused(_("Only a signed plan is reviewed."))
    review, created = PlanReview.objects.get_or_create(
        client_key=client_key or uuid4(),
        defaults={
            "line": line,
            "progress": Progress(progress),
            "text": text,
            "written_by": by,
        },
    )
    if created:
        audit_trail.record("plans.review", line.plan, by=by, line=line.pk, progress=str(progress))
    return review


def _locked(plan: Plan) -> Plan:
    rows = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "created_by")
    return rows.get(pk=plan.pk)


def _draft(plan: Plan) -> Plan:
    found = _locked(plan)
    if found.state != PlanState.DRAFT:
        raise Refused(_("This version has gone to the head meanwhile and stays as it is."))
    return found
