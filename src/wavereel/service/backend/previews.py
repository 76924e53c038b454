"""Looks at a draft before it is exported: a picture, or a short piece."""

from __future__ import annotations

import json
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import OutputError, RateError, UnreadableError
from wavereel.service.backend.core import session_of
from wavereel.service.backend.drafts_desk import request_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core

MAX_CLIP_MS = 30_000
CLIP_PREFIX = "clip-"
"""How the folders begin that hold clips while they are sent."""

MIN_WIDTH_PX = 16
MAX_WIDTH_PX = 7680

MAX_WAITING = 8
"""Previews of one user that wait or are made."""

SLOW_MS = 600_000
"""A picture needs the sound of the whole draft; that of a longer one is no work for children that answer in seconds."""

SLOW_S = 600.0
_RETRY_S = 2


class Previews:
    """The part of the backend that deals with previews."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._turns: dict[str, _Turns] = {}
        self._lock = threading.Lock()

    def frame(self, caller: Caller, session_id: str, at_ms: int | None = None, width_px: int | None = None) -> bytes:
        """A PNG of exactly the picture that an export holds at a time.

        Args:
            caller: Who looks; needs the scope `read`.
            session_id: At whose draft.
            at_ms: When; by default a time that tells what the draft looks like.
            width_px: As wide as this at most, by default as wide as the export.

        Raises:
            ScopeError: The token may not read.
            SessionNotFoundError: No such session of the caller.
            UnreadableError: The width means nothing.
            UsageError: The time is past the end, or there is nothing to show.
            InputError: A medium cannot be read.
        """
        if width_px is not None and not MIN_WIDTH_PX <= width_px <= MAX_WIDTH_PX:
            raise UnreadableError(f"The width is not {MIN_WIDTH_PX} to {MAX_WIDTH_PX} px", hint="ask for another width")
        if at_ms is not None and at_ms < 0:
            raise UnreadableError("at_ms is below 0", hint="times count from the start")
        settings = self._core.settings
        kept = {
            "folder": str(self._core.folder / "segments"),
            "max_bytes": settings.segment_cache_bytes,
            "max_age_s": settings.segment_cache_age_s,
            "scope": caller.user_id,
        }
        request = self._request(caller, session_id) | {"at_ms": at_ms, "width": width_px, "kept": kept}
        is_long = _length_ms(request["draft"]) > SLOW_MS
        lane, timeout_s = ("slow", SLOW_S) if is_long else ("quick", None)
        with self._turn(caller):
            return bytes(self._core.tasks.call("frame", request, lane=lane, timeout_s=timeout_s)["png"])

    @contextmanager
    def clip(self, caller: Caller, session_id: str, from_ms: int, to_ms: int) -> Generator[Path]:
        """A small MP4 of a part of the draft, half-open, 30 s at most; the file is gone after the block.

        Raises:
            ScopeError: The token may not read.
            SessionNotFoundError: No such session of the caller.
            UnreadableError: The part means nothing, or is too long.
            UsageError: The part is not in the draft.
            InputError: A medium cannot be read.
            OutputError: The disk is full.
        """
        if not 0 <= from_ms < to_ms:
            raise UnreadableError("This is no part of a video", hint="send from_ms below to_ms")
        if to_ms - from_ms > MAX_CLIP_MS:
            raise UnreadableError(f"A piece has {MAX_CLIP_MS // 1000} s at most", hint="ask for a shorter one")
        request = self._request(caller, session_id) | {"from_ms": from_ms, "to_ms": to_ms}
        try:
            folder = tempfile.TemporaryDirectory(prefix=CLIP_PREFIX, dir=self._core.folder / "cache")
        except OSError as error:
            raise OutputError(f"no room for a preview ({error.strerror})", hint="make room on the disk") from None
        with folder as name:
            with self._turn(caller):
                made = self._core.tasks.call("clip", request | {"folder": name}, lane="slow")
            yield Path(str(made["path"]))

    @contextmanager
    def _turn(self, caller: Caller) -> Generator[None]:
        """One preview of a user at a time, so that who asks for many takes one child and not all.

        Raises:
            RateError: The user has too many waiting.
        """
        with self._lock:
            turns = self._turns.setdefault(caller.user_id, _Turns())
            if turns.count >= MAX_WAITING:
                raise RateError("Too many previews at once", hint="wait for those", retry_after_s=_RETRY_S)
            turns.count += 1
        try:
            with turns.lock:
                yield
        finally:
            with self._lock:
                turns.count -= 1
                if not turns.count:
                    del self._turns[caller.user_id]

    def _request(self, caller: Caller, session_id: str) -> dict[str, Any]:
        caller.need("read")
        with self._core.database.read() as tx:
            return request_of(self._core, tx, session_of(tx, caller, session_id), with_history=False)


class _Turns:
    """The previews of one user."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0


def _length_ms(draft: Any) -> int:
    """How long a draft as it is stored is."""
    tree: dict[str, Any] = json.loads(draft) if draft else {}
    longest_ms = int(tree.get("d", 0))
    for track in tree.get("t", ()):
        end_ms = 0
        for segment in track["sg"]:
            end_ms = int(segment.get("s", end_ms)) + int(segment["d"])
            longest_ms = max(longest_ms, end_ms)
    return longest_ms
