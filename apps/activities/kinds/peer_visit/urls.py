from django.urls import path

from apps.activities.kinds.peer_visit import views

urlpatterns = [
    path("open-classrooms/", views.open_slots, name="open_slots"),
    path("open-classrooms/new/", views.open_slot_new, name="open_slot_new"),
    path("open-classrooms/<str:pid>/", views.open_slot, name="open_slot"),
    path("open-classrooms/<str:pid>/book/", views.open_slot_book, name="open_slot_book"),
    path(
        "open-classrooms/<str:pid>/withdraw/", views.open_slot_withdraw, name="open_slot_withdraw"
    ),
    path(
        "open-classrooms/bookings/<str:pid>/cancel/",
        views.slot_booking_cancel,
        name="slot_booking_cancel",
    ),
    path(
        "open-classrooms/bookings/<str:pid>/attach/",
        views.slot_booking_attach,
        name="slot_booking_attach",
    ),
    path("visits/<str:pid>/sharing/", views.visit_sharing, name="visit_sharing"),
]
