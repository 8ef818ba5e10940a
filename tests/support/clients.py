"""A Django test client with somebody's session, and what a page costs."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def queries(person: Any, url: str) -> int:
    """How many queries the page asks ``person``'s way, none of them twice, when it is warm."""
    client = signed_in(person)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    statements = [query["sql"] for query in asked.captured_queries]
    repeated = {statement for statement in statements if statements.count(statement) > 1}
    assert not repeated, "\n".join(repeated)
    return len(statements)
