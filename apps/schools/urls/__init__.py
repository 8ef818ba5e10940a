"""One list a part of the app; a fixed path must stand before a ``<ref>`` it could be taken for."""

from apps.schools.urls import alliances, calendars, register, staff, timetables

app_name = "schools"

urlpatterns = [
    *register.urlpatterns,
    *staff.urlpatterns,
    *alliances.urlpatterns,
    *calendars.urlpatterns,
    *timetables.urlpatterns,
]
