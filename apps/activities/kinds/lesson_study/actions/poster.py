"""The poster: written by the group, approved by the host school, seen by the alliance."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine.changes import locked
from apps.activities.engine.refusals import Stale, refuse_if
from apps.activities.kinds.lesson_study import emails
from apps.activities.kinds.lesson_study.models import CasePupil, Poster, PosterState
from apps.activities.kinds.lesson_study.permissions import can_answer_poster, can_write_poster
from apps.activities.models import Activity
from apps.core import audit_trail, clock
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import Person

WORDS = ("title", "question", "did", "found", "keep")


def case_pupils_in(text: str, pupils: Iterable[CasePupil]) -> list[str]:
    """What in ``text`` points at one of ``pupils``: "pupil B", "B's" or a bare "B" ("A" and "I"
    are words, too)."""
    found = []
    for pupil in pupils:
        named = rf"\b(?i:pupils?|child|learner)\s+{pupil.code}\b|(?<![\w-]){pupil.code}['’]s\b"
        if pupil.code not in ("A", "I"):
            named += rf"|(?<![\w'’-]){pupil.code}(?![\w'’.-])"
        found += [match.group() for match in re.finditer(named, text)]
    return list(dict.fromkeys(found))


def save_poster(activity: Activity, *, by: Person, version: int, **words: str) -> Poster:
    """Write the poster (``words``: all of WORDS). An approved one is then seen by the group alone
    until it is approved again. Stale when somebody saved since ``version`` (0: none there)."""
    with locked(activity) as row:
        require(can_write_poster(by, row))
        pupils = list(CasePupil.objects.filter(activity=row))
        said = case_pupils_in(" ".join(words.values()), pupils)
        refuse_if(
            said,
            _("The poster leaves the group, so it holds nothing about a case pupil: %(words)s.")
            % {"words": ", ".join(said)},
        )
        there = Poster.objects.select_for_update().filter(activity=row).first()
        if (there.version if there else 0) != version:
            raise Stale(there)
        poster = there or Poster(activity=row, version=0)
        for name in WORDS:
            setattr(poster, name, words[name].strip())
        poster.version, poster.state = poster.version + 1, PosterState.DRAFT
        poster.save()
        audit_trail.record("lesson_study.poster_written", poster, by=by, version=poster.version)
    return poster


def ask_for_approval(poster: Poster, *, by: Person, version: int) -> Poster:
    """The words of ``version`` go to the host school's head and CPD leads."""
    with locked(poster.activity) as row:
        require(can_write_poster(by, row))
        current = _reread(poster, row)
        if current.version != version:
            raise Stale(current)
        if current.state != PosterState.DRAFT:
            return current
        current.state, current.asked_by, current.wish = PosterState.ASKED, by, ""
        current.answered_by = current.answered_at = None
        current.save()
        audit_trail.record("lesson_study.poster_asked", current, by=by, version=version)
        emails.poster_waits(current, by=by)
    return current


def answer_poster(
    poster: Poster, *, by: Person, version: int, approve: bool, wish: str = ""
) -> Poster:
    """Approve it, or give it back with what should change. What was approved can be taken back.
    Stale when the group changed it after ``by`` read it."""
    with locked(poster.activity) as row:
        current = _reread(poster, row)
        require(can_answer_poster(by, current))
        if current.version != version:
            raise Stale(current)
        refuse_if(not approve and not wish.strip(), _("Say what should change."))
        state = PosterState.APPROVED if approve else PosterState.DRAFT
        if current.state == state:
            return current
        current.state, current.wish = state, "" if approve else wish.strip()
        current.answered_by, current.answered_at = by, clock.now()
        current.save()
        audit_trail.record("lesson_study.poster_answered", current, by=by, approved=approve)
        emails.poster_answered(current, by=by)
    return current


def _reread(poster: Poster, row: Activity) -> Poster:
    current = Poster.objects.select_for_update(of=("self",)).get(pk=poster.pk)
    current.activity = row
    return current
