"""Pages, filters, exports, letters and query counts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.activities.models import Release
from apps.activities.release import actions
from apps.activities.release.enums import ReleaseState
from apps.core import clock
from apps.core.letters import compose
from apps.core.models import OutboundEmail
from apps.schools.models import Delegate, SupplyRate, TimeBudget
from tests import factories as f
from tests.activities.release.plays import row_of, visit
from tests.activities.triads import Stage
from tests.support.clients import queries, signed_in

LIST, FORM = 12, 15


def rows(stage: Stage, count: int, **values: Any) -> list[Release]:
    activity = stage.active()
    return [
        f.ReleaseFactory(
            person=stage.ann if n % 2 else stage.bob,
            organisation=stage.school,
            activity=activity,
            what_for="",
            day=clock.today() + timedelta(days=6 + n % 4),
            **values,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("url", "who", "most"),
    [
        ("/release/", "lead", LIST),
        ("/release/", "ann", LIST),
        ("/release/approvals/", "head", FORM),
        ("/release/cover/", "lead", FORM),
        ("school", "lead", FORM),
        ("settings", "head", FORM),
        ("/release/new/", "lead", FORM),
    ],
)
def test_pages_ask_as_often_for_thirty_rows_as_for_one(
    stage: Stage, url: str, who: str, most: int
) -> None:
    person = stage.extra.get(who) or getattr(stage, who)
    if not url.startswith("/"):
        url = reverse(f"activities:release_{url}", args=[stage.school.ref])
    f.TimeBudgetFactory(organisation=stage.school, year=2026, cpd_hours=10, term_minutes=600)
    rows(stage, 2)
    few = queries(person, url)
    rows(stage, 30)
    assert queries(person, url) == few
    assert few <= most


def test_a_row_and_the_alliance_stay_within_their_budget(stage: Stage) -> None:
    row = rows(stage, 1)[0]
    url = reverse("activities:release_row", args=[row.public_id])
    assert queries(stage.lead, url) <= FORM
    coordinator = f.MembershipFactory(
        organisation=None, alliance=stage.alliance, role="coordinator"
    )
    url = reverse("activities:release_alliance", args=[stage.alliance.public_id])
    assert queries(coordinator.person, url) <= LIST
    led_there = signed_in(coordinator.person).get(reverse("activities:release"))
    assert url in led_there.content.decode()


def test_the_head_approves_ticked_rows_on_the_page(stage: Stage) -> None:
    first, second, third = rows(stage, 3)
    client = signed_in(stage.extra["head"])
    page = client.get("/release/approvals/").content.decode()
    assert "3 wait for your decision" in page
    ticked = {"row": [first.public_id, second.public_id]}
    said = client.post("/release/approvals/", ticked, follow=True).content.decode()
    assert "2 are approved." in said
    assert [r.state for r in Release.objects.order_by("pk")] == ["approved", "approved", "asked"]
    assert "Nothing was ticked" in client.post("/release/approvals/", follow=True).content.decode()
    assert third.public_id in client.get("/release/approvals/").content.decode()


def test_the_number_on_the_heads_home_opens_exactly_its_rows(stage: Stage) -> None:
    rows(stage, 3)
    rows(stage, 1, state=ReleaseState.NOT_USED)
    client = signed_in(stage.extra["head"])
    stats = client.get("/").context["stats"]
    (stat,) = [s for s in stats if "/approvals/" in s.url]
    assert stat.number == 3
    assert client.get(stat.url).context["found"].paginator.count == 3


def test_the_delegates_home_shows_what_waits_too(stage: Stage) -> None:
    f.DelegateFactory(organisation=stage.school, person=stage.bob, kind="approver")
    rows(stage, 4)  # two of them are Bob's own
    client = signed_in(stage.bob)
    (stat,) = [s for s in client.get("/").context["stats"] if "/approvals/" in s.url]
    assert stat.number == 2
    assert client.get(stat.url).context["found"].paginator.count == 2


def test_the_leads_home_links_each_figure_to_exactly_its_rows(stage: Stage) -> None:
    rows(stage, 2)
    rows(stage, 3, state=ReleaseState.APPROVED, decided_at=clock.now())
    rows(stage, 1, state=ReleaseState.USED, actual_minutes=90)
    rows(stage, 1, state=ReleaseState.USED, actual_minutes=30, in_class="no")
    client = signed_in(stage.lead)
    release = client.get("/").context["release"]
    assert (release["used"], release["booked"], release["planned"]) == (1.5, 3, 6)
    for one, expected in zip(release["states"], (1, 3, 2), strict=True):
        found = client.get(one["url"]).context
        assert found["found"].paginator.count == expected
    assert client.get(release["all"]).context["found"].paginator.count == 6


def test_a_wrong_filter_finds_nothing_and_says_so(stage: Stage) -> None:
    rows(stage, 1)
    page = signed_in(stage.lead).get("/release/?state=nonsense").content.decode()
    assert "No row fits" in page


def test_exports_hold_the_rows_of_the_filter_and_run_nothing(stage: Stage) -> None:
    f.ReleaseFactory(person=stage.ann, organisation=stage.school, what_for="=1+1", fee_pence=1250)
    rows(stage, 2, state=ReleaseState.NOT_USED)
    client = signed_in(stage.lead)
    url = "/release/?state=asked&format="
    body = b"".join(client.get(url + "csv")).decode("utf-8-sig")
    (header, line) = list(csv.reader(io.StringIO(body)))
    found = dict(zip(header, line, strict=True))
    assert (found["What for"], found["Fee £"], found["Travel £"]) == ("'=1+1", "12.5", "")
    book = load_workbook(io.BytesIO(client.get(url + "xlsx").content))
    assert [cell.value for cell in list(book.active.rows)[1]][5] == "'=1+1"


def test_costs_are_shown_to_the_persons_own_school_only(stage: Stage) -> None:
    session = stage.visit(stage.active(), stage.cy, stage.ann)
    row = row_of(session, stage.cy)
    Release.objects.filter(pk=row.pk).update(fee_pence=77_700)
    url = reverse("activities:release_row", args=[row.public_id])
    assert "£777" in signed_in(stage.other_lead).get(url).content.decode()
    assert "£777" in signed_in(stage.cy).get(url).content.decode()
    organiser = signed_in(stage.lead)
    assert "£777" not in organiser.get(url).content.decode()
    export = b"".join(organiser.get("/release/?format=csv")).decode("utf-8-sig")
    assert "Cy Exampleton" in export
    assert "777" not in export


def test_colleagues_do_not_see_each_others_rows(stage: Stage) -> None:
    row = row_of(visit(stage, stage.active()), stage.ann)
    for person in (stage.bob, stage.cy, stage.other_lead):
        url = reverse("activities:release_row", args=[row.public_id])
        assert signed_in(person).get(url).status_code == 404


def test_a_person_asks_for_a_course_and_an_error_keeps_what_was_typed(stage: Stage) -> None:
    client = signed_in(stage.ann)
    sent = {
        "client_key": "3f1e9c1e-7a6a-4f5e-9b0a-0a7a0c2f6d11",
        "member": stage.ann.memberships.get().public_id,
        "what_for": "Course: phonics",
        "day": "2026-12-02",
        "start": "09:00",
    }
    refused = client.post("/release/new/", sent)
    assert refused.status_code == 422
    assert "Course: phonics" in refused.content.decode()
    assert client.post("/release/new/", sent | {"end": "12:30"}).status_code == 302
    row = Release.objects.get()
    assert (row.person, row.planned_minutes, row.state) == (stage.ann, 210, "asked")
    other = stage.bob.memberships.get().public_id
    assert client.post("/release/new/", sent | {"member": other}).status_code == 422


def test_two_tabs_in_conflict_say_so(stage: Stage) -> None:
    row = f.ReleaseFactory(person=stage.ann, organisation=stage.school, day=clock.today())
    client = signed_in(stage.ann)
    url = reverse("activities:release_row", args=[row.public_id])
    sent = {"version": "1", "actual_minutes": "70"}
    assert client.post(url, sent).status_code == 302
    again = client.post(url, sent | {"actual_minutes": "80"})
    assert again.status_code == 409
    assert "Somebody changed it in between" in again.content.decode()
    page = client.get(url).content.decode()
    assert "not known → 1 h 10 min" in page


def test_a_school_sets_rates_budget_allowance_and_delegates(stage: Stage) -> None:
    client = signed_in(stage.extra["head"])
    url = reverse("activities:release_settings", args=[stage.school.ref])
    rate = {"what": "rate", "pence": "£218.50", "lessons": "5", "starts_on": "2026-09-01"}
    assert client.post(url, rate).status_code == 302
    assert SupplyRate.objects.get().pence == 21_850
    budget = {"what": "budget", "directed_hours": "1265", "cpd_hours": "1300"}
    assert client.post(url, budget).status_code == 422
    assert client.post(url, budget | {"cpd_hours": "30"}).status_code == 302
    assert client.post(url, {"what": "allowance", "term_minutes": "600"}).status_code == 302
    found = TimeBudget.objects.get()
    assert (found.cpd_hours, found.term_minutes, found.year) == (30, 600, 2026)
    bob = stage.bob.memberships.get().public_id
    assert client.post(url, {"what": "delegate", "member": bob, "kind": "approver"}).status_code
    delegate = Delegate.objects.get()
    page = client.get(url).content.decode()
    assert "Bob Exampleton" in page
    end = reverse("activities:release_delegate_end", args=[delegate.public_id])
    assert client.post(end).status_code == 302
    assert not Delegate.objects.current().exists()


def test_the_lead_does_not_set_the_allowance(stage: Stage) -> None:
    client = signed_in(stage.lead)
    url = reverse("activities:release_settings", args=[stage.school.ref])
    client.post(url, {"what": "allowance", "term_minutes": "600"})
    assert not TimeBudget.objects.exists()
    assert "The head sets it" in client.get(url).content.decode()


def test_the_letters_of_approval(stage: Stage) -> None:
    row = row_of(visit(stage, stage.active()), stage.ann)
    waiting = OutboundEmail.objects.get(
        template="activities.release.waiting", person=stage.extra["head"]
    )
    message = compose(waiting)
    assert message is not None
    assert "1 release waits for your approval" in message.subject
    assert "Ann Exampleton" in message.body
    actions.refuse(row, by=stage.extra["head"], reason="secret reason")
    assert compose(waiting) is None
    subjects = {}
    for refused in OutboundEmail.objects.filter(template="activities.release.refused"):
        message = compose(refused)
        assert message is not None
        assert "secret reason" not in message.body
        subjects[refused.person_id] = message.subject
    assert subjects.pop(stage.ann.pk).startswith("Your release on")
    assert subjects
    assert all("Release is refused: Ann Exampleton" in words for words in subjects.values())


def test_the_plan_shows_the_ledger_and_the_allowance(stage: Stage) -> None:
    activity = stage.active()
    visit(stage, activity)
    f.TimeBudgetFactory(organisation=stage.school, year=2026, term_minutes=600)
    url = reverse("activities:plan_dates", args=[activity.public_id])
    page = signed_in(stage.lead).get(url).content.decode()
    assert "1 h planned" in page
    assert "10 h left" in page
    assert "10 h left" not in signed_in(stage.cy).get(url).content.decode()


def test_planning_warns_whose_set_aside_time_is_used_up(stage: Stage) -> None:
    activity = stage.active()
    stage.ann.memberships.update(fte=1)
    url = reverse("activities:session_new", args=[activity.public_id])
    before = signed_in(stage.lead).get(url).content.decode()
    f.TimeBudgetFactory(organisation=stage.school, year=2026, cpd_hours=1)
    f.ReleaseFactory(person=stage.ann, organisation=stage.school, planned_minutes=90)
    said = f"{stage.ann.name}: 1 h 30 min of CPD this year, 1 h set aside"
    assert said not in before
    page = signed_in(stage.lead).get(url)
    assert said in page.content.decode()
    assert said in signed_in(stage.ann).get(url).content.decode()
    # The year of somebody at another school is that school's business.
    assert said not in signed_in(stage.other_lead).get(url).content.decode()
    assert queries(stage.lead, url) <= FORM


def test_time_so_far_of_few_people_is_for_those_in_it_and_their_leads(stage: Stage) -> None:
    activity = stage.active()
    visit(stage, activity)
    url = reverse("activities:plan_dates", args=[activity.public_id])
    hidden = "not shown, as few people are in it"
    for person in (stage.lead, stage.ann):  # the organiser, and one of those in it
        page = signed_in(person).get(url)
        assert page.status_code == 200
        assert hidden not in page.content.decode()
    stage.lead.memberships.update(ends_on=None)
    coordinator = f.PersonFactory()
    f.MembershipFactory(
        person=coordinator, organisation=None, alliance=stage.alliance, role="coordinator"
    )
    page = signed_in(coordinator).get(url).content.decode()
    assert page.count(hidden) == 1  # one of Ash School is released
    assert stage.school.name in page
