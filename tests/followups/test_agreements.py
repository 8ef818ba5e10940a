"""Agreements that are nearly a year old: their heads are asked whether they still hold."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.followups import agreements
from apps.followups.models import FollowUp
from apps.schools.enums import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
SIGNED = datetime(2026, 3, 20, 9, tzinfo=UTC)
A_YEAR_ON = datetime(2027, 3, 8, 9, tzinfo=UTC)


def signed(*, has_head: bool = True) -> None:
    row = f.SignatureFactory(signed_at=SIGNED)
    if has_head:
        f.MembershipFactory(person=row.signed_by, organisation=row.organisation, role=Role.HEAD)


@pytest.fixture(autouse=True)
def _moment():
    with clock.frozen(A_YEAR_ON):
        yield


def test_schools_without_a_head_keep_nobody_else_from_being_asked(monkeypatch) -> None:
    monkeypatch.setattr(agreements, "AT_ONCE", 2)
    for has_head in (False, False, True, True, True):
        signed(has_head=has_head)
    assert [agreements.look_again(A_YEAR_ON) for _hour in range(3)] == [2, 1, 0]
    # A year on is a Saturday.
    assert set(FollowUp.objects.values_list("due", flat=True)) == {date(2027, 3, 22)}


def test_the_diaries_of_all_that_are_asked_are_read_once() -> None:
    for _n in range(3):
        signed()
    with CaptureQueriesContext(connection) as seen:
        assert agreements.look_again(A_YEAR_ON) == 3
    assert sum('FROM "schools_termdate"' in query["sql"] for query in seen) == 1
