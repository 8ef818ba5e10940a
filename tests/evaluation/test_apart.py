"""Reports about one thing are of the same days or share none; a scheduled one has some weeks."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core import clock
from apps.core.permissions import Refused
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.periods import finished, half_terms_of
from apps.evaluation.posting import actions as posting
from apps.evaluation.process.models import Review
from apps.evaluation.reports.alliance import KIND
from apps.evaluation.snapshot import work
from apps.evaluation.snapshot.frame import Frame
from tests import factories as f
from tests.evaluation.test_reports import MONDAY, ask, scheduled
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_periods_that_overlap_with_a_report_are_not_offered(client, world) -> None:
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/reports/new/{world.own.alliance.public_id}/alliance/"
    (_name, (year, *parts)) = finished(clock.today())[-1]
    about = {"alliance": world.own.alliance}
    f.FrozenReportFactory(period_start=parts[-1].first, period_end=parts[-1].last, **about)
    offered = client.get(url).context["form"].periods
    assert parts[-1].key in offered  # it opens the report that is there
    assert year.key not in offered
    f.FrozenReportFactory(period_start=year.first, period_end=clock.today(), **about)
    page = client.get(url)
    assert "form" not in page.context
    assert "what one person did: correct the report" in page.content.decode()
    assert client.post(url, {"period": year.key, "client_key": uuid4()}).status_code == 422


def begin(world, day) -> ReportSchedule:
    return posting.set_schedule(
        by=world.coordinator, kind=KIND, about=world.own.alliance, frequency="termly", next_on=day,
        roles=["governor"],
    )  # fmt: skip


def test_a_schedule_follows_every_report_and_covers_no_few_days(client, world) -> None:
    day = MONDAY.date()
    at = timedelta(days=1)
    with clock.frozen(MONDAY):
        made = ask(world, start=day - 60 * at, end=day - 10 * at)
        for next_on in (day, day + 17 * at):
            with pytest.raises(Refused, match="Choose Fri 25 Dec"):
                begin(world, next_on)
        row = begin(world, day + 18 * at)
        first = posting.run_schedule(by=None, pk=row.pk, today=row.next_on)
        assert first.period_start == made.period_end + at
        assert (first.period_end - first.period_start).days == 27
        posting.end_schedule(by=world.coordinator, kind=KIND, about=world.own.alliance)
        with pytest.raises(Refused, match="four weeks"):
            begin(world, first.period_end + at)
        url = f"/reports/schedule/{world.own.alliance.public_id}/alliance/"
        client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
        sent = {"frequency": "termly", "next_on": first.period_end, "roles": ["head"]}
        assert "four weeks" in client.post(url, sent).content.decode()


def test_a_schedule_overtaken_by_a_report_waits_for_its_next_date(world) -> None:
    day = MONDAY.date()
    row = scheduled(world, day, frequency="monthly")
    with clock.frozen(MONDAY):
        made = ask(world, start=day - timedelta(days=60), end=day - timedelta(days=5))
    assert posting.run_schedule(by=None, pk=row.pk, today=day) is None
    row.refresh_from_db()
    late = posting.run_schedule(by=None, pk=row.pk, today=row.next_on)
    assert late.period_start == made.period_end + timedelta(days=1)


def test_a_single_report_overtaken_by_another_waits_and_is_not_lost(world) -> None:
    day = MONDAY.date()
    row = scheduled(world, day, frequency="once")
    with clock.frozen(MONDAY):
        made = ask(world, start=day - timedelta(days=60), end=day - timedelta(days=5))
    assert posting.run_schedule(by=None, pk=row.pk, today=day) is None
    row.refresh_from_db()
    assert (row.next_on, row.ended_at) == (made.period_end + timedelta(days=28), None)
    late = posting.run_schedule(by=None, pk=row.pk, today=row.next_on)
    assert (late.period_end - late.period_start).days == 27
    row.refresh_from_db()
    assert row.ended_at is not None


def test_a_term_less_a_half_term_tells_nobody_of_the_other_half() -> None:
    alliance, school = f.AllianceFactory(), f.SchoolFactory()
    first, second = half_terms_of(2025)[:2]
    term = Frame(alliance=alliance, start=first.first, end=second.last, at=clock.now())
    half = Frame(alliance=alliance, start=first.first, end=first.last, at=clock.now())
    for due in [first.last] * 6 + [second.last] * 2:
        f.FollowUpFactory(alliance=alliance, organisation=school, due=due)
    assert (work.promises(term)["due"], work.promises(half)["due"]) == (8, 6)

    days = {"period_start": first.first, "period_end": second.last}
    report = f.ReportFactory(alliance=alliance, **days)
    assert work.promises(half) == {"hidden": True}
    Report.objects.filter(pk=report.pk).update(period_end=first.last)
    assert work.promises(half)["due"] == 6

    Review.objects.create(
        alliance=alliance, period_start=first.first, period_end=first.last, figures={},
        closed_by=f.PersonFactory(),
    )  # fmt: skip
    assert work.promises(term) == {"hidden": True}
