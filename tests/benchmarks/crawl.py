"""Which pages there are: for each role, one example of every view that links lead to."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

HREF = re.compile(r'<a\b[^>]*?href="([^"]+)"')
ROW = re.compile(r"<tr|<li")
SKIPPED = ("/admin", "/accounts", "/static")
MOST_PAGES = 80


@dataclass(frozen=True, slots=True)
class Page:
    role: str
    view: str
    path: str
    queries: int
    repeated: int
    size: int
    rows: int


def client_for(username: str) -> Client:
    from apps.accounts.models import Person

    client = Client(headers={"x-forwarded-proto": "https", "host": "127.0.0.1"})
    person = Person.objects.get(username=username)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pages_of(
    role: str, client: Client, *, warm: bool = True, refused: list[str] | None = None
) -> list[Page]:
    """From home along links, breadth first, one page a view.

    ``warm``: each is asked for once before it is counted. ``refused`` gets the addresses of links
    that lead to a refusal or to nothing.
    """
    waiting, seen, found = deque(["/"]), set(), []
    while waiting and len(found) < MOST_PAGES:
        path = waiting.popleft()
        view = view_of(path)
        if view is None or view in seen:
            continue
        if warm:
            client.get(path).close()  # what is cached for good is cached now
        page, body, status = _visit(role, view, path, client)
        if status >= 400 and refused is not None:
            refused.append(f"{status} {path}")
        if status == 200:
            seen.add(view)
        if page is not None:
            found.append(page)
            waiting.extend(_links(body, path))
    return found


def results_page(role: str, client: Client) -> list[Page]:
    """The results of the audit of all schools together."""
    from apps.audits.models import Audit
    from apps.home.scale.across import TITLE

    audit = Audit.objects.filter(title=TITLE).first()
    if audit is None:
        return []
    path = f"/needs/audits/{audit.public_id}/"
    page, _body, _status = _visit(role, "audits:detail, all schools", path, client)
    return [page] if page is not None else []


def view_of(path: str) -> str | None:
    bare = urlsplit(path).path
    if bare.startswith(SKIPPED):
        return None
    try:
        return resolve(bare).view_name
    except Resolver404:
        return None


def _visit(role: str, view: str, path: str, client: Client) -> tuple[Page | None, str, int]:
    """The page, its body and its status; no page of what is a file or refused."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        response.close()
        return None, "", response.status_code
    counts = Counter(query["sql"] for query in captured if _counts(query["sql"]))
    body = response.content.decode()
    page = Page(
        role,
        view,
        path,
        sum(counts.values()),
        sum(n - 1 for n in counts.values()),
        len(response.content),
        len(ROW.findall(body)),
    )
    return page, body, response.status_code


def _counts(sql: str) -> bool:
    return not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))


def _links(body: str, path: str) -> list[str]:
    links = (urldefrag(urljoin(path, href)).url for href in HREF.findall(body))
    return [link.replace("&amp;", "&") for link in links if link.startswith("/")]
