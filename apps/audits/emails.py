"""Letters about audits. They say what is asked, never what anybody answered."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.accounts.models import Person
from apps.audits.enums import AuditState, Purpose
from apps.audits.models import Audit, Participation
from apps.audits.reading import answered_counts, minutes_to_answer
from apps.audits.wording import mode_in_short
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui.dates import day

KIND = "audits"


def _reader(row: OutboundEmail) -> Person | None:
    person: Person | None = row.person
    if person is None or not person.is_active or not person.email or not wants(person, KIND):
        return None
    return person


@letter("audits.asked")
def asked(row: OutboundEmail) -> Letter | None:
    person = _reader(row)
    if person is None:
        return None
    waiting = Participation.objects.of(person).unanswered().filter(audit_id=row.keys["audit"])
    part = waiting.filter(audit__state=AuditState.OPEN).select_related("audit").first()
    if part is None:
        return None
    audit = part.audit
    place = _("%(school)s asks you to answer a needs audit: %(title)s.") % {
        "school": audit.organisation,
        "title": audit.title,
    }
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
        paragraphs=[
            place,
            length + " " + _("What you enter is saved section by section."),
            str(mode_in_short(audit.mode)),
            _free_words(audit),
        ],
        action=Line(_("Answer the audit"), reverse("audits:answer", args=[audit.public_id])),
        closing=_("It closes at the end of %(day)s.") % {"day": day(audit.closes_on)},
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


def _free_words(audit: Audit) -> str:
    if audit.purpose == Purpose.FREE:
        return _("You are free not to answer.")
    if audit.purpose == Purpose.REQUIRED:
        return _("The school is required to ask this.")
    return _("The school has chosen to ask this.")


@letter("audits.closed")
def closed(row: OutboundEmail) -> Letter | None:
    person = _reader(row)
    audit = Audit.objects.closed().filter(pk=row.keys["audit"]).first()
    if person is None or audit is None or not Audit.objects.led_by(person).filter(pk=audit.pk):
        return None
    counts = answered_counts([audit])[audit.pk]
    return Letter(
        to=str(person.email),
        subject=_("Closed: %(title)s") % {"title": audit.title},
        greeting=greeting(person),
        paragraphs=[
            _("The audit has closed. %(answered)d of %(asked)d people answered.")
            % {"answered": counts.answered, "asked": counts.asked}
            if counts.may_be_shown
            else _("The audit has closed."),
            _("Next: read the biggest needs and take on those you will work on."),
        ],
        action=Line(_("Read the results"), reverse("audits:detail", args=[audit.public_id])),
        unsubscribe_path=unsubscribe_path(person, KIND),
    )
