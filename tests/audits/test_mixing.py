"""Answers that somebody knows, from a file, never stand among answers given in confidence."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.urls import reverse

from apps.accounts.models import Person
from apps.audits import actions, sweeps
from apps.audits.actions.audience import joined_since
from apps.audits.actions.collecting import import_answers
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Audit
from apps.audits.plan_permissions import can_import_into
from apps.core import clock
from apps.core.permissions import Refused
from apps.schools.enums import Role
from tests import factories as f
from tests.audits.alliance import across, make_alliance, takes_part
from tests.audits.school import answer, draft, make_school, opened
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db
FILE = b"Sure,Wanted\n1,4\n2,3\n3,3\n4,1\n2,2\n"


def bring_in(audit: Audit, by=None) -> Audit:
    codes = audit.questions.filter(kind="grid").values_list("code", flat=True)
    columns = {"Sure": f"{codes[0]}.confidence", "Wanted": f"{codes[0]}.priority"}
    found = import_answers(by=by, audit=audit, source=BytesIO(FILE), mapping={"columns": columns})
    assert found.imported == 5
    audit.refresh_from_db()
    return audit


def test_nobody_is_asked_in_confidence_after_a_file_has_come_in() -> None:
    made = make_school(6, 0)
    audit = bring_in(draft(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL))
    client = signed_in(made.lead)
    page = client.get(reverse("audits:progress", args=[audit.public_id]))
    assert not page.context["some_join"]
    asked = client.post(reverse("audits:ask_joiners", args=[audit.public_id]))
    assert asked.status_code == 403
    with pytest.raises(Refused, match="could be worked out"):
        actions.ask_joiners(by=made.lead, audit=audit)
    assert not audit.participations.exists()


def test_a_coordinator_mixes_no_file_with_an_alliances_answers_not_even_a_named_audits() -> None:
    made = make_alliance((6, 0), (6, 0))
    audit = across(made, mode=AuditMode.NAMED)
    for school in made.schools:
        takes_part(audit, school)
    audit = actions.open_audit(by=made.coordinator, audit=audit)
    assert not can_import_into(made.coordinator, audit)
    with pytest.raises(Refused, match="could be worked out"):
        bring_in(audit)
    filled = bring_in(across(made, mode=AuditMode.NAMED))
    with pytest.raises(Refused, match="could be worked out"):
        actions.ask_joiners(by=made.coordinator, audit=filled)


def test_a_file_joins_named_answers_only_by_who_reads_them() -> None:
    made = make_school(6, 0)
    audit = opened(made, topics=["autism"])
    answer(audit, made.teachers[0], [("autism", 1, 4)])
    assert can_import_into(made.lead, audit)
    f.MembershipFactory(person=made.lead, organisation=made.school, role=Role.HEAD)
    now = Person.objects.get(pk=made.lead.pk)
    assert not can_import_into(now, audit)  # a head reads nobody's answers


def test_an_audit_that_opens_with_a_file_takes_the_place_of_the_version_before_it() -> None:
    made = make_school(6, 0)
    before = opened(made, topics=["autism"])
    actions.make_version(by=made.lead, audit=before)
    bring_in(before.replaced_by, by=made.lead)
    before.refresh_from_db()
    assert (before.state, "shared" in before.results) == (AuditState.CLOSED, True)


def test_an_invitation_lapses_when_a_file_opens_the_audit() -> None:
    made = make_alliance((6, 0), (6, 0))
    audit = across(made)
    takes_part(audit, made.schools[0])
    bring_in(audit)
    assert [place.state for place in audit.schools.all()] == ["accepted", "lapsed"]


def test_whom_no_audit_has_asked_is_neither_reminded_nor_has_joined_it() -> None:
    with clock.frozen(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        made = make_school(6, 0)
        audit = bring_in(draft(made, topics=["autism"]))
    assert joined_since(audit) == []
    with clock.frozen(datetime(2026, 12, 2, 12, tzinfo=UTC)):  # the second of three rounds
        assert (sweeps.remind_due(clock.now()), audit.reminders.count()) == (0, 0)
        page = signed_in(made.lead).get(reverse("audits:progress", args=[audit.public_id]))
    assert (page.context["next"], page.context["some_join"]) == (None, False)
    assert "nobody to remind" in page.context["blocked"]
