"""From the bytes of an .ics file to the days on which something happens.

Lines are unfolded before they are decoded, for a fold may cut a letter in two. All-day events end
the day before their DTEND; times with a zone or in UTC count by their date in London; what
repeats is spread out between the first and last day asked for; HTML becomes words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import BrokenCalendarProperty, Calendar

from apps.core.tabular import MEGABYTE, UnreadableFile
from apps.schools.ics.repeats import UnknownRepeat, repeat_of

LARGEST = 4 * MEGABYTE
MOST_EVENTS = 20_000
MOST_KEPT = 3_000
MOST_REPEATS = 200
LONGEST_TITLE, LONGEST_UID = 200, 250
SCHOOL_DAY = timedelta(hours=5)  # what is shorter takes place on a day, it does not make it
LONDON = ZoneInfo("Europe/London")

_FOLD = re.compile(rb"\r?\n[ \t]")
_EVENT, _ZONE, _ALARM = (
    tuple(re.compile(rf"^{edge}:{name}[ \t]*$", re.M | re.I) for edge in ("BEGIN", "END"))
    for name in ("VEVENT", "VTIMEZONE", "VALARM")
)
_START = re.compile(r"^DTSTART[^:\n]*:(\d{4})(\d{2})(\d{2})", re.M | re.I)
_NEEDED = re.compile(
    r"^(?:BEGIN|END|UID|SUMMARY|DESCRIPTION|STATUS|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE"
    r"|RECURRENCE-ID)[:;].*$",
    re.M | re.I,
)
_REPEATS = re.compile(r"^R(?:RULE|DATE)[:;]", re.M | re.I)
_TAG = re.compile(r"<[^<>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class Happening:
    """Both days inclusive. ``uid`` is the same in every file that tells of it; ``whole`` unless
    it takes only some hours of a day."""

    uid: str
    title: str
    first: date
    last: date
    note: str = ""
    whole: bool = True
    hours: tuple[time, time] | None = None  # London's, of what begins and ends on one day


@dataclass(slots=True)
class Reading:
    """``problems``: (title, why) of what cannot be read; ``elsewhere``: how many are of other
    years; ``beyond``: how many were one too many to be looked at."""

    happenings: list[Happening] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: int = 0
    beyond: int = 0


class Flaw(Exception):
    """Why one event cannot be read."""


def read(data: bytes, first: date, last: date) -> Reading:
    """What happens between ``first`` and ``last``. UnreadableFile when it is no calendar."""
    text = _text(data)
    found = Reading()
    blocks = _blocks(text, first, last, found)
    zones = "\n".join(text[a:b] for a, b in islice(_parts(text, _ZONE), 50))
    events = list(_events(blocks, zones, found))
    changed = {(_uid(e), _day(e, "RECURRENCE-ID")) for e in events if "RECURRENCE-ID" in e}
    for event in events:
        title = words(event.get("SUMMARY", "")) or _("(without a title)")
        try:
            for happening in _happenings(event, title, changed, first, last):
                if first <= happening.first <= last:
                    found.happenings.append(replace(happening, hours=_hours(event)))
        except Flaw as flaw:
            found.problems.append((title, str(flaw)))
    found.happenings = sorted(set(found.happenings), key=lambda h: (h.first, h.title, h.uid))
    found.beyond += len(found.happenings[MOST_KEPT:])
    del found.happenings[MOST_KEPT:]
    return found


def words(value: Any, longest: int = LONGEST_TITLE) -> str:
    """One line without HTML."""
    plain = html.unescape(_TAG.sub(" ", html.unescape(str(value))))
    return " ".join(plain.split())[:longest]


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise UnreadableFile(
            _("The file is larger than %(most)d MB.") % {"most": LARGEST // MEGABYTE},
            _("Export only the calendar with the term dates."),
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    data = _FOLD.sub(b"", data.removeprefix(b"\xef\xbb\xbf")).replace(b"\r", b"\n")
    text = data.decode("utf-8", "as_cp1252").replace("\x00", "")
    if "BEGIN:VCALENDAR" not in text[:5000].upper():
        raise UnreadableFile(
            _("This is not a calendar file."),
            _(
                "Choose a file that ends in .ics: calendar programs and school websites offer it "
                "as “Export” or “Subscribe”."
            ),
        )
    return text


def _parts(text: str, edges: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, int]]:
    """Where each part begins and ends; what never ends is none, and is looked for once."""
    begin, end = edges
    at = 0
    while (begins := begin.search(text, at)) and (ends := end.search(text, begins.end())):
        yield begins.start(), ends.end()
        at = ends.end()


def _without_alarms(block: str) -> str:
    kept, at = [], 0
    for begins, ends in _parts(block, _ALARM):
        kept.append(block[at:begins])
        at = ends
    return "".join([*kept, block[at:]])


def _blocks(text: str, first: date, last: date, found: Reading) -> list[str]:
    """The events that may touch the years asked for; the others are only counted."""
    kept: list[str] = []
    repeats = 0
    for number, (begins, ends) in enumerate(_parts(text, _EVENT)):
        if number >= MOST_EVENTS:
            raise UnreadableFile(
                _("The file has more than %(most)d events.") % {"most": MOST_EVENTS},
                _("Export only the calendar with the term dates."),
            )
        block = "\n".join(_NEEDED.findall(_without_alarms(text[begins:ends])))
        repeats += bool(_REPEATS.search(block))
        if not (_REPEATS.search(block) or _near(block, first, last)):
            found.elsewhere += 1
        elif len(kept) < MOST_KEPT and repeats <= MOST_REPEATS:
            kept.append(block)
        else:
            found.beyond += 1
    if not kept and not found.elsewhere:
        raise UnreadableFile(
            _("There is no event in this file."), _("Export the calendar again, or type it in.")
        )
    return kept


def _near(block: str, first: date, last: date) -> bool:
    start = _START.search(block)
    return start is None or f"{first:%Y%m%d}" <= "".join(start.groups()) <= f"{last:%Y%m%d}"


def _events(blocks: list[str], zones: str, found: Reading) -> Iterator[Any]:
    """All at once where the file is sound; else one by one, and the unsound are named."""
    try:
        yield from _parsed(blocks, zones)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        for block in blocks:
            try:
                yield from _parsed([block], zones)
            except (ValueError, KeyError, IndexError, AttributeError, TypeError):
                title = re.search(r"^SUMMARY[^:\n]*:(.*)$", block, re.M | re.I)
                name = words(title.group(1)) if title else _("(without a title)")
                found.problems.append((name, _("This event is not written as it should be.")))


def _parsed(blocks: list[str], zones: str) -> list[Any]:
    body = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", zones, *blocks, "END:VCALENDAR"])
    return list(Calendar.from_ical(body).walk("VEVENT"))


def _happenings(
    event: Any, title: str, changed: set[Any], begin: date, end: date
) -> Iterator[Happening]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    start, last, whole = _span(event)
    uid, note = _uid(event), words(event.get("DESCRIPTION", ""), 300)
    length = last - start
    if "RECURRENCE-ID" in event:
        own = f"{uid}#{_day(event, 'RECURRENCE-ID')}"
        yield Happening(own, title, start, last, note, whole)
        return
    if not {"RRULE", "RDATE"} & set(event):
        yield Happening(uid, title, start, last, note, whole)
        return
    left_out = set(_dates(event, "EXDATE"))
    for day in sorted({*_repeated(event, start, begin, end), *_dates(event, "RDATE")}):
        if day not in left_out and (uid, day) not in changed:
            yield Happening(f"{uid}#{day}", title, day, day + length, note, whole)


def _repeated(event: Any, start: date, begin: date, end: date) -> Iterator[date]:
    rules = event.get("RRULE")
    if rules is None:
        yield start
        return
    try:
        for rule in rules if isinstance(rules, list) else [rules]:
            yield from repeat_of(start, rule).days_between(begin, end)
    except (UnknownRepeat, BrokenCalendarProperty, ValueError, TypeError) as error:
        raise Flaw(
            _("It repeats in a way that is not read here: type its days in by hand.")
        ) from error


def _span(event: Any) -> tuple[date, date, bool]:
    """First and last day, and whether it takes them whole."""
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if start is None:
        raise Flaw(_("It has no date that can be read."))
    if end is None:
        length = _sound(event.get("DURATION"), "dt")
        end = start + (length if isinstance(length, timedelta) else timedelta(0))
    first, last = _local(start), _local(end)
    if last < first:
        raise Flaw(_("It ends before it begins."))
    timed = isinstance(start, datetime) and isinstance(end, datetime)
    if not timed or _in_london(end).time() == time.min:
        last = max(last - timedelta(days=1), first)
    whole = not timed or last > first or _in_london(end) - _in_london(start) >= SCHOOL_DAY
    return first, last, whole


def _hours(event: Any) -> tuple[time, time] | None:
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if isinstance(start, datetime) and end is None:
        length = _sound(event.get("DURATION"), "dt")
        end = start + length if isinstance(length, timedelta) else None
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    first, last = _in_london(start), _in_london(end)
    return (first.time(), last.time()) if first.date() == last.date() else None


def _sound(value: Any, name: str) -> Any:
    """An attribute of a value of the library, which raises for what is not written well."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None


def _value(event: Any, name: str) -> Any:
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    found = _sound(value, "dt")
    return found if isinstance(found, date) else None


def _day(event: Any, name: str) -> date | None:
    value = _value(event, name)
    return _local(value) if value is not None else None


def _dates(event: Any, name: str) -> Iterator[date]:
    values = event.get(name, [])
    for value in values if isinstance(values, list) else [values]:
        for one in _sound(value, "dts") or []:
            found = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if isinstance(found, date):
                yield _local(found)


def _local(value: date) -> date:
    return _in_london(value).date() if isinstance(value, datetime) else value


def _in_london(value: datetime) -> datetime:
    return value.astimezone(LONDON) if value.tzinfo else value


def _uid(event: Any) -> str:
    given = str(event.get("UID", "")).strip()
    start = event.get("DTSTART")
    return (given or f"{words(event.get('SUMMARY', ''))}@{getattr(start, 'dt', '')}")[:LONGEST_UID]
