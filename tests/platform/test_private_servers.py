"""Each run, and each of its parallel workers, has a database and a broker of its own."""

import os

import pytest
from django.conf import settings
from django.db import connection
from redis import Redis


@pytest.mark.django_db
def test_the_slot_decides_both() -> None:
    slot = os.environ["TEST_SLOT"]

    assert connection.settings_dict["NAME"] == f"cpdhub_test_{slot}"
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    with Redis.from_url(settings.REDIS_URL) as client:
        assert client.connection_pool.connection_kwargs["db"] == int(slot)


def test_nothing_else_can_be_reached() -> None:
    import socket

    with socket.socket() as stranger, pytest.raises(Exception, match=r"192\.0\.2\.1"):
        stranger.connect(("192.0.2.1", 80))
