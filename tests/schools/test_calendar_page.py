"""Typing in a school's year."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import frozen
from apps.schools.actions import calendars as actions
from apps.schools.enums import Role
from apps.schools.enums import TermDateKind as Kind
from apps.schools.models import TermDate
from tests import factories as f

D = date.fromisoformat
YEAR = {
    "term_0_first": "2026-09-01",
    "term_0_last": "2026-12-18",
    "term_1_first": "2027-01-04",
    "term_1_last": "2027-03-25",
    "term_2_first": "2027-04-12",
    "term_2_last": "2027-07-21",
    "half_term_0_first": "2026-10-26",
    "half_term_0_last": "2026-10-30",
    "inset_0_first": "2026-09-01",  # also the first day of a term
    "inset_1_first": "2027-07-21",  # also the last
    "closure_0_first": "2026-11-24",
}


@pytest.fixture(autouse=True)
def _in_november(db: None):
    from django.utils import timezone

    with frozen(timezone.make_aware(timezone.datetime(2026, 11, 22, 9))):
        yield


@pytest.fixture
def school():
    return f.SchoolFactory()


@pytest.fixture
def lead(school):
    return f.MembershipFactory(organisation=school, role=Role.CPD_LEAD).person


@pytest.fixture
def client(lead) -> Client:
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(school, year: int = 2026) -> str:
    return f"{reverse('schools:calendar', args=[school.ref])}?year={year}"


def post(client, school, **changes):
    seen = actions.seal(actions.entries_of(school, 2026))
    return client.post(url(school), {"seen": seen} | YEAR | changes)


def test_a_year_is_saved_and_shown_again(client, school) -> None:
    assert post(client, school).status_code == 302
    assert post(client, school).status_code == 302

    kinds = sorted(TermDate.objects.values_list("kind", flat=True))
    assert kinds == ["closure", "half_term", "inset", "inset", "term", "term", "term"]
    inset = TermDate.objects.filter(kind=Kind.INSET).order_by("starts_on").first()
    assert (inset.starts_on, inset.ends_on) == (D("2026-09-01"), D("2026-09-01"))
    page = client.get(url(school)).content.decode()
    assert 'value="2027-07-21"' in page
    assert "Nothing is typed in" in client.get(url(school, 2027)).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"term_0_last": "2026-08-20"}, "The last day must not be before the first."),
        ({"term_1_first": "2026-12-18"}, "Two terms overlap"),
        ({"half_term_0_first": "2026-12-28", "half_term_0_last": "2026-12-30"}, "lies in none"),
        ({"term_2_last": ""}, "Fill in this day too."),
        ({"inset_1_first": "2028-01-05"}, "This day is not in 2026/27."),
        ({"inset_1_first": "2026-09-01"}, "This day is here twice"),
        ({"closure_0_first": "soon"}, "Enter a valid date."),
    ],
)
def test_errors_keep_what_was_typed_and_write_nothing(client, school, changes, words) -> None:
    response = post(client, school, **changes)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "<title>Error: Term dates" in page
    assert 'value="2027-04-12"' in page
    assert TermDate.objects.count() == 0


def test_two_people_at_once_lose_nothing(client, school) -> None:
    seen = actions.seal(actions.entries_of(school, 2026))
    post(client, school)

    late = {"seen": seen} | YEAR | {"closure_0_first": "2026-11-25"}
    refused = client.post(url(school), late)

    assert refused.status_code == 422
    assert "Somebody else saved this year" in refused.content.decode()
    assert 'value="2026-11-25"' in refused.content.decode()
    assert TermDate.objects.get(kind=Kind.CLOSURE).starts_on == D("2026-11-24")
    again = refused.context["form"].data
    assert client.post(url(school), again.dict()).status_code == 302
    assert TermDate.objects.get(kind=Kind.CLOSURE).starts_on == D("2026-11-25")


def test_other_years_stay(client, school) -> None:
    other = TermDate.objects.create(
        organisation=school, kind=Kind.TERM, starts_on=D("2025-09-02"), ends_on=D("2025-12-19")
    )

    post(client, school)

    assert TermDate.objects.filter(pk=other.pk).exists()


def test_a_teacher_sees_why_not(school) -> None:
    teacher = f.MembershipFactory(organisation=school).person
    client = Client()
    client.force_login(teacher, backend="django.contrib.auth.backends.ModelBackend")

    response = client.get(url(school))

    assert response.status_code == 403
    assert "Only the CPD lead and the head" in response.content.decode()
