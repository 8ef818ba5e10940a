from __future__ import annotations

from typing import Any

import pytest

from apps.activities.kinds.work_shadowing.models import Application, Offer
from tests.activities.shadowing import Cast, cast


@pytest.fixture
def the(db: None) -> Cast:
    found = cast()
    for school, east in ((found.stage.school, 400_000), (found.stage.partner, 408_047)):
        school.easting, school.northing, school.pupils = east, 150_000, 400
        school.save()
    return found


@pytest.fixture
def crossed(the: Cast) -> tuple[Any, dict[str, Application], dict[str, Offer]]:
    """Ann could go to Cy or Dee; Bob to Cy alone: looked at together, both are placed."""
    row = the.round()
    ann = the.application(row, the.stage.ann, foci=["behaviour", "inclusion"])
    bob = the.application(row, the.stage.bob, foci=["behaviour"])
    cy = the.offer(row, the.stage.cy, foci=["behaviour"])
    dee = the.offer(row, the.stage.dee, foci=["inclusion"])
    return row, {"ann": ann, "bob": bob}, {"cy": cy, "dee": dee}
