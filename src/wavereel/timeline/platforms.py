"""Where a video goes and what is taken there: the tables of platforms.toml, read strictly.

A platform sets the ratio of the canvas, and the loudness unless the user set one. The encoder is steered by the same
row by which `render.check` judges the finished file.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, cast

from wavereel.errors import UsageError

DEFAULT_LOUDNESS_LUFS = -14.0
"""For every platform that names none."""

PODCAST_LOUDNESS_LUFS = {"podcast": -16.0, "podcast-mono": -19.0}
"""What podcast feeds ask for; a feed is no platform, since it takes no video of ours."""

DEFAULT_TRUE_PEAK_DBTP = -1.0

_LUFS = re.compile(r"[-\N{MINUS SIGN}]?\d{1,3}(?:\.\d{1,3})?", re.ASCII)

RATIO_TOLERANCE = Fraction(1, 100)
"""How far a ratio may be off: 608x1080 counts as 9:16."""


RATE_TOLERANCE = Fraction(1, 10)
"""24000/1001 counts as 24."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One row. `None` or an empty tuple: the platform says nothing about it.

    Attributes:
        name: The draft's `m.platform`.
        names: What else people call it.
        source: Where the figures come from.
        date: When they were read.
        ratio_only: Nothing but the ratio is known.
        keeps_ratio: A canvas whose ratio is allowed keeps it; others take the platform's own.
        ratios: Allowed ratios, width by height.
        ratio_range: Or the lowest and highest allowed.
        size_px: The canvas to make, width and height.
        side_px: Least and greatest side.
        min_size_px: Least short and long side.
        fps: Least and greatest number of pictures a second.
        profile: The profile of H.264 that is asked for.
        duration_ms: Least and greatest length; the greatest 0 where there is none.
        duration_note: Said when a file is too long.
        file_bytes: Least and greatest size; the greatest 0 where there is none.
        edit_lists: Whether edit lists are taken.
        equal_ends: Whether sound and picture must end together.
        moov_first: Whether the index is asked to stand before the media.
        closed_gop: Whether no picture may refer across a key picture.
        key_interval_s: Greatest time between key pictures; 0 where nothing is said.
        bit_rate: Recommended rate of the picture up to 30 pictures a second, and above.
        max_bit_rate: Greatest recommended rate; 0 where there is none.
        audio_bit_rate: Recommended rate of the sound.
        max_audio_rate_hz: Greatest sample rate.
        loudness_lufs: Integrated loudness at which it plays.
        true_peak_dbtp: Greatest true peak.
        captions: How it takes captions.
    """

    name: str
    title: str
    source: str
    date: str
    size_px: tuple[int, int]
    names: tuple[str, ...] = ()
    ratio_only: bool = False
    keeps_ratio: bool = False
    ratios: tuple[Fraction, ...] = ()
    ratio_range: tuple[Fraction, Fraction] | None = None
    side_px: tuple[int, int] | None = None
    min_size_px: tuple[int, int] | None = None
    fps: tuple[Fraction, Fraction] | None = None
    profile: str = ""
    duration_ms: tuple[int, int] = (0, 0)
    duration_note: str = ""
    file_bytes: tuple[int, int] = (0, 0)
    edit_lists: bool = True
    equal_ends: bool = False
    moov_first: bool = False
    closed_gop: bool = False
    key_interval_s: Fraction = Fraction(0)
    bit_rate: tuple[int, int] | None = None
    max_bit_rate: int = 0
    audio_bit_rate: int = 0
    max_audio_rate_hz: int = 0
    loudness_lufs: float = DEFAULT_LOUDNESS_LUFS
    true_peak_dbtp: float = DEFAULT_TRUE_PEAK_DBTP
    captions: str = ""

    def allows_ratio(self, width: int, height: int) -> bool:
        """Whether a canvas of this shape is taken."""
        shape = Fraction(width, height)
        if self.ratio_range is not None:
            low, high = self.ratio_range
            return low * (1 - RATIO_TOLERANCE) <= shape <= high * (1 + RATIO_TOLERANCE)
        return any(abs(shape / ratio - 1) <= RATIO_TOLERANCE for ratio in self.ratios)

    def takes_rate(self, fps: Fraction) -> bool:
        """Whether this many pictures a second are taken; NTSC rates count as the ones they are named after."""
        if self.fps is None:
            return True
        low, high = self.fps
        return low - RATE_TOLERANCE <= fps <= high + RATE_TOLERANCE

    def canvas(self, width: int | None = None, height: int | None = None) -> tuple[int, int]:
        """The canvas for this platform: the present one where its ratio is kept, else the platform's own."""
        if self.keeps_ratio and width and height and self.allows_ratio(width, height):
            return width, height
        return self.size_px

    def wanted_bit_rate(self, fps: Fraction) -> int:
        """The recommended rate of the picture at `fps`, in bits a second; 0 where nothing is said."""
        if self.bit_rate is None:
            return 0
        return self.bit_rate[0] if fps <= 30 else self.bit_rate[1]

    @property
    def origin(self) -> str:
        """Source and date, as messages name them."""
        return f"{self.source}, {self.date}"


def platform_names() -> tuple[str, ...]:
    """All platforms, in the table's order."""
    return tuple(_platforms())


def load_platform(name: str) -> Platform:
    """The platform of that name, or of another name that people give it; case does not matter.

    Raises:
        UsageError: There is none.
    """
    key = name.strip().lower()
    rows = _platforms()
    if key in rows:
        return rows[key]
    for row in rows.values():
        if key in row.names:
            return row
    raise UsageError(f"there is no platform {name!r}", hint=f"use one of {', '.join(rows)}")


def parse_loudness(text: str) -> float:
    """LUFS meant by a number (`-16`, `-14 LUFS`), by a platform, or by `podcast` and `podcast-mono`.

    Raises:
        UsageError: None of these, or outside -60..0.
    """
    plain = text.strip().lower().removesuffix("lufs").strip()
    if plain in PODCAST_LOUDNESS_LUFS:
        return PODCAST_LOUDNESS_LUFS[plain]
    if _LUFS.fullmatch(plain):
        value = float(plain.replace("\N{MINUS SIGN}", "-"))
        if not -60 <= value <= 0:
            raise UsageError(f"{text!r} is out of range", hint="use a loudness from -60 to 0 LUFS, such as -16")
        return value
    try:
        return load_platform(plain).loudness_lufs
    except UsageError:
        hint = "write LUFS such as -16, a platform such as spotify, or podcast"
        raise UsageError(f"{text!r} is not a loudness", hint=hint) from None


@cache
def _platforms() -> dict[str, Platform]:
    text = resources.files("wavereel.timeline").joinpath("platforms.toml").read_text(encoding="utf-8")
    return {name: parse_platform(name, row) for name, row in tomllib.loads(text).items()}


def parse_platform(name: str, row: dict[str, Any]) -> Platform:
    """A row of the table.

    Raises:
        ValueError: A key that means nothing, or a value that cannot be right.
    """
    rest = dict(row)

    def pair(low: str, high: str, scale: int) -> tuple[int, int]:
        return round(rest.pop(low, 0) * scale), round(rest.pop(high, 0) * scale)

    values: dict[str, Any] = {
        "duration_ms": pair("min_duration_s", "max_duration_s", 1000),
        "file_bytes": pair("min_bytes", "max_bytes", 1),
        "ratios": tuple(_ratio(text) for text in rest.pop("ratios", ())),
        "key_interval_s": Fraction(str(rest.pop("key_interval_s", 0))),
    }
    if "max_fps" in rest:
        values["fps"] = (Fraction(0), Fraction(rest.pop("max_fps")))
    elif "fps" in rest:
        values["fps"] = tuple(Fraction(rate) for rate in rest.pop("fps"))
    if "ratio_range" in rest:
        values["ratio_range"] = tuple(_ratio(text) for text in rest.pop("ratio_range"))
    known = {field.name for field in fields(Platform)}
    if unknown := set(rest) - known:
        raise ValueError(f"platform {name} sets {min(unknown)}, which means nothing")
    for key, value in rest.items():
        values[key] = tuple(cast("list[Any]", value)) if isinstance(value, list) else value
    platform = Platform(name=name, **values)
    if not platform.allows_ratio(*platform.size_px):
        raise ValueError(f"the size of platform {name} has a ratio that it does not allow")
    return platform


def _ratio(text: str) -> Fraction:
    width, height = text.split(":")
    return Fraction(width) / Fraction(height)
