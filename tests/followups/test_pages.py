"""The pages of promises: what they show, what they refuse, and that a GET changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.core.models import Notice
from apps.followups import actions, reminders
from apps.followups.models import FollowUp
from apps.schools.enums import Role, Tie
from apps.schools.models import Membership
from tests import factories as f
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db
LIST = "/follow-ups/"


@pytest.fixture
def school():
    return f.SchoolFactory()


@pytest.fixture
def lead(school):
    return f.MembershipFactory(organisation=school, role=Role.CPD_LEAD).person


@pytest.fixture
def teacher(school):
    return f.MembershipFactory(organisation=school).person


def promise(owner, school, days: int = 3, **values) -> FollowUp:
    due = clock.today() + timedelta(days=days)
    return f.FollowUpFactory(owner=owner, organisation=school, due=due, **values)


def shown(client: Client, **parameters: str) -> list[str]:
    rows = client.get(LIST, parameters).context["rows"]
    return [row["followup"].promise for row in rows]


def test_every_filter_of_the_address(lead, teacher, school) -> None:
    for owner, days, words in (
        (lead, -2, "mine late"),
        (lead, 0, "mine today"),
        (lead, 7, "mine this week"),
        (lead, 8, "mine later"),
        (teacher, -1, "shared late"),
    ):
        promise(owner, school, days, promise=words)
    done = promise(lead, school, -9, promise="mine done")
    actions.settle(by=lead, followup=done, outcome="Yes")
    promise(teacher, school, -1, promise="private", shared=False)
    promise(lead, f.SchoolFactory(), promise="elsewhere")
    client = signed_in(lead)

    everything = ["mine late", "shared late", "mine today", "elsewhere", "mine this week"]
    assert shown(client) == [*everything, "mine later"]
    assert shown(client, due="overdue") == ["mine late", "shared late"]
    assert shown(client, due="overdue", whose="mine") == ["mine late"]
    assert shown(client, whose="shared") == ["shared late"]
    assert shown(client, due="today") == ["mine today"]
    assert shown(client, due="now") == ["mine late", "shared late", "mine today"]
    assert shown(client, due="week") == ["mine today", "elsewhere", "mine this week"]
    assert shown(client, state="done") == ["mine done"]
    assert shown(client, state="all")[-1] == "mine done"
    assert "elsewhere" not in shown(client, school=school.ref)
    assert shown(client, due="nonsense", state="\x00", page="x") == shown(client)


@pytest.mark.parametrize("address", ["/follow-ups/", "/notices/"])
def test_few_queries_and_no_more_for_more_rows(lead, school, address) -> None:
    client = signed_in(lead)
    counts = []
    for rows in (1, 30):
        for _n in range(rows):
            owner = f.MembershipFactory(organisation=school).person
            activity = f.ActivityFactory(organisation=school)
            row = promise(owner, school, -8, source=activity)
            Notice.objects.create(
                person=lead, kind=reminders.SHARED_LATE, thing=row.public_id, period="once", url="/"
            )
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
        assert len({q["sql"] for q in queries}) == len(queries)

    assert counts[0] == counts[1]
    assert counts[1] <= 12


@pytest.mark.parametrize("page", ["detail", "done", "move", "drop"])
def test_looking_changes_nothing_in_few_queries(teacher, school, page) -> None:
    row = promise(teacher, school)
    client = signed_in(teacher)
    before = FollowUp.objects.values().get()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse(f"followups:{page}", args=[row.public_id]))

    assert response.status_code == 200
    assert FollowUp.objects.values().get() == before
    assert len(queries) <= 15


def test_a_form_sent_twice_and_one_that_comes_too_late(teacher, school) -> None:
    row = promise(teacher, school)
    done = reverse("followups:done", args=[row.public_id])
    client = signed_in(teacher)

    for _time in range(2):
        assert client.post(done, {"outcome": "It helped."}).status_code == 302
    late = client.post(reverse("followups:drop", args=[row.public_id]), {"reason": "No time."})

    assert late.status_code == 409
    page = late.content.decode()
    assert "has become “Done” in the meantime" in page
    assert ">\nNo time.</textarea>" in page
    assert client.get(done).status_code == 302
    row.refresh_from_db()
    assert row.outcome == "It helped."


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("done", {"outcome": " "}),
        ("drop", {"reason": "x" * 1001}),
        ("move", {"reason": "Ill", "due": "2020-01-01"}),
        ("move", {"reason": "Ill", "due": "2999-01-01"}),
        ("move", {"reason": "a\x00b", "due": "tomorrow"}),
    ],
)
def test_bad_input_is_kept_and_explained(teacher, school, step, words) -> None:
    row = promise(teacher, school)

    response = signed_in(teacher).post(reverse(f"followups:{step}", args=[row.public_id]), words)

    assert response.status_code == 422
    assert "<title>Error:" in response.content.decode()
    row.refresh_from_db()
    assert row.is_open


def test_a_date_that_it_had_before(teacher, school) -> None:
    row = promise(teacher, school, source=f.ActivityFactory(organisation=school))
    fresh = actions.move(by=teacher, followup=row, due=row.due + timedelta(days=7), reason="Ill")

    response = signed_in(teacher).post(
        reverse("followups:move", args=[fresh.public_id]),
        {"due": row.due.isoformat(), "reason": "Earlier after all"},
    )

    assert response.status_code == 422
    assert "It had that date already" in response.content.decode()


def test_the_date_suggested_is_an_open_day(teacher, school) -> None:
    row = promise(teacher, school)

    form = signed_in(teacher).get(reverse("followups:move", args=[row.public_id])).context["form"]

    assert form.initial["due"].weekday() < 5
    assert form.initial["due"] >= clock.today() + timedelta(days=7)


def test_promised_by_hand_once(teacher, school) -> None:
    data = {
        "promise": "Model a think-aloud",
        "due": (clock.today() + timedelta(days=3)).isoformat(),
        "organisation": school.ref,
        "client_key": str(uuid4()),
    }
    client = signed_in(teacher)

    for _time in range(2):
        client.post(reverse("followups:new"), data)
    foreign = client.post(
        reverse("followups:new"),
        data | {"organisation": f.SchoolFactory().ref, "client_key": str(uuid4())},
    )

    assert foreign.status_code == 422
    row = FollowUp.objects.get()
    assert (row.owner, row.shared, row.rule) == (teacher, False, actions.BY_HAND)


def test_it_says_who_can_see_it_and_what_it_came_from(lead, teacher, school) -> None:
    activity = f.ActivityFactory(organisation=school, title="Triad: wait time")
    row = promise(teacher, school, source=activity, organiser=lead)

    page = signed_in(lead).get(reverse("followups:detail", args=[row.public_id])).content.decode()

    assert f"{lead.name} who organises it" in page
    assert "Triad: wait time" in page
    assert "Mark as done" not in page


@pytest.mark.parametrize("tie", Tie.values)
def test_whoever_judges_the_owner_sees_the_promise_and_not_what_happened(
    lead, teacher, school, tie: str
) -> None:
    row = promise(teacher, school, promise="Ask more open questions")
    fresh = actions.move(
        by=teacher, followup=row, due=row.due + timedelta(days=7), reason="canary-moved"
    )
    actions.settle(by=teacher, followup=fresh, outcome="canary-happened")
    held = Membership.objects.filter(person=teacher)

    def page_of(person) -> str:
        url = reverse("followups:detail", args=[fresh.public_id])
        return signed_in(person).get(url).content.decode()

    assert "canary-moved" in page_of(lead)
    for judge in (lead, None):  # taken away again, it was there
        held.update(**{tie: judge})
        page = page_of(lead)
        assert "canary" not in page
        assert "Ask more open questions" in page
        assert f"You manage, appraise or induct {teacher.name}" in page
    assert page_of(teacher).count("canary-") == 2


def test_an_organiser_who_judges_the_owner_does_not_read_what_happened(teacher, school) -> None:
    organiser = f.MembershipFactory(organisation=school).person
    row = promise(teacher, school, organiser=organiser)
    actions.settle(by=teacher, followup=row, outcome="canary-happened")
    url = reverse("followups:detail", args=[row.public_id])
    assert "canary" in signed_in(organiser).get(url).content.decode()
    Membership.objects.filter(person=teacher).update(appraiser=organiser)
    page = signed_in(organiser).get(url)
    assert page.status_code == 200
    assert "canary" not in page.content.decode()


def test_notices_are_read_by_a_press_only(teacher, school) -> None:
    row = promise(teacher, school, -1)
    for thing in (row.public_id, "gone"):
        Notice.objects.create(
            person=teacher, kind=reminders.DUE, thing=thing, period="once", url="/x/"
        )
    client = signed_in(teacher)

    page = client.get("/notices/").content.decode()

    assert row.promise in page
    assert "no longer here" in page
    assert teacher.notices.unread().count() == 2
    client.post("/notices/read/")
    assert teacher.notices.unread().count() == 0


def test_private_ones_of_others_are_counted_from_five_people_on(client) -> None:
    lead = f.MembershipFactory(role="cpd_lead")
    for n in range(1, 6):
        f.FollowUpFactory(organisation=lead.organisation, shared=False, promise="canary-private")
        client.force_login(lead.person)
        page = client.get("/follow-ups/").text
        assert ("5 people at your schools keep 5 private follow-ups" in page) is (n == 5)
        assert "canary-private" not in page
