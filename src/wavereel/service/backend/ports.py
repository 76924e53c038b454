"""What the backend needs from outside: children that do the heavy work, and someone to wake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

Lane = Literal["quick", "slow", "model"]


class Tasks(Protocol):
    """Runs a named task of `wavereel.service.tasks` where it cannot harm the server: in a child process.

    A request and an answer are JSON values; media go by path.
    """

    def call(
        self,
        name: str,
        request: dict[str, Any],
        *,
        lane: Lane = "quick",
        on_progress: Callable[[float, str], None] | None = None,
        cancelled: threading.Event | None = None,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """Runs a task to its end.

        Args:
            name: Its name in the registry.
            request: What it is given.
            lane: Which children may run it: `quick` ones answer in seconds, `slow` ones may take minutes, those of
                `model` wait for a language model.
            on_progress: Gets the share that is done, 0 to 1, and the name of the stage, in another thread.
            cancelled: Ends the task when set.
            timeout_s: Ends the child after so many seconds; `None` takes the lane's own bound.

        Raises:
            WavereelError: What the task raised; `LimitError` where it passed its limits, `Cancelled` when it was
                cancelled, `OverloadedError` where no child was free in time.
        """
        ...


class Notifier(Protocol):
    """Wakes those who wait for work in this process; a call that nobody hears is harmless."""

    def render_queued(self) -> None:
        """There is a render to claim."""
        ...

    def delivery_queued(self) -> None:
        """There is a webhook delivery to send."""
        ...


class Unheard:
    """A notifier for processes where nobody waits: workers find their work by asking."""

    def render_queued(self) -> None:
        """Nobody hears."""

    def delivery_queued(self) -> None:
        """Nobody hears."""
