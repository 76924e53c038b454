"""The tasks that child processes know, by name.

A task is a function `(request: dict[str, Any], context: TaskContext) -> dict[str, Any]`. What it takes and returns is
plain data: what JSON knows, and `bytes`. It raises errors of `wavereel.errors`; all else is a fault of the program.
"""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wavereel.service.tasks.context import TaskContext

    Task = Callable[[dict[str, Any], TaskContext], dict[str, Any]]

TASKS: Mapping[str, str] = MappingProxyType(
    {
        "examine": "wavereel.service.tasks.examine:examine",
        "turn": "wavereel.service.tasks.turn:turn",
        "hear": "wavereel.service.tasks.hear:hear",
        "save": "wavereel.service.tasks.save:save",
        "check_draft": "wavereel.service.tasks.check_draft:check_draft",
        "frame": "wavereel.service.tasks.frame:frame",
        "clip": "wavereel.service.tasks.clip:clip",
        "summary": "wavereel.service.tasks.summary:summary",
    }
)

WARM_UP = "wavereel.service.tasks.warm_up:warm_up"
"""What a child does before its first request, so that no user waits for it: `(TaskContext) -> None`."""


def load_task(name: str, tasks: Mapping[str, str] = TASKS) -> Task:
    """The function behind a name.

    Raises:
        LookupError: There is no task of that name.
    """
    module, _, function = tasks[name].partition(":")
    return getattr(importlib.import_module(module), function)
