"""E-mails as data: one function per e-mail returns a Letter; one pair of templates renders all.

An app registers its letters in ``emails.py``::

    @letter("followups.due")
    def due(row: OutboundEmail) -> Letter | None: ...

Returning None means that the mail is no longer needed (the thing is done, the person has gone).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.models import OutboundEmail


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list in a letter, linked when it has a path; ``note`` stands below it."""

    text: str
    path: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """iCalendar data that a mail program acts on, and its METHOD (REQUEST, CANCEL)."""

    method: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One letter among those that reach somebody in one mail."""

    heading: str
    paragraphs: list[str]
    lines: list[Line]
    action: Line | None = None
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One clear action. Paths are absolute within the site, such as ``/follow-ups/``.

    ``reason`` says in the footer why the person gets this letter. ``unsubscribe_path`` makes the
    footer offer to stop this kind, and gives the mail its List-Unsubscribe headers.
    """

    to: str
    subject: str
    greeting: str
    paragraphs: list[str]
    lines: list[Line] = field(default_factory=list)
    action: Line | None = None
    closing: str = ""
    reason: str = ""
    unsubscribe_path: str = ""
    attachments: list[tuple[str, bytes, str]] = field(default_factory=list)
    calendar: CalendarPart | None = None
    parts: list[Part] = field(default_factory=list)


Renderer = Callable[[OutboundEmail], Letter | None]
_registry: dict[str, Renderer] = {}
_telling: set[str] = set()


def letter(template: str, *, tells: bool = False) -> Callable[[Renderer], Renderer]:
    """``tells``: that it was queued, or is no longer needed, tells of its reader what operators
    may not know, such as whether they have answered. They see such rows in counts, and failed
    ones without whose they are."""

    def register(render: Renderer) -> Renderer:
        if template in _registry:
            raise ValueError(f"two letters are called {template}")
        _registry[template] = render
        if tells:
            _telling.add(template)
        return render

    return register


def tells(template: str) -> bool:
    return template in _telling


def telling() -> list[str]:
    return sorted(_telling)


def registered() -> dict[str, Renderer]:
    return dict(_registry)


When = Callable[[OutboundEmail, datetime], datetime | None]
Gather = Callable[[OutboundEmail, list[tuple[OutboundEmail, Letter]]], Letter]
_hooks: dict[str, Any] = {}


def decides_when(when: When) -> When:
    """Register what says of a row with a ``kind``: the given moment (now), a later one, or None
    when its reader wants it no more. Whoever knows people's choices and days does so."""
    _hooks["when"] = when
    return when


def gathers(gather: Gather) -> Gather:
    """Register what makes one letter of several to the same person; the first row leads."""
    _hooks["gather"] = gather
    return gather


def sorts(sort: Callable[[str], str]) -> Callable[[str], str]:
    """Register what names the kind, of those people choose about, that a template belongs to;
    "" for what is always sent."""
    _hooks["sort"] = sort
    return sort


def kind_of(template: str) -> str:
    return str(_hooks["sort"](template)) if "sort" in _hooks else ""


def moment_for(row: OutboundEmail, at: datetime) -> datetime | None:
    return _hooks["when"](row, at) if row.kind and "when" in _hooks else at


def write(row: OutboundEmail) -> Letter | None:
    """The row's letter as of now. KeyError when no app registers its template."""
    return _registry[row.template](row)


def compose(row: OutboundEmail) -> EmailMultiAlternatives | None:
    """Render the row's letter now; None when it is not needed."""
    content = write(row)
    return None if content is None else envelope([(row, content)])


def envelope(written: list[tuple[OutboundEmail, Letter]]) -> EmailMultiAlternatives:
    """One mail of these letters to the same person, under the Message-ID of the first."""
    row, content = written[0]
    if len(written) > 1:
        content = _hooks["gather"](row, written)
    subject = " ".join(content.subject.split())
    context = _context(row, content, subject)
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("emails/letter.txt", context),
        to=[content.to],
        headers=_headers(row, content),
    )
    message.attach_alternative(render_to_string("emails/letter.html", context), "text/html")
    if content.calendar is not None:
        part = content.calendar
        message.attach_alternative(part.data.decode(), f"text/calendar; method={part.method}")
    for name, data, mime in content.attachments:
        message.attach(name, data, mime)
    return message


def _context(row: OutboundEmail, content: Letter, subject: str) -> dict[str, Any]:
    return {
        "letter": content,
        "subject": subject,
        "base_url": settings.BASE_URL,
        "choices_path": reverse("accounts:mail_preferences") if content.unsubscribe_path else "",
        "is_demo": bool(row.person and row.person.is_demo),
    }


def _headers(row: OutboundEmail, content: Letter) -> dict[str, str]:
    headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"}
    if content.unsubscribe_path:
        headers["List-Unsubscribe"] = f"<{settings.BASE_URL}{content.unsubscribe_path}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
