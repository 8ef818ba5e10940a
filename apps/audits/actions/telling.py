"""Back to the people: what we heard, what we will do, what we cannot. Sent once."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.asking import morning
from apps.audits.enums import AuditState
from apps.audits.models import Audit, HeardBack
from apps.core import audit_trail, clock, outbox
from apps.core.models import Notice
from apps.core.permissions import Refused
from apps.schools.calendars import UNKNOWN, calendars_of
from apps.schools.models import Membership


class ChangedMeanwhile(Exception):
    """Somebody else saved the text since the form was opened; carries what is stored now."""

    def __init__(self, stored: HeardBack) -> None:
        super().__init__(stored.pk)
        self.stored = stored


@transaction.atomic
def write_heard(
    *, by: Person, audit: Audit, heard: str, will_do: str, cannot: str, base: int
) -> HeardBack:
    """Keep the three texts of a closed audit; ``base`` is the version they were written on, 0 for
    none. Raises ChangedMeanwhile, and Refused once they were sent or while it is open."""
    locked = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    if locked.state != AuditState.CLOSED:
        raise Refused(_("First the audit closes; then you say what you heard."))
    stored = HeardBack.objects.filter(audit=locked).first()
    if stored is None:
        stored = HeardBack(audit=locked, version=0)
    elif stored.sent_at is not None:
        raise Refused(_("This has been sent already, and stays as it was read."))
    elif stored.version != base:
        raise ChangedMeanwhile(stored)
    stored.heard, stored.will_do, stored.cannot = heard, will_do, cannot
    stored.written_by = by
    stored.version += 1
    stored.save()
    audit_trail.record("audits.write_heard", locked, by=by, version=stored.version)
    return stored


@transaction.atomic
def send_heard(*, by: Person, heard: HeardBack) -> int:
    """Tell all who were asked, whether or not they answered; a second time tells nobody. How many
    are told."""
    row = HeardBack.objects.select_for_update(of=("self",)).select_related("audit").get(pk=heard.pk)
    if row.sent_at is not None:
        return 0
    row.sent_at = clock.now()
    row.save(update_fields=["sent_at"])
    people = invited(row.audit)
    url = reverse("audits:heard", args=[row.audit.public_id])
    Notice.objects.bulk_create(
        (
            Notice(
                person_id=held.person_id,
                kind="audits.heard",
                thing=f"audit/{row.audit_id}",
                period="once",
                url=url,
            )
            for held in people
        ),
        ignore_conflicts=True,
        batch_size=2000,
    )
    calendars = calendars_of({held.organisation_id for held in people if held.organisation_id})
    outbox.queue_many(
        outbox.Draft(
            template="audits.heard",
            key=f"audits.heard/{row.audit_id}/{held.person_id}",
            due_at=morning(calendars.get(held.organisation_id or 0, UNKNOWN), held),
            person_id=held.person_id,
            keys={"audit": row.audit_id},
        )
        for held in people
        if held.person.email
    )
    audit_trail.record("audits.send_heard", row.audit, by=by, told=len(people))
    return len(people)


def invited(audit: Audit) -> list[Membership]:
    """One membership for each person who was asked and still belongs to the school."""
    asked = dict(audit.participations.values_list("person_id", "organisation_id"))
    held = Membership.objects.current().filter(
        person_id__in=audit.participations.values("person_id"),
        organisation_id__in=set(asked.values()),
        person__is_active=True,
    )
    found = {
        row.person_id: row
        for row in held.select_related("person").order_by("-pk")
        if asked[row.person_id] == row.organisation_id
    }
    return list(found.values())
