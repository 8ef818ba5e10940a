from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.enums import (
    ActivityState,
    Audience,
    ParticipantState,
    RecordForm,
    SessionState,
)
from apps.activities.kinds import kind_of
from apps.activities.models import (
    Activity,
    Message,
    Participant,
    PlaceRequest,
    Poll,
    Record,
    Session,
)
from apps.core import clock
from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of

OVER = (ActivityState.CLOSED, ActivityState.CANCELLED)
STARTERS = (*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)


def can_read_cpd_log(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).has(Role.CPD_LEAD, Role.HEAD, Role.COORDINATOR),
        _("Only CPD leads, heads and coordinators read this log."),
    )


def can_start(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).has(*STARTERS, Role.COORDINATOR),
        _("Staff, CPD leads, heads and coordinators start activities."),
    )


def _steers(person: Person, activity: Activity) -> bool:
    scope = scope_of(person)
    return (
        activity.organiser_id == person.pk
        or activity.organisation_id in scope.organisations(Role.CPD_LEAD)
        or activity.alliance_id in scope.alliances(Role.COORDINATOR)
    )


def takes_part(person: Person, activity: Activity) -> bool:
    return Participant.objects.taking_part().of_members(person).filter(activity=activity).exists()


def can_steer(person: Person, activity: Activity) -> Permission:
    """Invite, start, pause, cancel, close, reopen."""
    return allowed_if(
        _steers(person, activity),
        _("Only its organiser, the CPD lead of the leading school or a coordinator can do this."),
    )


def _plans(person: Person, activity: Activity) -> bool:
    roles = [role.slug for role in kind_of(activity.kind).roles if role.plans]
    mine = Participant.objects.taking_part().of_members(person)
    return mine.filter(activity=activity, role__in=roles).exists()


def can_plan(person: Person, activity: Activity) -> Permission:
    """Write the plan, criteria and sessions; go on to the next stage."""
    return allowed_if(
        _steers(person, activity) or _plans(person, activity),
        _("Only those who take part or organise it can change the plan."),
    )


def can_decide_on_judges(person: Person, activity: Activity) -> Permission:
    return allowed_if(
        takes_part(person, activity), _("Only those who take part share anything here.")
    )


def can_answer(person: Person, participant: Participant) -> Permission:
    if participant.person_id != person.pk:
        return Denied(_("Only the person invited can answer."))
    return allowed_if(
        participant.state in (ParticipantState.INVITED, ParticipantState.ACCEPTED),
        _("This invitation no longer stands."),
    )


def can_leave(person: Person, participant: Participant) -> Permission:
    return allowed_if(
        participant.person_id == person.pk or _steers(person, participant.activity),
        _("Only the person, or whoever organises it, can do this."),
    )


def can_answer_request(person: Person, request: PlaceRequest) -> Permission:
    return allowed_if(
        request.organisation_id in scope_of(person).organisations(Role.CPD_LEAD),
        _("Only the CPD lead of the school asked can answer."),
    )


def can_agree(person: Person, session: Session) -> Permission:
    """Write down what a session agreed that somebody does: those in it, and who organises it."""
    activity = session.activity
    if not (_steers(person, activity) or takes_part(person, activity)):
        return Denied(_("Only those who take part or organise it write down what was agreed."))
    if session.state not in (SessionState.PLANNED, SessionState.HELD):
        return Denied(_("The session did not take place, so nothing was agreed in it."))
    if activity.state in OVER:
        return Denied(_("The activity is over. Promise it by hand, under Follow-ups."))
    return allowed_if(
        session.starts_at <= clock.now(), _("The session has not begun: come back when it has.")
    )


def can_hold(person: Person, session: Session) -> Permission:
    """Change a session, or say that it was held: the pair, or whoever may plan."""
    if person.pk in (session.observer_id, session.observed_id):
        return can_plan(person, session.activity)
    if session.observer_id is None:
        return can_plan(person, session.activity)
    return allowed_if(
        _steers(person, session.activity),
        _("Only the two people of this visit, or whoever organises it, can do this."),
    )


def can_log(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).organisations(*STARTERS),
        _("Only the staff of a school write observations and reflections here."),
    )


def can_edit_record(person: Person, record: Record) -> Permission:
    """The author, as long as the owner has not shared it further; a joint text, all in it."""
    if record.joint and record.activity is not None:
        if record.activity.state in OVER:
            return Denied(_("The activity is over: its texts stay as they are."))
        return allowed_if(
            takes_part(person, record.activity), _("Only those who take part write this text.")
        )
    if record.author_id != person.pk:
        return Denied(_("Only its author can change the words."))
    shared_on = record.form == RecordForm.OBSERVATION and record.audience != Audience.PAIR
    return allowed_if(
        not shared_on, _("Its owner has shared it: its words can no longer be changed.")
    )


def can_read_thread(person: Person, activity: Activity) -> Permission:
    return allowed_if(
        takes_part(person, activity),
        _("The thread is for those who take part. Organising it alone does not open it."),
    )


def can_say(person: Person, activity: Activity) -> Permission:
    if activity.state in OVER:
        return Denied(_("It is over: the thread can be read, and nothing be added."))
    return can_read_thread(person, activity)


def can_comment(person: Person, record: Record) -> Permission:
    """Whoever can read it, once somebody else than its author can."""
    if record.activity is None or (record.audience == Audience.ONLY_ME and not record.joint):
        return Denied(_("A private entry takes no comments."))
    if record.activity.state in OVER:
        return Denied(_("It is over: comments can be read, and none be added."))
    return allowed_if(
        Record.objects.visible_to(person).filter(pk=record.pk).exists(),
        _("Only those who can read it comment on it."),
    )


def can_change_message(person: Person, message: Message) -> Permission:
    return allowed_if(
        message.author_id == person.pk
        and message.deleted_at is None
        and Message.objects.visible_to(person).filter(pk=message.pk).exists(),
        _("Only its author changes it or takes it back."),
    )


def can_see_versions(person: Person, record: Record) -> Permission:
    return allowed_if(
        record.joint and record.activity and takes_part(person, record.activity),
        _("Earlier versions are for those who write the text together."),
    )


def can_share_record(person: Person, record: Record) -> Permission:
    if record.owner_id != person.pk:
        return Denied(_("Only its owner decides who can see it."))
    if record.activity is not None:
        declared = kind_of(record.activity.kind).record(record.kind)
        if declared is not None and record.joint and len(declared.audiences) < 2:
            return Denied(_("It stays with those who take part."))
    return allowed_if(
        record.activity_id is not None and record.form != RecordForm.REFLECTION,
        _("A reflection stays with the person who wrote it."),
    )


def can_link_record(person: Person, record: Record) -> Permission:
    """To an objective of one's own appraisal: of one's own free will."""
    if record.owner_id != person.pk or record.joint:
        return Denied(_("Only its owner links it to an objective of theirs."))
    return allowed_if(
        record.form != RecordForm.REFLECTION,
        _("A reflection stays with the person who wrote it."),
    )


def can_delete_record(person: Person, record: Record) -> Permission:
    return allowed_if(
        record.author_id == person.pk
        and record.form == RecordForm.REFLECTION
        and record.audience == Audience.ONLY_ME,
        _("Only a private reflection can be deleted, and only by its author."),
    )


def can_run_programmes(person: Person, alliance: Alliance | None = None) -> Permission:
    coordinated = scope_of(person).alliances(Role.COORDINATOR)
    return allowed_if(
        coordinated if alliance is None else alliance.pk in coordinated,
        _("Only an alliance's coordinator makes programmes."),
    )


def can_answer_poll(person: Person, poll: Poll) -> Permission:
    asked = poll.observer_id is None or person.pk in (poll.observer_id, poll.observed_id)
    return allowed_if(
        asked and takes_part(person, poll.activity),
        _("Only those who are to come say which times suit them."),
    )
