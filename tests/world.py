"""One small believable world: two alliances that know nothing of each other.

``own`` is the alliance of everybody but the outsider: two schools, joined, agreement signed,
with a triad, records, an audit, a need, a follow-up and a criterion. ``foreign`` is the
outsider's alliance with one object of each sort.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from apps.accounts.models import Person
from apps.activities.engine import feeds
from apps.activities.enums import Audience, RecordForm
from apps.activities.models import Message
from apps.audits.enums import AuditState
from apps.audits.models import AuditSchool, BankQuestion
from apps.core import clock
from apps.core.models import Job
from apps.schools.enums import (
    ALLIANCE_ROLES,
    AgreementState,
    AllianceMemberState,
    ImportKind,
    JobRole,
    Role,
)
from tests import factories as f
from tests import kinds_world
from tests.audits import plans_world

ROLES = (
    "anonymous",
    "outsider",
    "teacher",
    "support",
    "lead",
    "other_lead",
    "head",
    "governor",
    "coordinator",
    "operator",
)


@dataclass
class World:
    """``people`` by role name; ``own`` and ``foreign`` hold objects under the same names."""

    people: dict[str, Person] = field(default_factory=dict)
    own: Any = field(default_factory=SimpleNamespace)
    foreign: Any = field(default_factory=SimpleNamespace)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def _member(person: Person, role: str, place: Any, **values: Any) -> Any:
    where = (
        {"alliance": place, "organisation": None}
        if role in ALLIANCE_ROLES
        else {"organisation": place}
    )
    return f.MembershipFactory(person=person, role=role, **where, **values)


def make_world() -> World:
    """Create the world; needs the database."""
    w = World()
    for role in ROLES[1:]:
        w.people[role] = f.PersonFactory(
            username=role, given_name=role.replace("_", " ").title(), family_name="Example"
        )
    w.operator.is_staff = True
    w.operator.save(update_fields=["is_staff"])
    _own(w)
    _foreign(w)
    return w


def _own(w: World) -> None:
    own = w.own
    own.alliance = f.AllianceFactory(name="Own alliance")
    own.school = f.SchoolFactory(name="Own School")
    own.partner_school = f.SchoolFactory(name="Partner School")
    for school in (own.school, own.partner_school):
        f.AllianceMemberFactory(alliance=own.alliance, organisation=school)
    own.agreement = f.AgreementFactory(alliance=own.alliance)
    _agreement_parts(own)
    for school in (own.school, own.partner_school):
        f.SignatureFactory(agreement=own.agreement, organisation=school, signed_by=w.head)
    own.membership = _member(w.teacher, Role.TEACHER, own.school, job_role=JobRole.TEACHER)
    _member(w.support, Role.SUPPORT, own.school, job_role=JobRole.TEACHING_ASSISTANT)
    _member(w.lead, Role.CPD_LEAD, own.school)
    _member(w.head, Role.HEAD, own.school)
    _member(w.governor, Role.GOVERNOR, own.school)
    _member(w.other_lead, Role.CPD_LEAD, own.partner_school)
    own.coordinating = _member(w.coordinator, Role.COORDINATOR, own.alliance)
    w.people["colleague"] = f.PersonFactory(username="colleague")
    _member(w.colleague, Role.TEACHER, own.partner_school)
    _thread(w, own, organiser=w.lead, members=[w.teacher, w.support, w.colleague])


def _foreign(w: World) -> None:
    foreign = w.foreign
    foreign.alliance = f.AllianceFactory(name="Foreign alliance")
    foreign.school = f.SchoolFactory(name="Foreign School")
    f.AllianceMemberFactory(alliance=foreign.alliance, organisation=foreign.school)
    foreign.agreement = f.AgreementFactory(alliance=foreign.alliance)
    _agreement_parts(foreign)
    foreign.coordinating = _member(f.PersonFactory(), Role.COORDINATOR, foreign.alliance)
    _member(w.outsider, Role.CPD_LEAD, foreign.school)
    strangers = [f.PersonFactory() for _ in range(3)]
    for person in strangers:
        foreign.membership = _member(person, Role.TEACHER, foreign.school)
    _thread(w, foreign, organiser=w.outsider, members=strangers)


def _agreement_parts(place: Any) -> None:
    place.draft = f.AgreementFactory(
        alliance=place.alliance, number=2, state=AgreementState.DRAFT, sent_out_at=None
    )
    place.obstacle = f.ObstacleFactory(agreement=place.agreement)
    place.invited_school = f.SchoolFactory(name="Invited School")
    place.invited = f.AllianceMemberFactory(
        alliance=place.alliance,
        organisation=place.invited_school,
        state=AllianceMemberState.INVITED,
    )
    place.head_link = f.InvitationFactory(
        organisation=place.school,
        alliance=place.alliance,
        used_at=clock.now(),
        headship=_member(f.PersonFactory(), Role.HEAD, f.SchoolFactory(name="Taken School")),
    )
    place.section = "goals"
    place.member = place.alliance.members.get(organisation=place.school)


def _audits(place: Any, organiser: Person, first: Person) -> None:
    """Beside the open audit a draft, and a closed one with its release and one answer."""
    common = {"organisation": place.school, "created_by": organiser}
    place.draft_audit = f.AuditFactory(state=AuditState.DRAFT, opened_at=None, **common)
    place.draft_question = f.QuestionFactory(audit=place.draft_audit)
    place.kept_question = BankQuestion.objects.create(
        organisation=place.school, kind="long_text", text="What now?", code="what-now"
    )
    figures = {"rule": 5, "rates": [], "answered": 1, "kept_out": 0, "topics": [], "choices": []}
    place.closed_audit = f.AuditFactory(
        state=AuditState.CLOSED,
        closed_at=clock.now(),
        results={"shared": figures, "lead": figures},
        **common,
    )
    place.response = f.ResponseFactory(audit=place.closed_audit, person=first)
    place.alliance_audit = f.AuditFactory(
        state=AuditState.DRAFT,
        opened_at=None,
        organisation=None,
        alliance=place.alliance,
        created_by=organiser,
    )
    f.QuestionFactory(audit=place.alliance_audit)
    place.audit_school = AuditSchool.objects.create(
        audit=place.alliance_audit, organisation=place.school
    )
    place.answer = f.AnswerFactory(response=place.response, text="canary-comment")


def _thread(w: World, place: Any, *, organiser: Person, members: list[Person]) -> None:
    """Need to verdict, one object each; the first member owns what is personal."""
    first, second, _third = members
    place.audit = f.AuditFactory(organisation=place.school, created_by=organiser)
    place.question = f.QuestionFactory(audit=place.audit)
    f.ParticipationFactory(audit=place.audit, person=first)
    _audits(place, organiser, first)
    place.need = f.NeedFactory(
        organisation=place.school,
        alliance=place.alliance,
        topic=place.question.topic,
        audit=place.audit,
        created_by=organiser,
    )
    place.goal = f.GoalFactory(organisation=place.school, person=first, need=place.need)
    plans_world.furnish(place, organiser, first, w.head)
    place.activity = f.ActivityFactory(
        organisation=place.school, alliance=place.alliance, organiser=organiser
    )
    place.activity.needs.add(place.need)
    for person in members:
        held = person.memberships.get()
        place.participant = f.ParticipantFactory(
            activity=place.activity, person=person, organisation=held.organisation
        )
    place.place_request = f.PlaceRequestFactory(
        activity=place.activity, organisation=held.organisation, asked_by=organiser
    )
    place.session = f.SessionFactory(activity=place.activity, observer=second, observed=first)
    place.poll = f.PollFactory(activity=place.activity, asked_by=organiser)
    place.reflection = f.RecordFactory(
        author=first, organisation=place.school, text="canary-private-reflection"
    )
    place.observation = f.RecordFactory(
        form=RecordForm.OBSERVATION,
        author=second,
        owner=first,
        organisation=place.school,
        activity=place.activity,
        session=place.session,
        cycle=1,
        audience=Audience.PAIR,
        text="canary-observation",
    )
    place.release = f.ReleaseFactory(
        person=first,
        organisation=place.school,
        activity=place.activity,
        session=place.session,
        asked_by=organiser,
    )
    place.delegate = f.DelegateFactory(organisation=place.school, person=second)
    place.criterion = f.CriterionFactory(activity=place.activity)
    place.measurement = f.MeasurementFactory(criterion=place.criterion, entered_by=organiser)
    place.followup = f.FollowUpFactory(
        owner=first, organiser=organiser, organisation=place.school, alliance=place.alliance
    )
    kinds_world.add(place, organiser, members)
    place.adjustment = f.AdjustmentFactory(alliance=place.alliance, entered_by=organiser)
    place.report = f.ReportFactory(alliance=place.alliance, requested_by=organiser)
    place.ready_report = f.FrozenReportFactory(alliance=place.alliance, requested_by=organiser)
    of_school = {"alliance": None, "organisation": place.school, "requested_by": organiser}
    place.school_report = f.FrozenReportFactory(kind="school", **of_school)
    place.governors_report = f.FrozenReportFactory(kind="governors", **of_school)
    place.activity_report = f.FrozenReportFactory(
        kind="activity", alliance=None, activity=place.activity, requested_by=organiser
    )
    place.programme = f.ProgrammeFactory(alliance=place.alliance)
    place.programme_report = f.FrozenReportFactory(
        kind="programme", alliance=None, programme=place.programme, requested_by=organiser
    )
    place.own_record = f.OwnRecordFactory(person=first, requested_by=first)
    place.staff_import = f.FileImportFactory(organisation=place.school)
    f.CycleFactory(organisation=place.school)
    place.timetable_file = f.TimetableFileFactory(organisation=place.school, uploaded_by=organiser)
    place.register_import = f.FileImportFactory(kind=ImportKind.REGISTER, organisation=None)
    place.calendar_file = f.CalendarFileFactory(organisation=place.school, uploaded_by=organiser)
    place.message = Message.objects.create(
        activity=place.activity, author=first, text="canary-message"
    )
    place.feed_token = feeds.renew(by=first)
    place.job = Job.objects.create(kind="none", owner=first)
