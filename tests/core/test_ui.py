from datetime import UTC, date, datetime
from types import SimpleNamespace as Row

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from apps.core.ui import dates, parts
from apps.core.ui.status import STATUSES, status_of


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ashley Road Primary School", "AR"),
        ("St Mary's C of E Infant School", "SM"),
        ("The Wey Valley College", "WV"),
        ("Élan Academy", "ÉL"),
        ("The School", "TS"),
    ],
)
def test_initials_leave_out_what_schools_share(name: str, letters: str) -> None:
    assert parts.initials(name) == letters


def test_a_school_keeps_its_tone() -> None:
    assert {parts.tone(urn) for urn in range(100_000, 100_100)} == {1, 2, 3, 4, 5, 6}
    assert parts.tone(125271) == parts.tone("125271")


def test_the_thread_marks_here_and_links_what_there_is() -> None:
    html = render('{% thread_strip "activity" need="/n/" goal="" verdict=None %}')

    assert html.count("<li") == 6
    assert '<a class="thread-step" href="/n/">Need</a>' in html
    assert '<span class="thread-step" aria-current="step">Activity</span>' in html
    assert html.count("(nothing yet)") == 4


def test_the_thread_knows_its_places() -> None:
    with pytest.raises(ValueError, match="need, verdict"):
        parts.thread("activity", {"reward": "/"})


@pytest.mark.parametrize(
    ("current", "states"), [(0, "ctt"), (1, "dct"), (3, "ddd")], ids=["first", "second", "over"]
)
def test_stages(current: int, states: str) -> None:
    found = parts.stages(["Formed", "Rounds", "Shared"], current)

    assert "".join(stage.state[0] for stage in found) == states


def test_a_release_bar_over_the_plan_is_as_long_as_what_was_used() -> None:
    bar = parts.release_bar(14, 12, 2)

    assert (bar.over, bar.used_width, bar.booked_width) == (4, "87.5%", "12.5%")
    assert (bar.over_from, bar.over_width) == ("75.0%", "25.0%")
    assert "4 over the plan" in render("{% release_bar 14 12 booked=2 %}")


def test_a_release_bar_says_apart_what_was_not_planned() -> None:
    said = render("{% release_bar 5 12 unplanned=3.5 %}")
    assert "5 of 12 hours used" in said
    assert "not planned: 3.5" in said
    assert "over the plan" not in said
    alone = render("{% release_bar 0 0 unplanned=3.5 %}")
    assert "not planned: 3.5" in alone
    assert "of 0 hours" not in alone


def test_a_release_bar_of_nothing_is_empty() -> None:
    bar = parts.release_bar(0, 0)

    assert (bar.used_width, bar.over_width) == ("0.0%", "0.0%")


NAV = [Row(label=str(n)) for n in range(6)]


@pytest.mark.parametrize(
    ("count", "with_log", "sizes"),
    [(6, True, (2, 1, 3)), (4, True, (2, 2, 0)), (6, False, (2, 2, 2)), (1, True, (1, 0, 0))],
)
def test_a_phone_shows_five_places_at_most(
    count: int, with_log: bool, sizes: tuple[int, int, int]
) -> None:
    left, right, more = parts.bottom_places(NAV[:count], with_log=with_log)

    assert (len(left), len(right), len(more)) == sizes
    assert left + right + more == NAV[:count]


def test_a_status_is_a_word_and_a_shape() -> None:
    html = render('{% status "overdue" %}')

    assert 'href="/static/shape-triangle"' not in html
    assert "#shape-triangle" in html
    assert "Overdue" in html
    assert "status-due" in html


def test_the_label_of_a_choice_wins() -> None:
    choice = type("Choice", (str,), {"label": "Under way"})("active")

    assert status_of(choice).label == "Under way"
    assert status_of(choice).shape == STATUSES["active"].shape
    assert status_of("done", "Told").label == "Told"
    assert status_of("something new").shape == "ring"


def test_dates_in_words() -> None:
    evening = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert dates.day(date(2026, 11, 24)) == "Tue 24 Nov 2026"
    assert dates.moment(evening) == "Tue 24 Nov 2026, 15:30"
    assert dates.day(summer) == "Thu 2 Jul 2026"
    assert render("{{ at|short_day }}{{ none|day }}", at=evening, none=None) == "Tue 24 Nov"


@pytest.mark.parametrize(
    ("day", "words"),
    [(24, "today"), (25, "tomorrow"), (27, "in 3 days"), (23, "1 day late"), (20, "4 days late")],
)
def test_distance(day: int, words: str) -> None:
    assert dates.distance(date(2026, 11, day), date(2026, 11, 24)) == words


def test_academic_years() -> None:
    assert render("{{ 2026|academic_year }}") == "2026/27"
    assert render("{{ day|academic_year }}", day=date(2027, 8, 31)) == "2026/27"


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="'wombat' is not in"):
        render('{% icon "wombat" %}')


def test_pagination_keeps_the_filters() -> None:
    request = RequestFactory().get("/people/", {"phase": "2", "page": "3"})
    page = Paginator(range(100), 10).page(3)
    source = Template("{% load ui %}{% pagination page %}")
    html = source.render(RequestContext(request, {"page": page}))

    assert 'href="?phase=2&amp;page=4"' in html
    assert "21 to 30 of 100" in html
    assert render("{% pagination page %}", page=Paginator([1], 10).page(1)).strip() == ""


def test_an_audience_says_who() -> None:
    assert "Only you can see this" in render('{% audience "private" %}')
    assert "Maya and Tom" in render('{% audience "participants" "Maya and Tom" %}')


def test_a_missing_number_is_a_dash_not_zero() -> None:
    html = render(
        '{% include "components/stats.html" %}',
        stats=[Row(number=None, label="answered"), Row(number=0, label="late", url="/late/")],
    )

    assert "<strong>–</strong>" in html
    assert '<a class="stat" href="/late/"><strong>0</strong>' in html
