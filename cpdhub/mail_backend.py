"""The laptop's letter box: one .eml file a message."""

from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmlBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stem = f"{timezone.now():%Y%m%dT%H%M%S.%f}-{token_hex(4)}"
            draft = folder / f".{stem}.draft"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(folder / f"{stem}.eml")
        return len(email_messages)
