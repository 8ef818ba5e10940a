from __future__ import annotations

import pytest

from tests.activities.triads import Stage, build


@pytest.fixture
def stage(db: None) -> Stage:
    """Three teachers of two schools, their leads, an alliance with a signed agreement."""
    return build()
