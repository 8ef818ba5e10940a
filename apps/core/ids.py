"""Random public identifiers: what stands in URLs instead of primary keys."""

import secrets
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings

# No vowels (no words by accident), no 0/o, 1/l/i (read aloud, copied from paper).
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 12  # 27^12, about 57 bits


def public_id() -> str:
    """Return a new random identifier of LENGTH characters of ALPHABET."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def key_in(text: str) -> int | None:
    """The primary key that somebody sent; None where it is none ("²" is a digit, too)."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def spoken_code(groups: int = 3, size: int = 4) -> str:
    """Return a code for paper, such as ``k4mz-29dw-xv7q`` (57 bits by default)."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(size)) for _ in range(groups))


def message_id() -> str:
    """A fresh Message-ID of this site."""
    return make_msgid(domain=urlsplit(settings.BASE_URL).hostname)
