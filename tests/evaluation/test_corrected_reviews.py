"""A closed review is corrected by another one; what it said stays to be read."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.core.permissions import Refused
from apps.evaluation.periods import half_terms
from apps.evaluation.process import actions
from apps.evaluation.process.models import Review
from tests.support.clients import signed_in
from tests.world import make_world

pytestmark = pytest.mark.django_db
WORDS = {"communication": "Slow", "worked": "Visits", "not_worked": "Cover on Mondays"}


def test_a_correction_supersedes_and_overwrites_nothing() -> None:
    world = make_world()
    half = half_terms(clock.today())[0]
    closed = actions.close_review(
        by=world.coordinator, alliance=world.own.alliance, half=half, client_key=uuid4(), **WORDS
    )
    right = WORDS | {"correction": "Another day", "not_worked": "Cover on Fridays"}
    coordinator, url = signed_in(world.coordinator), f"/reviews/{closed.public_id}/correct/"
    assert "Cover on Mondays" in coordinator.get(url).content.decode()
    assert coordinator.post(url, right | {"correction": ""}).status_code == 422
    key = uuid4()
    for _again in range(2):
        assert coordinator.post(url, right | {"client_key": key}).status_code == 302
    stored = Review.objects.get(pk=closed.pk)
    (newer,) = Review.objects.current()
    assert (newer.corrects, newer.correction, newer.not_worked) == (
        stored, "Another day", "Cover on Fridays",
    )  # fmt: skip
    assert (stored.not_worked, stored.figures) == ("Cover on Mondays", closed.figures)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=closed.pk).update(worked="Nothing")
    with pytest.raises(Refused, match="corrected already"):
        actions.correct_review(by=world.coordinator, review=closed, client_key=uuid4(), **right)

    page = signed_in(world.head).get(f"/alliances/{world.own.alliance.public_id}/partnership/")
    text = page.content.decode()
    assert page.context["review"] == newer
    assert text.index("Cover on Fridays") < text.index("What it said before")
    assert text.index("What it said before") < text.index("Cover on Mondays")
    assert "Correct this review" not in text
