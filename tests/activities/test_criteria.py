"""Success criteria: ready-made ones, how strong their evidence is, and their weights."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.activities.enums import Source
from apps.activities.kinds import kind_of
from tests.activities.triads import Stage
from tests.support.clients import signed_in


@pytest.mark.parametrize("slug", ["pupil_outcome", "hosts_learnt"])
def test_one_press_fills_in_a_ready_made_indicator(stage: Stage, slug: str) -> None:
    activity = stage.draft()
    client = signed_in(stage.lead)
    usual = next(u for u in kind_of("triad").criteria if u.slug == slug)
    url = reverse("activities:criteria", args=[activity.public_id])
    assert str(usual.source.why) in client.get(url).content.decode()

    filled = client.post(f"{url}usual/", {"usual": slug}).context["form"].initial
    # What it leaves open is the planner's: where we start, and where we want to be.
    given = {name: str(value) for name, value in filled.items() if name != "target_on"}
    answer = client.post(url, {**given, "weight": 60, "target": 9})

    assert answer.status_code == 302
    made = activity.criteria.get()
    assert (made.indicator, made.measure) == (str(usual.indicator), str(usual.measure))
    assert (made.level, made.guskey, made.evidence) == (usual.level, usual.guskey, usual.source)
    assert str(usual.source.strength.label) in client.get(url).content.decode()


def test_ones_own_criterion_need_not_say_where_its_figures_come_from(stage: Stage) -> None:
    activity = stage.draft()
    stage.criterion(activity)

    page = signed_in(stage.lead).get(reverse("activities:criteria", args=[activity.public_id]))

    assert activity.criteria.get().evidence is None
    assert str(Source.REACTION.strength.label) in page.content.decode()  # said where one chooses
