"""One mail of many letters to the same person: what each says, under its own heading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import KINDS, unsubscribe_path
from apps.core.letters import Letter, Line, Part, gathers
from apps.core.models import OutboundEmail

Written = list[tuple[OutboundEmail, Letter]]


@gathers
def digest(first: OutboundEmail, written: Written) -> Letter:
    letters = _once(written)
    assert first.person is not None
    if len(letters) == 1:
        return letters[0]
    kinds = [kind for kind in KINDS if kind in {row.kind for row, _letter in written}]
    names = ", ".join(str(KINDS[kind].name) for kind in kinds)
    return Letter(
        to=letters[0].to,
        subject=_subject(letters),
        greeting=greeting(first.person),
        paragraphs=[
            ngettext(
                "There is %(n)d thing for you today.",
                "There are %(n)d things for you today, in one e-mail:",
                len(letters),
            )
            % {"n": len(letters)}
        ],
        parts=[_part(letter) for letter in letters],
        reason=_("You get this because of what you chose about: %(kinds)s.") % {"kinds": names},
        unsubscribe_path=unsubscribe_path(first.person, *kinds) if kinds else "",
        attachments=list(_attachments(letters)),
    )


def _once(written: Written) -> list[Letter]:
    """Without what a later letter of the same sort says again, when one has waited since another
    day, such as promises that are still due. What has no address of its own always stays."""
    said: defaultdict[str, set[Line]] = defaultdict(set)
    kept: list[Letter] = []
    for row, letter in reversed(written):
        left = [line for line in letter.lines if not line.path or line not in said[row.template]]
        said[row.template].update(letter.lines)
        if left or not letter.lines:
            kept.insert(0, replace(letter, lines=left))
    return kept


def _subject(letters: list[Letter]) -> str:
    more = len(letters) - 1
    words = ngettext("%(first)s, and %(n)d more", "%(first)s, and %(n)d more", more)
    return words % {"first": " ".join(letters[0].subject.split()), "n": more}


def _part(letter: Letter) -> Part:
    return Part(letter.subject, letter.paragraphs, letter.lines, letter.action, letter.closing)


def _attachments(letters: Iterable[Letter]) -> Iterable[tuple[str, bytes, str]]:
    """What each brings; a calendar entry becomes a file to open, since a mail program acts on one
    alone."""
    number = 0
    for letter in letters:
        yield from letter.attachments
        if letter.calendar is not None:
            number += 1
            yield f"calendar-{number}.ics", letter.calendar.data, "text/calendar"
