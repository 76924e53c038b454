# pyright: reportIncompatibleVariableOverride=false
"""Edits of the canvas: size, ratio, platform, frames a second, the colour where nothing is, theme."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.errors import UsageError
from wavereel.timeline.canvas import MAX_SIDE_PX, MIN_SIDE_PX, SHORT_SIDE_PX
from wavereel.timeline.edits.base import Area, Edit, HexColor, Note, Target
from wavereel.timeline.edits.boxes import (
    corner_of,
    in_corner,
    is_movable,
    layout_of,
    present_box,
    safe_edges,
    unless_same,
    with_box,
)
from wavereel.timeline.edits.surgery import (
    Spot,
    change_segments,
    select,
    spots,
    tracks_of_target,
    with_meta,
)
from wavereel.timeline.platforms import RATIO_TOLERANCE, load_platform, platform_names
from wavereel.timeline.reasons import cannot
from wavereel.timeline.restyle import apply_theme, set_canvas
from wavereel.timeline.themes import THEME_NAMES, load_theme
from wavereel.times import round_half_up

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, Track
    from wavereel.timeline.platforms import Platform

_NAMED_RATIOS = {"7:3": "21:9"}
"""Ratios that people call by other numbers than their least ones."""

Side = Annotated[int, Field(ge=1, le=100_000)]
_RATIO_PATTERN = r"^[1-9][0-9]{0,3}:[1-9][0-9]{0,3}$"


class SetSize(Edit):
    """Makes the canvas a size in px; each side from 64 to 7680 and even.

    What the theme chose for the old canvas follows; what was set by hand stays. A platform that does not take the new
    ratio is left.

        before   m.width 1920  m.height 1080  m.ratio 16:9
        after    m.width 1280  m.height 720   m.ratio 16:9
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"width": 1280, "height": 720}, {"width": 1080, "height": 1080})

    op: Literal["set_size"] = "set_size"
    width: Side = Field(description="width in px, 64 to 7680; an odd one is rounded up")
    height: Side = Field(description="height in px, 64 to 7680; an odd one is rounded up")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        return _resized(timeline, self.width, self.height, notes)


class SetRatio(Edit):
    """Gives the canvas a ratio; its short side has 1080 px.

    before   m.width 1920  m.height 1080  m.ratio 16:9   m.platform youtube
    after    m.width 1080  m.height 1920  m.ratio 9:16
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"ratio": "9:16"}, {"ratio": "4:5"})

    op: Literal["set_ratio"] = "set_ratio"
    ratio: str = Field(pattern=_RATIO_PATTERN, description="width to height, such as 9:16, 1:1, 4:5, 16:9 or 3:4")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        width, height = (int(part) for part in self.ratio.split(":"))
        divisor = gcd(width, height)
        plain = f"{width // divisor}:{height // divisor}"
        size = _of_ratio(Fraction(width, height), SHORT_SIDE_PX)
        return _resized(timeline, *size, notes, ratio=_NAMED_RATIOS.get(plain, plain))


class SetResolution(Edit):
    """Makes the canvas finer or coarser and keeps its ratio; the short side from 64 px, the long one to 7680.

    before   m.width 1920  m.height 1080
    after    m.width 3840  m.height 2160
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"short_side": 720}, {"short_side": 2160})

    op: Literal["set_resolution"] = "set_resolution"
    short_side: Side = Field(description="px of the shorter side: 720 for 720p, 1080, 2160 for 4K")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        width, height = timeline.size
        shape = Fraction(width, height)
        ratio = timeline.meta.ratio
        if ratio and all(int(part) for part in ratio.split(":")):
            said = Fraction(*(int(part) for part in ratio.split(":")))
            shape = said if abs(shape / said - 1) <= RATIO_TOLERANCE else shape
        return _resized(timeline, *_of_ratio(shape, self.short_side), notes, ratio=ratio)


class SetPlatform(Edit):
    """Makes the video for a platform: its ratio, and its loudness unless somebody set another one.

    `x`, `linkedin` and `facebook` keep a ratio that they take. With `off` the video is for no platform any more.

        before   m.width 1920  m.height 1080
        after    m.width 1080  m.height 1920  m.platform tiktok  m.loudness -14
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"platform": "tiktok"}, {"platform": "youtube"}, {"off": True})

    op: Literal["set_platform"] = "set_platform"
    platform: str | None = Field(
        None, max_length=100, description="youtube, shorts, tiktok, reels, instagram, x, or another platform's name"
    )
    off: bool = Field(False, description="true: made for no platform in particular")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        before = _platform_of(timeline)
        own_loudness = before is not None and timeline.meta.loudness == before.loudness_lufs
        if self.off:
            loudness = None if own_loudness else timeline.meta.loudness
            return unless_same(timeline, with_meta(timeline, platform=None, loudness=loudness), "canvas")
        if self.platform is None:
            raise cannot("nothing_to_change")
        platform = _platform(self.platform)
        size = timeline.size if _suits(platform, timeline) else platform.canvas(*timeline.size)
        result = _on_canvas(timeline, *size, platform=platform.name)
        if timeline.meta.ratio and size == timeline.size:
            result = with_meta(result, ratio=timeline.meta.ratio)
        if not platform.ratio_only and (own_loudness or timeline.meta.loudness is None):
            result = with_meta(result, loudness=platform.loudness_lufs)
        return unless_same(timeline, result, "canvas")


class SetFps(Edit):
    """Sets the frames a second, 1 to 120. 29.97 and its like mean the exact rates of NTSC.

    before   m.fps 30
    after    m.fps 60
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"fps": 60}, {"fps": 23.976})

    op: Literal["set_fps"] = "set_fps"
    fps: float = Field(gt=0, le=10_000, description="frames a second, 1 to 120")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        used = float(min(120.0, max(1.0, round(self.fps, 6))))
        if not 1 <= self.fps <= 120:
            notes.append(Note("clamped", {"asked": f"{self.fps:g}", "used": f"{used:g}", "low": "1", "high": "120"}))
        return unless_same(timeline, with_meta(timeline, fps=used), "canvas")


class SetCanvasColor(Edit):
    """Sets the colour that shows where nothing is, under the background.

    before   m.bg #0B1020
    after    m.bg #000000
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"color": "#000000"},)

    op: Literal["set_canvas_color"] = "set_canvas_color"
    color: HexColor = Field(description="#RRGGBB or #RRGGBBAA")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        return unless_same(timeline, with_meta(timeline, background=self.color), "canvas")


class SetTheme(Edit):
    """Puts the timeline into a theme: style, generators and layout, also what was set by hand.

    Media, texts, times and a picture in the background stay, and so does the look of what `keep` names.

        before   m.theme clean   waveform mirror   title #FFFF00
        after    m.theme neon    waveform ring     title #FFFF00 (kept)
    """

    area: ClassVar[Area] = "canvas"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"theme": "neon"}, {"theme": "midnight", "keep": ["title"]})

    op: Literal["set_theme"] = "set_theme"
    theme: str = Field(
        max_length=100, description="name of the theme", json_schema_extra={"enum": list[Any](THEME_NAMES)}
    )
    keep: tuple[Target, ...] = Field((), max_length=50, description="targets that look as before")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        name = self.theme.strip().lower()
        if name not in THEME_NAMES:
            raise cannot("no_such_theme", name=self.theme, hint=f"choose one of {', '.join(THEME_NAMES)}")
        tracks, segments = _kept(timeline, self.keep)

        def keep(node: Track | Segment) -> bool:
            return any(node is kept for kept in tracks) or id(node) in segments

        result = apply_theme(timeline, load_theme(name), keep)
        if "background" in self.keep:
            result = with_meta(result, background=timeline.meta.background)
        return unless_same(timeline, result, "theme")


def _kept(timeline: Timeline, targets: tuple[str, ...]) -> tuple[list[Track], frozenset[int]]:
    """The tracks that are kept whole, and the identities of single segments that are."""
    whole: list[Track] = []
    single: set[int] = set()
    for target in targets:
        if any(target in (track.role, track.id) for track in timeline.tracks):
            whole += [timeline.tracks[number] for number in tracks_of_target(timeline, target)]
            continue
        try:
            found = select(timeline, target)
        except UsageError as error:
            if getattr(error, "reason", "") != "nothing_there":  # what is not there keeps its look
                raise
            continue
        single |= {id(spot.segment) for spot in found}
    whole += [track for track in timeline.tracks if track.segments and all(id(s) in single for s in track.segments)]
    return whole, frozenset(single)


def _of_ratio(shape: Fraction, short_side: int) -> tuple[int, int]:
    """Even sides of a shape; where the long side would be too long, both are shorter."""
    wide = max(shape, 1 / shape)
    short = min(Fraction(short_side), MAX_SIDE_PX / wide)
    short_px, long_px = 2 * round_half_up(short / 2), 2 * round_half_up(short * wide / 2)
    return (long_px, short_px) if shape > 1 else (short_px, long_px)


def _resized(timeline: Timeline, width: int, height: int, notes: list[Note], *, ratio: str | None = None) -> Timeline:
    """The timeline on a canvas within the bounds; the platform stays where it takes the ratio."""
    used_width, used_height = (min(MAX_SIDE_PX, max(MIN_SIDE_PX, side + side % 2)) for side in (width, height))
    if (used_width, used_height) != (width, height):
        low, high = f"{MIN_SIDE_PX}x{MIN_SIDE_PX}", f"{MAX_SIDE_PX}x{MAX_SIDE_PX}"
        facts: dict[str, object] = {"asked": f"{width}x{height}", "used": f"{used_width}x{used_height}"}
        notes.append(Note("clamped", facts | {"low": low, "high": high}))
    platform = _platform_of(timeline)
    name = timeline.meta.platform
    if platform is not None and not platform.allows_ratio(used_width, used_height):
        name = None
        notes.append(Note("platform_left", {"platform": platform.title}))
    result = _on_canvas(timeline, used_width, used_height, platform=name)
    if ratio is not None:
        result = with_meta(result, ratio=ratio)
    return unless_same(timeline, result, "canvas")


def _on_canvas(timeline: Timeline, width: int, height: int, *, platform: str | None) -> Timeline:
    """The timeline on another canvas; pictures that stand in a corner of the safe area stand in the new one's."""
    result = set_canvas(timeline, width, height, platform=platform)
    if (width, height) == timeline.size:
        return result
    cornered = spots(timeline, _has_own_box)
    if not cornered:
        return result
    old, new = layout_of(timeline), layout_of(result)
    left, top, right, bottom = safe_edges(new)
    scale = min(new.width, new.height) / min(old.width, old.height)

    def follow(spot: Spot) -> Segment:
        track, segment = timeline.tracks[spot.track], spot.segment
        box = present_box(timeline, old, track, segment)
        corner = corner_of(box, old)
        if corner is None:
            return segment
        sized = type(box)(
            box.x, box.y, box.width * scale * old.width / new.width, box.height * scale * old.height / new.height
        )
        placed = in_corner(sized.limited(right - left, bottom - top), corner, new)
        return with_box(track, segment, placed, ("x", "y", "width", "height"))

    return change_segments(result, cornered, follow)


def _has_own_box(track: Track, segment: Segment) -> bool:
    said = segment.transform
    if not is_movable(track, segment) or track.role not in ("overlay", "") or said is None:
        return False
    return None not in (said.x, said.y, said.width, said.height)


def _platform(name: str) -> Platform:
    try:
        return load_platform(name)
    except UsageError:
        raise cannot("no_such_platform", name=name, hint=f"use one of {', '.join(platform_names())}") from None


def _platform_of(timeline: Timeline) -> Platform | None:
    """The platform that the draft is for; `None` where it names none that is known."""
    try:
        return load_platform(timeline.meta.platform) if timeline.meta.platform else None
    except UsageError:
        return None


def _suits(platform: Platform, timeline: Timeline) -> bool:
    """Whether a platform takes the canvas as it is: in the platform's own ratio, within its sides."""
    width, height = timeline.size
    low, high = platform.side_px or (0, MAX_SIDE_PX)
    least = platform.min_size_px or (0, 0)
    own = Fraction(width, height) == Fraction(*platform.size_px)
    large_enough = min(width, height) >= min(least) and max(width, height) >= max(least)
    return own and low <= min(width, height) and max(width, height) <= high and large_enough
