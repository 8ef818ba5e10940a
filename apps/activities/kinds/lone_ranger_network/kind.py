"""Lone-ranger networks: their stages, rules and meetings, and how groups are made for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Aim, Problem, Reach, Staff
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    Choice,
    Field,
    Kind,
    KindRole,
    Moment,
    Panel,
    Rule,
    SessionKind,
    Stage,
)
from apps.activities.kinds.lone_ranger_network import checks
from apps.activities.kinds.lone_ranger_network.checks import (
    ACTION,
    BEFORE_THE_NEXT,
    CONVENOR,
    FOUND,
    LEAST_MEETINGS,
    MEETING,
    MEETINGS,
    MEMBER,
    REVIEW,
    SLUG,
    TESTED,
    TESTS,
)
from apps.activities.kinds.lone_ranger_network.posts import POSTS
from apps.activities.kinds.lone_ranger_network.writing import CRITERIA, FOLLOWUPS, RECORDS
from apps.activities.kinds.shared import NOTHING_GRADED, REFLECTIONS_STAY_PRIVATE
from apps.activities.matchmaking import Asked, Forming

somebody_tested = rules.written(TESTED, _("Nobody has written yet what they tested."))

STAGES = (
    Stage(
        "forming",
        _("Forming"),
        _("People who are the only one of their subject or role find others, at three schools."),
        unlocked_by=(rules.roles_filled, checks.three_schools, rules.nobody_judges_another),
        days=21,
    ),
    Stage(
        MEETINGS,
        _("Meetings"),
        _("Once every half-term, each time at another school: a pupil issue first, then ideas."),
        unlocked_by=(rules.under_way,),
        needs_active=True,
        days=42,
    ),
    Stage(
        TESTS,
        _("Tests"),
        _("Everybody tests one idea in their school before the next meeting."),
        unlocked_by=(
            rules.under_way,
            rules.held(MEETING, _("The meeting of this half-term has not been held yet.")),
            rules.written(ACTION, _("Nobody has written yet what they will test.")),
        ),
        needs_active=True,
        days=BEFORE_THE_NEXT,
    ),
    Stage(
        REVIEW,
        _("Review"),
        _("What is in use, what changed for pupils, and is anybody still on their own?"),
        unlocked_by=(
            rules.under_way,
            somebody_tested,
            rules.cycles_done(
                LEAST_MEETINGS,
                _("A network meets in three half-terms at least, before it looks back."),
            ),
        ),
        needs_active=True,
    ),
)

RULES = (
    Rule(
        "a_convenor_and_two_more",
        _("Somebody convenes the network, and at least two more are in it."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
    ),
    Rule(
        "three_schools",
        _("Its people work at three schools or more."),
        checks.three_schools,
        frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
    ),
    Rule(
        "room_at_the_table",
        _("There is one convenor, and there are at most nine members."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "rotating_host",
        _("No two meetings in a row are at the same school. Online, nobody hosts."),
        checks.another_host,
        frozenset({Moment.SESSION}),
    ),
    Rule(
        "pupils_at_every_meeting",
        _("A meeting counts once a pupil issue has been written for it."),
        checks.pupils_on_the_agenda,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "nobody_judges_another",
        _("Nobody manages, appraises or tutors another of the network."),
        rules.nobody_judges_another,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    NOTHING_GRADED,
)

KIND = Kind(
    slug=SLUG,
    name=_("Lone-ranger network"),
    purpose=_(
        "People who are the only one of their subject or role in their school, be it music "
        "teacher, SENCO, librarian, school nurse, site or business manager, meet across schools."
    ),
    roles=(KindRole(CONVENOR, _("Convenor"), 1, 1), KindRole(MEMBER, _("Member"), 2, 9)),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(
            MEETING,
            _("Meeting"),
            minutes=90,
            stages=(MEETINGS,),
            least_minutes=20,
            unlocked_by=(checks.pupils_on_the_agenda,),
        ),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    plan_fields=(
        Field(
            "post",
            _("The only one of which subject or role?"),
            _("Such as music, SENCO, librarian or site manager."),
            required=True,
        ),
    ),
    panels=(Panel("activities/lone_ranger_network/hosting.html", checks.hosting),),
    minutes=270,
    repeats_from=MEETINGS,
    repeat_name=_("Plan the next half-term’s meeting"),
    repeat_unlocked_by=(somebody_tested,),
    close_unlocked_by=(rules.written(FOUND, _("What the network found is not written yet.")),),
    least_cycles=LEAST_MEETINGS,
    lasting=_("Say whom members ask now, and which ideas are still in use: %(title)s"),
    choice=Choice(
        problems=frozenset({Problem.KNOWLEDGE, Problem.TEACHING, Problem.INCLUSION}),
        staff=frozenset({Staff.TEACHERS, Staff.SUPPORT, Staff.LEADERS}),
        reach=frozenset({Reach.NEAR, Reach.FAR}),
        aims=frozenset({Aim.NEW, Aim.REFINE}),
        minutes=450,
        evidence=_(
            "Untested: we know of no trial of such networks. Judge it by whether people have "
            "somebody to ask, and by what they still use six weeks later."
        ),
    ),
)

FORMING = Forming(
    SLUG,
    (CONVENOR, MEMBER, MEMBER, MEMBER),
    least=3,
    most_of_one_school=1,
    mixes_departments=False,
    asked=Asked(
        _("Of which subject or role are you the only one in your school?"),
        POSTS,
        "post",
        _("Not in the list? Start a network yourself, from your activities, and invite others."),
    ),
)
