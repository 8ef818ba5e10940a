import pytest
from django.urls import reverse

from apps.core import clock
from apps.core.permissions import Refused
from apps.schools import agreement_sections as sections
from apps.schools.actions import agreements as actions
from apps.schools.actions import alliances
from apps.schools.agreements import blocks_to_working_together, differences
from apps.schools.enums import AgreementState
from apps.schools.models import Agreement, Obstacle
from tests import factories as f
from tests.schools.partnership import Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def walton() -> Partnership:
    return Partnership()


@pytest.fixture
def as_(client):
    def enter(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def url(name: str, *args: object) -> str:
    return reverse(f"schools:{name}", args=args)


# Versions


def test_a_change_is_a_copy_that_everybody_signs_again(walton, as_) -> None:
    first = walton.out()
    walton.sign_all(first)
    Obstacle.objects.create(
        agreement=first,
        text="Cover",
        must_clear=True,
        cleared_at=clock.now(),
        cleared_by=walton.coordinator,
    )
    second = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    assert (second.number, second.costs) == (2, first.costs)
    assert second.goals.get().positions.count() == 2
    assert second.contributions.count() == 2
    assert second.obstacles.get().cleared_by == walton.coordinator
    assert second.evaluation_dates.count() == 1
    second.costs = "Each pays its own"
    second.save()
    actions.send_out(by=walton.coordinator, agreement=second)
    first.refresh_from_db()
    assert first.state == AgreementState.SUPERSEDED
    assert first.signatures.count() == 2, "what was signed stays signed"
    reasons = blocks_to_working_together(walton.alliance, walton.schools)
    assert len(reasons) == 2
    assert all("version 2" in reason for reason in reasons)
    page = as_(walton.heads[0]).get(url("agreement_version", second.public_id))
    assert [(c.label, c.before, c.after) for c in page.context["changes"]] == [
        ("Costs and who pays", "About costs", "Each pays its own")
    ]
    assert as_(walton.heads[0]).get(url("agreement_version", first.public_id)).status_code == 200


def test_a_replaced_version_is_signed_no_more(walton) -> None:
    first = walton.out()
    second = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    actions.send_out(by=walton.coordinator, agreement=second)
    with pytest.raises(Refused, match="not out"):
        actions.sign(
            by=walton.heads[0], agreement=first, organisation=walton.schools[0], name="Head A"
        )


def test_differences_name_rows_too(walton) -> None:
    first = walton.out()
    second = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    second.goals.update(text="Less talk")
    Obstacle.objects.create(agreement=second, text="Buses", must_clear=True)
    second.contributions.filter(organisation=walton.schools[0]).update(hours=80)
    parts = Agreement.objects.with_parts()
    changes = differences(parts.get(pk=first.pk), parts.get(pk=second.pk))
    assert {change.label for change in changes} == {
        "Goals and values",
        "Obstacles",
        "Ashley",
        "Bell Farm",
    }
    ashley = next(change for change in changes if change.label == "Ashley")
    assert "Hours a year: 100" in ashley.before
    assert "Hours a year: 80" in ashley.after


# What it blocks


def test_no_agreement_blocks(walton) -> None:
    (reason,) = blocks_to_working_together(walton.alliance, walton.schools)
    assert "no partnership agreement" in reason
    assert "Cora Cole" in reason


def test_reasons_name_the_school_and_who_can_act(walton) -> None:
    agreement = walton.out()
    outside = f.SchoolFactory(name="Claygate")
    actions.sign(
        by=walton.heads[0], agreement=agreement, organisation=walton.schools[0], name="Head A"
    )
    Obstacle.objects.create(agreement=agreement, text="Cover on Fridays", must_clear=True)
    Obstacle.objects.create(agreement=agreement, text="Rain", must_clear=False)
    reasons = blocks_to_working_together(walton.alliance, [*walton.schools, outside])
    assert reasons == [
        "Claygate has not joined Walton; its head can confirm that it joins.",
        "Bell Farm has not signed version 1 of the agreement; Head Bell Farm can sign.",
        "“Cover on Fridays” must be cleared first; Cora Cole can mark it as cleared.",
    ]


def test_only_the_schools_concerned_count(walton) -> None:
    agreement = walton.out()
    actions.sign(
        by=walton.heads[0], agreement=agreement, organisation=walton.schools[0], name="Head A"
    )
    assert blocks_to_working_together(walton.alliance, walton.schools[:1]) == []


def test_all_signed_and_cleared_blocks_nothing(walton, as_) -> None:
    agreement = walton.out()
    walton.sign_all(agreement)
    obstacle = Obstacle.objects.create(agreement=agreement, text="Cover", must_clear=True)
    client = as_(walton.coordinator)
    client.post(url("obstacle_clear", obstacle.public_id))
    assert blocks_to_working_together(walton.alliance, walton.schools) == []
    obstacle.refresh_from_db()
    assert obstacle.cleared_by == walton.coordinator
    client.post(url("obstacle_clear", obstacle.public_id), {"reopen": "1"})
    assert len(blocks_to_working_together(walton.alliance, walton.schools)) == 1


def test_a_school_that_left_blocks(walton) -> None:
    agreement = walton.out()
    walton.sign_all(agreement)
    member = walton.alliance.members.get(organisation=walton.schools[0])
    alliances.leave(by=walton.coordinator, member=member)
    (reason,) = blocks_to_working_together(walton.alliance, walton.schools)
    assert "Ashley has not joined" in reason


@pytest.mark.parametrize("schools", [2, 20])
def test_asking_costs_the_same_for_many_schools(
    walton, schools, django_assert_max_num_queries
) -> None:
    walton.out()
    many = [*walton.schools, *(f.SchoolFactory() for _n in range(schools))]
    with django_assert_max_num_queries(4):
        assert len(blocks_to_working_together(walton.alliance, many)) == schools + 2


def test_forms_stay_within_their_queries(walton, as_, django_assert_max_num_queries) -> None:
    draft = walton.complete_draft()
    client = as_(walton.coordinator)
    paths = [
        url("agreement", walton.alliance.public_id),
        url("agreement_check", draft.public_id),
        url("agreement_party", draft.public_id, walton.schools[0].ref),
        *(url("agreement_section", draft.public_id, part.slug) for part in sections.SECTIONS),
    ]
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(15) as seen:
            client.get(path)
        statements = [query["sql"] for query in seen.captured_queries]
        assert len(statements) == len(set(statements)), path
