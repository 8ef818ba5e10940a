"""Dates in words, such as "Tue 24 Nov 2026"."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def local_date(value: date | datetime) -> date:
    """The day of ``value`` in Europe/London."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime, *, year: bool = True) -> str:
    return date_format(local_date(value), "D j M Y" if year else "D j M", use_l10n=False)


def moment(value: datetime) -> str:
    """Such as "Tue 24 Nov 2026, 15:30", in Europe/London."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"


def distance(value: date | datetime, today: date) -> str:
    """How far ``value`` lies from ``today``, such as "in 3 days" or "2 days late"."""
    days = (local_date(value) - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
