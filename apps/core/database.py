"""Telling a database that went away from one that refuses what it was asked."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError


def is_away(error: BaseException) -> bool:
    """Whether the connection was lost: nothing is wrong with what was asked.

    A server that is killed in the middle of an answer is reported as a plain DatabaseError.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError
