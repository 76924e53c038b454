"""What the use cases take and give: plain values, the same for the command line, a server and a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

    from wavereel.media.quality import Quality
    from wavereel.render.verify import VerifyDepth


@dataclass(frozen=True, slots=True)
class MakeRequest:
    """One sound to turn into one video; whatever is `None` follows from the file, the theme and the platform.

    Attributes:
        audio: The sound, or a video; `None` renders `draft` as it is.
        output: The video; by default beside the input, with `.mp4`.
        language: Of the speech, such as `en` or `zh-Hant`.
        model: A folder of recogniser weights.
        theme: One of the eight.
        platform: Where the video goes; sets ratio, loudness and the encoder's limits.
        size: Width and height in px.
        fps: Frames a second.
        clip: The part of the sound, half-open, in ms; an end of `None` is the sound's.
        captions: `auto`, `off` or a subtitle file.
        title: Instead of the tag's; empty for none.
        background: A picture or video file, a colour, or a gradient.
        waveform: A style.
        music: A mood, or a file.
        loudness: Target in LUFS.
        quality: Decides the quantiser.
        preset: Of libx264.
        logo: A picture for the top right corner.
        progress_bar: Whether one shows.
        sidecars: Also write subtitles, words and chapters beside the video.
        draft: A draft: with a sound, its look is used; without, it is rendered.
        save_draft: Where to keep the timeline.
        salvage: Use what can be read of a damaged file.
        overwrite: Replace an output that exists.
        verify: How much of the finished file is played back.
        workers: Threads; every core where `None`.
        say: Messages to do, in order, before the video is made.
    """

    audio: Path | None
    output: Path | None = None
    language: str | None = None
    model: Path | None = None
    theme: str | None = None
    platform: str | None = None
    size: tuple[int, int] | None = None
    fps: Fraction | None = None
    clip: tuple[int, int | None] | None = None
    captions: str | Path = "auto"
    title: str | None = None
    background: str | None = None
    waveform: str | None = None
    music: str | None = None
    loudness: float | None = None
    quality: Quality = "medium"
    preset: str | None = None
    logo: Path | None = None
    progress_bar: bool | None = None
    sidecars: bool = False
    draft: Path | None = None
    save_draft: Path | None = None
    salvage: bool = False
    overwrite: bool = False
    verify: VerifyDepth = "quick"
    workers: int | None = None
    say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeResult:
    """What was made.

    Attributes:
        output: The video.
        sidecars: The files beside it.
        draft: The saved timeline.
        duration_ms: Length of the video.
        bytes: Its size.
        wall_s: Seconds by the clock.
        cpu_s: Seconds of computing, all cores together.
        stages: Seconds by the clock of each stage.
        notices: What the user should know.
    """

    output: Path
    sidecars: tuple[Path, ...]
    draft: Path | None
    duration_ms: int
    bytes: int
    wall_s: float
    cpu_s: float
    stages: Mapping[str, float]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, whether it is well, and what to do where it is not."""

    part: str
    state: Literal["ok", "missing", "broken"]
    detail: str
    hint: str = ""
