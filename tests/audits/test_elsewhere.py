"""Needs as another survey asked for them never stand on our scale of 1 to 16."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse

from apps.audits import actions
from apps.audits.actions.collecting import import_answers
from apps.audits.alliances import needs_across
from apps.audits.enums import Grouping
from apps.audits.models import Audit
from apps.audits.results import charts, files, page
from apps.audits.results.sources import released
from apps.audits.results.trend import trend
from tests import factories as f
from tests.audits.school import School, answer, draft, make_school, opened
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db


def of_a_file(made: School, *, need: int = 4, rated: bool = False) -> Audit:
    """A closed audit of six rows: the need of "autism" as asked elsewhere, "eal" by ratings."""
    audit = draft(made, topics=["autism", "eal"])
    columns = {"Need": "topic-autism.need"}
    if rated:
        columns |= {"Sure": "topic-eal.confidence", "Wanted": "topic-eal.priority"}
    file = BytesIO(b"As,Need,Sure,Wanted\n" + f"teacher,{need},2,1\n".encode() * 6)
    import_answers(by=None, audit=audit, source=file, mapping={"columns": columns})
    audit.refresh_from_db()
    return actions.close_audit(by=None, audit=audit)


def rated(made: School, priority: int = 1) -> Audit:
    audit = opened(made, topics=["autism"])
    for person in made.teachers:
        answer(audit, person, [("autism", 4, priority)])
    return actions.close_audit(by=None, audit=audit)


def test_the_page_puts_no_need_asked_elsewhere_on_our_scale() -> None:
    made = make_school(1, 0)
    audit = of_a_file(made)
    found = signed_in(made.head).get(reverse("audits:detail", args=[audit.public_id]))
    shown = found.content.decode()
    section = shown[shown.index('id="needs"') :]
    assert "4.00" in section
    assert 'max="16"' not in section and "from 1 to 16" not in section
    assert "of 16" not in charts.needs(released(audit)).title
    needs = signed_in(made.lead)
    needs.post(reverse("audits:take_on", args=[audit.public_id]), {"topic": "autism"})
    need = audit.needs.get()
    assert "nobody was asked" in needs.get(reverse("audits:list")).content.decode()
    kept = needs.get(reverse("audits:need", args=[need.public_id])).content.decode()
    assert "Mean need 4.00 from 6 people" in kept and "from 1 to 16" not in kept
    assert "asked elsewhere" in needs.get(reverse("audits:list") + "?needs=all").content.decode()
    beside = needs.get(reverse("audits:heard_write", args=[audit.public_id])).content.decode()
    assert "(asked elsewhere)" in beside and "from 1 to 16" not in beside


def test_needs_asked_elsewhere_rank_after_those_on_our_scale() -> None:
    source = released(of_a_file(make_school(1, 0), rated=True))
    ranked = page.needs(source)["ranked"]
    assert [(row["slug"], row["all"]["need"]) for row in ranked] == [("eal", 3.0), ("autism", 4.0)]
    drawn = charts.needs(source)
    assert "3.00 of 16" in drawn.title and len(drawn.rows) == 1


def test_no_change_is_told_between_two_scales() -> None:
    made = make_school(6, 0)
    rated(made)
    audit = of_a_file(made)
    assert trend(audit, made.head) is None
    again = rated(made, priority=3)
    found = trend(again, made.head)
    (line,) = found.lines
    assert [point.mean for point in line.points] == [1.0, 3.0]
    assert len(found.days) == 2


def test_an_alliances_means_are_of_ratings_only() -> None:
    alliance = f.AllianceFactory()
    for n in range(4):
        made = make_school(6, 0)
        f.AllianceMemberFactory(alliance=alliance, organisation=made.school)
        if n:
            rated(made, priority=2)
        if n < 2:
            of_a_file(made)  # the later one of the second school
    (row,) = needs_across(alliance)["shown"]
    assert (row.schools, row.n, float(row.mean_need)) == (3, 18, 2.0)


def test_files_say_of_no_rating_that_few_gave_it_where_nobody_was_asked_for_it() -> None:
    alone = files.needs_table(released(of_a_file(make_school(1, 0))))
    assert (alone["columns"], alone["note"]) == (["Topic", "Answers", "Mean need"], "")
    assert [row[1:] for row in alone["rows"]] == [[6, 4.0]]
    beside = files.needs_table(released(of_a_file(make_school(1, 0), rated=True)))
    assert [row[1:] for row in beside["rows"]] == [[6, 3.0, 2.0, 1.0], [6, 4.0, "–", "–"]]


def test_a_colon_in_a_departments_name_stays_in_it() -> None:
    made = make_school(12, 0)
    for person in made.teachers[:6]:
        person.memberships.update(department="Art: Design")
    source = released(rated(made))
    assert Grouping.DEPARTMENT in source.groupings
    found = {(row[2], row[3]) for row in files.lines(source) if row[0] == "Department"}
    assert found == {(a, b) for a in ("Art: Design", "Not stated") for b in ("mean", "answers")}
