"""The report as a tagged PDF (PDF/UA-1), set by typst from the frozen snapshot."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.core.typesetting import set_paper


def make(snapshot: dict[str, Any], paper: str) -> bytes:
    """The file's bytes. RuntimeError when the template and the snapshot do not fit."""
    return set_paper(paper, snapshot=snapshot, words=words(snapshot))


def title(snapshot: dict[str, Any]) -> str:
    """The first version had none: it told of alliances alone."""
    if "title" in snapshot:
        return str(snapshot["title"])
    return _("Evaluation of %(alliance)s") % {"alliance": snapshot["alliance"]}


def words(snapshot: dict[str, Any]) -> dict[str, str]:
    """What page and paper both print around the figures."""
    return {
        "title": title(snapshot),
        "frozen": _("As it stood on %(moment)s.") % {"moment": snapshot["frozen"]},
        "demo": _("A demonstration: people and figures are invented."),
        "corrected": _("This report corrects an earlier one."),
        "questions": _("Three questions to ask"),
        "decisions": _("Decisions wanted"),
        "no_decisions": _("None."),
        "caveats": _("How to read this"),
        "sources": _("What it is made from"),
        "cut": _("Not every row fits on paper: all of them are on the page and in the files."),
        "alone": _("There is no report of an earlier time to set beside it."),
        "unknown": _("not known"),
        "hidden": _("not shown"),
    }
