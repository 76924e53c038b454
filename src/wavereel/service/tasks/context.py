"""What a task is given beside its request."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _nobody(share: float, stage: str = "") -> None:
    """Nobody wants to know."""
    del share, stage


@dataclass(frozen=True, slots=True)
class TaskContext:
    """The surroundings of one task.

    Attributes:
        scratch: A folder of this task's own, empty at its start and removed after it. What is to outlive the task goes
            into a folder that the request names.
        cache_dir: Folder of transcripts, covers and other things that can be remade.
        model_dir: Folder of recogniser weights to use instead of the packages.
        workers: Threads that a task may render with.
        on_progress: Takes the share that is done, 0 to 1, and the name of the stage.
        cancelled: Set when nobody waits for the result any more; the task then raises `Cancelled` soon.
    """

    scratch: Path
    cache_dir: Path
    model_dir: Path | None = None
    workers: int = 1
    on_progress: Callable[[float, str], None] = _nobody
    cancelled: threading.Event = field(default_factory=threading.Event)
