"""Success criteria: ready-made ones, how strong their evidence is, and their weights."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.activities import engine
from apps.activities.engine import Blocked, Situation, checks, weights
from apps.activities.engine.weights import Shares
from apps.activities.enums import OutcomeLevel, Source
from apps.activities.kinds import kind_of
from apps.core import clock
from apps.schools.models import Signature
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


rows = st.builds(SimpleNamespace, level=st.sampled_from(OutcomeLevel), weight=st.integers(1, 100))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=8), st.integers(0, 100))
def test_fitted_weights_are_those_agreed_and_keep_their_order(found, pupil) -> None:
    wanted = Shares(pupil, 100 - pupil)
    fitted = weights.fitted(found, wanted)
    if fitted is None:
        sides = [row.level == OutcomeLevel.PUPIL for row in found]
        assert any(
            bool(sides.count(side)) != bool(share) or sides.count(side) > share
            for side, share in ((True, wanted.pupil), (False, wanted.other))
        )
        return
    new = [SimpleNamespace(level=r.level, weight=w) for r, w in zip(found, fitted, strict=True)]
    assert weights.shares_of(new) == wanted
    assert all(row.weight >= 1 for row in new)
    for one, new_one in zip(found, new, strict=True):
        for two, new_two in zip(found, new, strict=True):
            same_side = (one.level == "pupil") == (two.level == "pupil")
            if same_side and one.weight > two.weight:
                assert new_one.weight >= new_two.weight
    assert weights.fitted(new, wanted) == fitted


def test_weights_are_held_against_the_signed_agreement(stage: Stage) -> None:
    activity = stage.planned()
    stage.criterion(activity, weight=50)
    staff = {"level": OutcomeLevel.STAFF, "guskey": 4, "indicator": "In use", "weight": 30}
    stage.criterion(activity, **staff)
    stage.criterion(activity, **staff | {"level": OutcomeLevel.ORGANISATION, "weight": 20})
    client = signed_in(stage.lead)
    url = reverse("activities:criteria", args=[activity.public_id])

    page = client.get(url).content.decode()
    assert "gives pupils 60 of 100 and staff and school 40" in page
    assert any("60 of 100" in c.text for c in checks.cautions(Situation.of(activity)))
    assert client.post(f"{url}weights/").status_code == 302

    assert sorted(c.weight for c in activity.criteria.all()) == [16, 24, 60]
    assert "As the agreement of" in client.get(url).content.decode()
    assert not any("60 of 100" in c.text for c in checks.cautions(Situation.of(activity)))


def test_one_side_alone_cannot_be_fitted_and_says_what_is_lacking(stage: Stage) -> None:
    activity = stage.planned()
    stage.criterion(activity)

    agreement = weights.agreement_of(activity)
    assert "none about staff" in weights.differs(list(activity.criteria.all()), agreement)
    with pytest.raises(Blocked, match="cannot be fitted"):
        weights.fit_weights(activity, by=stage.lead)
    # It is a warning: an agreement that gives both sides weight does not stop an activity.
    assert not checks.criteria_missing(Situation.of(activity))


def test_without_a_signature_of_its_school_no_agreement_weighs(stage: Stage) -> None:
    activity = stage.ready()
    Signature.objects.filter(organisation=stage.partner).update(withdrawn_at=clock.now())
    assert weights.agreement_of(activity) is not None
    Signature.objects.filter(organisation=stage.school).update(withdrawn_at=clock.now())
    assert weights.agreement_of(activity) is None
    with pytest.raises(Blocked, match="No signed agreement"):
        weights.fit_weights(activity, by=stage.lead)


def test_weights_are_fitted_before_the_start_only(stage: Stage) -> None:
    with pytest.raises(Blocked, match="agreed before the start"):
        weights.fit_weights(stage.active(), by=stage.lead)


def test_what_is_light_fills_in_its_own_criteria(stage: Stage) -> None:
    light = engine.start(
        by=stage.ann, kind="short_observation", title="Wait", organisation=stage.school,
        alliance=stage.alliance,
    )  # fmt: skip
    assert weights.agreement_of(light) is None
