"""How much work a solver may do, and how it says where it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Work:
    """The amount of work is counted, not timed, so that results repeat; ``seconds`` is a guard
    for when a machine is far too slow."""

    seed: int = 1
    seconds: float | None = None
    report: Callable[[str], None] = lambda _text: None
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False

    def say(self, text: str) -> None:
        self.report(text)

    @property
    def is_over(self) -> bool:
        """Whether the guard has struck; asked between steps, never within one."""
        if self.seconds is not None and time.monotonic() - self.began > self.seconds:
            self.stopped = True
        return self.stopped
