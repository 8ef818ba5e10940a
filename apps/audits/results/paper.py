"""Released results as a tagged PDF (PDF/UA-1), set by typst."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.audits.results import files
from apps.audits.results.charts import kept_charts
from apps.audits.results.sources import Source
from apps.audits.results.trend import Trend
from apps.core.typesetting import set_paper
from apps.core.ui.dates import day


def make(source: Source, over_time: Trend | None) -> bytes:
    """The file's bytes."""
    audit = source.audit
    place = source.school or audit.organisation or audit.alliance
    tables = files.tables(source)
    if over_time is not None:
        tables.append(files.trend_table(over_time))
    data: dict[str, Any] = {
        "title": audit.title,
        "place": str(place),
        "when": _("%(first)s to %(last)s")
        % {"first": day(audit.opens_on), "last": day(audit.closes_on)},
        "mode": str(audit.get_mode_display()),
        "notes": [
            _("Figures are of groups of five or more, so that they say nothing of one person."),
            _(
                "What is not shown is a group of fewer than five, or one from which such a group "
                "could be worked out."
            ),
            _("Figures do not show what caused what, and those who did not answer may differ."),
        ],
        "charts": []
        if source.school
        else [
            {"title": row.data["title"], "alt": row.data["alt"], "svg": row.data["svg"]}
            for row in kept_charts(audit)
        ],
        "tables": [_plain(table) for table in tables],
    }
    return set_paper("audits/results.typ", results=data)


def _plain(table: dict[str, Any]) -> dict[str, Any]:
    return table | {"rows": [[str(files.plain(cell)) for cell in row] for row in table["rows"]]}
