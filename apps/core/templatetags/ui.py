"""``{% load ui %}``: everything of templates/components that takes more than an include."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from django import template
from django.shortcuts import resolve_url
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from apps.core import clock
from apps.core.session import left
from apps.core.ui import amounts, dates, fields, parts
from apps.core.ui.status import status_of
from apps.core.years import academic_year as year_of
from apps.core.years import year_label

register = template.Library()


@cache
def icon_names() -> frozenset[str]:
    source = Path(parts.__file__).with_name("icons.json")
    return frozenset(json.loads(source.read_text(encoding="utf-8")))


# Signs


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Lucide icon. It says nothing to a screen reader: words always stand beside it."""
    if name not in icon_names():
        raise ValueError(f"{name!r} is not in apps/core/ui/icons.json")
    return _symbol(name, "icon")


@register.simple_tag
def status(value: Any, label: str = "") -> SafeString:
    found = status_of(value, label)
    tone = f" status-{found.tone}" if found.tone else ""
    mark = _symbol(f"shape-{found.shape}", "shape")
    return format_html('<span class="status{}">{}{}</span>', tone, mark, found.label)


@register.simple_tag
def shape(name: str) -> SafeString:
    return _symbol(f"shape-{name}", "shape")


def _symbol(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.inclusion_tag("components/school_chip.html")
def school_chip(school: Any = None, name: str = "", key: Any = "", url: str = "") -> dict[str, Any]:
    """A school by object (``name``, ``urn``) or by ``name`` and ``key``."""
    name = name or str(getattr(school, "name", "") or school)
    key = key or getattr(school, "urn", None) or getattr(school, "pk", None) or name
    return {"name": name, "letters": parts.initials(name), "tone": parts.tone(key), "url": url}


@register.inclusion_tag("components/audience.html")
def audience(kind: str, words: str = "") -> dict[str, Any]:
    """Who can see this; ``words`` name them where the usual words do not."""
    known = parts.AUDIENCES.get(str(kind))
    return {
        "kind": kind,
        "icon_name": known.icon if known else "users-round",
        "words": words or (known.words if known else str(kind)),
    }


# Strips


@register.inclusion_tag("components/thread.html")
def thread_strip(here: str, **links: str | None) -> dict[str, Any]:
    return {"steps": parts.thread(here, links)}


@register.inclusion_tag("components/progress_strip.html")
def progress_strip(stages: Any, label: str = "", small: bool = False) -> dict[str, Any]:
    return {"stages": stages, "label": label, "small": small}


@register.inclusion_tag("components/release_bar.html")
def release_bar(
    used: Any, planned: Any, booked: Any = 0, label: str = "", unplanned: Any = 0
) -> dict[str, Any]:
    """Hours of release time used, booked and planned, and those used that were not planned."""
    return {"bar": parts.release_bar(used, planned, booked, unplanned), "label": label}


# Dates


@register.filter(expects_localtime=True)
def day(value: date | datetime | None) -> str:
    """Such as "Tue 24 Nov 2026"; nothing for None."""
    return dates.day(value) if value else ""


@register.filter(expects_localtime=True)
def short_day(value: date | datetime | None) -> str:
    return dates.day(value, year=False) if value else ""


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    return dates.moment(value) if value else ""


@register.filter(expects_localtime=True)
def distance(value: date | datetime | None) -> str:
    """Such as "in 3 days"; of dates only where a promise is meant, since past is "late"."""
    return dates.distance(value, clock.today()) if value else ""


@register.filter
def academic_year(value: int | date) -> str:
    """2026, or a day in it -> "2026/27"."""
    return year_label(year_of(value) if isinstance(value, date) else int(value))


# Amounts


@register.filter
def duration(minutes: int | None) -> str:
    """Minutes, such as "1 h 20 min"; None is "not known"."""
    return amounts.duration(minutes)


@register.filter
def plain(value: Decimal | float | None) -> str:
    return "" if value is None else amounts.plain(value)


@register.filter
def money(pence: int | None) -> str:
    """Pence, such as "£218"; None is "not known"."""
    return amounts.money(pence)


# Forms


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: Any) -> dict[str, Any]:
    return {"problems": fields.problems([s for s in sources if s])}


@register.inclusion_tag("components/field.html")
def field(bound: Any, label: str = "", hint: str = "", plain: bool = False) -> dict[str, Any]:
    """A control with its label, hint and errors; ``label`` and ``hint`` replace the form's.

    ``plain`` leaves out "(optional)", where everything is: in filters.
    """
    bound.label = label or bound.label
    bound.help_text = hint or bound.help_text
    kind = fields.kind_of(bound)
    return {
        "field": bound,
        "kind": kind,
        "plain": plain,
        "choices": fields.choices(bound) if kind == "choices" else [],
        "control": fields.control(bound) if kind != "choices" else "",
        "limit": fields.counted_limit(bound),
    }


@register.simple_tag
def filters_on(form: Any) -> list[str]:
    """What a list is filtered by, in words."""
    return fields.filters_on(form)


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: Any) -> dict[str, Any]:
    return {"form": form}


# The frame


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> str:
    """The text of a block once more: the page's title is its heading too."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    if not block:
        return ""
    # What was escaped in the block is escaped again where this text is shown.
    return " ".join(unescape(strip_tags(block.nodelist.render(context))).split())


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": numbers, "request": context.get("request")}


@register.inclusion_tag("components/bottom_bar.html", takes_context=True)
def bottom_bar(context: Context) -> dict[str, Any]:
    log_url = address(context.get("log_url"))
    left, right, more = parts.bottom_places(context.get("nav") or [], with_log=bool(log_url))
    return {"left": left, "right": right, "more": more, "log_url": log_url}


@register.simple_tag
def address(target: Any) -> str:
    """The URL of a URL name, of a path or of nothing."""
    return resolve_url(target) if target else ""


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """ "light" or "dark" when somebody chose; empty follows the device."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else ""


@register.simple_tag(takes_context=True)
def session_seconds(context: Context) -> int:
    """Seconds until this sign-in ends if nobody asks for a page; 0 when that is not known."""
    request = context.get("request")
    return left(request.session) if request else 0
