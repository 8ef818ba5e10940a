"""The mail server of the stand: it takes its time, refuses or hangs as told, and counts."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.mail import OK, Sink, free_port


class PostOffice(Sink):
    """A mail counts as delivered before its sender hears so: the worst moment to be killed."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.pause = 0.0
        self.refused_share = 0.0
        self.hangs = 0
        self.hang_seconds = 60.0
        self.refused = self.hung = 0
        self._random = random.Random(5)
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def open(self) -> None:
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()

    def forget(self) -> None:
        self.messages.clear()
        self.pause, self.refused_share, self.hangs = 0.0, 0.0, 0
        self.refused = self.hung = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hangs > 0:
            self.hangs -= 1
            self.hung += 1
            await asyncio.sleep(self.hang_seconds)
            return "451 try later"
        if self._random.random() < self.refused_share:
            self.refused += 1
            return "451 try later"
        self.messages.append(message_from_bytes(envelope.content))
        await asyncio.sleep(self.pause)
        return OK

    def delivered(self) -> int:
        return len(self.messages)

    def by_recipient(self) -> dict[str, Counter[str]]:
        """The Message-IDs that reached each address, and how often."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for message in list(self.messages):
            found[str(message["To"])][str(message["Message-ID"])] += 1
        return found
