"""Accounts with a known password are never made by accident where DEBUG is off."""

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Person

pytestmark = pytest.mark.django_db


def test_scale_data_is_refused_with_debug_off(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        call_command("load_scale", schools=1, staff=10, activities=1)
    assert not Person.objects.exists()
