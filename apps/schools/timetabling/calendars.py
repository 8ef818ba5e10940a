"""One person's timetable from a calendar file: which periods are filled, week by week.

A period counts as filled when something takes up half of it in at least half of the school weeks
of that letter that the file covers: a trip or an INSET day does not change a timetable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

from apps.core.tabular import UnreadableFile
from apps.schools.cycles import monday_of
from apps.schools.ics.reading import Happening, read
from apps.schools.times import SchoolTimes
from apps.schools.timetabling import words
from apps.schools.timetabling.plans import Bell, Cells, fill

LONGEST = timedelta(days=200)


def read_calendar(
    data: bytes, bell: Bell, school: SchoolTimes, empty: str, today: date
) -> tuple[Cells, int]:
    """(what each period holds, how many weeks were looked at). UnreadableFile."""
    from django.utils.translation import gettext as _

    first, last = today - LONGEST, today + LONGEST
    events = [h for h in read(data, first, last).happenings if h.hours and h.first == h.last]
    letters = school.weeks(first, last)
    by_week: dict[date, list[Happening]] = defaultdict(list)
    for event in events:
        if monday_of(event.first) in letters:
            by_week[monday_of(event.first)].append(event)
    if not by_week:
        raise UnreadableFile(
            _("Nothing in the file has a time of day in one of your school weeks."),
            _("Export the timetable of this term from your information system."),
        )
    looked = Counter(letters[monday] for monday in by_week)
    votes: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for monday, happenings in by_week.items():
        for key, use in _of_week(happenings, bell, letters[monday]).items():
            votes[key][use] += 1
    cells = {
        key: found.most_common(1)[0][0]
        for key, found in votes.items()
        if found.total() * 2 >= looked[key[1]]
    }
    seen = {key: use for key, use in cells.items() if key[1] in bell.weeks}
    filled = fill(seen, bell, empty)
    return {key: use for key, use in filled.items() if looked[key[1]]}, len(by_week)


def _of_week(happenings: list[Happening], bell: Bell, week: int) -> Cells:
    found: Cells = {}
    for event in happenings:
        assert event.hours is not None
        for period in bell.periods:
            if period.weekday == event.first.weekday() and _fills(
                event.hours, (period.starts, period.ends)
            ):
                found[period.pk, week] = words.use_of(event.title)
    return found


def _fills(hours: tuple[time, time], period: tuple[time, time]) -> bool:
    starts, ends = max(hours[0], period[0]), min(hours[1], period[1])
    return _minutes(starts, ends) * 2 >= _minutes(*period)


def _minutes(starts: time, ends: time) -> float:
    day = date(2000, 1, 1)
    return (datetime.combine(day, ends) - datetime.combine(day, starts)).total_seconds() / 60
