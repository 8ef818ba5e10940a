from apps.activities.kinds.lesson_study.actions.lessons import (
    Predicted,
    Seen,
    add_case_pupil,
    agree_rules,
    leave_out,
    name_lesson,
    predict,
    write_notes,
)
from apps.activities.kinds.lesson_study.actions.poster import (
    answer_poster,
    ask_for_approval,
    save_poster,
)
from apps.activities.kinds.lesson_study.actions.talk import (
    Answered,
    begin_talk,
    end_talk,
    interview,
    say_why_late,
    write_part,
)

__all__ = [
    "Answered",
    "Predicted",
    "Seen",
    "add_case_pupil",
    "agree_rules",
    "answer_poster",
    "ask_for_approval",
    "begin_talk",
    "end_talk",
    "interview",
    "leave_out",
    "name_lesson",
    "predict",
    "save_poster",
    "say_why_late",
    "write_notes",
    "write_part",
]
