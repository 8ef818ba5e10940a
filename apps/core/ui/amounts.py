"""Minutes and money in words. What nobody knows is said to be unknown, never shown as zero."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _


def duration(minutes: int | None) -> str:
    """95 -> "1 h 35 min"; None -> "not known"."""
    if minutes is None:
        return _("not known")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def plain(value: Decimal | float) -> str:
    """19.50 -> "19.5", 20.00 -> "20"."""
    return f"{Decimal(str(value)).normalize():f}"


def money(pence: int | None) -> str:
    """123450 -> "£1,234.50", 21800 -> "£218"; None -> "not known"."""
    if pence is None:
        return _("not known")
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02d}" if rest else f"£{pounds:,}"
