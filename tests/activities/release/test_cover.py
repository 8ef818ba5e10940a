"""The cover list: who is out, when, and no word on why; mailed on the last open day before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.activities.release import actions
from apps.activities.release.cover import is_time, next_monday, out_in_week, send_lists
from apps.activities.release.enums import InClass, ReleaseState
from apps.core.clock import frozen
from apps.core.letters import compose
from apps.core.models import OutboundEmail
from apps.schools.calendars import LONDON, Calendar
from apps.schools.enums import DelegateKind, Role
from apps.schools.models import Cycle, Period, TermDate, TimetableEntry
from tests import factories as f
from tests.activities.release.plays import row_of, visit
from tests.activities.triads import Stage
from tests.support.clients import signed_in

MONDAY = date(2026, 11, 30)
FRIDAY_MORNING = datetime(2026, 11, 27, 7, 30, tzinfo=LONDON)
COVER = "/release/cover/"


@pytest.fixture
def manager(stage: Stage) -> Any:
    """A cover manager who is neither head nor lead."""
    person = f.PersonFactory(given_name="Cora")
    f.MembershipFactory(person=person, organisation=stage.school, role=Role.SUPPORT)
    f.DelegateFactory(organisation=stage.school, person=person, kind=DelegateKind.COVER)
    return person


def test_the_list_says_who_and_when_and_not_why(stage: Stage, manager: Any) -> None:
    session = visit(stage, stage.active())
    page = signed_in(manager).get(COVER).content.decode()
    assert "Ann Exampleton" in page
    assert "09:00–10:00" in page
    assert "CPD" in page
    for why in (session.activity.title, "Wait time", "Cy Exampleton", "Beech School"):
        assert why not in page


def test_a_cover_manager_does_not_open_the_row_itself(stage: Stage, manager: Any) -> None:
    row = row_of(visit(stage, stage.active()), stage.ann)
    client = signed_in(manager)
    assert client.get(reverse("activities:release_row", args=[row.public_id])).status_code == 404
    assert row.activity.title not in client.get("/release/").content.decode()


def test_a_cover_manager_arranges_cover(stage: Stage, manager: Any) -> None:
    row = row_of(visit(stage, stage.active()), stage.ann)
    client = signed_in(manager)
    url = reverse("activities:release_arrange", args=[row.public_id])
    page = client.get(url).content.decode()
    assert row.activity.title not in page
    sent = {"version": row.version, "in_class": "yes", "cover": "supply"}
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert "Fill in how many" in refused.content.decode()
    sent |= {"supply_count": "1", "supply_unit": "half"}
    assert client.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert (row.cover, row.supply_unit, row.in_class) == ("supply", "half", "yes")
    assert "Supply: 1 half day" in client.get(COVER).content.decode()


@pytest.mark.parametrize("who", ["ann", "other_lead"])
def test_others_do_not_see_the_list(stage: Stage, who: str) -> None:
    visit(stage, stage.active())
    response = signed_in(getattr(stage, who)).get(COVER)
    assert response.status_code == 403 or "Ann Exampleton" not in response.content.decode()


def test_periods_come_from_the_timetable(stage: Stage) -> None:
    cycle = Cycle.objects.create(organisation=stage.school, anchor_on=MONDAY)
    for n, use in enumerate(("teaching", "free", "teaching")):
        period = Period.objects.create(
            cycle=cycle, weekday=1, name=f"P{n + 1}", starts=time(9 + n), ends=time(9 + n, 50)
        )
        TimetableEntry.objects.create(person=stage.ann, period=period, use=use)
    visit(stage, stage.active())
    (out,) = out_in_week(stage.school, MONDAY)
    assert out.periods == ["P1"]


def test_refused_and_free_people_are_not_on_it(stage: Stage) -> None:
    day = MONDAY + timedelta(days=1)
    common = {"organisation": stage.school, "day": day}
    f.ReleaseFactory(person=stage.ann, in_class=InClass.NO, **common)
    row = f.ReleaseFactory(person=stage.bob, **common)
    actions.refuse(row, by=stage.extra["head"], reason="no")
    f.ReleaseFactory(person=stage.bob, state=ReleaseState.NOT_USED, **common)
    assert out_in_week(stage.school, MONDAY) == []
    waiting = f.ReleaseFactory(person=stage.bob, **common)
    assert [out.row for out in out_in_week(stage.school, MONDAY)] == [waiting]


# The mail


def sent(at: datetime) -> list[OutboundEmail]:
    with frozen(at):
        send_lists(at)
    return list(OutboundEmail.objects.filter(template="activities.release.cover"))


def test_the_list_goes_on_the_last_open_day_before_and_once(stage: Stage, manager: Any) -> None:
    visit(stage, stage.active())
    assert sent(FRIDAY_MORNING - timedelta(minutes=1)) == []
    (mail,) = sent(FRIDAY_MORNING)
    assert mail.person == manager
    assert len(sent(FRIDAY_MORNING + timedelta(hours=1))) == 1


def test_who_does_not_work_on_that_day_gets_it_on_their_last_day_before(
    stage: Stage, manager: Any
) -> None:
    manager.memberships.update(working_days=[1, 2, 3])
    visit(stage, stage.active())
    thursday = FRIDAY_MORNING - timedelta(days=1)
    assert sent(thursday - timedelta(minutes=1)) == []
    assert [mail.person for mail in sent(thursday)] == [manager]


def test_with_the_friday_closed_it_goes_on_thursday(stage: Stage, manager: Any) -> None:
    friday = FRIDAY_MORNING.date()
    TermDate.objects.create(
        organisation=stage.school, kind="closure", starts_on=friday, ends_on=friday
    )
    visit(stage, stage.active())
    assert len(sent(FRIDAY_MORNING - timedelta(days=1))) == 1


def test_a_missed_friday_is_caught_up(stage: Stage, manager: Any) -> None:
    visit(stage, stage.active())
    assert len(sent(FRIDAY_MORNING + timedelta(days=2))) == 1


def test_over_a_holiday_it_goes_before_it() -> None:
    autumn = Calendar(
        terms=((date(2026, 9, 1), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 3, 25))),
        known=((date(2026, 9, 1), date(2027, 3, 25)),),
    )
    monday = date(2027, 1, 4)
    assert not is_time(autumn, monday, datetime(2026, 12, 17, 12, tzinfo=LONDON))
    assert is_time(autumn, monday, datetime(2026, 12, 18, 7, 30, tzinfo=LONDON))


def test_without_a_cover_manager_the_lead_gets_it(stage: Stage) -> None:
    visit(stage, stage.active())
    assert [mail.person for mail in sent(FRIDAY_MORNING)] == [stage.lead]


def test_the_letter_names_times_and_not_why(stage: Stage, manager: Any) -> None:
    session = visit(stage, stage.active())
    (mail,) = sent(FRIDAY_MORNING)
    message = compose(mail)
    assert message is not None
    assert "Tue 1 Dec 2026, 09:00–10:00: Ann Exampleton" in message.body
    assert "Not approved yet" in message.body
    assert session.activity.title not in message.body
    assert "week=2026-11-30" in message.body
    engine_cancelled = row_of(session, stage.ann)
    engine_cancelled.state = ReleaseState.NOT_USED
    engine_cancelled.save()
    assert compose(mail) is None  # nobody is out any more


def test_next_monday_is_of_next_week() -> None:
    assert next_monday(date(2026, 11, 24)) == MONDAY
    assert next_monday(date(2026, 11, 22)) == date(2026, 11, 23)
