"""The folder in which a laptop keeps its mails (cpdhub.mail_backend), one .eml file each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    subject: str
    to: str
    sent: datetime | None
    text: str
    html: str
    headers: list[tuple[str, str]]
    attachments: list[str]


def names() -> list[str]:
    """The files' names, newest first; a name begins with its time."""
    folder = Path(settings.EMAIL_FILE_PATH)
    return sorted((file.stem for file in folder.glob("[!.]*.eml")), reverse=True)


def read(name: str) -> Kept:
    """``name`` must be one of `names`."""
    content = (Path(settings.EMAIL_FILE_PATH) / f"{name}.eml").read_bytes()
    message = message_from_bytes(content, policy=policy.default)
    return Kept(
        name=name,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        sent=parsedate_to_datetime(message["Date"]) if message["Date"] else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=[(key, str(value)) for key, value in message.items()],
        attachments=[part.get_filename() or "" for part in message.iter_attachments()],
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
