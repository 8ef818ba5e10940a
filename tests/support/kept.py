"""A world that is dear to make, made once for a module and rolled back at its end.

    @pytest.fixture(scope="module")
    def made(django_db_setup, django_db_blocker):
        with for_the_module(django_db_blocker):
            yield tell()

    @pytest.fixture
    def story(made, db):
        return deepcopy(made)

What a test writes is rolled back by ``db``; the copy keeps what it sets on the objects from the
next test. Not for modules with ``django_db(transaction=True)``, which empties all tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def for_the_module(blocker: Any) -> Iterator[None]:
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
