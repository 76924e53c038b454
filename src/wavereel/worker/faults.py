"""Errors on their way between processes: those of our tree with all they carry, of others only that they happened."""

from __future__ import annotations

import json
import logging
from typing import Any, cast

from wavereel import errors
from wavereel.errors import LimitError, OutputError, WavereelError

LOG = logging.getLogger(__name__)

_DISK_FULL = frozenset({"ENOSPC", "EDQUOT", "EFBIG"})


def told(error: BaseException) -> dict[str, Any]:
    """An error as plain data. One that is not of our tree is logged here, where its traceback is."""
    if isinstance(error, MemoryError):
        error = LimitError("this needs more memory than is allowed", hint="use smaller media")
    elif isinstance(error, OSError) and _is_full(error):
        error = OutputError("the disk is full", hint="free some space and try again")
    if not isinstance(error, WavereelError):
        LOG.error("a task failed", exc_info=error)
        return {"class": WavereelError.__name__, "facts": {"message": "internal error", "hint": ""}}
    facts = {key: value for key, value in vars(error).items() if _is_plain(value)}
    return {"class": _ours(error).__name__, "facts": facts}


def raised(data: dict[str, Any]) -> WavereelError:
    """The error that `told` told of; what makes no sense is a plain `WavereelError`."""
    found = getattr(errors, str(data.get("class")), None)
    cls = found if isinstance(found, type) and issubclass(found, WavereelError) else WavereelError
    told_facts = data.get("facts")
    facts = cast("dict[str, Any]", told_facts) if isinstance(told_facts, dict) else {}
    error = cls.__new__(cls, str(facts.get("message")))
    vars(error).update({"message": "internal error", "hint": ""} | facts)
    return error


def _ours(error: WavereelError) -> type[WavereelError]:
    for cls in type(error).__mro__:
        if getattr(errors, cls.__name__, None) is cls:
            return cls
    return WavereelError


def _is_full(error: OSError) -> bool:
    import errno

    return errno.errorcode.get(error.errno or 0) in _DISK_FULL


def _is_plain(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
