import pytest

from apps.activities.models import Record
from apps.audits.models import Audit
from tests.world import ROLES, make_world

pytestmark = pytest.mark.django_db


def test_world_stands_and_private_things_are_private() -> None:
    world = make_world()
    assert set(ROLES[1:]) <= set(world.people)
    readers = {
        role
        for role in ROLES[1:]
        if Record.objects.visible_to(world.people[role]).filter(pk=world.own.reflection.pk).exists()
    }
    assert readers == {"teacher"}


def test_visible_audits_follow_membership() -> None:
    world = make_world()
    seen = {
        role: set(Audit.objects.visible_to(world.people[role]).values_list("pk", flat=True))
        for role in ROLES[1:]
    }
    own, foreign = world.own.audit.pk, world.foreign.audit.pk
    assert own in seen["lead"] and own in seen["teacher"]
    assert foreign in seen["outsider"]
    assert not seen["outsider"] & seen["lead"]
    assert seen["operator"] == seen["governor"] == set()
