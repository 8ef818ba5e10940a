from django.urls import path

from apps.schools.views import my_times, timetables

TIMETABLES = "schools/<str:ref>/timetables/"

urlpatterns = [
    path("my-times/", my_times.my_times, name="my_times"),
    path("timetable-files/<str:pid>/", timetables.file, name="timetable_file"),
    path(
        "timetable-files/<str:pid>/errors.csv",
        timetables.file_errors,
        name="timetable_file_errors",
    ),
    path(TIMETABLES, timetables.timetables, name="timetables"),
    path(f"{TIMETABLES}day/", timetables.cycle, name="timetable_cycle"),
    path(f"{TIMETABLES}week/", timetables.week, name="timetable_week"),
    path(f"{TIMETABLES}upload/", timetables.upload, name="timetable_upload"),
    path(f"{TIMETABLES}<str:public_id>/", timetables.person, name="timetable_person"),
]
