from django.urls import path

from apps.evaluation.comparisons import views as comparisons
from apps.evaluation.measuring import audit_views
from apps.evaluation.measuring import views as measuring
from apps.evaluation.posting import views as posting
from apps.evaluation.process import urls as partnership
from apps.evaluation.views import criteria, own, reports

app_name = "evaluation"

urlpatterns = [
    *partnership.urlpatterns,
    path("activities/<str:pid>/evaluation/", criteria.activity, name="activity"),
    path("activities/<str:pid>/measurements/", measuring.activity_file, name="activity_file"),
    path(
        "activities/<str:pid>/measurements/blank/", measuring.activity_blank, name="activity_blank"
    ),
    path("alliances/<str:pid>/measurements/", measuring.alliance_file, name="alliance_file"),
    path(
        "alliances/<str:pid>/measurements/blank/", measuring.alliance_blank, name="alliance_blank"
    ),
    path("criteria/<str:pid>/measure/", criteria.measure, name="measure"),
    path("criteria/<str:pid>/audit/", audit_views.from_audit, name="from_audit"),
    path("criteria/<str:pid>/compare/", comparisons.compare, name="compare"),
    path("measurements/<str:pid>/correct/", criteria.correct, name="correct"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<str:pid>/", reports.report, name="report"),
    path("reports/<str:pid>/pdf/", reports.report_pdf, name="report_pdf"),
    path("reports/<str:pid>/csv/", reports.report_csv, name="report_csv"),
    path("reports/<str:pid>/xlsx/", reports.report_xlsx, name="report_xlsx"),
    path("reports/<str:pid>/correct/", reports.report_correct, name="report_correct"),
    path("reports/<str:pid>/certificate/", own.certificate, name="certificate"),
    path("reports/<str:pid>/certificate/<int:row>/", own.certificate, name="certificate_of"),
    path("reports/<str:pid>/delete/", own.delete, name="report_delete"),
    path("reports/<str:pid>/retry/", reports.report_retry, name="report_retry"),
    path("reports/new/<str:ref>/<slug:kind>/", reports.report_new, name="report_new"),
    path("reports/<str:pid>/send/", posting.report_send, name="report_send"),
    path("reports/<str:pid>/stop/", posting.report_stop, name="report_stop"),
    path("reports/<str:pid>/schools/<str:ref>/", posting.report_lines, name="report_lines"),
    path("reports/schedule/<str:ref>/<slug:kind>/", posting.schedule, name="schedule"),
]
