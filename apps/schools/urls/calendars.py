from django.urls import path

from apps.schools.views import calendars

urlpatterns = [path("schools/<str:ref>/calendar/", calendars.calendar, name="calendar")]
