from django.urls import path

from apps.evaluation.comparisons import views as comparisons
from apps.evaluation.views import criteria, reports

app_name = "evaluation"

urlpatterns = [
    path("activities/<str:pid>/evaluation/", criteria.activity, name="activity"),
    path("criteria/<str:pid>/measure/", criteria.measure, name="measure"),
    path("criteria/<str:pid>/compare/", comparisons.compare, name="compare"),
    path("measurements/<str:pid>/correct/", criteria.correct, name="correct"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<str:pid>/", reports.report, name="report"),
    path("reports/<str:pid>/pdf/", reports.report_pdf, name="report_pdf"),
    path("reports/<str:pid>/csv/", reports.report_csv, name="report_csv"),
    path("reports/<str:pid>/xlsx/", reports.report_xlsx, name="report_xlsx"),
    path("reports/<str:pid>/correct/", reports.report_correct, name="report_correct"),
    path("reports/<str:pid>/retry/", reports.report_retry, name="report_retry"),
    path("reports/new/<str:ref>/<slug:kind>/", reports.report_new, name="report_new"),
    path("alliances/<str:pid>/reports/schedule/", reports.schedule, name="schedule"),
]
