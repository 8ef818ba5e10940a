"""A code from paper lets somebody answer one audit, and do nothing else.

Nobody is signed in by it: the session only notes whose part in which audit may be answered, for
two hours. Everything else of the site goes on asking for a sign-in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from apps.audits.enums import AuditState
from apps.audits.models import Participation
from apps.core import clock

PLACE = "answers"  # in the session
LASTS = timedelta(hours=2)
MOST_TRIES, WINDOW = 20, timedelta(minutes=10)
SALT = "audits.code"


def digest_of(code: str) -> str:
    """What is stored of a code, however it was typed."""
    tidy = "".join(letter for letter in code.lower() if letter.isalnum())
    return salted_hmac(SALT, tidy, algorithm="sha256").hexdigest()


def give(session: Any, part: Participation) -> None:
    session.cycle_key()
    session[PLACE] = {"part": part.pk, "until": (clock.now() + LASTS).timestamp()}


def part_let_in(session: Any, pid: str) -> Participation | None:
    """The part that this session may answer, while the audit is open and the person asked."""
    held = session.get(PLACE)
    if not held or held["until"] < clock.now().timestamp():
        return None
    rows = Participation.objects.select_related("audit__organisation", "organisation", "person")
    found = rows.filter(
        pk=held["part"],
        audit__public_id=pid,
        audit__state=AuditState.OPEN,
        person__is_active=True,
    ).first()
    if found is None or not Participation.objects.of(found.person).filter(pk=found.pk).exists():
        return None
    return found


def tried_too_often(address: str) -> bool:
    """A whole school may come from one address, so only wrong codes are counted."""
    keys = _keys(address)
    return len(cache.get_many(keys)) == len(keys)


def count_a_wrong_one(address: str) -> None:
    # Each takes a place that no other can take: a number counted up could be read twice.
    seconds = int(WINDOW.total_seconds())
    any(cache.add(key, 1, timeout=seconds) for key in _keys(address))


def _keys(address: str) -> list[str]:
    window = int(clock.now().timestamp() / WINDOW.total_seconds())
    return [f"audits.code:{address}:{window}:{n}" for n in range(MOST_TRIES)]
