"""The suite's private PostgreSQL and Valkey, and a database of its own for each run.

They lie in var/tests and run, like the laptop's, for as long as somebody uses them. A run (and
each of its parallel workers) takes the first free slot, a locked file: slot 3 has the database
cpdhub_test_3, made as a copy of a migrated template, and Valkey's database 3.
TEST_DATABASE_URL and TEST_REDIS_URL point at other servers.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from cpdhub import embedded
from cpdhub.servers import FAST_AND_LOSSY

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var" / "tests"
SLOTS = 16
ADVISORY_LOCK = 20_261_122
OF_THE_SCHEMA = {"django_migrations", "django_content_type", "auth_permission"}
_slot: list[IO[str]] = []


def prepare_environment() -> None:
    """Point the settings at the private servers; must run before they are imported."""
    urls = {name: os.environ.get(f"TEST_{name}_URL", "") for name in ("DATABASE", "REDIS")}
    if not all(urls.values()):
        own = embedded.attach(VAR, options=FAST_AND_LOSSY)
        urls["DATABASE"] = urls["DATABASE"] or own.database
        urls["REDIS"] = urls["REDIS"] or own.redis
    slot = take_slot()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="cpdhub.settings",
        DEBUG="on",
        REQUIRE_MFA="off",
        SECRET_KEY="a-key-for-the-tests-alone-which-guards-nothing-at-all",
        BASE_URL="http://testserver",
        ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
        CSRF_TRUSTED_ORIGINS="http://testserver",
        DEMO_PASSWORD="staffroom-noticeboard",
        EMAIL_URL="memorymail://",
        DATABASE_URL=urls["DATABASE"],
        REDIS_URL=with_redis_database(urls["REDIS"], slot),
        TEST_SLOT=str(slot),
    )


def take_slot() -> int:
    folder = VAR / "run"
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(SLOTS):
        try:
            _slot.append(
                embedded.locked(folder / f"slot-{slot}.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
            )
        except BlockingIOError:
            continue
        return slot
    raise RuntimeError(f"{SLOTS} test runs are going on already")


def with_redis_database(url: str, slot: int) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url}?db={slot}"
    return urlunsplit(parts._replace(path=f"/{slot}"))


def database_url(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@contextmanager
def fresh_database(settings: dict[str, Any], migrate: Any) -> Iterator[str]:
    """The name of a fresh copy of the migrated template; ``migrate(name)`` fills a new template."""
    name = f"cpdhub_test_{os.environ['TEST_SLOT']}"
    server = connect(settings)
    with server.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            template = ensure_template(cursor, migrate)
            drop(cursor, name)
            copy(cursor, name, template)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    yield name
    with server.cursor() as cursor:
        drop(cursor, name)
    server.close()


def connect(settings: dict[str, Any]) -> Any:
    server = psycopg2.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname="postgres",
    )
    server.autocommit = True
    return server


def ensure_template(cursor: Any, migrate: Any) -> str:
    name = f"cpdhub_template_{fingerprint()}"
    cursor.execute("select datname from pg_database where datname like 'cpdhub_template_%'")
    existing = {row[0] for row in cursor}
    if name not in existing:
        for old in existing:
            drop(cursor, old)
        draft = f"{name}_draft"
        drop(cursor, draft)
        copy(cursor, draft, "template1")
        migrate(draft)
        cursor.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(draft), sql.Identifier(name)
            )
        )
    return name


def drop(cursor: Any, name: str) -> None:
    cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def copy(cursor: Any, name: str, template: str) -> None:
    cursor.execute(
        sql.SQL("create database {} template {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def empty() -> None:
    """Delete all rows of the default database but those that belong to the schema.

    What our apps load after migrating is loaded again.
    """
    from django.db import connection

    from apps.audits.taxonomy import load_after_migrate

    tables = sorted(set(connection.introspection.table_names()) - OF_THE_SCHEMA)
    asked = sql.SQL(" union all ").join(
        sql.SQL("select {} where exists (select from {})").format(
            sql.Literal(table), sql.Identifier(table)
        )
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [sql.Identifier(table) for (table,) in cursor.fetchall()]
        if not filled:
            return
        # Neither foreign keys nor the triggers of append-only tables stand in the way.
        cursor.execute("set session_replication_role = replica")
        for table in filled:
            cursor.execute(sql.SQL("delete from {}").format(table))
        cursor.execute("set session_replication_role = origin")
        # Or rows to come would fill the gaps, and lie in another order than they were written.
        cursor.execute(sql.SQL("vacuum {}").format(sql.SQL(", ").join(filled)))
    load_after_migrate()


def fingerprint() -> str:
    """Changes with every migration and with the libraries that bring their own."""
    files = [ROOT / "requirements.txt", *sorted(ROOT.glob("apps/*/migrations/*.py"))]
    found = sha256()
    for file in files:
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()[:16]
