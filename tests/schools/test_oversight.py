"""Who judged whom, and until when: kept by a trigger, however a membership is written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.schools.enums import Tie
from apps.schools.models import Membership, Oversight
from apps.schools.staff import applying
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def judge():
    return f.PersonFactory()


@pytest.fixture
def held(judge) -> Membership:
    return f.MembershipFactory(line_manager=judge)


def ties(judge, moment) -> int:
    return Oversight.objects.filter(judge=judge).since(moment).count()


@pytest.mark.parametrize("tie", Tie.values)
def test_every_tie_is_noted_by_every_way_of_writing(judge, tie: str) -> None:
    rows = [f.MembershipFactory.build(person=f.PersonFactory(), organisation=f.SchoolFactory())]
    setattr(rows[0], tie, judge)
    Membership.objects.bulk_create(rows)
    saved, updated, changed = (f.MembershipFactory() for _ in range(3))
    setattr(saved, tie, judge)
    saved.save(update_fields=[tie])
    Membership.objects.filter(pk=updated.pk).update(**{tie: judge})
    setattr(changed, tie, judge)
    Membership.objects.bulk_update([changed], [tie])

    noted = Oversight.objects.filter(judge=judge, tie=tie, until=None)
    people = {row.person_id for row in (rows[0], saved, updated, changed)}
    assert set(noted.values_list("person_id", flat=True)) == people


def test_a_tie_taken_away_and_put_back_was_there_all_the_time_it_was(judge, held) -> None:
    before = clock.now()
    Membership.objects.filter(pk=held.pk).update(line_manager=None)
    after = clock.now()
    assert (ties(judge, before), ties(judge, after)) == (1, 0)
    Membership.objects.filter(pk=held.pk).update(line_manager=judge)
    assert ties(judge, after) == 1


def test_another_judge_ends_the_tie_of_the_first(judge, held) -> None:
    applying.update(held, {"line_manager_id": f.PersonFactory().pk})
    assert ties(judge, clock.now()) == 0


def test_saving_the_same_again_notes_nothing(judge, held) -> None:
    for _ in range(2):
        held.save()
    assert Oversight.objects.filter(judge=judge).count() == 1


def test_a_tie_ends_with_the_post_and_not_before_it_was_said(judge, held) -> None:
    applying.end(held, clock.today() + timedelta(days=10), by=None)
    assert ties(judge, clock.now() + timedelta(days=9)) == 1
    assert ties(judge, clock.now() + timedelta(days=12)) == 0

    before = clock.now()
    applying.end(held, clock.today() - timedelta(days=50), by=None)
    assert ties(judge, before) == 1
    assert ties(judge, clock.now()) == 0


def test_another_role_keeps_the_tie(judge, held) -> None:
    before = clock.now()
    fresh = applying.update(held, {"role": "support"})
    assert fresh.pk != held.pk
    assert ties(judge, before) == 2
    assert ties(judge, clock.now()) == 1
