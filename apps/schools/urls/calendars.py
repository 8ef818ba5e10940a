from django.urls import path

from apps.schools.views import calendar_files, calendars

urlpatterns = [
    path("schools/<str:ref>/calendar/", calendars.calendar, name="calendar"),
    path("schools/<str:ref>/calendar/file/", calendar_files.upload, name="calendar_file"),
    path(
        "schools/<str:ref>/calendar/file/<str:pid>/",
        calendar_files.preview,
        name="calendar_preview",
    ),
]
