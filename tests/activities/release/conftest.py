from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from apps.core.clock import frozen
from apps.schools.calendars import LONDON
from apps.schools.enums import Role
from tests import factories as f
from tests.activities.triads import Stage, build

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=LONDON)


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    """The usual two schools, with a head each, on a Tuesday morning."""
    with frozen(TUESDAY):
        made = build()
        for name, school in (("head", made.school), ("other_head", made.partner)):
            made.extra[name] = f.PersonFactory(given_name=name.title().replace("_", ""))
            f.MembershipFactory(person=made.extra[name], organisation=school, role=Role.HEAD)
        yield made
