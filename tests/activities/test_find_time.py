"""Finding a time, and the page that does it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import Person
from apps.activities.engine import Situation
from apps.activities.engine.finding import Found, Wanted, find_times
from apps.activities.forms.sessions import session_options
from apps.activities.models import Activity, Session
from apps.schools.models import OwnTime, TermDate
from tests import factories as f
from tests.activities.triads import Stage
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


def test_a_lesson_whose_time_nobody_has_said_is_not_after_school(stage: Stage) -> None:
    spans = {"starts_at": moment(next_monday(), "15:40"), "ends_at": moment(next_monday(), "17:00")}
    OwnTime.objects.create(person=stage.ann, kind="offer", **spans)
    activity, pair = stage.active(), (stage.ann, stage.cy)
    places = (stage.partner,)
    assert when(look(stage, activity, kind="observation", pair=pair, places=places)) == []
    assert when(look(stage, activity, places=(stage.school,))) == ["15:40"]


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


def test_another_session_brings_its_own_length_and_place(stage: Stage) -> None:
    activity, client = stage.active(), signed_in(stage.ann)
    url = reverse("activities:find_time", args=[activity.public_id])
    first = client.get(url).context["form"]
    before = {name: first[name].value() for name in ("what", "minutes", "places", "first", "last")}
    sent = {**before, "was": before["what"], "what": "debrief"}
    after = client.get(url, sent).context["form"]
    assert (before["minutes"], after["minutes"].value()) == (50, 45)
    assert after["places"].value() == [stage.school.ref, stage.partner.ref, "online"]
    kept = client.get(url, {**sent, "minutes": 40, "places": ["online"]}).context["form"]
    assert (kept["minutes"].value(), kept["places"].value()) == ("40", ["online"])


def test_a_lesson_is_looked_for_where_it_is_taught(stage: Stage) -> None:
    all_teach(stage, "FFFFF", "FFFFF", "TTTTT")
    activity, client = stage.active(), signed_in(stage.ann)
    places = {p.person_id: p.public_id for p in Situation.of(activity).people}
    what = f"observation.{places[stage.ann.pk]}.{places[stage.cy.pk]}"
    url = reverse("activities:find_time", args=[activity.public_id])
    here = client.get(url, {"what": what, "places": [stage.school.ref]})
    assert f"teaches at {stage.partner.name}" in here.content.decode()
    there = client.get(url, {"what": what, "places": [stage.school.ref, stage.partner.ref]})
    assert {offer.place for offer, _key in there.context["offers"]} == {stage.partner}


def test_what_has_no_time_yet_is_offered_first(stage: Stage) -> None:
    activity = stage.active()
    before = list(session_options(Situation.of(activity)))
    visit = next(key for key in before if key.startswith("observation."))
    _label, kind, observer, observed = session_options(Situation.of(activity))[visit]
    pair = {"observer": observer, "observed": observed}
    f.SessionFactory(activity=activity, kind=kind, cycle=activity.cycle, **pair)
    options = session_options(Situation.of(activity))
    after = [key for key in options if key.startswith("observation.")]
    assert after[-1] == visit
    assert set(options) == set(before)


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
