"""An export from the draft to a file on this machine."""

from __future__ import annotations

import os
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.client.calls import download_path
from wavereel.client.draft_summary import is_exportable, length_ms
from wavereel.client.errors import (
    DraftRefusedError,
    FaultError,
    NonsenseError,
    OtherRefusalError,
    RenderFailedError,
    TimedOutError,
    UnreachableError,
)
from wavereel.client.files import ACCEPTED
from wavereel.client.notices import NOTICE_S, notices
from wavereel.client.text import one_line
from wavereel.client.wire import number_at, object_at, text_at
from wavereel.client.words import STILL_WORKING, say
from wavereel.errors import GoneError, NotFoundError, RateError, RefusedError, SignatureError, UsageError, WavereelError
from wavereel.times import format_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wavereel.client.connection import Connection
    from wavereel.client.wire import Render, State

HALF_PERCENT = (40, 70)
"""Progress that is told as half; further on, the end says more."""

STEPS_S = (1, 2, 3, 5, 8, 13, 20)
STEP_S = 30
MIN_WAIT_S = 300
TOLERATED = 5
"""Answers in a row that make no sense, and polls at the start for which the export may not be there yet."""

CANCELLED = "cancelled"
_ENDINGS = frozenset(f".{name}" for name in ACCEPTED)
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")


@dataclass(frozen=True, slots=True)
class Exported:
    """A video on this machine."""

    path: Path
    render: Render


@dataclass
class Exporting:
    """Exports over a connection.

    Args:
        connection: Where to.
    """

    connection: Connection
    _warned: set[str] = field(init=False, default_factory=set[str])

    def export(self, output: Mapping[str, Any], out: str = "") -> Exported:
        """Makes a video of the session's draft and fetches it.

        Args:
            output: Format, size, rate and quality, as the wire names them.
            out: The file to write; in the working folder where it is empty.

        Raises:
            UsageError: The file exists, or cannot be written.
            DraftRefusedError: There is nothing to export.
            RenderFailedError: It failed twice, or was cancelled.
            TimedOutError: It was not done in time; it goes on.
        """
        target = check_target(out, ".mp4")
        state = self.connection.state()
        if not is_exportable(state.draft):
            raise DraftRefusedError(
                "there is nothing to export yet", hint="create something first: send a file and say a wish"
            )
        terminal, lang = self.connection.terminal, self.connection.lang
        terminal.note(say("exporting", lang, about=_about_draft(state, output, lang)))
        render = self._made(self._submit(state, output), state)
        if render.status == "failed" and render.error.strip().lower() not in (CANCELLED, "canceled"):
            terminal.note(say("again", lang, reason=one_line(render.error) or "-"))
            render = self._made(self._submit(state, output), state)
        return self._fetched(render, target or free_path(Path(f"{_stem(state)}.mp4")))

    def fetch(self, render_id: str, out: str = "") -> Exported:
        """Waits for an export that was begun before, and fetches it."""
        target = check_target(out, ".mp4")
        try:
            self.connection.open_session(create=False)
            state = self.connection.state()
        except UsageError:  # an export can be fetched without a session; it only lacks its name
            state = None
        render = self._made(render_id, state)
        return self._fetched(render, target or free_path(Path(f"{_stem(state)}.mp4")))

    def _submit(self, state: State, output: Mapping[str, Any]) -> str:
        """Queues the export; a request that broke is made again with the same id, which changes nothing."""
        render_id = f"render_{time.time_ns() // 1_000_000}_{secrets.token_hex(4)}"

        def submit(session_id: str) -> Render:
            return self.connection.client.submit_render(render_id, session_id, state.draft, output)

        for again in (False, True):
            try:
                self._warn(self.connection.ask(lambda: submit(state.session_id or self.connection.session_id)))
                break
            except (UnreachableError, FaultError, TimedOutError):
                if again:
                    raise
                self.connection.pause(STEPS_S[1])
        return render_id

    def _made(self, render_id: str, state: State | None) -> Render:
        """Waits until the export has ended; where the user does not, it says how to come back to it."""
        try:
            return self._polled(render_id, state)
        except KeyboardInterrupt:
            connection = self.connection
            connection.terminal.note(say("goes_on", connection.lang, id=one_line(render_id)))
            raise

    def _polled(self, render_id: str, state: State | None) -> Render:
        """Polls until the export has ended.

        Waits are counted as they were before they were scaled, so that short ones for a test leave a slow machine time.
        """
        connection = self.connection
        longest_s = max(MIN_WAIT_S, 2 * length_ms(state.draft if state else {}) / 1000)
        spent_s, notice_s = 0.0, NOTICE_S
        told_half, nonsense = False, 0
        for number, step_s in enumerate(_pauses(), 1):
            start_s = time.monotonic()
            try:
                render = connection.ask(lambda: connection.client.render(render_id))
                nonsense = 0
                if render.is_ended:
                    return render
                if not told_half and HALF_PERCENT[0] <= render.progress <= HALF_PERCENT[1]:
                    told_half = True
                    connection.terminal.note(say("half", connection.lang, progress=render.progress))
            except WavereelError as error:
                nonsense += isinstance(error, NonsenseError) and not isinstance(error, FaultError)
                missing = isinstance(error, NotFoundError) and number <= TOLERATED
                if not (_is_transient(error) or missing) or nonsense > TOLERATED:
                    raise
            spent_s += time.monotonic() - start_s
            if spent_s >= longest_s:
                break
            if spent_s >= notice_s:
                notice_s += NOTICE_S
                connection.terminal.note(STILL_WORKING)
            pause_s = min(step_s, longest_s - spent_s)
            connection.pause(pause_s)
            spent_s += pause_s
        hint = say("goes_on", connection.lang, id=one_line(render_id))
        raise TimedOutError("the export was not done in time", hint=hint)

    def _fetched(self, render: Render, target: Path) -> Exported:
        """Fetches the video of an export that has ended."""
        if render.status != "completed":
            reason = one_line(render.error)
            if reason.lower() in (CANCELLED, "canceled"):
                raise RenderFailedError("the export was cancelled", hint="export again when you want it")
            raise RenderFailedError(f"the export failed ({reason})" if reason else "the export failed")
        self._warn(render)
        with notices(self.connection.terminal, self.connection.client.waits):
            path = self._download(render, target)
        terminal, lang = self.connection.terminal, self.connection.lang
        terminal.say(say("exported", lang, path=path, about=_about_video(render, path)))
        return Exported(path, render)

    def _download(self, render: Render, target: Path) -> Path:
        """From the link, else by the export's id."""
        client = self.connection.client
        if render.url:
            try:
                return client.download(render.url, target, size_bytes=render.size_bytes)
            except (RefusedError, NonsenseError, UnreachableError) as error:
                if not isinstance(error, GoneError | SignatureError | NotFoundError | NonsenseError | UnreachableError):
                    raise
        return self.connection.ask(
            lambda: client.download(download_path(render.id), target, size_bytes=render.size_bytes)
        )

    def _warn(self, render: Render) -> None:
        for text in render.warnings:
            if text in self._warned:
                continue
            self._warned.add(text)
            self.connection.terminal.note(say("warning", self.connection.lang, text=one_line(text)))


def check_target(out: str, suffix: str) -> Path | None:
    """The file that was asked for; raises `UsageError` where it exists, has no folder, or another type's ending."""
    if not out:
        return None
    if "\0" in out:
        raise UsageError("that is no path", hint="name a file with -o")
    path = Path(out).expanduser()
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file in it with -o")
    if path.suffix and path.suffix.lower() != suffix and path.suffix.lower() in _ENDINGS:
        raise UsageError(f"what is written is {suffix}, not {path.suffix}", hint=f"name it {path.stem}{suffix}")
    if os.path.lexists(path):
        raise UsageError(f"{path} exists", hint="name another file with -o")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"the folder of {path} does not exist", hint="make it, or name another file with -o")
    return path


def free_path(path: Path) -> Path:
    """The path, or the first of `name (2)`, `name (3)` that is free."""
    if not os.path.lexists(path):
        return path
    for number in range(2, 10_000):
        other = path.with_name(f"{path.stem} ({number}){path.suffix}")
        if not os.path.lexists(other):
            return other
    raise UsageError(f"{path} exists, and so do its siblings", hint="name another file with -o")


def _stem(state: State | None) -> str:
    """What a video is called: the draft's title, else the first sound or video, else `video`."""
    title = text_at(object_at(state.draft, "m") or {}, "title") if state else ""
    media = [item.filename for item in (state.media if state else ()) if item.file_type in ("audio", "video")]
    for name in (title, *(os.path.splitext(os.path.basename(item))[0] for item in media)):  # noqa: PTH119, PTH122
        plain = _BAD_NAME.sub(" ", one_line(name, limit=80)).strip(" .")
        plain = plain.encode()[:120].decode("utf-8", "ignore").strip(" .-")
        if plain:
            return plain
    return "video"


def _about_draft(state: State, output: Mapping[str, Any], lang: str) -> str:
    """Size, rate and length of what is to be made: what was asked for, else the draft's."""
    meta = object_at(state.draft, "m") or {}
    width, height = number_at(meta, "width"), number_at(meta, "height")
    size = one_line(str(output.get("resolution") or "")) or (f"{width:g}x{height:g}" if width and height else "")
    rate = output.get("fps")
    parts = [size, f"{rate:g} fps" if isinstance(rate, int | float) else "", format_time(length_ms(state.draft))]
    about = ", ".join(part for part in parts if part)
    return f"（{about}）" if lang == "zh" else f" ({about})"


def _about_video(render: Render, path: Path) -> str:
    parts: list[str] = []
    if render.duration_ms:
        parts.append(format_time(render.duration_ms, tenths=render.duration_ms < 60_000))
    if render.width and render.height:
        parts.append(f"{render.width}x{render.height}")
    parts.append(f"{path.stat().st_size / 1e6:.1f} MB")
    return ", ".join(parts)


def _is_transient(error: WavereelError) -> bool:
    """Whether a failed poll says nothing of the export."""
    if isinstance(error, OtherRefusalError):
        return error.number == 408
    return isinstance(error, UnreachableError | TimedOutError | NonsenseError | RateError)


def _pauses() -> Iterator[int]:
    yield from STEPS_S
    while True:
        yield STEP_S
