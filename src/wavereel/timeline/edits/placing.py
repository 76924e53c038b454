# pyright: reportIncompatibleVariableOverride=false
"""Edits of place, size, angle and opacity of what is painted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.at_hand import entry_of_source, kind_of
from wavereel.timeline.edits.base import Area, Edit, Note, Target
from wavereel.timeline.edits.boxes import (
    LARGEST_PICTURE,
    Box,
    Corner,
    clamp,
    corner_of,
    corner_slot,
    in_corner,
    is_movable,
    is_picture,
    is_ringed,
    layout_of,
    pick,
    present_box,
    unless_same,
    what_of,
    with_box,
)
from wavereel.timeline.edits.surgery import change_segments, changed, transform_with
from wavereel.timeline.model import TrackType
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.model import Segment, Timeline, Track

Axis = Literal["x", "y", "width", "height"]

LEAST_SIDE = 0.02
LEAST_BAR = 0.002
"""A progress bar is as thin as a line."""

_Fraction = Annotated[float, Field(ge=-100, le=100)]
_Factor = Annotated[float, Field(gt=0, le=1000)]
_Share = Annotated[float, Field(ge=0, le=0.9)]


class Place(Edit):
    """Moves something painted that is no text: to a point, into a corner of the safe area, or by a bit.

    Its size stays. It stays on the canvas, and what is larger than the canvas goes on covering it.

    +----------+      +----------+
    |   logo   |      |      logo|
    |          |  ->  |          |
    +----------+      +----------+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "waveform", "y": 0.5},
        {"target": "logo", "corner": "top_right"},
        {"target": "cover", "dx": -0.1},
    )

    op: Literal["place"] = "place"
    target: Target = Field(description="waveform, logo, cover, overlay, progress, main, or an id")
    x: _Fraction | None = Field(None, description="of its centre, 0 left to 1 right")
    y: _Fraction | None = Field(None, description="of its centre, 0 top to 1 bottom")
    corner: Corner | None = Field(None, description="a corner, edge or the middle of the safe area")
    dx: _Fraction | None = Field(None, description="to the right, in widths of the canvas")
    dy: _Fraction | None = Field(None, description="downward, in heights of the canvas")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        if all(value is None for value in (self.x, self.y, self.corner, self.dx, self.dy)):
            raise cannot("nothing_to_change")
        found = pick(timeline, self.target, is_movable)
        layout = layout_of(timeline)

        def moved(spot: Spot) -> Segment:
            track = timeline.tracks[spot.track]
            box = present_box(timeline, layout, track, spot.segment)
            wanted = in_corner(box, self.corner, layout) if self.corner else box
            wanted = replace(
                wanted,
                x=(wanted.x if self.x is None else self.x) + (self.dx or 0.0),
                y=(wanted.y if self.y is None else self.y) + (self.dy or 0.0),
            )
            used = wanted.on_canvas()
            _note_moved(wanted, used, notes)
            if not _differ(box, used, "x", "y"):
                return spot.segment
            return with_box(track, spot.segment, used, _keys(spot.segment, box, used, ("x", "y")))

        return unless_same(timeline, change_segments(timeline, found, moved), what_of(timeline, found, self.target))


class Resize(Edit):
    """Makes something painted that is no text larger or smaller; its centre stays, or the corner that it stands in.

    From 0.02 to 1 sides of the canvas, pictures and videos to 4. A picture keeps its shape.

    +----------+      +----------+
    |          |      |  ||||||  |
    |  ||||||  |  ->  |  ||||||  |      height_factor 3
    |          |      |  ||||||  |
    +----------+      +----------+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "waveform", "height_factor": 1.3},
        {"target": "logo", "factor": 0.7},
        {"target": "cover", "width": 0.3},
    )

    op: Literal["resize"] = "resize"
    target: Target = Field(description="waveform, logo, cover, overlay, progress, main, or an id")
    width: _Fraction | None = Field(None, description="in widths of the canvas")
    height: _Fraction | None = Field(None, description="in heights of the canvas")
    factor: _Factor | None = Field(None, description="times as large")
    width_factor: _Factor | None = Field(None, description="times as wide")
    height_factor: _Factor | None = Field(None, description="times as high")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        sizes = (self.width, self.height, self.factor, self.width_factor, self.height_factor)
        if all(value is None for value in sizes):
            raise cannot("nothing_to_change")
        found = pick(timeline, self.target, is_movable)
        layout = layout_of(timeline)

        def sized(spot: Spot) -> Segment:
            track = timeline.tracks[spot.track]
            box = present_box(timeline, layout, track, spot.segment)
            used = self._sized(box, track, spot.segment, notes)
            if not _differ(box, used, "width", "height"):
                return spot.segment
            corner = corner_slot(track, spot.segment) or corner_of(box, layout)
            used = in_corner(used, corner, layout) if corner else used.on_canvas()
            keys = _keys(spot.segment, box, used, ("x", "y", "width", "height"))
            if is_ringed(layout, spot.segment):  # with a width it leaves the cover's place
                keys = ("x", "y", "width", "height") if "width" in keys else keys
            return with_box(track, spot.segment, used, keys)

        return unless_same(timeline, change_segments(timeline, found, sized), what_of(timeline, found, self.target))

    def _sized(self, box: Box, track: Track, segment: Segment, notes: list[Note]) -> Box:
        both = self.factor or 1.0
        width = self.width if self.width is not None else box.width * both * (self.width_factor or 1.0)
        height = self.height if self.height is not None else box.height * both * (self.height_factor or 1.0)
        shaped = is_picture(track, segment)
        if shaped:  # a picture that is named one side of keeps its shape
            across = self.width is not None or self.width_factor is not None
            down = self.height is not None or self.height_factor is not None
            if across and not down:
                height = box.height * width / box.width
            elif down and not across:
                width = box.width * height / box.height
        high = LARGEST_PICTURE if shaped else 1.0
        low = LEAST_BAR if track.role == "progress" else LEAST_SIDE
        wide = width if width == box.width else clamp(width, low, high, notes, percent=True)
        tall = height if height == box.height else clamp(height, low, high, notes, percent=True)
        if shaped and (wide, tall) != (width, height):
            wide, tall = _in_shape(box, width, wide, height, tall)
        return replace(box, width=wide, height=tall)


class Rotate(Edit):
    """Turns a picture, a video or a text clockwise, 0 to 360 degrees; a video by quarters only.

    +---+      +-----+
    |  ^|      |     |
    |   |  ->  |    >|      90 degrees
    +---+      +-----+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"degrees": 90}, {"target": "logo", "by": -15})

    op: Literal["rotate"] = "rotate"
    target: Target = Field("main", description="main, logo, cover, overlay, a text's role, or an id")
    degrees: Annotated[float, Field(ge=-36_000, le=36_000)] | None = Field(None, description="clockwise from upright")
    by: Annotated[float, Field(ge=-36_000, le=36_000)] | None = Field(None, description="clockwise from how it is now")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        if self.degrees is None and self.by is None:
            raise cannot("nothing_to_change")
        found = pick(timeline, self.target, _can_turn)

        def turned(spot: Spot) -> Segment:
            place = spot.segment.transform
            present = (place.rotation or 0.0) if place else 0.0
            angle = ((present if self.degrees is None else self.degrees) + (self.by or 0.0)) % 360
            if angle % 90 and _is_video(timeline, timeline.tracks[spot.track], spot.segment):
                quarter = 90 * round(angle / 90) % 360
                facts: dict[str, object] = {"asked": f"{angle:g}", "used": f"{quarter:g}", "low": "0", "high": "270"}
                if (note := Note("clamped", facts)) not in notes:
                    notes.append(note)
                angle = float(quarter)
            angle = round(angle, 3) % 360
            return changed(spot.segment, transform=transform_with(place, rotation=angle or None))

        return unless_same(timeline, change_segments(timeline, found, turned), what_of(timeline, found, self.target))


class SetOpacity(Edit):
    """Makes something painted more or less transparent, 0 (not seen) to 1.

    before   logo
    after    logo  x.o 0.5
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "logo", "opacity": 0.5},
        {"target": "waveform", "factor": 0.8},
    )

    op: Literal["set_opacity"] = "set_opacity"
    target: Target = Field(description="anything painted but captions")
    opacity: _Fraction | None = Field(None, description="0 to 1")
    factor: _Factor | None = Field(None, description="times as opaque")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        if self.opacity is None and self.factor is None:
            raise cannot("nothing_to_change")
        found = pick(timeline, self.target, _can_fade)

        def faded(spot: Spot) -> Segment:
            place = spot.segment.transform
            present = 1.0 if place is None or place.opacity is None else place.opacity
            wanted = (present if self.opacity is None else self.opacity) * (self.factor or 1.0)
            used = clamp(wanted, 0.0, 1.0, notes, percent=True)
            return changed(spot.segment, transform=transform_with(place, opacity=used if used < 1 else None))

        return unless_same(timeline, change_segments(timeline, found, faded), what_of(timeline, found, self.target))


def _in_shape(box: Box, width: float, wide: float, height: float, tall: float) -> tuple[float, float]:
    """Both sides after one was clamped, in the shape that was asked for; as clamped where that cannot be."""
    scale = min(wide / width, tall / height) if wide < width or tall < height else max(wide / width, tall / height)
    sides = (round(width * scale, 4), round(height * scale, 4)) if width > 0 and height > 0 else (wide, tall)
    within = all(0 < side <= LARGEST_PICTURE for side in sides)
    return sides if within and box.width else (wide, tall)


def _note_moved(wanted: Box, used: Box, notes: list[Note]) -> None:
    for axis, extent in (("x", used.width), ("y", used.height)):
        asked, got = getattr(wanted, axis), getattr(used, axis)
        if abs(asked - got) > 1e-6:
            low, high = sorted((extent / 2, 1 - extent / 2))
            clamp(asked, low, high, notes, percent=True)


def _differ(one: Box, other: Box, *keys: Axis) -> bool:
    return any(round(getattr(one, key), 4) != round(getattr(other, key), 4) for key in keys)


def _keys(segment: Segment, before: Box, after: Box, keys: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The sides of a box that are written down: those that change, and those that are there."""
    said = segment.transform
    there = {key for key in keys if said is not None and getattr(said, key) is not None}
    return tuple(key for key in keys if key in there or _differ(before, after, key))


def _can_turn(track: Track, segment: Segment) -> bool:
    return is_picture(track, segment) or (track.type == TrackType.TEXT and track.role != "caption")


def _can_fade(track: Track, _: Segment) -> bool:
    return track.type in (TrackType.VIDEO, TrackType.TEXT) and track.role != "caption"


def _is_video(timeline: Timeline, track: Track, segment: Segment) -> bool:
    if track.type != TrackType.VIDEO or segment.source is None:
        return False
    entry = entry_of_source(timeline, segment.source)
    kind = kind_of(entry) if entry else ""
    return kind == "video" or (not kind and track.role == "main")
