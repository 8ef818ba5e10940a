"""The same questions before: only of audits whose results one reads."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.audits import actions
from apps.audits.models import Audit, ReleasedChart
from apps.audits.permissions import can_read_results, with_readable_results
from apps.audits.results.charts import draw_once, kept_charts, over_time
from apps.audits.results.sources import released
from apps.audits.results.trend import trend
from tests.audits.alliance import Together, across, make_alliance, place_of, takes_part
from tests.audits.school import School, answer
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db


def asked_of(made: Together, *schools: School, priority: int = 4) -> Audit:
    """An alliance's audit that ``schools`` take part in and the others decline, closed."""
    audit = across(made)
    for school in made.schools:
        if school in schools:
            takes_part(audit, school)
        else:
            actions.decline(by=school.head, place=place_of(audit, school))
    audit = actions.open_audit(by=made.coordinator, audit=audit)
    for school in schools:
        for person in school.teachers:
            answer(audit, person, [("autism", 1, priority)])
    return actions.close_audit(by=None, audit=audit)


@pytest.fixture
def world() -> tuple[Together, Audit, Audit]:
    made = make_alliance((6, 0), (6, 0), (6, 0))
    return made, asked_of(made, *made.schools[:2]), asked_of(made, *made.schools, priority=1)


def test_a_school_finds_no_results_of_an_audit_that_it_declined(world) -> None:
    made, before, audit = world
    first, _second, declined = made.schools
    assert trend(audit, first.lead).days == [before.opens_on, audit.opens_on]
    assert trend(audit, made.coordinator) is not None
    assert trend(audit, declined.head) is None
    url = reverse("audits:detail", args=[audit.public_id])
    assert "The same questions before" in signed_in(first.lead).get(url).content.decode()
    assert "The same questions before" not in signed_in(declined.lead).get(url).content.decode()


def test_no_chart_that_all_see_is_of_an_alliances_earlier_audits(world) -> None:
    _made, _before, audit = world
    assert over_time(released(audit)) is None
    assert draw_once(audit)
    ReleasedChart.objects.create(audit=audit, name="trend", data={})  # drawn by an older version
    assert "trend" not in kept_charts(audit).values_list("name", flat=True)
    assert "needs" in kept_charts(audit).values_list("name", flat=True)


def test_many_results_are_read_by_whom_each_is(world) -> None:
    made, *audits = world
    readers = [made.coordinator, *(p for s in made.schools for p in (s.lead, s.head, *s.teachers))]
    for person in readers:
        found = set(with_readable_results(Audit.objects.closed(), person))
        assert found == {audit for audit in audits if can_read_results(person, audit)}
