"""What the user asked for in a request, as wishes for a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import InputError, UsageError
from wavereel.media.music_moods import MOODS
from wavereel.media.probe import probe
from wavereel.picture.waveform_inputs import WAVE_KINDS
from wavereel.service.facts import shown_name
from wavereel.timeline.build import Wishes
from wavereel.timeline.colors import parse_ground
from wavereel.timeline.platforms import load_platform

if TYPE_CHECKING:
    from wavereel.service.facts import Shelf
    from wavereel.service.requests import MakeRequest
    from wavereel.timeline.build import SoundFacts

WIDE = (1920, 1080)
TALL = (1080, 1920)
SQUARE = (1080, 1080)


def wishes_of(
    request: MakeRequest, facts: SoundFacts, part_ms: tuple[int, int], shelf: Shelf, *, has_captions: bool
) -> Wishes:
    """The wishes of a request; the files that it names go onto the shelf.

    Raises:
        UsageError: It names a platform, a waveform or a mood that does not exist.
        InputError: A file that it names cannot be used.
    """
    if request.waveform is not None and request.waveform not in WAVE_KINDS:
        raise UsageError(f"there is no waveform {request.waveform!r}", hint="use one of " + ", ".join(WAVE_KINDS))
    platform = load_platform(request.platform) if request.platform else None
    if platform and request.fps is not None and not platform.takes_rate(request.fps):
        raise UsageError(
            f"{platform.title} does not take {float(request.fps):g} pictures a second", hint="leave --fps out"
        )
    width, height = canvas_of(request, facts)
    loudness = request.loudness
    if loudness is None and platform is not None and not platform.ratio_only:
        loudness = platform.loudness_lufs
    return Wishes(
        width=width,
        height=height,
        fps=float(request.fps) if request.fps else 30,
        platform=platform.name if platform else None,
        loudness=loudness,
        captions=has_captions,
        waveform=request.waveform,
        background=_background(request.background, shelf),
        music=_music(request.music, shelf),
        progress=request.progress_bar,
        logo=_picture(request.logo, shelf, "--logo") if request.logo else None,
        source_range_ms=part_ms,
    )


def canvas_of(request: MakeRequest, facts: SoundFacts) -> tuple[int, int]:
    """The canvas in px: what was asked for, else the platform's, else one that suits the video, else 16:9."""
    if request.size is not None:
        width, height = request.size
        platform = load_platform(request.platform) if request.platform else None
        if platform and not platform.allows_ratio(width, height):
            raise UsageError(
                f"{platform.title} does not take {width}x{height}",
                hint=f"leave --size out, or use {platform.size_px[0]}x{platform.size_px[1]}",
            )
        return width, height
    if request.platform:
        return load_platform(request.platform).canvas()
    if facts.is_video and facts.size:
        width, height = facts.size
        return TALL if width * 5 < height * 4 else SQUARE if width * 4 < height * 5 else WIDE
    return WIDE


def _background(text: str | None, shelf: Shelf) -> dict[str, Any] | None:
    if text is None:
        return None
    path = Path(text)
    if _is_file(path):
        info = probe(path)
        kind = "image" if info.is_picture else "video"
        if not info.is_picture and not info.video:
            raise InputError(f"{path.name} holds no picture", hint="name a picture, a video, a colour or a gradient")
        segment: dict[str, Any] = {
            "src": shelf.add(path, info, kind),
            "x": {"fit": "cover"},
            "m": {"name": shown_name(path)},
        }
        return segment | ({} if info.is_picture else {"lp": True})
    ground = parse_ground(text)
    if ground is None:
        raise InputError(
            f"{text!r} is neither a file nor a colour",
            hint="name a picture or video, a colour such as navy or #102030, or a gradient such as navy..teal",
        )
    if ground.color2 is None:
        return {"g": {"k": "color", "c": ground.color}}
    angle = 90 if ground.angle is None else ground.angle
    return {"g": {"k": "gradient", "c": ground.color, "c2": ground.color2, "angle": angle}}


def _music(text: str | None, shelf: Shelf) -> dict[str, Any] | None:
    if text is None:
        return None
    if text in MOODS:
        return {"g": {"k": "music", "mood": text, "seed": 1}, "m": {"name": text}}
    path = Path(text)
    if not _is_file(path):
        raise InputError(f"{text!r} is neither a mood nor a file", hint="use a file, or one of " + ", ".join(MOODS))
    info = probe(path)
    if not info.audio:
        raise InputError(f"{path.name} holds no sound", hint="name a sound for the music")
    return {"src": shelf.add(path, info, "audio"), "m": {"name": shown_name(path)}}


def _picture(path: Path, shelf: Shelf, option: str) -> str:
    info = probe(path)
    if not info.is_picture:
        raise InputError(f"{path.name} is not a picture", hint=f"name a jpg, png, gif or webp for {option}")
    return shelf.add(path, info, "image")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() or path.is_symlink()
    except (OSError, ValueError):  # a name too long for the system, or with a zero byte
        return False
