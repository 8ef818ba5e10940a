"""Plans, what was heard, needs and offers that are published,
answers from elsewhere: before `needs/<slug>/`."""

from django.urls import path

from apps.audits.views import collecting, heard, plans, publishing

urlpatterns = [
    path("needs/plans/", plans.index, name="plans"),
    path("needs/plans/start/", plans.start, name="plan_start"),
    path("needs/plans/<slug:pid>/", plans.plan, name="cpd_plan"),
    path("needs/plans/<slug:pid>/frame/", plans.frame, name="plan_frame"),
    path("needs/plans/<slug:pid>/lines/new/", plans.new_line, name="plan_line_new"),
    path("needs/plans/<slug:pid>/lines/<slug:line>/", plans.line, name="plan_line"),
    path(
        "needs/plans/<slug:pid>/lines/<slug:line>/change/",
        plans.change_line,
        name="plan_line_change",
    ),
    path("needs/plans/<slug:pid>/lines/<slug:line>/review/", plans.review, name="plan_review"),
    path("needs/plans/<slug:pid>/send/", plans.send, name="plan_send"),
    path("needs/plans/<slug:pid>/take-back/", plans.take_back, name="plan_take_back"),
    path("needs/plans/<slug:pid>/sign/", plans.sign, name="plan_sign"),
    path("needs/audits/<slug:pid>/import/", collecting.upload, name="import_answers"),
    path("needs/imports/<slug:pid>/", collecting.file, name="answers_file"),
    path("needs/imports/<slug:pid>/columns/", collecting.columns, name="answers_columns"),
    path("needs/imports/<slug:pid>/codes/", collecting.code_values, name="answers_codes"),
    path("needs/imports/<slug:pid>/progress/", collecting.progress, name="answers_progress"),
    path("needs/imports/<slug:pid>/retry/", collecting.retry, name="answers_retry"),
    path("needs/imports/<slug:pid>/drop/", collecting.drop, name="answers_drop"),
    path("needs/imports/<slug:pid>/take-back/", collecting.take_back, name="answers_take_back"),
    path("needs/offers/", publishing.offers, name="offers"),
    path("needs/offers/<slug:pid>/", publishing.change_offer, name="change_offer"),
    path("needs/map/", publishing.chart, name="map"),
    path("needs/<slug:pid>/publish/", publishing.publish, name="publish_need"),
    path("goals/<slug:pid>/edit/", publishing.edit_goal, name="edit_goal"),
    path("needs/audits/<slug:pid>/heard/", heard.heard, name="heard"),
    path("needs/audits/<slug:pid>/heard/write/", heard.write, name="heard_write"),
    path("needs/audits/<slug:pid>/heard/send/", heard.send, name="heard_send"),
]
