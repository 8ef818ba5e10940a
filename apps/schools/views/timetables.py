"""A school's timetables: its day, its weeks, who teaches when; and a person's own times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, exports
from apps.core.permissions import get_visible, require
from apps.core.tabular import UnreadableFile
from apps.schools.actions import timetables as actions
from apps.schools.cycles import monday_of
from apps.schools.enums import PeriodUse, Role
from apps.schools.forms.staff import DAYS
from apps.schools.forms.timetables import (
    CalendarUploadForm,
    CycleForm,
    PaidForm,
    TimetableForm,
    TimetablesUploadForm,
    WeekForm,
    grid_of,
)
from apps.schools.models import Cycle, Membership, Organisation, PaidTime, TimetableFile
from apps.schools.models.timetables import WEEK_NAMES
from apps.schools.permissions.times import can_keep_timetables, can_see_timetables
from apps.schools.scope import scope_of
from apps.schools.times import schools_times
from apps.schools.timetabling.calendars import read_calendar
from apps.schools.timetabling.plans import Bell, Plan, counts, plan_of, stored_cells
from apps.schools.timetabling.tables import read_table

PAGE, SAMPLE, WEEKS_AHEAD = 50, 50, 70
KEPT = ["GET", "HEAD", "POST"]
DAY_NAMES = DAYS


def school_of(request: HttpRequest, ref: str, *, keep: bool = False) -> Organisation:
    person: Any = request.user
    rows = Organisation.objects.filter(pk__in=scope_of(person).organisations())
    school = get_visible(rows, person, ref=ref)
    require((can_keep_timetables if keep else can_see_timetables)(person, school))
    return school


def cycle_of(school: Organisation) -> Cycle | None:
    rows = Cycle.objects.filter(organisation=school).prefetch_related("periods")
    return rows.first()


@require_GET
def timetables(request: HttpRequest, ref: str) -> HttpResponse:
    """The weeks ahead, and of whom a timetable is known. GET: ``show`` (without), ``page``."""
    school = school_of(request, ref)
    person: Any = request.user
    cycle = cycle_of(school)
    mine = Q(person__timetable__period__cycle=cycle) if cycle else Q(pk__in=[])
    staff = Membership.objects.current().at(school).staff().select_related("person")
    staff = staff.annotate(filled=Count("person__timetable", filter=mine))
    without = request.GET.get("show") == "without"
    rows = staff.filter(filled=0) if without else staff
    rows = rows.order_by("person__family_name", "person__given_name", "pk")
    context = {
        "school": school,
        "cycle": cycle,
        "weeks": _weeks_ahead(school) if cycle and cycle.weeks == 2 else [],
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "without": without,
        "may_keep": bool(can_keep_timetables(person, school)),
        "letters": WEEK_NAMES,
    }
    return render(request, "schools/timetables.html", context)


def _weeks_ahead(school: Organisation) -> list[dict[str, Any]]:
    times = schools_times([school.pk])[school.pk]
    today = clock.today()
    letters = times.weeks(today, today + timedelta(days=WEEKS_AHEAD))
    corrected = set(times.cycle.corrections) if times.cycle else set()
    first = monday_of(today)
    mondays = [first + timedelta(days=7 * n) for n in range(WEEKS_AHEAD // 7)]
    names = dict(WEEK_NAMES)
    return [
        {
            "monday": monday,
            "name": names.get(letters.get(monday, 0), ""),
            "other": 3 - letters[monday] if monday in letters else None,
            "other_name": names[3 - letters[monday]] if monday in letters else "",
            "corrected": monday in corrected,
        }
        for monday in mondays
    ]


@require_http_methods(KEPT)
def cycle(request: HttpRequest, ref: str) -> HttpResponse:
    """Type in the school day."""
    school = school_of(request, ref, keep=True)
    person: Any = request.user
    form = CycleForm(request.POST or None, cycle=cycle_of(school))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_cycle(
                by=person,
                organisation=school,
                weeks=data["weeks"],
                anchor_on=form.anchor,
                most_released=data["most_released"],
                miles_an_hour=data["miles_an_hour"],
                across_breaks=data["across_breaks"],
                periods=form.periods(),
                seen=data["seen"],
            )
        except actions.CycleChangedError:
            form.add_error(
                None,
                _("Somebody else saved the school day since you opened the page. Open it again."),
            )
        else:
            messages.success(request, _("The school day is saved."))
            return redirect("schools:timetables", school.ref)
    return form_page(request, "schools/timetable_cycle.html", {"school": school, "form": form})


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return render(request, template, context, status=status)


@require_POST
def week(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what a week really is; the cycle counts on from there."""
    school = school_of(request, ref, keep=True)
    form, cycle = WeekForm(request.POST), cycle_of(school)
    if cycle is not None and form.is_valid():
        actions.correct_week(by=request.user, cycle=cycle, **form.cleaned_data)
        messages.success(request, _("Corrected. The weeks after it count on from there."))
    return redirect("schools:timetables", school.ref)


@require_http_methods(KEPT)
def upload(request: HttpRequest, ref: str) -> HttpResponse:
    """Timetables of many people from one file; nothing is written before it is confirmed."""
    school = school_of(request, ref, keep=True)
    person: Any = request.user
    cycle = cycle_of(school)
    if cycle is None:
        messages.info(request, _("First type in your school day: its periods."))
        return redirect("schools:timetable_cycle", school.ref)
    form = TimetablesUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, bell = form.cleaned_data, Bell(cycle, list(cycle.periods.all()))
        try:
            plan = read_table(data["file"].file, school, bell, data["empty"])
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            kept = actions.keep_file(
                by=person,
                organisation=school,
                plan=plan,
                filename=data["file"].name,
                client_key=data["client_key"],
            )
            return redirect("schools:timetable_file", kept.public_id)
    context = {"school": school, "form": form, "periods": _names(cycle)}
    return form_page(request, "schools/timetable_upload.html", context)


def _names(cycle: Cycle) -> list[str]:
    return list(dict.fromkeys(p.name for p in sorted(cycle.periods.all(), key=lambda p: p.starts)))


@require_http_methods(KEPT)
def file(request: HttpRequest, pid: str) -> HttpResponse:
    """What an uploaded file would write; POST confirms it."""
    person: Any = request.user
    rows = TimetableFile.objects.select_related("organisation", "of")
    kept = get_visible(rows, person, public_id=pid)
    back = _back_of(kept, person)
    if kept.written_at is not None:
        return redirect(*back)
    if request.method == "POST":
        count = actions.confirm_file(by=person, file=kept)
        of_all = ngettext(
            "Saved: the timetable of %(n)d person.", "Saved: timetables of %(n)d people.", count
        )
        said = _("The timetable is saved.") if kept.of else of_all
        messages.success(request, said % {"n": count})
        return redirect(*back)
    plan = plan_of(kept.plan)
    context = {
        "school": kept.organisation,
        "kept": kept,
        "plan": plan,
        "rows": _preview(kept, plan)[:SAMPLE],
        "errors": plan.errors[:SAMPLE],
        "sample": SAMPLE,
        "own": kept.of_id == person.pk,
    }
    return render(request, "schools/timetable_file.html", context)


@require_GET
def file_errors(request: HttpRequest, pid: str) -> HttpResponse:
    """What is to mend in an uploaded file, as CSV; kept as long as the upload is."""
    kept = get_visible(TimetableFile.objects.all(), request.user, public_id=pid)  # type: ignore[arg-type]
    left_out = _("Left out, or only in part taken over")
    rows = [[e.row, e.person, left_out, e.text] for e in plan_of(kept.plan).errors]
    header = [_("Row"), _("Person"), _("What happened"), _("How to mend it")]
    return exports.csv_response("timetable-errors", header, rows)


def _back_of(kept: TimetableFile, person: Any) -> tuple[str, ...]:
    if kept.of_id == person.pk:
        return ("schools:my_times",)
    return ("schools:timetables", kept.organisation.ref)


def _preview(kept: TimetableFile, plan: Plan) -> list[dict[str, Any]]:
    """Each person with what they would hold, and whether that is new, changed or the same."""
    cycle = Cycle.objects.get(organisation=kept.organisation)
    before = stored_cells(list(plan.people), cycle)
    posts = Membership.objects.current().at(kept.organisation).staff().select_related("person")
    posts = {post.person_id: post for post in posts.filter(person_id__in=list(plan.people))}
    rows = [
        {
            "person": posts[pk].person,
            "counts": counts(cells),
            "same": cells == before[pk],
            "new": not before[pk],
            "no_ppa": posts[pk].role == Role.TEACHER and PeriodUse.PPA not in cells.values(),
        }
        for pk, cells in plan.people.items()
        if pk in posts
    ]
    return sorted(rows, key=lambda r: (r["same"], r["person"].family_name, r["person"].pk))


@require_http_methods(KEPT)
def person(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """One person's timetable and paid times. POST ``what``: timetable, paid or calendar."""
    what = request.POST.get("what", "") if request.method == "POST" else ""
    school = school_of(request, ref, keep=bool(what) or request.method == "POST")
    posts = Membership.objects.current().at(school).staff().select_related("person")
    post = get_visible_post(posts, request, public_id)
    cycle = cycle_of(school)
    cells = stored_cells([post.person_id], cycle)[post.person_id] if cycle else {}
    paid = {
        row.weekday: (row.starts, row.ends)
        for row in PaidTime.objects.filter(organisation=school, person=post.person)
    }
    sent = {name: request.POST if what == name else None for name in ("timetable", "paid")}
    forms = {
        "timetable": TimetableForm(sent["timetable"], cycle=cycle, cells=cells) if cycle else None,
        "paid": PaidForm(sent["paid"], paid=paid) if post.role == Role.SUPPORT else None,
        "calendar": CalendarUploadForm(
            request.POST if what == "calendar" else None,
            request.FILES if what == "calendar" else None,
        ),
    }
    done = _save_person(request, what, forms, school, post, cycle)
    if done is not None:
        return done
    context = {
        "school": school,
        "post": post,
        "cycle": cycle,
        "form": forms.get(what) or forms["timetable"] or forms["calendar"],
        **{f"{name}_form": form for name, form in forms.items()},
        "days": [label for _n, label in DAY_NAMES],
        "grid": read_only(cycle, cells),
        "paid_rows": [(label, paid.get(n)) for n, label in DAY_NAMES] if paid else [],
        "may_keep": bool(can_keep_timetables(request.user, school)),  # type: ignore[arg-type]
    }
    return form_page(request, "schools/timetable_person.html", context)


def get_visible_post(posts: Any, request: HttpRequest, public_id: str) -> Membership:
    """A post of a school whose timetables the reader may see, which was asked before."""
    from django.http import Http404

    found: Membership | None = posts.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _save_person(
    request: HttpRequest,
    what: str,
    forms: dict[str, Any],
    school: Organisation,
    post: Membership,
    cycle: Cycle | None,
) -> HttpResponse | None:
    form = forms.get(what)
    if form is None or not form.is_valid():
        return None
    common: dict[str, Any] = {"by": request.user, "organisation": school}
    if what == "timetable":
        actions.set_timetable(**common, person=post.person, cells=form.cells())
    elif what == "paid":
        actions.set_paid_times(**common, person=post.person, days=form.days())
    elif cycle is None:
        return None
    else:
        return keep_calendar(request, form, school, cycle, post.person)
    messages.success(request, _("Saved."))
    return redirect("schools:timetable_person", school.ref, post.public_id)


def keep_calendar(
    request: HttpRequest, form: Any, school: Organisation, cycle: Cycle, of: Any
) -> HttpResponse | None:
    """Read a person's .ics and go on to its preview; None with an error in the form."""
    data, bell = form.cleaned_data, Bell(cycle, list(cycle.periods.all()))
    times = schools_times([school.pk])[school.pk]
    try:
        cells, looked = read_calendar(
            data["file"].read(), bell, times, data["empty"], clock.today()
        )
    except UnreadableFile as error:
        form.add_error("file", str(error))
        return None
    kept = actions.keep_file(
        by=request.user,
        organisation=school,
        plan=Plan({of.pk: cells}, rows=looked),
        filename=data["file"].name,
        of=of,
        client_key=data["client_key"],
    )
    return redirect("schools:timetable_file", kept.public_id)


def read_only(cycle: Cycle | None, cells: Any) -> list[dict[str, Any]]:
    if cycle is None or not cells:
        return []
    labels = dict(PeriodUse.choices)

    def cell(period: Any, week: int) -> dict[str, Any]:
        use = cells.get((period.pk, week), "")
        return {"use": use, "label": labels.get(use, "")}

    return grid_of(cycle, list(cycle.periods.all()), cell)
