from django.urls import path

from apps.schools.views import sign_in, staff, staff_import, terms

STAFF = "schools/<str:ref>/staff/"
FILE = f"{STAFF}import/<str:public_id>/"
PERSON = f"{STAFF}<str:public_id>/"

urlpatterns = [
    path("schools/<str:ref>/terms/", terms.terms, name="terms"),
    path(STAFF, staff.staff, name="staff"),
    path(f"{STAFF}add/", staff.add, name="staff_add"),
    path(f"{STAFF}invite/", sign_in.invite, name="staff_invite"),
    path(f"{STAFF}codes/", sign_in.codes, name="staff_codes"),
    path(f"{STAFF}import/", staff_import.upload, name="staff_import"),
    path(FILE, staff_import.file, name="staff_import_file"),
    path(f"{FILE}columns/", staff_import.columns, name="staff_import_columns"),
    path(f"{FILE}school/", staff_import.which_school, name="staff_import_school"),
    path(f"{FILE}progress/", staff_import.progress, name="staff_import_progress"),
    path(f"{FILE}retry/", staff_import.retry, name="staff_import_retry"),
    path(f"{FILE}drop/", staff_import.drop, name="staff_import_drop"),
    path(f"{FILE}errors.csv", staff_import.errors, name="staff_import_errors"),
    path(PERSON, staff.person, name="staff_person"),
    path(f"{PERSON}edit/", staff.edit, name="staff_edit"),
    path(f"{PERSON}leave/", staff.leave, name="staff_leave"),
]
