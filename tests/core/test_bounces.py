"""Addresses that do not work: refused at once, or reported by another server later."""

from __future__ import annotations

import mailbox
import smtplib
from email.message import EmailMessage
from io import StringIO

import pytest
from django.core.management import call_command

from apps.core import bounces
from apps.core.models import AuditEvent
from tests import factories as f

REPORT = """From: MAILER-DAEMON@mail.example
To: noreply@cpdhub.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message. canary-quoted
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; Gone@School.Example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user canary-diagnosis

--b
Content-Type: message/rfc822

Subject: canary-subject

canary-text
--b--
"""


def report(action: str = "failed", status: str = "5.1.1") -> bytes:
    return REPORT.format(action=action, status=status).encode()


def test_only_what_failed_for_good_counts() -> None:
    assert bounces.reported(report()) == ["gone@school.example"]
    assert bounces.reported(report("delayed", "4.4.1")) == []
    assert bounces.reported(report("failed", "4.2.2")) == []
    plain = EmailMessage()
    plain.set_content("Final-Recipient: rfc822; x@school.example\nAction: failed\nStatus: 5.1.1")
    assert bounces.reported(plain.as_bytes()) == []
    assert bounces.reported(b"\xff\x00 nonsense") == []


@pytest.mark.parametrize(
    ("codes", "is_one"), [((550,), True), ((450,), False), ((550, 450), False)]
)
def test_refused_at_once_for_good(codes, is_one) -> None:
    refused = {f"{n}@school.example": (code, b"no") for n, code in enumerate(codes)}
    assert bounces.is_refusal(smtplib.SMTPRecipientsRefused(refused)) is is_one
    assert not bounces.is_refusal(smtplib.SMTPDataError(554, b"spam"))


@pytest.mark.django_db(transaction=True)  # as where a command or a sender runs: in none
def test_a_mailbox_of_reports_is_read_twice_and_flags_once(tmp_path) -> None:
    person = f.PersonFactory(email="gone@school.example")
    other = f.PersonFactory()
    box = mailbox.mbox(tmp_path / "box")
    for data in (report(), report(), report("delayed", "4.4.1")):
        box.add(data)
    box.flush()
    box.close()

    said = []
    for _time in range(2):
        out = StringIO()
        call_command("read_bounces", str(tmp_path / "box"), stdout=out)
        said.append(out.getvalue().strip())

    assert said == [
        "messages: 3, addresses: 1, newly flagged: 1",
        "messages: 3, addresses: 1, newly flagged: 0",
    ]
    person.refresh_from_db()
    assert person.mail_bounces and not other.mail_bounces
    assert "canary" not in str(list(AuditEvent.objects.values()))
    person.email = "new@school.example"
    person.save()
    assert not person.mail_bounces
