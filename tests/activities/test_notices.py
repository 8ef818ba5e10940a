"""What people are told in the app about activities reads as a sentence with the title in it."""

import pytest

from apps.activities.engine import notify
from apps.activities.notices import ABOUT_ACTIVITIES
from apps.core.models import Notice
from apps.core.notices import told
from tests import factories as f

pytestmark = pytest.mark.django_db


def test_every_notice_about_an_activity_has_words() -> None:
    activity = f.ActivityFactory(title="Wait time")
    for kind in ABOUT_ACTIVITIES:
        notify._notice(activity.organiser, kind, activity.public_id, "/", "once")
    words = [item.words for item in told(Notice.objects.all())]
    assert len(words) == len(ABOUT_ACTIVITIES) == len(set(words))
    assert all(sentence.endswith(": Wait time") for sentence in words)


def test_a_request_for_a_colleague_speaks_until_it_is_answered() -> None:
    request = f.PlaceRequestFactory(activity__title="Wait time")
    notify._notice(f.PersonFactory(), "asked", request.public_id, "/", "once")
    assert [item.words for item in told(Notice.objects.all())] == [
        "You are asked to name a colleague for: Wait time"
    ]
    request.state = "declined"
    request.answered_at, request.answered_by = request.created_at, f.PersonFactory()
    request.save()
    assert [item.words for item in told(Notice.objects.all())] == [""]
