"""A comparison group, from its file to the page of the verdict: sums are kept, rows never."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from apps.core import clock
from apps.core.models import AuditEvent
from apps.evaluation.comparisons.models import Comparison
from tests.support.clients import signed_in
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def sent(gain: int = 4, size: int = 12, **changed):
    rows = [f"Zebedee{n},{group},{n},{n + more}" for group, more in (("ours", gain), ("control", 1))
            for n in range(size)]  # fmt: skip
    table = "\n".join(["Pupil,Group,Before,After", *rows]).encode()
    return {
        "client_key": str(uuid4()),
        "who_else": "Year 5 of Oak School",
        "chosen": "there",
        "before_on": (clock.today() - timedelta(days=90)).isoformat(),
        "after_on": clock.today().isoformat(),
        "file": SimpleUploadedFile("groups.csv", table),
        **changed,
    }


def keep(world, **changed) -> str:
    """The page after the file was looked at and kept."""
    client, url = signed_in(world.lead), f"/criteria/{world.own.criterion.public_id}/compare/"
    looked = client.post(url, sent(**changed)).content.decode()
    token = re.search(r'name="confirm" value="([^"]+)"', looked).group(1)
    for _again in range(2):
        page = client.post(url, {"confirm": token}, follow=True)
    return page.content.decode()


def test_it_is_looked_at_first_then_kept_once(world) -> None:
    page = keep(world)
    row = Comparison.objects.get()

    assert (row.ours.n, row.ours.gain, row.theirs.gain) == (12, 4, 1)
    assert "Those who took part did better by 3" in page
    assert "not drawn by lot" in page
    assert AuditEvent.objects.filter(action="comparison.entered").count() == 1


def test_only_sums_are_kept(world) -> None:
    keep(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(c)::text FROM evaluation_comparison c")
        stored = cursor.fetchone()[0]

    assert "Zebedee" not in stored
    assert not Comparison.objects.filter(criterion__activity__title__contains="Zebedee").exists()


def test_of_fewer_than_ten_only_the_numbers_are_said(world) -> None:
    page = keep(world, size=9)

    assert "fewer than ten, so no effect is worked out" in page
    assert "did better" not in page


def test_fewer_than_five_are_refused_and_nothing_is_kept(world) -> None:
    url = f"/criteria/{world.own.criterion.public_id}/compare/"
    page = signed_in(world.lead).post(url, sent(size=4))

    assert page.status_code == 422
    assert "fewer than 5" in page.content.decode()
    assert not Comparison.objects.exists()


def test_a_kept_comparison_is_never_changed(world) -> None:
    keep(world)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Comparison.objects.update(who_else="Others")
