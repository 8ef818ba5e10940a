from django.urls import path

from apps.audits.views import (
    answering,
    building,
    codes,
    finished,
    lists,
    nameless,
    needs,
    results,
)

app_name = "audits"

urlpatterns = [
    path("needs/", lists.index, name="list"),
    path("needs/audits/new/", building.new, name="new"),
    path("needs/audits/<slug:pid>/", results.detail, name="detail"),
    path("needs/audits/<slug:pid>/edit/", building.edit, name="edit"),
    path("needs/audits/<slug:pid>/topics/", building.topics, name="topics"),
    path("needs/audits/<slug:pid>/check/", building.check, name="check"),
    path("needs/audits/<slug:pid>/open/", building.open_now, name="open"),
    path("needs/audits/<slug:pid>/discard/", building.discard, name="discard"),
    path("needs/audits/<slug:pid>/extend/", building.extend, name="extend"),
    path("needs/audits/<slug:pid>/close/", building.close, name="close"),
    path("needs/audits/<slug:pid>/answer/", answering.start, name="answer"),
    path("needs/audits/<slug:pid>/answer/<int:number>/", answering.section, name="section"),
    path("needs/audits/<slug:pid>/answer/check/", answering.check, name="answer_check"),
    path("needs/audits/<slug:pid>/answer/all/", nameless.whole, name="whole"),
    path("needs/audits/<slug:pid>/answer/done/", finished.done, name="done"),
    path("needs/audits/<slug:pid>/answer/goal/", finished.keep_goal, name="keep_goal"),
    path("needs/audits/<slug:pid>/answer/offer/", finished.offer, name="offer"),
    path("needs/audits/<slug:pid>/codes/", codes.sheet, name="codes"),
    path("answer/", codes.code, name="code"),
    path("answer/finish/", codes.leave, name="code_leave"),
    path("needs/audits/<slug:pid>/answers/", results.answers, name="answers"),
    path("needs/audits/<slug:pid>/answers/<slug:person>/", results.answers_of, name="answers_of"),
    path("needs/audits/<slug:pid>/needs.csv", results.export, name="export"),
    path("needs/audits/<slug:pid>/take-on/", needs.take_on, name="take_on"),
    path("needs/<slug:pid>/", needs.need, name="need"),
    path("needs/<slug:pid>/goal/", needs.add_goal, name="add_goal"),
    path("needs/<slug:pid>/state/", needs.settle, name="settle"),
    path("goals/<slug:pid>/", needs.change_goal, name="change_goal"),
]
