from django.urls import path

from apps.activities.kinds import parts
from apps.activities.release import urls as release
from apps.activities.views import (
    choosing,
    detail,
    judges,
    lists,
    moves,
    people,
    planning,
    records,
    sessions,
    texts,
    times,
)

app_name = "activities"

urlpatterns = [
    path("activities/", lists.activity_list, name="list"),
    path("activities/new/", planning.new, name="new"),
    path("activities/choose/", choosing.choose, name="choose"),
    path("activities/<str:pid>/", detail.detail, name="detail"),
    path("activities/<str:pid>/plan/", planning.plan, name="plan"),
    path("activities/<str:pid>/plan/why/", planning.plan_why, name="plan_why"),
    path("activities/<str:pid>/plan/dates/", planning.plan_dates, name="plan_dates"),
    path("activities/<str:pid>/criteria/", planning.criteria, name="criteria"),
    path("activities/<str:pid>/criteria/usual/", planning.criterion_usual, name="criterion_usual"),
    path("activities/<str:pid>/criteria/<str:cid>/", planning.criterion, name="criterion"),
    path(
        "activities/<str:pid>/criteria/<str:cid>/remove/",
        planning.criterion_remove,
        name="criterion_remove",
    ),
    path("activities/<str:pid>/people/", people.people, name="people"),
    path("activities/<str:pid>/people/invite/", people.invite, name="invite"),
    path("activities/<str:pid>/people/ask/", people.ask_school, name="ask_school"),
    path("activities/<str:pid>/judges/", judges.judges, name="judges"),
    path("activities/<str:pid>/people/ask-all/", people.ask_schools, name="ask_schools"),
    path("activities/<str:pid>/invitation/", people.invitation, name="invitation"),
    path("activities/<str:pid>/sessions/new/", sessions.new, name="session_new"),
    path("activities/<str:pid>/<slug:move>/now/", moves.move, name="move"),
    path("activity-places/<str:pid>/leave/", people.leave, name="leave"),
    path("activity-requests/<str:pid>/", people.place_request, name="place_request"),
    path("sessions/<str:pid>/", sessions.edit, name="session"),
    path("sessions/<str:pid>/postpone/", sessions.postpone, name="session_postpone"),
    path("sessions/<str:pid>/attendance/", sessions.attendance, name="attendance"),
    path("sessions/<str:pid>/<slug:move>/", sessions.move, name="session_move"),
    path("activities/<str:pid>/find-a-time/", times.find_time, name="find_time"),
    path("activities/<str:pid>/poll/", times.poll_new, name="poll_new"),
    path("polls/<str:pid>/", times.poll, name="poll"),
    path("polls/<str:pid>/plan/", times.poll_plan, name="poll_plan"),
    path("polls/<str:pid>/close/", times.poll_close, name="poll_close"),
    path("agenda/", lists.agenda, name="agenda"),
    path("programmes/", lists.programmes, name="programmes"),
    path("log/", records.log, name="log"),
    path("records/", records.records, name="records"),
    path("records/<str:pid>/", records.record, name="record"),
    path("records/<str:pid>/edit/", texts.edit, name="record_edit"),
    path("records/<str:pid>/versions/", texts.versions, name="record_versions"),
    path("records/<str:pid>/audience/", records.audience, name="record_audience"),
    path("records/<str:pid>/delete/", records.delete, name="record_delete"),
    path("shared-with-me/", records.shared, name="shared"),
]
urlpatterns += release.urlpatterns
urlpatterns += [pattern for module in parts("urls") for pattern in module.urlpatterns]
