"""Finding a time on the page, polls, attendance and postponement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Blocked, Conflicts, Situation, polls
from apps.activities.engine.attendance import record_attendance
from apps.activities.engine.finding import Found, Wanted, find_times
from apps.activities.models import Activity, Attendance, Poll, Session
from apps.core.models import Notice, OutboundEmail
from apps.schools.models import OwnTime, TermDate
from tests import factories as f
from tests.activities.triads import Stage, an_hour_ago
from tests.activities.weeks import keep_bell, moment, next_monday, on_monday, pay, teach
from tests.support.clients import queries, signed_in


def look(stage: Stage, activity: Activity, *, viewer: Person | None = None, **values: Any) -> Found:
    monday = next_monday()
    wanted = Wanted(
        **{
            "kind": "debrief",
            "minutes": 45,
            "first": monday,
            "last": monday,
            "places": (stage.school,),
            **values,
        }
    )
    return find_times(Situation.of(activity), wanted, viewer=viewer or stage.ann)


def when(found: Found) -> list[str]:
    return [f"{o.starts:%H:%M}" for o in found.offered]


def all_teach(stage: Stage, ann: str, bob: str, cy: str) -> None:
    teach(stage.ann, stage.school, ann)
    teach(stage.bob, stage.school, bob)
    teach(stage.cy, stage.partner, cy)


def test_times_free_for_all_come_first_with_their_reasons(stage: Stage) -> None:
    all_teach(stage, "TFTTF", "TFPTT", "FFTTP")
    found = look(stage, stage.active(), viewer=stage.lead)
    assert when(found)[0] == "10:00"
    assert found.offered[0].reasons[0] == "Everybody is free without cover"
    assert all(o.all_free is (n == 0) for n, o in enumerate(found.offered))
    assert "11:20" not in when(found)  # Bob's PPA
    assert "14:10" not in when(found)  # Cy's PPA


def test_ppa_is_never_offered(stage: Stage) -> None:
    all_teach(stage, "PPPPP", "FFFFF", "FFFFF")
    assert look(stage, stage.active()).offered == []


def test_people_of_whose_times_nothing_is_known_are_named(stage: Stage) -> None:
    teach(stage.ann, stage.school, "TFTTT")
    found = look(stage, stage.active())
    assert sorted(p.person.given_name for p in found.unknown) == ["Bob", "Cy"]
    assert found.offered[0].reasons[0] == "All whose times are known are free without cover"
    assert when(found)[0] == "10:00"


def test_a_time_that_somebody_could_do_counts(stage: Stage) -> None:
    all_teach(stage, "TTTTF", "TTTTF", "TTTTT")
    monday = next_monday()
    stage.cy.timetable.all().delete()
    OwnTime.objects.create(
        person=stage.cy,
        kind="offer",
        starts_at=moment(monday, "14:00"),
        ends_at=moment(monday, "15:30"),
    )
    found = look(stage, stage.active())
    assert found.unknown == []
    assert found.offered[0].all_free
    assert when(found)[0] == "14:10"


def test_the_lesson_visited_is_one_that_is_taught(stage: Stage) -> None:
    teach(stage.ann, stage.school, "FFFFF")
    teach(stage.cy, stage.partner, "FPTDF")
    visit = {"kind": "observation", "minutes": 50, "pair": (stage.ann, stage.cy)}
    found = look(stage, stage.active(), places=(stage.partner,), **visit)
    assert when(found) == ["11:20"]
    assert found.offered[0].all_free


def test_a_visit_is_to_one_lesson_unless_it_is_longer(stage: Stage) -> None:
    teach(stage.ann, stage.school, "FFFFF")
    teach(stage.cy, stage.partner, "TTDDD")
    activity, places = stage.active(), (stage.partner,)
    visit: dict[str, Any] = {"kind": "observation", "pair": (stage.ann, stage.cy)}
    assert when(look(stage, activity, places=places, minutes=40, **visit)) == ["09:00", "10:00"]
    assert when(look(stage, activity, places=places, minutes=60, **visit)) == ["09:00", "10:00"]
    assert when(look(stage, activity, places=places, minutes=90, **visit)) == ["09:00"]


def test_no_lesson_is_found_on_an_inset_day(stage: Stage) -> None:
    teach(stage.ann, stage.school, "FFFFF")
    teach(stage.cy, stage.partner, "TTTTT")
    monday = next_monday()
    TermDate.objects.create(
        organisation=stage.partner, kind="inset", starts_on=monday, ends_on=monday
    )
    visit = {"kind": "observation", "minutes": 50, "pair": (stage.ann, stage.cy)}
    assert look(stage, stage.active(), places=(stage.partner,), **visit).offered == []


def test_other_schools_see_only_not_free(stage: Stage) -> None:
    all_teach(stage, "TTTTT", "FFFFF", "FFFFF")
    activity = stage.active()
    by_cy = look(stage, activity, viewer=stage.cy).offered[0].reasons[0]
    assert by_cy == "Not free: Ann Exampleton"
    by_lead = look(stage, activity, viewer=stage.lead).offered[0].reasons[0]
    assert by_lead == "Cover for Ann Exampleton, 45 minutes"


def test_support_staff_are_found_within_their_paid_hours(stage: Stage) -> None:
    all_teach(stage, "FFFFF", "FFFFF", "FFFFF")
    stage.ann.memberships.update(role="support")
    pay(stage.ann, stage.school, "13:00", "15:30")
    assert when(look(stage, stage.active()))[0] == "13:10"


def test_a_session_lasts_through_a_break_only_where_the_school_says_so(stage: Stage) -> None:
    all_teach(stage, "TFFTT", "TFFTT", "TFFTT")
    activity = stage.active()
    assert not any(o.all_free for o in look(stage, activity, minutes=90).offered)
    for school in (stage.school, stage.partner):
        keep_bell(school, across_breaks=True)
    assert when(look(stage, activity, minutes=90))[0] == "10:00"
    breaks = look(stage, activity, minutes=15).offered
    assert not any(o.starts.hour == 11 and o.starts.minute < 20 for o in breaks)


def test_what_others_are_doing_and_the_limit_of_the_school_count(stage: Stage) -> None:
    keep_bell(stage.school, most_released=2)
    all_teach(stage, "TTTTT", "TTTTT", "FFFFF")
    activity = stage.active()
    assert when(look(stage, activity))[0] == "09:00"
    dan = f.PersonFactory()
    f.MembershipFactory(person=dan, organisation=stage.school)
    teach(dan, stage.school, "TTTTT")
    other = f.ActivityFactory(organisation=stage.school, organiser=stage.lead)
    f.ParticipantFactory(activity=other, person=dan, organisation=stage.school)
    f.SessionFactory(
        activity=other,
        kind="debrief",
        starts_at=moment(next_monday(), "09:00"),
        ends_at=moment(next_monday(), "15:00"),
    )
    assert [t for t in when(look(stage, activity)) if t < "14:30"] == []


def test_one_press_plans_the_suggestion(stage: Stage) -> None:
    all_teach(stage, "TFTTT", "TFTTT", "TFTTT")
    activity, client = stage.active(), signed_in(stage.ann)
    url = reverse("activities:find_time", args=[activity.public_id])
    monday = next_monday()
    query = f"?what=debrief&minutes=45&first={monday}&last={monday}&places={stage.school.ref}"
    page = client.get(url + query)
    offer, key = page.context["offers"][0]
    assert f"{offer.starts:%H:%M}" == "10:00"
    data = {
        "what": "debrief",
        "minutes": 45,
        "starts": offer.starts.isoformat(),
        "place": stage.school.ref,
        "client_key": key,
    }
    for _ in range(2):
        assert client.post(url + query, data).status_code == 302
    assert Session.objects.get().starts_at == offer.starts


def test_a_suggestion_that_no_longer_suits_is_not_saved(stage: Stage) -> None:
    all_teach(stage, "TFTTT", "TFTTT", "TFTTT")
    activity, client = stage.active(), signed_in(stage.ann)
    url = reverse("activities:find_time", args=[activity.public_id])
    offer, key = client.get(f"{url}?what=debrief").context["offers"][0]
    data = {"what": "debrief", "minutes": 45, "starts": offer.starts.isoformat()}
    data |= {"place": stage.school.ref, "client_key": key}  # type: ignore[dict-item]
    teach_later = on_monday("10:00", "10:45")
    stage.ann.timetable.update(use="ppa")
    assert teach_later.starts_at.weekday() == 0
    followed = client.post(url, data, follow=True)
    assert "never used" in followed.content.decode()
    assert not Session.objects.exists()


@pytest.mark.parametrize("who", ["lead", "ann"])
def test_the_page_has_a_fixed_cost(stage: Stage, who: str) -> None:
    all_teach(stage, "TFTTF", "TFPTT", "FFTTP")
    keep_bell(stage.school, most_released=1)
    activity = stage.active()
    url = reverse("activities:find_time", args=[activity.public_id]) + "?what=debrief"
    few = queries(getattr(stage, who), url)
    for n in range(29):
        f.SessionFactory(
            activity=activity,
            kind="debrief",
            starts_at=moment(next_monday() + timedelta(days=n), "06:00"),
            ends_at=moment(next_monday() + timedelta(days=n), "06:30"),
        )
    assert queries(getattr(stage, who), url) == few
    assert few <= 15


# Polls


def opened(stage: Stage, activity: Activity, **values: Any) -> Poll:
    monday = next_monday()
    times = [
        (moment(monday, t), moment(monday, t) + timedelta(minutes=45)) for t in ("15:30", "16:00")
    ]
    return polls.open_poll(activity, by=stage.ann, kind="debrief", times=times, **values)


def test_a_poll_asks_everybody_and_one_press_plans(stage: Stage) -> None:
    activity = stage.active()
    poll = opened(stage, activity)
    assert OutboundEmail.objects.filter(template="activities.poll").count() == 2
    assert Notice.objects.filter(kind="activities.poll").count() == 2
    first, second = poll.options.all()
    for person, choices in (
        (stage.ann, {first.pk: "yes", second.pk: "yes"}),
        (stage.bob, {first.pk: "no", second.pk: "if_need_be"}),
    ):
        polls.answer_poll(poll, by=person, choices=choices)
    page = signed_in(stage.ann).get(reverse("activities:poll", args=[poll.public_id]))
    rows = page.context["rows"]
    assert [(r["yes"], r["maybe"], r["no"], r["open"], r["best"]) for r in rows] == [
        (1, 0, 1, 1, False),
        (1, 1, 0, 1, True),
    ]
    signed_in(stage.ann).post(
        reverse("activities:poll_plan", args=[poll.public_id]), {"option": second.pk}
    )
    session = Session.objects.get()
    assert session.starts_at == second.starts_at
    assert polls.plan_from_poll(second, by=stage.ann) == session


def test_a_poll_is_answered_on_one_page(stage: Stage) -> None:
    poll = opened(stage, stage.active())
    client, url = signed_in(stage.bob), reverse("activities:poll", args=[poll.public_id])
    options = list(poll.options.all())
    assert client.post(url, {f"option_{options[0].pk}": "yes"}).status_code == 422
    data = {f"option_{option.pk}": "if_need_be" for option in options}
    assert client.post(url, data).status_code == 302
    assert client.get(url).content.decode().count("If need be") > 2


def test_a_poll_waits_in_the_agenda_until_it_is_answered(stage: Stage) -> None:
    poll = opened(stage, stage.active())
    client, url = signed_in(stage.bob), reverse("activities:poll", args=[poll.public_id])
    assert url in client.get(reverse("activities:agenda")).content.decode()
    polls.answer_poll(poll, by=stage.bob, choices={o.pk: "yes" for o in poll.options.all()})
    assert url not in client.get(reverse("activities:agenda")).content.decode()


def test_only_those_asked_answer_a_poll_and_others_do_not_see_it(stage: Stage) -> None:
    activity = stage.active()
    poll = opened(stage, activity)
    with pytest.raises(Blocked, match="Only those who are to come"):
        polls.answer_poll(poll, by=stage.lead, choices={})
    url = reverse("activities:poll", args=[poll.public_id])
    assert signed_in(stage.dee).get(url).status_code == 404
    assert signed_in(stage.lead).get(url).status_code == 200  # its organiser


def test_a_closed_poll_takes_no_answers(stage: Stage) -> None:
    poll = opened(stage, stage.active())
    polls.close_poll(poll, by=stage.ann)
    with pytest.raises(Blocked, match="closed"):
        polls.answer_poll(poll, by=stage.bob, choices={})


def test_a_poll_shows_what_speaks_against_a_time_before_planning_it(stage: Stage) -> None:
    activity = stage.active()
    teach(stage.ann, stage.school, "TTTTT")
    monday = next_monday()
    times = [(moment(monday, "09:00"), moment(monday, "09:45"))]
    poll = polls.open_poll(activity, by=stage.ann, kind="debrief", times=times)
    option = poll.options.get()
    with pytest.raises(Conflicts):
        polls.plan_from_poll(option, by=stage.ann)
    url = reverse("activities:poll_plan", args=[poll.public_id])
    page = signed_in(stage.ann).post(url, {"option": option.pk})
    assert "needs cover" in page.content.decode()
    assert not Session.objects.exists()
    signed_in(stage.ann).post(url, {"option": option.pk, "despite": "1"})
    assert Session.objects.count() == 1


def test_a_poll_outside_paid_hours_needs_extra_pay_too(stage: Stage) -> None:
    activity = stage.active()
    stage.ann.memberships.update(role="support")
    pay(stage.ann, stage.school, "08:30", "15:00")
    poll = opened(stage, activity)
    data = {"option": poll.options.first().pk, "despite": "1"}  # type: ignore[union-attr]
    url, client = reverse("activities:poll_plan", args=[poll.public_id]), signed_in(stage.lead)
    assert "Extra pay is recorded" in client.post(url, data).content.decode()
    assert not Session.objects.exists()
    client.post(url, {**data, "extra_pay": "1"})
    assert Session.objects.get().extra_pay


def test_no_poll_about_the_past(stage: Stage) -> None:
    past = an_hour_ago()
    with pytest.raises(Blocked, match="past"):
        polls.open_poll(
            stage.active(),
            by=stage.ann,
            kind="debrief",
            times=[(past.starts_at, past.ends_at)],
        )


# Attendance and postponement


def test_not_recorded_is_missing_never_absent(stage: Stage) -> None:
    activity = stage.active()
    session = engine.plan_session(
        activity, by=stage.ann, kind="debrief", slot=an_hour_ago(), despite_conflicts=True
    )
    record_attendance(session, by=stage.ann, answers={stage.ann.pk: True, stage.bob.pk: False})
    assert dict(Attendance.objects.values_list("person__given_name", "present")) == {
        "Ann": True,
        "Bob": False,
    }
    page = signed_in(stage.ann).get(reverse("activities:session", args=[session.public_id]))
    said = {row["person"].given_name: str(row["look"][1]) for row in page.context["attendance"]}
    assert said == {"Ann": "Present", "Bob": "Absent", "Cy": "Not recorded"}
    record_attendance(session, by=stage.ann, answers={stage.bob.pk: None, stage.dee.pk: True})
    assert [a.person for a in Attendance.objects.all()] == [stage.ann]


def test_nobody_attends_tomorrow(stage: Stage) -> None:
    session = engine.plan_session(
        stage.active(), by=stage.ann, kind="debrief", slot=on_monday("15:30", "16:15")
    )
    with pytest.raises(Blocked, match="not begun"):
        record_attendance(session, by=stage.ann, answers={stage.ann.pk: True})


def test_postponing_needs_a_reason_and_tells_the_people(stage: Stage) -> None:
    session = engine.plan_session(
        stage.active(), by=stage.ann, kind="debrief", slot=on_monday("15:30", "16:15")
    )
    client, url = (
        signed_in(stage.ann),
        reverse("activities:session_postpone", args=[session.public_id]),
    )
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "The hall is flooded"}).status_code == 302
    told = Notice.objects.filter(kind="activities.session_off").values_list("person", flat=True)
    assert set(told) == {stage.bob.pk, stage.cy.pk}
    page = signed_in(stage.bob).get(reverse("activities:session", args=[session.public_id]))
    assert "The hall is flooded" in page.content.decode()
