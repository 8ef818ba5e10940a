"""Letters about release. They name people and times, never reasons or costs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts import mail_kinds
from apps.accounts.models import Person
from apps.activities.models import Release
from apps.activities.release.cover import WHY, Out, out_in_week
from apps.activities.release.enums import Basis, ReleaseState
from apps.activities.release.telling import APPROVED, COVER, MAIL_KIND, REFUSED, WAITING
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui import dates
from apps.schools.delegates import covers_for
from apps.schools.models import Organisation

MOST = 40


def _reader(row: OutboundEmail) -> Person | None:
    """Whom it is for, as long as they can be reached."""
    person = row.person
    return person if person is not None and person.email and person.is_active else None


def _letter(person: Person, subject: str, paragraphs: list[str], **more: Any) -> Letter:
    assert person.email is not None
    return Letter(
        to=person.email,
        subject=subject,
        greeting=_("Dear %(name)s,") % {"name": person.get_short_name()},
        paragraphs=paragraphs,
        unsubscribe_path=mail_kinds.unsubscribe_path(person, MAIL_KIND),
        **more,
    )


@letter(f"activities.{WAITING}")
def waiting(row: OutboundEmail) -> Letter | None:
    person = _reader(row)
    school = Organisation.objects.filter(pk=row.keys["school"]).first()
    if person is None or school is None:
        return None
    rows = Release.objects.waiting_for(person).at(school).order_by("day", "pk")
    count = rows.count()
    if not count:
        return None
    said = ngettext(
        "%(count)d release waits for your approval",
        "%(count)d releases wait for your approval",
        count,
    ) % {"count": count}
    lines = [
        Line(_("%(name)s, %(day)s") % {"name": one.person.name, "day": _day(one.day)})
        for one in rows.select_related("person")[:MOST]
    ]
    return _letter(
        person,
        said,
        [
            _("%(school)s: %(said)s. Tick several and approve them in one press.")
            % {"school": school.name, "said": said}
        ],
        lines=lines,
        action=Line(_("See and approve"), f"{_path('release_approvals')}?school={school.ref}"),
    )


@letter(f"activities.{REFUSED}")
def refused(row: OutboundEmail) -> Letter | None:
    person = _reader(row)
    found = Release.objects.select_related("person", "activity").filter(
        pk=row.keys["release"], state=ReleaseState.REFUSED
    )
    release = found.first()
    if person is None or release is None:
        return None
    words = {"name": release.person.name, "day": _day(release.day), "what": str(release)}
    subject, said = (
        _("Release is refused: %(name)s, %(day)s"),
        _("%(name)s cannot be released on %(day)s: %(what)s."),
    )
    if release.person_id == person.pk:
        subject, said = (
            _("Your release on %(day)s is refused"),
            _("You cannot be released on %(day)s: %(what)s."),
        )
    again = _("The reason is on the page. Another time can be asked for by moving the session.")
    if release.session_id is None:
        again = _("The reason is on the page. You can ask for another time.")
    return _letter(
        person,
        subject % words,
        [said % words, again],
        action=Line(_("See the reason"), _path("release_row", release.public_id)),
    )


@letter(f"activities.{APPROVED}")
def approved(row: OutboundEmail) -> Letter | None:
    """Those of the reader, and those they organise or asked for, that were approved since."""
    person = _reader(row)
    if person is None:
        return None
    rows = (
        Release.objects.visible_to(person)
        .filter(
            Q(person=person)
            | Q(activity__organiser=person)
            | Q(activity__isnull=True, asked_by=person),
            state=ReleaseState.APPROVED,
            basis=Basis.BY_HAND,
            decided_at__gte=row.keys["since"],
        )
        .exclude(decided_by=person)
        .select_related("person", "activity")
        .order_by("day", "pk")
    )
    lines = [
        Line(
            f"{_day(one.day)}: {one.person.name}, {one}",
            path=_path("release_row", one.public_id),
        )
        for one in rows[:MOST]
    ]
    if not lines:
        return None
    return _letter(
        person,
        ngettext("Release is approved", "%(n)d releases are approved", len(lines))
        % {"n": len(lines)},
        [_("It may be that cover is still being arranged: the ledger says how far it is.")],
        lines=lines,
        action=Line(_("Open the ledger"), _path("release")),
    )


@letter(f"activities.{COVER}")
def cover_list(row: OutboundEmail) -> Letter | None:
    """As it stands when it is sent; nothing when nobody is out any more."""
    person = _reader(row)
    school = Organisation.objects.filter(pk=row.keys["school"]).first()
    if person is None or school is None or school.pk not in covers_for(person):
        return None
    monday = date.fromisoformat(row.keys["monday"])
    out = out_in_week(school, monday)
    if not out:
        return None
    subject = _("Who is out in the week of %(monday)s") % {"monday": dates.day(monday)}
    count = ngettext(
        "%(count)d person is out of class.", "Out of class: %(count)d times.", len(out)
    ) % {"count": len(out)}
    return _letter(
        person,
        subject,
        [f"{school.name}. {count}", _("The page is kept up to date; this mail is not.")],
        lines=[_line(one) for one in out[:MOST]],
        action=Line(
            _("Open the list and arrange cover"),
            f"{_path('release_cover')}?school={school.ref}&week={monday:%Y-%m-%d}",
        ),
    )


def _line(one: Out) -> Line:
    row = one.row
    when = _day(row.day)
    if row.starts_at and row.ends_at:
        start, end = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
        when = f"{when}, {start:%H:%M}–{end:%H:%M}"
    periods = f" ({', '.join(one.periods)})" if one.periods else ""
    note = _("%(why)s. Cover: %(cover)s") % {"why": WHY, "cover": one.cover}
    if row.is_waiting:
        note = f"{note}. {_('Not approved yet.')}"
    return Line(f"{when}: {row.person.name}{periods}", note=note)


def _day(day: date | None) -> str:
    return dates.day(day) if day else _("day not known")


def _path(name: str, *args: Any) -> str:
    return reverse(f"activities:{name}", args=args)
