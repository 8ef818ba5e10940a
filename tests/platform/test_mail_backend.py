from email import message_from_bytes
from pathlib import Path

from django.core.mail import EmailMultiAlternatives, get_connection


def test_each_message_becomes_a_file(tmp_path: Path, settings) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    letters = [
        EmailMultiAlternatives(f"Réunion {n}", "Hello", "hub@example.org", ["a@example.org"])
        for n in range(3)
    ]

    sent = get_connection("cpdhub.mail_backend.EmlBackend").send_messages(letters)

    files = sorted((tmp_path / "mail").iterdir())
    assert sent == len(files) == 3
    assert {file.suffix for file in files} == {".eml"}
    assert message_from_bytes(files[0].read_bytes())["To"] == "a@example.org"
