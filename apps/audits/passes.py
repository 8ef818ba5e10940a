"""A code from paper lets somebody answer one audit, and do nothing else.

Nobody is signed in by it: the session only holds a key, made when the code was entered, to the
code's own sheet, for two hours. The key fits until the answers are sent, a newer code is printed
or the audit closes. Everything else of the site goes on asking for a sign-in.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from apps.audits.enums import AuditState
from apps.audits.models import AnswerCode, Participation
from apps.core import clock

PLACE = "answers"  # in the session
LASTS = timedelta(hours=2)
MOST_TRIES, WINDOW = 20, timedelta(minutes=10)
SALT, KEY_SALT = "audits.code", "audits.key"


def digest_of(code: str) -> str:
    """What is stored of a code, however it was typed."""
    tidy = "".join(letter for letter in code.lower() if letter.isalnum())
    return salted_hmac(SALT, tidy, algorithm="sha256").hexdigest()


def new_key() -> str:
    return secrets.token_urlsafe(32)


def digest_of_key(key: str) -> str:
    """No code on paper has the same digest as a key."""
    return salted_hmac(KEY_SALT, key, algorithm="sha256").hexdigest()


def give(session: Any, key: str) -> None:
    session.cycle_key()
    session[PLACE] = {"key": key, "until": (clock.now() + LASTS).timestamp()}


def spend(session: Any, part: Participation) -> None:
    """The answers to this audit have been sent: that is all that the session still knows."""
    session[PLACE] = {"sent": part.audit.public_id}


def has_sent(session: Any, pid: str) -> bool:
    return session.get(PLACE, {}).get("sent") == pid


def code_held(session: Any) -> AnswerCode | None:
    """The code that this session entered, until it ends."""
    held = session.get(PLACE, {})
    if "key" not in held or held["until"] < clock.now().timestamp():
        return None
    rows = AnswerCode.objects.select_related(
        "participation__audit__organisation",
        "participation__audit__alliance",
        "participation__organisation",
        "participation__person",
    )
    return rows.filter(digest=digest_of_key(held["key"])).first()


def part_let_in(session: Any, pid: str) -> Participation | None:
    """The part that this session may answer, while the audit is open and the person asked."""
    code = code_held(session)
    if code is None:
        return None
    part = code.participation
    if part.audit.public_id != pid or part.audit.state != AuditState.OPEN:
        return None
    asked = Participation.objects.of(part.person).filter(pk=part.pk)
    if not part.person.is_active or not asked.exists():
        return None
    part.by_code = code
    return part


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
