"""A comparison group, from its file to the page of the verdict: sums are kept, rows never."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.evaluation.comparisons.actions import compare
from apps.evaluation.comparisons.effect import Group
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.comparisons.words import Line
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


def looked_at(client, criterion, **changed) -> str:
    """What the button then sends."""
    page = client.post(f"/criteria/{criterion.public_id}/compare/", sent(**changed))
    return re.search(r'name="confirm" value="([^"]+)"', page.content.decode()).group(1)


def keep(world, **changed) -> str:
    """The page after the file was looked at and kept."""
    client, url = signed_in(world.lead), f"/criteria/{world.own.criterion.public_id}/compare/"
    token = looked_at(client, world.own.criterion, **changed)
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


def test_a_newer_comparison_replaces_the_one_before(world) -> None:
    keep(world, who_else="Oak", size=20)
    page = keep(world, who_else="Elm", size=14)

    assert Comparison.objects.count() == 2
    assert "Elm" in page
    assert "Oak" not in page
    assert "It replaces an earlier comparison" in page


@pytest.mark.parametrize("size", [11, 12, 13, 16])
def test_what_would_tell_of_few_beside_the_one_before_is_refused(world, size) -> None:
    keep(world)
    url = f"/criteria/{world.own.criterion.public_id}/compare/"
    answer = signed_in(world.lead).post(url, sent(size=size, gain=5))

    assert answer.status_code == 422
    assert "the same but for fewer than five" in answer.content.decode()
    old = Comparison.objects.get()
    with pytest.raises(Refused, match="fewer than five"):
        compare(
            by=world.lead,
            criterion=old.criterion,
            client_key=uuid4(),
            ours=replace(old.ours, n=size, before=3),
            theirs=old.theirs,
            who_else="Oak",
            chosen="there",
            before_on=old.before_on,
            after_on=old.after_on,
        )
    earlier = (clock.today() - timedelta(days=91)).isoformat()
    assert "Saved" in keep(world, size=size, before_on=earlier)
    assert Comparison.objects.count() == 2


def test_other_words_about_the_same_groups_are_kept(world) -> None:
    keep(world)
    assert "drawn by lot" not in keep(world, chosen="lot")


def test_means_are_said_to_three_figures_and_few_are_not_counted() -> None:
    group = Group(n=12, missing=3, before=123.456, before_sd=1, after=0.123456, gain_sd=1)
    line = Line("Ours", group)

    assert (line.before, line.after, line.gain) == ("123", "0.123", "−123")
    assert line.once == "fewer than five"
    assert Line("Ours", replace(group, missing=0, before=12345)).once == "0"
    assert Line("Ours", replace(group, before=12345)).before == "12300"
