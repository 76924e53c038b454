"""`wavereel make`: sounds in, videos out."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from cyclopts import Group, Parameter

from wavereel.cli.bar import show_progress
from wavereel.cli.interrupt import stop_event
from wavereel.cli.output import fault, one_line, print_error, print_json, print_line, print_note
from wavereel.errors import Cancelled, UsageError, WavereelError
from wavereel.service.requests import MakeRequest, MakeResult
from wavereel.settings import MAX_WORKERS, load_settings
from wavereel.timeline.canvas import parse_size
from wavereel.timeline.platforms import parse_loudness
from wavereel.times import exact_fps, format_time, parse_range

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from wavereel.render.progress import Progress

_LOG = logging.getLogger(__name__)

MIXED = 4
"""Exit code where some inputs failed, or all of them for different reasons."""

Preset = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"]
Quality = Literal["high", "medium", "low"]
Depth = Literal["quick", "full"]


class Maker(Protocol):
    """What this command needs of the program."""

    def make(
        self, request: MakeRequest, on_progress: Callable[[Progress], None], cancelled: threading.Event
    ) -> MakeResult: ...


def option(words: str, *names: str, dash: bool = False) -> Parameter:
    """An option that may also be called by `names`; `dash` where its value may start with one."""
    return Parameter(help=words, alias=names or None, allow_leading_hyphen=dash)


def several(words: str) -> Parameter:
    """An option that may be given more than once, without a `--empty-` twin."""
    return Parameter(help=words, negative=(), allow_leading_hyphen=True)


def flag(words: str, *names: str) -> Parameter:
    """An option without a value, and without a `--no-` twin."""
    return Parameter(help=words, alias=names or None, negative=(), show_default=False)


@Parameter(name="*", group=Group("Picture", sort_key=2))
@dataclass(frozen=True)
class PictureOptions:
    """How it looks."""

    theme: Annotated[str | None, option("clean, midnight, neon, paper, sunset, studio, retro or news.")] = None
    platform: Annotated[str | None, option("Where it goes, such as youtube, tiktok, reels or spotify.")] = None
    size: Annotated[str | None, option("1080x1920, or a ratio such as 9:16.")] = None
    fps: Annotated[str | None, option("Pictures a second, such as 30 or 29.97.")] = None
    title: Annotated[str | None, option("Title; by default the file's own. Empty for none.", dash=True)] = None
    background: Annotated[str | None, option("Picture, video, colour (#102030) or gradient (navy..teal).")] = None
    waveform: Annotated[str | None, option("Style of the waveform; wavereel styles shows them.")] = None
    logo: Annotated[Path | None, option("Picture for the top right corner.")] = None
    progress_bar: Annotated[bool | None, Parameter(help="Show in the video how far it is.")] = None
    quality: Annotated[Quality, option("Quality of the picture.")] = "medium"
    preset: Annotated[Preset | None, option("How hard the encoder works to make the file small.")] = None


@Parameter(name="*", group=Group("Words", sort_key=0))
@dataclass(frozen=True)
class WordOptions:
    """What is said about it."""

    say: Annotated[list[str] | None, several("A wish in words, such as 'make it vertical'; repeatable.")] = None


@Parameter(name="*", group=Group("Sound and speech", sort_key=3))
@dataclass(frozen=True)
class SoundOptions:
    """What is heard, and what is written of it."""

    clip: Annotated[str | None, option("Part of the sound, such as 1:30-2:10.", dash=True)] = None
    captions: Annotated[str, option("auto, off, or a subtitle file (.srt, .vtt, .ass, .json).")] = "auto"
    language: Annotated[str | None, option("Of the speech, such as en or zh; found out by default.")] = None
    model: Annotated[Path | None, option("Folder of recogniser weights.")] = None
    music: Annotated[str | None, option("lofi, ambient, upbeat, cinematic, acoustic, jazz, or a sound file.")] = None
    loudness: Annotated[str | None, option("LUFS such as -16, a platform, or podcast.", dash=True)] = None


@Parameter(name="*", group=Group("Files", sort_key=1))
@dataclass(frozen=True)
class FileOptions:
    """What is read and written beside the sound."""

    out: Annotated[Path | None, option("A .mp4, or a folder that exists; with several inputs a folder.", "-o")] = None
    sidecars: Annotated[bool, flag("Also write .srt, .vtt, .ass, .json and .chapters.txt beside the video.")] = False
    draft: Annotated[Path | None, option("Use the look of this draft; without AUDIO, render it.")] = None
    save_draft: Annotated[Path | None, option("Also write the timeline as a draft.")] = None
    overwrite: Annotated[bool, flag("Replace outputs that exist.", "-y")] = False
    salvage: Annotated[bool, flag("Use what can be read of damaged files.")] = False


@Parameter(name="*", group=Group("Work", sort_key=4))
@dataclass(frozen=True)
class WorkOptions:
    """How the work is done and talked about."""

    verify: Annotated[Depth, option("How much of the finished file is played back.")] = "quick"
    workers: Annotated[int | None, option("How many CPUs to use; all by default.")] = None
    quiet: Annotated[bool, flag("No progress, no remarks; errors only.", "-q")] = False
    json: Annotated[bool, flag("One JSON object for each input on standard output.")] = False


def make(
    audio: Annotated[list[str] | None, Parameter(help="Sounds, or videos with sound; each makes a video.")] = None,
    /,
    *,
    words: WordOptions = WordOptions(),
    picture: PictureOptions = PictureOptions(),
    sound: SoundOptions = SoundOptions(),
    files: FileOptions = FileOptions(),
    work: WorkOptions = WorkOptions(),
) -> int:
    """Turn sounds into videos.

    Whatever is not given comes from the file: its tags, its cover, its chapters, and the words spoken in it.
    """
    request = replace(request_of(picture, sound, files, work), say=tuple(map(plain_text, words.say or ())))
    requests = plan(request, [Path(name) for name in audio or ()], files.out)
    from wavereel.app import build_app

    return run_all(build_app(load_settings()), requests, quiet=work.quiet, as_json=work.json)


def plain_text(text: str) -> str:
    """An argument as text that can be written into a draft, whatever bytes it is made of."""
    return os.fsencode(text).decode("utf-8", "replace")


def check_lang(lang: str | None) -> None:
    """Raises `UsageError` where replies cannot be given in a language."""
    if lang is not None and lang.lower().replace("_", "-").partition("-")[0] not in ("en", "zh"):
        raise UsageError(f"there are no replies in {one_line(lang)!r}", hint="use --lang en or --lang zh")


def request_of(picture: PictureOptions, sound: SoundOptions, files: FileOptions, work: WorkOptions) -> MakeRequest:
    """The options as a request without a sound.

    Raises:
        UsageError: An option's value means nothing.
    """
    if work.workers is not None and not 1 <= work.workers <= MAX_WORKERS:
        raise UsageError(f"{work.workers} workers are out of range", hint=f"use 1 to {MAX_WORKERS}")
    return MakeRequest(
        audio=None,
        language=sound.language,
        model=sound.model,
        theme=picture.theme,
        platform=picture.platform,
        size=parse_size(picture.size) if picture.size is not None else None,
        fps=exact_fps(picture.fps) if picture.fps is not None else None,
        clip=parse_range(sound.clip) if sound.clip is not None else None,
        captions=sound.captions if sound.captions in {"auto", "off"} else Path(sound.captions),
        title=None if picture.title is None else plain_text(picture.title),
        background=picture.background,
        waveform=picture.waveform,
        music=sound.music,
        loudness=parse_loudness(sound.loudness) if sound.loudness is not None else None,
        quality=picture.quality,
        preset=picture.preset,
        logo=picture.logo,
        progress_bar=picture.progress_bar,
        sidecars=files.sidecars,
        draft=files.draft,
        save_draft=files.save_draft,
        salvage=files.salvage,
        overwrite=files.overwrite,
        verify=work.verify,
        workers=work.workers,
    )


def plan(request: MakeRequest, inputs: list[Path], out: Path | None) -> list[MakeRequest]:
    """One request for each input, with outputs that differ.

    Raises:
        UsageError: There is no input, or two of the videos would have one name.
    """
    if not inputs:
        if request.draft is None:
            raise UsageError("there is nothing to make", hint="name a sound, or a draft with --draft")
        return [replace(request, output=_place(request.draft, out, several=False))]
    if folders := [path for path in inputs if os.path.isdir(path)]:  # noqa: PTH112 - as in `_place`
        raise UsageError(f"{folders[0]} is a folder", hint="name the sounds in it")
    several = len(inputs) > 1
    if several and request.save_draft is not None:
        raise UsageError("--save-draft takes one input", hint="make the videos one by one")
    requests = [replace(request, audio=path, output=_place(path, out, several=several)) for path in inputs]
    seen: dict[str, Path] = {}
    for item, path in zip(requests, inputs, strict=True):
        key = os.path.normcase((item.output or path.with_suffix(".mp4")).absolute())
        if key in seen:
            raise UsageError(f"{seen[key]} and {path} would make one file {key}", hint="make them one by one, with -o")
        seen[key] = path
    return requests


def run_all(app: Maker, requests: list[MakeRequest], *, quiet: bool = False, as_json: bool = False) -> int:
    """Makes one video after another; a failure does not stop the rest, an interruption does.

    Returns:
        0; or the one exit code that all failures share, where nothing was made; else 4.
    """
    codes: set[int] = set()
    with stop_event() as cancelled:
        for request in requests:
            code = _run_one(app, request, cancelled, quiet=quiet, as_json=as_json)
            if code == Cancelled.exit_code:
                return code
            codes.add(code)
    return codes.pop() if len(codes) == 1 else MIXED


def _run_one(app: Maker, request: MakeRequest, cancelled: threading.Event, *, quiet: bool, as_json: bool) -> int:
    source = request.audio or request.draft or Path()
    try:
        with show_progress(source.name, quiet=quiet or as_json) as report:
            if cancelled.is_set():
                raise Cancelled("interrupted")
            result = app.make(request, report, cancelled)
    except WavereelError as error:
        _LOG.debug("%s fails", source, exc_info=True)
        print_error(error, about=str(source), as_json=as_json)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the top of a job: a fault in one must not stop the others
        _LOG.exception("%s fails", source)
        print_error(fault(error), about=str(source), as_json=as_json)
        return WavereelError.exit_code
    if as_json:
        print_json({"ok": True, "input": str(source)} | result_fields(result))
        return 0
    if not quiet:
        for notice in result.notices:
            print_note(f"note: {source.name}: {notice}" if source.name not in notice else f"note: {notice}")
        print_line(summary(result))
    return 0


def summary(result: MakeResult) -> str:
    """One line for a person: where the video is, how long, how big, and how fast it went."""
    length_s = result.duration_ms / 1000
    speed = f", {length_s / result.wall_s:.1f}x real time" if result.wall_s > 0 else ""
    size = f"{result.bytes / 1e6:.1f} MB"
    took = f"{result.wall_s:.1f} s{speed}"
    return f"{result.output}  {format_time(result.duration_ms)}  {size}  ({took})"


def result_fields(result: MakeResult) -> dict[str, object]:
    """A result as a program reads it: paths as text, times in the units of their names."""
    return {
        "output": str(result.output),
        "sidecars": [str(path) for path in result.sidecars],
        "draft": None if result.draft is None else str(result.draft),
        "duration_ms": result.duration_ms,
        "bytes": result.bytes,
        "wall_s": round(result.wall_s, 3),
        "cpu_s": round(result.cpu_s, 3),
        "stages": {name: round(seconds, 3) for name, seconds in result.stages.items()},
        "notices": list(result.notices),
    }


def _place(source: Path, out: Path | None, *, several: bool) -> Path | None:
    """Where a video goes: `out` itself, a file in it where it is a folder, else beside the source."""
    if out is None:
        return None
    if os.path.isdir(out):  # noqa: PTH112 - `Path.is_dir` raises where a name is too long
        return out / f"{source.stem}.mp4"
    if several:
        raise UsageError(f"{out} is not a folder", hint="with several inputs, -o names a folder that exists")
    return out
