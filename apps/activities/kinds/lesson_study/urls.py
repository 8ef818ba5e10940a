from django.urls import path

from apps.activities.kinds.lesson_study.views import lessons, posters, talk

LESSON = "lesson-studies/<str:pid>/lessons/<int:cycle>/"
POSTER = "lesson-studies/posters/<str:pid>/"

urlpatterns = [
    path("lesson-studies/posters/", posters.posters, name="lesson_study_posters"),
    path(POSTER, posters.poster, name="lesson_study_poster"),
    path(f"{POSTER}pdf/", posters.poster_pdf, name="lesson_study_poster_pdf"),
    path(f"{POSTER}ask/", posters.ask, name="lesson_study_poster_ask"),
    path(f"{POSTER}answer/", posters.answer, name="lesson_study_poster_answer"),
    path(
        "lesson-studies/<str:pid>/poster/", posters.write_poster, name="lesson_study_poster_write"
    ),
    path("lesson-studies/<str:pid>/agree/", lessons.agree_rules, name="lesson_study_rules"),
    path("case-pupils/<str:pid>/leave-out/", lessons.leave_out, name="lesson_study_leave_out"),
    path(LESSON, lessons.lesson, name="lesson_study_lesson"),
    path(f"{LESSON}planning/", lessons.planning, name="lesson_study_planning"),
    path(f"{LESSON}copy-plan/", lessons.copy_plan, name="lesson_study_copy_plan"),
    path(f"{LESSON}case-pupils/", lessons.pupils, name="lesson_study_pupils"),
    path(f"{LESSON}predictions/", lessons.predictions, name="lesson_study_predictions"),
    path(f"{LESSON}notes/", lessons.notes, name="lesson_study_notes"),
    path(f"{LESSON}interviews/", talk.interviews, name="lesson_study_interviews"),
    path(f"{LESSON}discussion/", talk.talk, name="lesson_study_talk"),
]
