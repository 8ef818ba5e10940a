"""Faults that whoever uses the site notices: a database that restarts, a broker that is away."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connections

from tests.faults.background import AS_A_MAIL, GIVE_UP, running
from tests.faults.ledger import Ledger, Result
from tests.faults.stand import Stand, wait_until

ANSWER_SECONDS = 10
PASSWORD = "a-password-for-the-faults"


@dataclass
class Browser:
    """Signs in and sends forms, over real HTTP."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status (0 without an answer) and the body."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("POST" if form is not None else "GET", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer.status, text

    def sign_in(self, person: Any) -> int:
        self.ask("/accounts/login/")
        form = {"login": person.username, "password": PASSWORD}
        return self.ask("/accounts/login/", form)[0]


def somebody(tag: str) -> tuple[Any, Any]:
    """A teacher who can sign in, and their school."""
    from tests import factories as f

    person = f.PersonFactory(username=tag, email=f"{tag}@school.example")
    person.set_password(PASSWORD)
    person.save()
    school = f.SchoolFactory()
    f.MembershipFactory(person=person, organisation=school)
    return person, school


class Writer(threading.Thread):
    """Promises one thing after the other on the site, and remembers what was confirmed."""

    def __init__(self, browser: Browser, school: Any) -> None:
        super().__init__(daemon=True)
        self.browser, self.school = browser, school
        self.confirmed: list[str] = []
        self.refused = 0
        self._end = threading.Event()

    def run(self) -> None:
        from apps.core import clock

        day = clock.today().replace(day=1)
        due = day.replace(year=day.year + 1).isoformat()
        while not self._end.wait(0.05):
            key = str(uuid4())
            form = {
                "promise": "Something",
                "due": due,
                "organisation": self.school.ref,
                "client_key": key,
            }
            status, _body = self.browser.ask("/follow-ups/new/", form)
            if status == 302:
                self.confirmed.append(key)
            else:
                self.refused += 1

    def end(self) -> None:
        self._end.set()
        self.join(30)


def restart_database(stand: Stand, restarts: int, mails: int) -> Result:
    """PostgreSQL's immediate stop, while reminders go out and somebody writes."""
    result = Result(f"PostgreSQL immediate restart x {restarts}")
    ledger = Ledger(stand)
    ledger.wipe()
    person, school = somebody("postgres")
    stand.office.pause = AS_A_MAIL
    stand.run("web")
    browser = Browser(stand.port)
    waits = []
    try:
        wait_until(lambda: browser.ask("/healthz")[0] == 200, 60, "the site")
        result.expect(browser.sign_in(person) == 302, "sign-in failed")
        browser.ask("/follow-ups/new/")
        reader = Browser(stand.port, dict(browser.cookies))
        writer = Writer(browser, school)
        writer.start()
        with running(stand) as workers:
            wait_until(lambda: all(w.ready() for w in workers), 120, "starting")
            for restart in range(restarts):
                ledger.promise(mails // restarts, tag=f"p{restart}")
                _stop_at_once(stand)
                waits.append(wait_until(lambda: _answers(reader), GIVE_UP, "the site"))
                connections.close_all()  # ours went with it
                time.sleep(1)
            wait_until(ledger.settled, GIVE_UP, "the rest")
        writer.end()
    finally:
        stand.supervisor.forget("web")
    _nothing_half_written(writer, result)
    ledger.count(result)
    result.expect(max(waits) <= ANSWER_SECONDS, f"web answered after {max(waits):.1f} s")
    result.notes += [
        f"web answers again within {max(waits):.1f} s (at most {ANSWER_SECONDS})",
        f"{len(writer.confirmed)} promises confirmed meanwhile, {writer.refused} refused",
    ]
    return result


def _stop_at_once(stand: Stand) -> None:
    process = stand.postgres.process
    assert process is not None
    process.send_signal(signal.SIGQUIT)
    process.wait()


def _answers(reader: Browser) -> bool:
    """A page that reads the database."""
    return reader.ask("/follow-ups/")[0] == 200


def _nothing_half_written(writer: Writer, result: Result) -> None:
    """What was confirmed is there; what is there has its audit row, and no other has one."""
    from apps.core.models import AuditEvent
    from apps.followups.models import FollowUp

    written = FollowUp.objects.filter(rule="by_hand")
    keys = {str(key) for key in written.values_list("client_key", flat=True)}
    missing = set(writer.confirmed) - keys
    rows = sorted(written.values_list("pk", flat=True))
    audited = AuditEvent.objects.filter(action="followups.created").order_by("subject_id")
    result.expect(not missing, f"{len(missing)} confirmed promises are not there")
    result.expect(
        rows == list(audited.values_list("subject_id", flat=True)), "rows without their trail"
    )
    result.expect(len(writer.confirmed) > 0, "nothing was written meanwhile")
    written.delete()


def broker_away(stand: Stand, mails: int) -> Result:
    """Without Redis: pages, sign-in, a promise; what falls due goes out when it is back."""
    result = Result("Redis down")
    ledger = Ledger(stand)
    ledger.wipe()
    person, _school = somebody("redis")
    stand.run("web")
    browser = Browser(stand.port)
    try:
        wait_until(lambda: browser.ask("/healthz")[0] == 200, 60, "the site")
        with running(stand) as workers:
            wait_until(lambda: all(w.ready() for w in workers), 120, "starting")
            with stand.supervisor.switched_off("valkey"):
                assert stand.valkey.process is not None
                stand.valkey.process.kill()
                stand.valkey.process.wait()
                ledger.promise(mails, tag="a")
                slowest = _use_the_site(browser, person, result)
                time.sleep(3)
            wait_until(ledger.settled, GIVE_UP, "the rest")
    finally:
        stand.supervisor.forget("web")
    ledger.count(result)
    result.notes.append(f"slowest page without it {slowest:.1f} s")
    return result


def _use_the_site(browser: Browser, person: Any, result: Result) -> float:
    began = time.monotonic()
    result.expect(browser.sign_in(person) == 302, "sign-in failed")
    slowest = time.monotonic() - began
    for path in ("/", "/follow-ups/", "/notices/", "/follow-ups/new/"):
        began = time.monotonic()
        status, _body = browser.ask(path)
        result.expect(status == 200, f"{path} answered {status}")
        slowest = max(slowest, time.monotonic() - began)
    return slowest
