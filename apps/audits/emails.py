"""Letters about audits. They say what is asked, never what anybody answered."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.accounts.models import Person
from apps.audits.actions import blocks_to_opening, people_to_ask
from apps.audits.enums import AuditMode, AuditState, Purpose
from apps.audits.models import Audit, AuditSchool, Participation
from apps.audits.permissions import can_read_results, can_run, can_see_who_answered
from apps.audits.progress import remaining
from apps.audits.reading import counts_of, minutes_to_answer
from apps.audits.wording import ACROSS, FOR_SCHOOL, mode_in_short
from apps.core import clock
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui.dates import day

KIND = "audits"


def reader(row: OutboundEmail) -> Person | None:
    person: Person | None = row.person
    if person is None or not person.is_active or not person.email or not wants(person, KIND):
        return None
    return person


def _waiting_part(row: OutboundEmail, person: Person) -> Participation | None:
    """Their place in the open audit while they have not answered it."""
    waiting = Participation.objects.of(person).unanswered().filter(audit_id=row.keys["audit"])
    found = waiting.filter(audit__state=AuditState.OPEN)
    return found.select_related("audit__organisation", "audit__alliance", "organisation").first()


@letter("audits.asked", tells=True)
def asked(row: OutboundEmail) -> Letter | None:
    person = reader(row)
    part = _waiting_part(row, person) if person else None
    if person is None or part is None:
        return None
    audit = part.audit
    minutes = minutes_to_answer(audit, part.role)
    length = ngettext(
        "It takes about %(minutes)d minute and can be answered on a phone.",
        "It takes about %(minutes)d minutes and can be answered on a phone.",
        minutes,
    ) % {"minutes": minutes}
    return Letter(
        to=str(person.email),
        subject=_("What do you need to learn? %(title)s") % {"title": audit.title},
        greeting=greeting(person),
        paragraphs=[_who_asks(part), length + _saved(audit), _who_reads(part), _free_words(part)],
        action=Line(_("Answer the audit"), reverse("audits:answer", args=[audit.public_id])),
        closing=_("It closes at the end of %(day)s.") % {"day": day(audit.closes_on)},
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


def _who_asks(part: Participation) -> str:
    audit = part.audit
    names = {"place": audit.place, "school": part.organisation, "title": audit.title}
    if part.for_school:
        return (
            _(
                "%(place)s asks its schools what their staff need to learn, “%(title)s”. "
                "%(school)s gives one answer, on which its leaders agree, and you enter it."
            )
            % names
        )
    if audit.alliance_id is not None:
        return (
            _(
                "%(place)s, the alliance that %(school)s works in, asks you to answer a needs "
                "audit, “%(title)s”."
            )
            % names
        )
    return _("%(place)s asks you to answer a needs audit, “%(title)s”.") % names


def _saved(audit: Audit) -> str:
    if audit.mode == AuditMode.ANONYMOUS:
        return ""
    return " " + _("What you enter is saved section by section.")


def _who_reads(part: Participation) -> str:
    return str(FOR_SCHOOL[-1] if part.for_school else mode_in_short(part.promised))


@letter("audits.reminder", tells=True)
def reminder(row: OutboundEmail) -> Letter | None:
    """What is left, to those who have not answered; not to who gets a later round as well."""
    person = reader(row)
    part = _waiting_part(row, person) if person else None
    if person is None or part is None:
        return None
    audit = part.audit
    if audit.reminders.filter(number__gt=row.keys["round"]).exists():
        return None
    return Letter(
        to=str(person.email),
        subject=_("Still open for you: %(title)s") % {"title": audit.title},
        greeting=greeting(person),
        paragraphs=[what_is_left(part), _who_reads(part), _free_words(part)],
        action=Line(_("Answer the audit"), reverse("audits:answer", args=[audit.public_id])),
        closing=_(
            "It closes at the end of %(day)s. You get at most three reminders, and none once you "
            "have answered."
        )
        % {"day": day(audit.closes_on)},
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


def what_is_left(part: Participation) -> str:
    """How much is left to answer, where the platform knows that."""
    audit, names = part.audit, {"title": part.audit.title}
    if part.promised == AuditMode.ANONYMOUS:
        minutes = minutes_to_answer(audit, part.role)
        said = ngettext(
            "“%(title)s” is open for you. All of it takes about %(minutes)d minute.",
            "“%(title)s” is open for you. All of it takes about %(minutes)d minutes.",
            minutes,
        ) % (names | {"minutes": minutes})
        return (
            said + " " + _("It is anonymous, so we cannot tell whether you have begun on a device.")
        )
    left = remaining(part)
    if left.sections == 0:
        return (
            _("You have been through all of “%(title)s”. Only sending your answers is left.")
            % names
        )
    length = ngettext(
        "That takes about %(n)d minute.", "That takes about %(n)d minutes.", left.minutes
    ) % {"n": left.minutes}
    if left.of == left.sections:
        return _("“%(title)s” is open for you, and you have not begun it.") % names + " " + length
    sections = ngettext(
        "%(n)d of the %(of)d sections of “%(title)s” is left.",
        "%(n)d of the %(of)d sections of “%(title)s” are left.",
        left.sections,
    ) % (names | {"n": left.sections, "of": left.of})
    return sections + " " + length + " " + _("What you have entered is kept.")


def _free_words(part: Participation) -> str:
    audit = part.audit
    if audit.purpose == Purpose.FREE:
        return _("You are free not to answer.")
    if audit.purpose == Purpose.REQUIRED:
        return _("The school is required to ask this.")
    if audit.alliance_id is not None:
        return _("The alliance has chosen to ask this, and your school takes part.")
    return _("The school has chosen to ask this.")


@letter("audits.school_invited")
def school_invited(row: OutboundEmail) -> Letter | None:
    """To the CPD leads and heads of a school, until the school has answered."""
    person = reader(row)
    if person is None:
        return None
    places = (
        AuditSchool.objects.decided_by(person)
        .waiting()
        .select_related("audit__alliance", "organisation")
    )
    place = places.filter(
        audit_id=row.keys["audit"],
        organisation_id=row.keys["organisation"],
        audit__state=AuditState.DRAFT,
    ).first()
    if place is None:
        return None
    audit = place.audit
    names = {"alliance": audit.alliance, "school": place.organisation, "title": audit.title}
    return Letter(
        to=str(person.email),
        subject=_("Will %(school)s take part? %(title)s") % names,
        greeting=greeting(person),
        paragraphs=[
            _(
                "%(alliance)s wants to ask staff of its schools what they need to learn: "
                "%(title)s. Your CPD lead or your head decides for %(school)s."
            )
            % names,
            _("You can read all the questions first. Taking part is free, and so is declining."),
            str(ACROSS),
        ],
        action=Line(
            _("Read and decide"),
            reverse("audits:school", args=[audit.public_id, place.organisation.ref]),
        ),
        closing=_(
            "It opens on %(day)s at the earliest. A school that has not answered by then is not "
            "asked."
        )
        % {"day": day(max(audit.opens_on, clock.today()))},
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


@letter("audits.not_opened")
def not_opened(row: OutboundEmail) -> Letter | None:
    """To whoever planned that it opens by itself, when it could not."""
    person = reader(row)
    audit = Audit.objects.drafts().filter(pk=row.keys["audit"], planned_at=None).first()
    if person is None or audit is None or not can_run(person, audit):
        return None
    return Letter(
        to=str(person.email),
        subject=_("Not opened: %(title)s") % {"title": audit.title},
        greeting=greeting(person),
        paragraphs=[
            _("“%(title)s” was to open by itself, but something stands in its way.")
            % {"title": audit.title},
            *blocks_to_opening(audit, people_to_ask(audit)),
            _("Nobody has been asked. It is a draft again."),
        ],
        action=Line(_("See what is missing"), reverse("audits:check", args=[audit.public_id])),
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


@letter("audits.closed")
def closed(row: OutboundEmail) -> Letter | None:
    """To whoever runs it, and to the CPD leads of schools that took part."""
    person = reader(row)
    audit = Audit.objects.closed().filter(pk=row.keys["audit"]).first()
    if person is None or audit is None or not can_read_results(person, audit):
        return None
    return Letter(
        to=str(person.email),
        subject=_("Closed: %(title)s") % {"title": audit.title},
        greeting=greeting(person),
        paragraphs=[
            _how_many(person, audit),
            _what_next(person, audit),
        ],
        action=Line(_("Read the results"), reverse("audits:detail", args=[audit.public_id])),
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


def _how_many(person: Person, audit: Audit) -> str:
    """As released: another number beside it could tell of a school that is left out there."""
    rates = audit.results.get("shared", {}).get("rates", [])
    row = next((row for row in rates if row["group"] == "all"), None)
    if row is None or not row["asked"]:
        return _("The audit has closed.")
    counts = counts_of(row, exact=bool(can_see_who_answered(person, audit)))
    return _("The audit has closed. Answered: %(counts)s.") % {"counts": counts.words}


def _what_next(person: Person, audit: Audit) -> str:
    if audit.organisation_id is not None:
        return _("Next: read the biggest needs and take on those you will work on.")
    if can_run(person, audit):
        return _("Next: read the biggest needs across the schools.")
    return _("Next: read the biggest needs across the schools, and your own where they are shown.")
