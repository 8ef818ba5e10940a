"""A real SMTP server on the loopback that answers as told and keeps what it accepted."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

Answer = Callable[[str, str], "str | None"]
OK = "250 OK"


class Sink:
    """``answer(command, recipient)`` may return another reply to RCPT or DATA, or "hang"."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or (lambda command, recipient: None)
        self.messages: list[Message] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        reply = self.answer("RCPT", address)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        reply = self.answer("DATA", envelope.rcpt_tos[0])
        if reply == "hang":
            await asyncio.sleep(30)
        if reply == "drop":
            server.transport.close()
            return ""
        if reply is None:
            self.messages.append(message_from_bytes(envelope.content))
        return reply or OK

    def ids(self) -> Counter[str]:
        return Counter(str(message["Message-ID"]) for message in self.messages)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(answer: Answer | None = None) -> Iterator[tuple[Sink, int]]:
    sink, port = Sink(answer), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()
