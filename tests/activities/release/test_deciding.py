"""Who approves, the allowance, corrections and costs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.activities.engine import Blocked, Stale
from apps.activities.models import Release
from apps.activities.release import actions, emails, figures, telling
from apps.activities.release.enums import Basis, Cover, InClass, ReleaseState
from apps.activities.release.pricing import supply_pence
from apps.activities.release.terms import term_in
from apps.core import clock
from apps.core.models import AuditEvent, Notice, OutboundEmail
from apps.core.notices import told as told_notices
from apps.core.permissions import Refused
from apps.schools.actions import release as of_schools
from apps.schools.enums import DelegateKind
from tests import factories as f
from tests.activities.release.plays import row_of, visit
from tests.activities.triads import Stage
from tests.support.clients import signed_in


def asked(stage: Stage, person: object = None, **values: object) -> Release:
    return f.ReleaseFactory(
        person=person or stage.ann, organisation=stage.school, asked_by=stage.lead, **values
    )


def delegate(stage: Stage, person: object, kind: DelegateKind = DelegateKind.APPROVER) -> None:
    of_schools.appoint(by=stage.extra["head"], organisation=stage.school, person=person, kind=kind)
    for name in ("_scope", "_delegated"):
        person.__dict__.pop(name, None)


def allow(stage: Stage, minutes: int | None) -> None:
    of_schools.set_allowance(
        by=stage.extra["head"], organisation=stage.school, year=2026, minutes=minutes
    )


def ask(stage: Stage, minutes: int | None = 60, days: int = 7, **values: object) -> Release:
    return actions.ask(
        **{
            "by": stage.lead,
            "member": stage.ann.memberships.get(),
            "what_for": "Course",
            "when": actions.When(clock.today() + timedelta(days=days)),
            "minutes": minutes,
            **values,
        }
    )


def test_the_head_approves_several_in_one_press(stage: Stage) -> None:
    head, rows = stage.extra["head"], [asked(stage), asked(stage, stage.bob)]
    assert len(actions.approve(rows, by=head)) == 2
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.basis, row.decided_by) == (
            ReleaseState.APPROVED,
            Basis.BY_HAND,
            head,
        )
    assert actions.approve(rows, by=head) == []
    assert AuditEvent.objects.filter(action="release.approved").count() == 2


@pytest.mark.parametrize("who", ["lead", "ann", "other_lead", "other_head"])
def test_nobody_else_approves(stage: Stage, who: str) -> None:
    row = asked(stage)
    person = stage.extra.get(who) or getattr(stage, who)
    assert actions.approve([row], by=person) == []
    with pytest.raises(Refused):
        actions.refuse(row, by=person, reason="no")
    row.refresh_from_db()
    assert row.state == ReleaseState.ASKED


def test_a_delegate_approves_but_not_for_themselves(stage: Stage) -> None:
    delegate(stage, stage.bob)
    mine, other = asked(stage, stage.bob), asked(stage)
    assert actions.approve([mine, other], by=stage.bob) == [other]


def test_a_delegate_who_left_the_school_decides_nothing(stage: Stage) -> None:
    delegate(stage, stage.bob)
    stage.bob.memberships.update(ends_on=clock.today() - timedelta(days=1))
    assert actions.approve([asked(stage)], by=stage.bob) == []


def test_arranging_cover_is_not_approving(stage: Stage) -> None:
    delegate(stage, stage.bob, DelegateKind.COVER)
    assert actions.approve([asked(stage)], by=stage.bob) == []


def test_only_the_head_hands_on_approval(stage: Stage) -> None:
    with pytest.raises(Refused, match="Only the head"):
        of_schools.appoint(
            by=stage.lead,
            organisation=stage.school,
            person=stage.bob,
            kind=DelegateKind.APPROVER,
        )
    with pytest.raises(Refused, match="belongs to the school"):
        of_schools.appoint(
            by=stage.extra["head"],
            organisation=stage.school,
            person=stage.cy,
            kind=DelegateKind.APPROVER,
        )


def test_a_refusal_needs_a_reason_and_tells_the_organiser(stage: Stage) -> None:
    row = row_of(visit(stage, stage.active()), stage.ann)
    with pytest.raises(Blocked, match="reason"):
        actions.refuse(row, by=stage.extra["head"], reason=" ")
    actions.refuse(row, by=stage.extra["head"], reason="Mock exams that day")
    told = Notice.objects.filter(kind="activities.release_refused")
    assert {notice.person for notice in told} == {stage.lead, stage.ann}
    mails = OutboundEmail.objects.filter(template="activities.release.refused")
    assert {mail.person for mail in mails} == {stage.lead, stage.ann}
    assert "exams" not in str([mail.keys for mail in mails])
    letters = {mail.person: emails.refused(mail).paragraphs[0] for mail in mails}  # type: ignore[union-attr]
    assert letters[stage.ann].startswith("You cannot be released on ")
    assert letters[stage.lead].startswith(f"{stage.ann.name} cannot be released on ")


def test_an_approval_tells_the_person_and_the_organiser_in_one_mail(stage: Stage) -> None:
    activity = stage.active()
    rows = [row_of(visit(stage, activity), stage.ann), asked(stage)]
    actions.approve(rows, by=stage.extra["head"])
    told = Notice.objects.filter(kind="activities.release_approved")
    mine = told.filter(person=stage.ann)
    assert {n.thing for n in mine} == {row.public_id for row in rows}
    assert told.filter(person=stage.lead).count() == 2
    mails = OutboundEmail.objects.filter(template="activities.release.approved")
    assert {mail.person for mail in mails} == {stage.lead, stage.ann}
    assert mails.count() == 2
    letter = emails.approved(mails.get(person=stage.ann))
    assert letter is not None
    assert "2 releases are approved" in letter.subject
    words = told_notices(told.filter(person=stage.ann))[0].words
    assert words.startswith("Release is approved: Ann Exampleton")
    actions.refuse(rows[0], by=stage.extra["head"], reason="ill")
    actions.refuse(rows[1], by=stage.extra["head"], reason="ill")
    assert emails.approved(mails.get(person=stage.ann)) is None


def test_telling_of_many_approvals_takes_no_more_queries_than_of_one(stage: Stage) -> None:
    rows = [asked(stage) for _n in range(7)]
    telling.approved(rows[:1], by=stage.extra["head"])  # their mail of that morning is there
    counts = set()
    for some in (rows[1:2], rows[2:]):
        with CaptureQueriesContext(connection) as seen:
            telling.approved(some, by=stage.extra["head"])
        counts.add(len(seen))
    assert len(counts) == 1
    assert Notice.objects.filter(kind="activities.release_approved", person=stage.ann).count() == 7


def test_several_are_refused_for_one_reason(stage: Stage) -> None:
    rows = [asked(stage), asked(stage, stage.bob)]
    foreign = f.ReleaseFactory(person=stage.cy, organisation=stage.partner, asked_by=stage.cy)
    head = stage.extra["head"]
    done = actions.refuse_all([*rows, foreign], by=head, reason="Mock exams that week")
    assert {row.pk for row in done} == {row.pk for row in rows}
    assert {row.reason for row in done} == {"Mock exams that week"}
    foreign.refresh_from_db()
    assert foreign.state == ReleaseState.ASKED
    assert actions.refuse_all(rows, by=head, reason="again") == []


def test_several_are_refused_on_a_page_that_asks_why(stage: Stage) -> None:
    rows = [asked(stage), asked(stage, stage.bob)]
    client, url = signed_in(stage.extra["head"]), reverse("activities:release_refuse_several")
    ticked = {"row": [row.public_id for row in rows]}
    assert client.post(url, ticked).status_code == 200
    assert client.post(url, {**ticked, "asked": "1", "reason": ""}).status_code == 422
    assert client.post(url, {**ticked, "asked": "1", "reason": "No cover"}).status_code == 302
    assert {Release.objects.get(pk=row.pk).state for row in rows} == {"refused"}
    assert client.post(url, ticked, follow=True).status_code == 200


def test_an_approval_can_be_taken_back_with_a_reason(stage: Stage) -> None:
    row = asked(stage)
    actions.approve([row], by=stage.extra["head"])
    assert actions.refuse(row, by=stage.extra["head"], reason="ill").state == "refused"


def test_what_waits_is_mailed_to_those_who_decide_once_a_morning(stage: Stage) -> None:
    ask(stage)
    ask(stage, days=8)
    mails = OutboundEmail.objects.filter(template="activities.release.waiting")
    assert [mail.person for mail in mails] == [stage.extra["head"]]


# The allowance


def test_within_the_allowance_it_is_approved_by_itself(stage: Stage) -> None:
    allow(stage, 100)
    first, second = ask(stage, 60), ask(stage, 60)
    assert (first.state, first.basis) == (ReleaseState.APPROVED, Basis.ALLOWANCE)
    assert first.get_basis_display() == "Within the allowance"
    assert second.state == ReleaseState.ASKED
    assert ask(stage, 40).state == ReleaseState.APPROVED


def test_without_an_allowance_everything_waits(stage: Stage) -> None:
    assert ask(stage).state == ReleaseState.ASKED
    allow(stage, None)
    assert ask(stage).state == ReleaseState.ASKED


def test_minutes_that_nobody_knows_fit_no_allowance(stage: Stage) -> None:
    allow(stage, 1000)
    assert ask(stage, None).state == ReleaseState.ASKED


def test_the_next_term_has_its_own_allowance(stage: Stage) -> None:
    allow(stage, 60)
    assert ask(stage, 60).state == ReleaseState.APPROVED
    assert ask(stage, 60).state == ReleaseState.ASKED
    assert ask(stage, 60, days=60).state == ReleaseState.APPROVED  # January


def test_what_falls_through_gives_its_minutes_back(stage: Stage) -> None:
    allow(stage, 60)
    actions.take_back(ask(stage, 60), by=stage.lead)
    assert ask(stage, 60).state == ReleaseState.APPROVED


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(minutes=st.lists(st.integers(0, 90), max_size=6), limit=st.integers(0, 200))
def test_the_allowance_is_never_passed(stage: Stage, minutes: list[int], limit: int) -> None:
    Release.objects.all().delete()
    allow(stage, limit)
    for each in minutes:
        ask(stage, each)
    taken = sum(r.planned_minutes for r in Release.objects.filter(basis=Basis.ALLOWANCE))
    assert taken <= limit
    budget = figures.budget_of(stage.school, 2026)
    assert figures.allowance(stage.school, clock.today(), budget).taken == taken


def test_a_term_reaches_to_the_day_before_the_next() -> None:
    d = date.fromisoformat
    terms = [(d("2026-09-01"), d("2026-12-18")), (d("2027-01-04"), d("2027-03-25"))]
    assert term_in(terms, d("2026-12-28")) == (d("2026-09-01"), d("2027-01-03"))
    assert term_in(terms, d("2027-05-01")) == (d("2027-01-04"), d("2027-08-31"))
    assert term_in([], d("2026-11-24")) == (d("2026-09-01"), d("2026-12-31"))


# Asking by hand, correcting, costs


def test_a_form_sent_twice_asks_once(stage: Stage) -> None:
    row = ask(stage)
    assert ask(stage, client_key=row.client_key) == row
    assert Release.objects.count() == 1


def test_a_correction_keeps_the_old_value_in_the_trail(stage: Stage) -> None:
    session = stage.visit(stage.active(), stage.ann, stage.cy)
    row = row_of(session, stage.ann)
    actions.correct(row, by=stage.ann, version=row.version, values={"actual_minutes": 70})
    event = AuditEvent.objects.get(action="release.corrected", subject_id=row.pk)
    assert event.data == {"before": {"actual_minutes": 50}, "after": {"actual_minutes": 70}}


def test_two_who_correct_at_once_lose_nothing(stage: Stage) -> None:
    row = asked(stage, day=clock.today())
    actions.correct(row, by=stage.ann, version=1, values={"actual_minutes": 70})
    with pytest.raises(Stale):
        actions.correct(row, by=stage.lead, version=1, values={"actual_minutes": 90})


def test_the_future_has_not_been_used(stage: Stage) -> None:
    row = asked(stage)
    with pytest.raises(Blocked, match="future"):
        actions.correct(row, by=stage.ann, version=1, values={"actual_minutes": 70})


@pytest.mark.parametrize(
    ("who", "may"),
    [("ann", "minutes"), ("lead", "minutes cover costs"), ("head", "minutes cover costs")],
)
def test_everybody_corrects_what_is_theirs(stage: Stage, who: str, may: str) -> None:
    person = stage.extra.get(who) or getattr(stage, who)
    tries = {
        "minutes": {"actual_minutes": 5},
        "cover": {"cover": Cover.INTERNAL},
        "costs": {"travel_pence": 450},
    }
    for name, values in tries.items():
        row = asked(stage, day=clock.today())
        if name in may.split():
            actions.correct(row, by=person, version=1, values=values)
            assert {k: getattr(Release.objects.get(pk=row.pk), k) for k in values} == values
        else:
            with pytest.raises(Refused):
                actions.correct(row, by=person, version=1, values=values)


def test_an_organiser_of_another_school_corrects_minutes_only(stage: Stage) -> None:
    session = stage.visit(stage.active(), stage.cy, stage.ann)
    row = row_of(session, stage.cy)
    actions.correct(row, by=stage.lead, version=row.version, values={"actual_minutes": 70})
    with pytest.raises(Refused):
        actions.correct(row, by=stage.lead, version=row.version + 1, values={"payer": "host"})


def test_known_to_be_in_class_after_all_it_waits(stage: Stage) -> None:
    row = ask(stage, in_class=InClass.NO)
    assert row.state == ReleaseState.APPROVED
    row = actions.correct(row, by=stage.lead, version=1, values={"in_class": InClass.YES})
    assert (row.state, row.basis, row.cover) == (ReleaseState.ASKED, "", "")


@pytest.mark.parametrize(
    ("unit", "count", "pence"),
    [("day", 2, 43_600), ("half", 1, 10_900), ("lesson", 1, 4_360), ("lesson", 3, 13_080)],
)
def test_halves_and_lessons_are_pro_rata_of_a_day(unit: str, count: int, pence: int) -> None:
    assert supply_pence(21_800, 5, unit, count) == pence


def test_half_a_penny_is_rounded_up() -> None:
    assert supply_pence(21_801, 5, "half", 1) == 10_901
    assert supply_pence(100, 3, "lesson", 1) == 33


def test_supply_is_priced_at_the_rate_of_its_day(stage: Stage) -> None:
    values = {"cover": Cover.SUPPLY, "supply_unit": "day", "supply_count": 1}
    row = asked(stage)
    row = actions.correct(row, by=stage.lead, version=1, values=values)
    assert row.cover_pence is None  # no rate is known: not nothing
    rate = {"by": stage.lead, "organisation": stage.school, "lessons": 5}
    assert actions.set_rate(**rate, starts_on=date(2026, 9, 1), pence=21_800) == 1
    assert Release.objects.get(pk=row.pk).cover_pence == 21_800
    # A rate from later on changes nothing before it; a corrected one does, and is in the trail.
    assert actions.set_rate(**rate, starts_on=date(2027, 1, 1), pence=29_100) == 0
    assert actions.set_rate(**rate, starts_on=date(2026, 9, 1), pence=22_000) == 1
    data = AuditEvent.objects.filter(action="release.priced", subject_id=row.pk).first().data
    assert data == {"before": {"cover_pence": 21_800}, "after": {"cover_pence": 22_000}}


def test_internal_cover_costs_no_cash(stage: Stage) -> None:
    row = asked(stage, cover=Cover.SUPPLY, supply_unit="day", supply_count=1, cover_pence=21_800)
    row = actions.correct(row, by=stage.lead, version=1, values={"cover": Cover.INTERNAL})
    assert (row.cover_pence, row.supply_unit, row.supply_count) == (None, "", None)
    found = figures.totals(Release.objects.all())
    assert (found.internal, found.cash) == (60, 0)
