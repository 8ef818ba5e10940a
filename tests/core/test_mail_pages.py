"""The operator's mail page and the laptop's letter box."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from apps.core import outbox
from apps.core.models import AuditEvent, MailState, OutboundEmail
from cpdhub.mail_backend import EmlBackend
from tests import factories as f
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return signed_in(f.PersonFactory(is_staff=True))


def failed(key: str) -> OutboundEmail:
    row = outbox.queue("tests.plain", key=key, address=f"{key}@school.example", subject="canary")
    OutboundEmail.objects.filter(pk=row.pk).update(
        state=MailState.FAILED, last_error="SMTPRecipientsRefused 550", attempts=1
    )
    return row


def test_counts_and_failures_and_never_contents(operator) -> None:
    failed("a")
    outbox.queue("tests.plain", key="q", address="q@school.example")

    page = operator.get(reverse("core:outbox")).content.decode()

    assert "SMTPRecipientsRefused 550" in page
    assert "a@school.example" in page
    assert "canary" not in page
    assert "has waited since" in page
    assert "tried before" not in page
    OutboundEmail.objects.filter(key="q").update(attempts=2, last_error="SMTPDataError 451")
    assert "1 of them tried before" in operator.get(reverse("core:outbox")).content.decode()


def test_retry_one_and_all(operator) -> None:
    rows = [failed(key) for key in "abc"]

    operator.post(reverse("core:retry_mail", args=[rows[0].pk]))
    assert OutboundEmail.objects.filter(state=MailState.QUEUED).count() == 1
    assert AuditEvent.objects.filter(action="core.mail_retried").count() == 1
    operator.post(reverse("core:retry_all_mail"))
    assert OutboundEmail.objects.filter(state=MailState.QUEUED).count() == 3
    assert operator.post(reverse("core:retry_mail", args=[0])).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_few_queries(operator, rows, django_assert_max_num_queries) -> None:
    for n in range(rows):
        failed(str(n))

    with django_assert_max_num_queries(12) as asked:
        operator.get(reverse("core:outbox"))
    statements = [query["sql"] for query in asked]
    assert len(set(statements)) == len(statements)


def test_the_letter_box(settings, tmp_path: Path) -> None:
    settings.DEBUG, settings.EMAIL_FILE_PATH = True, tmp_path
    message = EmailMultiAlternatives(
        "Grüße & more", "Go to http://testserver/do/", "a@x.example", ["b@x.example"]
    )
    message.attach_alternative("<p>Go <script>1</script></p>", "text/html")
    EmlBackend().send_messages([message])
    (name,) = [file.stem for file in tmp_path.glob("*.eml")]
    client = Client()

    listed = client.get(reverse("core:mail")).content.decode()
    page = client.get(reverse("core:mail_message", args=[name])).content.decode()
    sealed = client.get(reverse("core:mail_html", args=[name]))

    assert "Grüße &amp; more" in listed
    assert '<a href="http://testserver/do/"' in page
    assert sealed["Content-Security-Policy"].startswith("sandbox")
    assert "default-src 'none'" in sealed["Content-Security-Policy"]
    for gone in ("none", "..%2f..%2fmanage"):
        assert client.get(f"/mail/{gone}/").status_code == 404


def test_no_letter_box_without_debug(settings) -> None:
    settings.DEBUG = False

    assert signed_in(f.PersonFactory()).get(reverse("core:mail")).status_code == 404
