"""What speaks against a time: each rule, who may read why, and what it takes to save it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Blocked, Conflicts, Slot
from apps.activities.models import Activity, Session
from apps.core.models import AuditEvent
from apps.schools.enums import Role
from apps.schools.models import OwnTime, TermDate
from tests.activities.triads import Stage
from tests.activities.weeks import keep_bell, next_monday, on_monday, pay, teach

OTHERS_CANNOT = (
    "Ann Exampleton is not available then, and others cannot plan that time. Ask them, or the CPD "
    "lead of their school, when else."
)


def plan(stage: Stage, activity: Activity, slot: Slot, by: Person | None = None, **more: Any):  # type: ignore[no-untyped-def]
    values = {"observer": stage.ann, "observed": stage.cy, "kind": "observation", **more}
    return engine.plan_session(activity, by=by or stage.ann, slot=slot, **values)


def reasons(stage: Stage, activity: Activity, slot: Slot, **more: Any) -> list[str]:
    with pytest.raises(Blocked) as refused:
        plan(stage, activity, slot, **more)
    return [block.reason for block in refused.value.blocks]


def test_a_timetable_clash_is_shown_and_saved_only_knowingly(stage: Stage) -> None:
    teach(stage.ann, stage.school, "TFTTT")
    activity, slot = stage.active(), on_monday("09:00", "09:50", stage.partner)
    [reason] = reasons(stage, activity, slot)
    assert reason == "Ann Exampleton teaches or is on duty then (P1) and needs cover."
    session = plan(stage, activity, slot, despite_conflicts=True)
    audit = AuditEvent.objects.get(action="session.planned", subject_id=session.pk)
    assert audit.data["despite"] == ["lesson"]


def test_a_free_period_is_no_clash(stage: Stage) -> None:
    teach(stage.ann, stage.school, "TFTTT")
    assert plan(stage, stage.active(), on_monday("10:00", "10:50", stage.partner)).pk


def test_the_lesson_that_is_visited_is_no_clash(stage: Stage) -> None:
    teach(stage.cy, stage.partner, "TTTTT")
    assert plan(stage, stage.active(), on_monday("10:00", "10:50", stage.partner)).pk


@pytest.mark.parametrize("letter", ["P", "E"])
def test_ppa_and_ect_induction_time_are_never_used(stage: Stage, letter: str) -> None:
    teach(stage.ann, stage.school, f"T{letter}TTT")
    activity, slot = stage.active(), on_monday("10:00", "10:50", stage.partner)
    for despite in (False, True):
        assert reasons(stage, activity, slot, despite_conflicts=despite) == [
            "Ann Exampleton has PPA or ECT induction time then. It is never used."
        ]
    assert not Session.objects.exists()


def test_a_session_cannot_be_moved_into_protected_time(stage: Stage) -> None:
    teach(stage.ann, stage.school, "FPFFF")
    session = plan(stage, stage.active(), on_monday("09:00", "09:50", stage.partner))
    with pytest.raises(Blocked, match="never used"):
        engine.change_session(
            session,
            by=stage.ann,
            sequence=0,
            slot=on_monday("10:00", "10:50", stage.partner),
            despite_conflicts=True,
        )


def test_other_schools_read_only_that_somebody_is_not_free(stage: Stage) -> None:
    teach(stage.ann, stage.school, "TPTTT")
    activity = stage.active()
    by_cy = {"by": stage.cy}
    slot = on_monday("09:00", "09:50", stage.partner)
    assert reasons(stage, activity, slot, **by_cy) == ["Ann Exampleton is not free then."]
    slot = on_monday("10:00", "10:50", stage.partner)
    [never] = reasons(stage, activity, slot, **by_cy)
    assert "PPA" not in never
    assert never == OTHERS_CANNOT


def test_the_cpd_lead_of_the_school_reads_why(stage: Stage) -> None:
    teach(stage.ann, stage.school, "TFTTT")
    slot = on_monday("09:00", "09:50", stage.partner)
    [reason] = reasons(stage, stage.active(), slot, by=stage.lead)
    assert "P1" in reason


def test_leave_says_not_available_and_no_reason(stage: Stage) -> None:
    slot = on_monday("09:00", "09:50", stage.partner)
    OwnTime.objects.create(
        person=stage.ann,
        kind=OwnTime.Kind.LEAVE,
        starts_at=slot.starts_at - timedelta(hours=9),
        ends_at=slot.starts_at + timedelta(hours=15),
    )
    activity = stage.active()
    assert reasons(stage, activity, slot) == ["Ann Exampleton is not available then."]
    assert reasons(stage, activity, slot, by=stage.cy) == ["Ann Exampleton is not free then."]
    fields = {field.name for field in OwnTime._meta.get_fields()}
    assert fields == {"id", "person", "kind", "starts_at", "ends_at"}


def test_others_do_not_read_that_it_lies_outside_paid_hours(stage: Stage) -> None:
    """The same words as for PPA, a colleague too; and they do not promise the school's money."""
    support_staff(stage)
    activity, slot = stage.active(), on_monday("12:00", "12:50", stage.partner)
    paid = Slot(slot.starts_at, slot.ends_at, slot.organisation, extra_pay=True)
    for asked, by in product((slot, paid), (stage.bob, stage.cy)):
        assert reasons(stage, activity, asked, by=by, despite_conflicts=True) == [OTHERS_CANNOT]
    assert "paid hours" in reasons(stage, activity, slot, by=stage.lead)[0]
    session = plan(stage, activity, paid)  # Ann puts it on record herself
    linked = replace(paid, link="https://meet.example/1")
    moved = engine.change_session(session, by=stage.cy, sequence=0, slot=linked)
    assert moved.link == linked.link


def support_staff(stage: Stage) -> None:
    stage.ann.memberships.update(role=Role.SUPPORT)
    pay(stage.ann, stage.school, "08:30", "12:30")


def test_support_staff_outside_paid_hours_need_extra_pay_on_record(stage: Stage) -> None:
    support_staff(stage)
    activity, slot = stage.active(), on_monday("12:00", "12:50", stage.partner)
    for despite in (False, True):
        with pytest.raises(Conflicts) as refused:
            plan(stage, activity, slot, despite_conflicts=despite)
        assert refused.value.need_extra_pay
    paid = Slot(slot.starts_at, slot.ends_at, slot.organisation, extra_pay=True)
    assert plan(stage, activity, paid).extra_pay


def test_support_staff_within_paid_hours_need_nothing(stage: Stage) -> None:
    support_staff(stage)
    assert plan(stage, stage.active(), on_monday("11:00", "11:50", stage.partner)).pk


def test_a_teacher_is_not_paid_by_the_hour(stage: Stage) -> None:
    pay(stage.ann, stage.school, "08:30", "12:30")
    assert plan(stage, stage.active(), on_monday("16:00", "16:50", stage.partner)).pk


def far_apart(stage: Stage) -> None:
    for school, easting in ((stage.school, 100_000), (stage.partner, 110_000)):
        school.easting, school.northing = easting, 200_000
        school.save()


def test_travel_between_two_sessions_must_be_possible(stage: Stage) -> None:
    far_apart(stage)
    activity = stage.active()
    plan(stage, activity, on_monday("09:00", "09:50", stage.partner))
    at_home = {"observer": stage.ann, "observed": stage.bob}
    [reason] = reasons(stage, activity, on_monday("10:00", "10:50", stage.school), **at_home)
    assert "cannot get from one to the other in time" in reason
    assert plan(stage, activity, on_monday("10:30", "11:20", stage.school), **at_home).pk


def test_the_way_there_meets_lessons_too(stage: Stage) -> None:
    far_apart(stage)
    teach(stage.ann, stage.school, "TFTTT")
    [reason] = reasons(stage, stage.active(), on_monday("10:00", "10:50", stage.partner))
    assert "(P1, P3)" in reason or "(P1)" in reason


def test_unknown_distances_stop_nothing(stage: Stage) -> None:
    activity = stage.active()
    plan(stage, activity, on_monday("09:00", "09:50", stage.partner))
    at_home = {"observer": stage.ann, "observed": stage.bob}
    assert plan(stage, activity, on_monday("10:00", "10:50", stage.school), **at_home).pk


def test_more_than_k_released_from_one_school_is_a_conflict(stage: Stage) -> None:
    keep_bell(stage.school, most_released=1)
    teach(stage.ann, stage.school, "TTTTT")
    teach(stage.bob, stage.school, "TTTTT")
    activity = stage.active()
    first = on_monday("09:00", "09:50", stage.partner)
    plan(stage, activity, first, despite_conflicts=True)
    later = on_monday("09:20", "09:50", None)
    found = reasons(stage, activity, later, kind="exchange", observer=stage.bob, observed=stage.cy)
    assert "2 people of Ash School would be out at once; it has set 1." in found
    elsewhen = on_monday("10:00", "10:50", stage.partner)
    with pytest.raises(Conflicts) as refused:
        plan(stage, activity, elsewhen, observer=stage.bob)
    assert [clash.slug for clash in refused.value.clashes] == ["lesson"]


def test_no_lesson_is_visited_on_an_inset_day(stage: Stage) -> None:
    day = next_monday()
    TermDate.objects.create(organisation=stage.partner, kind="inset", starts_on=day, ends_on=day)
    activity = stage.active()
    [reason] = reasons(stage, activity, on_monday("09:00", "09:50", stage.partner))
    assert "INSET" in reason
    talk = on_monday("09:00", "09:30", stage.partner)
    assert plan(stage, activity, talk, kind="exchange").pk


def test_what_was_not_shown_is_not_accepted(stage: Stage) -> None:
    """A suggestion is pressed knowing of the cover; another session came in between."""
    teach(stage.ann, stage.school, "TTTTT")
    activity, slot = stage.active(), on_monday("09:00", "09:50", stage.partner)
    assert plan(stage, activity, slot, accepting=("lesson",)).pk
    with pytest.raises(Conflicts, match="another session"):
        plan(
            stage,
            activity,
            slot,
            kind="exchange",
            observed=stage.bob,
            observer=stage.ann,
            accepting=("lesson",),
        )
