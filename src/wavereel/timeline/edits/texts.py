"""Edits of how texts look, where they stand, and how they come and go: titles, cards, captions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, HexColor, Note, Target
from wavereel.timeline.edits.pieces import quick
from wavereel.timeline.edits.surgery import (
    Spot,
    change_segments,
    change_tracks,
    changed,
    effective_style,
    style_with,
    transform_with,
)
from wavereel.timeline.edits.text_places import (
    caption_tracks,
    is_placed_by_hand,
    layout_of,
    plate_box,
    slot_of,
    text_box,
    text_size,
    text_spots,
)
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, TextStyle, Timeline, Track, Transform

Position = Literal["top", "center", "bottom"]
Motion = Literal[
    "fade", "slide_up", "slide_down", "slide_left", "slide_right", "zoom_in", "zoom_out", "pop", "typewriter", "none"
]
"""Entrances and exits that the renderer makes, and `none`, which takes one away."""

SMALLEST_TYPE, LARGEST_TYPE = 8.0, 400.0
_WIDEST_OUTLINE = 60.0
_NO_BOX = "#00000000"


def clamped(asked: float, low: float, high: float, notes: list[Note], unit: str = "", scale: float = 1) -> float:
    """A value within its bounds; where it was outside, a note says so. `scale` and `unit` are for the note only."""
    used = min(max(asked, low), high)
    if used != asked:
        shown = {"asked": asked, "used": used, "low": low, "high": high}
        note = Note("clamped", {name: f"{round(value * scale, 2):g}{unit}" for name, value in shown.items()})
        if note not in notes:
            notes.append(note)
    return used


class SetStyle(Edit):
    """Changes letters: colour, size, weight, font, alignment, outline, box, highlight, length of lines.

    The captions as a whole wear it on their track, everything else on its own. `size` is in px of a canvas whose short
    side has 1080 and ends up between 8 and 400; `size_factor` multiplies the size at which the text is set now, be it
    its own, its track's or its theme's.

        before   |title| c #FFFFFF fs 96
        after    |title| c #FFE14D fs 120       color "#FFE14D", size_factor 1.25
    """

    area: ClassVar[Area] = "words"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "title", "color": "#FFE14D", "size_factor": 1.25},
        {"target": "caption", "highlight": "#FFA500", "max_lines": 1},
        {"target": "title", "box_color": "none", "outline_color": "#000000", "outline_width": 4},
    )

    op: Literal["set_style"] = "set_style"
    target: Target = Field("title", description="the text: an id, a role such as title or caption, or title#2")
    color: HexColor | None = Field(None, description="colour of the letters, #RRGGBB or #RRGGBBAA")
    size: float | None = Field(None, gt=0, description="size in px of a canvas whose short side has 1080; 8 to 400")
    size_factor: float | None = Field(None, gt=0, le=100, description="times the present size; 1.25 is a step larger")
    weight: int | None = Field(None, ge=1, le=1000, description="100 thin, 400 regular, 700 bold, 900 black")
    family: str | None = Field(None, min_length=1, max_length=200, description="name of the font")
    align: Literal["left", "center", "right"] | None = Field(None, description="side to which lines keep")
    outline_color: HexColor | None = Field(None, description="colour of the outline")
    outline_width: float | None = Field(None, ge=0, description="width of the outline in px, 0 (none) to 60")
    box_color: HexColor | Literal["none"] | None = Field(None, description="colour of a box behind the text, or none")
    highlight: HexColor | None = Field(None, description="colour of the spoken word in captions")
    max_characters: int | None = Field(None, ge=1, le=1000, description="characters a line at most")
    max_lines: int | None = Field(None, ge=1, le=100, description="lines at a time at most")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        values = self._values(notes)
        if not values and self.box_color is None and self.size_factor is None:
            raise cannot("nothing_to_change")
        layout = layout_of(timeline)
        numbers = caption_tracks(timeline, self.target)
        if numbers:
            result = change_tracks(timeline, numbers, lambda track: self._captions(track, values, layout, notes))
            role = "caption"
        else:
            found = text_spots(timeline, self.target)
            role = timeline.tracks[found[0].track].role

            def change(spot: Spot) -> Segment:
                track, segment = timeline.tracks[spot.track], spot.segment
                own = dict(values)
                if self.box_color == "none":
                    own["box_color"] = _NO_BOX if track.style and track.style.box_color else None
                size = text_size(layout, track, segment) if self.size is None else self.size
                return _styled(segment, self._with_size(own, size, notes))

            result = change_segments(timeline, found, change)
        if result == timeline:
            raise cannot("same_already", what=role)
        return result

    def _values(self, notes: list[Note]) -> dict[str, Any]:
        values: dict[str, Any] = {
            name: value
            for name in ("color", "family", "align", "outline_color", "highlight", "max_characters", "max_lines")
            if (value := getattr(self, name)) is not None
        }
        if self.size is not None and self.size_factor is None:
            values["size"] = clamped(self.size, SMALLEST_TYPE, LARGEST_TYPE, notes)
        if self.weight is not None:
            values["weight"] = int(clamped(self.weight, 100, 900, notes))
        if self.outline_width is not None:
            values["outline_width"] = clamped(self.outline_width, 0, _WIDEST_OUTLINE, notes)
        if self.box_color not in (None, "none"):
            values["box_color"] = self.box_color
        return values

    def _with_size(self, values: dict[str, Any], present: float, notes: list[Note]) -> dict[str, Any]:
        if self.size_factor is None:
            return values
        size = round(present * self.size_factor, 1)
        return values | {"size": clamped(size, SMALLEST_TYPE, LARGEST_TYPE, notes)}

    def _captions(self, track: Track, values: dict[str, Any], layout: Layout, notes: list[Note]) -> Track:
        """A caption track in the style; cues keep nothing of their own that it sets."""
        own = dict(values)
        meta = track.meta
        if self.box_color == "none":
            own["box_color"] = None
            if meta and meta.look == "boxed":
                meta = changed(meta, look="classic")
        present = text_size(layout, track, None) if self.size is None else self.size
        style = style_with(track.style, **self._with_size(own, present, notes))
        segments = track.segments
        if any(segment.style is not None for segment in segments):
            segments = tuple(self._cue(segment, own, notes) for segment in segments)
        return changed(track, style=style, meta=meta, segments=segments)

    def _cue(self, segment: Segment, values: dict[str, Any], notes: list[Note]) -> Segment:
        if segment.style is None:
            return segment
        own: dict[str, Any] = {name: None for name in values if getattr(segment.style, name) is not None}
        if self.size_factor is not None and segment.style.size:
            own |= {"size": None} if self.size is not None else self._with_size({}, segment.style.size, notes)
        return _styled(segment, own) if own else segment


def _styled(segment: Segment, values: dict[str, Any]) -> Segment:
    style = style_with(segment.style, **values) if values else segment.style
    return segment if style == segment.style else changed(segment, style=style)


class PlaceText(Edit):
    """Puts a text at the top, in the middle, at the bottom, or anywhere.

    `x` and `y` are its centre and `dx` and `dy` a way to go, in fractions of the canvas: `dy` -0.05 is a bit up. A
    position comes before the way. Words stay on the canvas and take the theme's plate along as a box. The captions as a
    whole stand elsewhere on their track; with a place of their own every cue takes it.

        before            after: position "top"      after: dy -0.1
        |          |      |  title   |               |          |
        |  title   |      |          |               |  title   |
        |          |      |          |               |          |
    """

    area: ClassVar[Area] = "words"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "title", "position": "top"},
        {"target": "caption", "dy": -0.05},
        {"target": "title", "x": 0.5, "y": 0.3, "align": "center"},
    )

    op: Literal["place_text"] = "place_text"
    target: Target = Field("title", description="the text: an id, a role such as title or caption, or title#2")
    position: Position | None = Field(None, description="where it stands in the area that is free for words")
    align: Literal["left", "center", "right"] | None = Field(None, description="side to which its lines keep")
    dx: float | None = Field(None, ge=-4, le=4, description="to the right by this share of the canvas's width")
    dy: float | None = Field(None, ge=-4, le=4, description="down by this share of the canvas's height")
    x: float | None = Field(None, ge=-4, le=4, description="centre across: 0 is the left edge, 1 the right one")
    y: float | None = Field(None, ge=-4, le=4, description="centre downward: 0 is the upper edge, 1 the lower one")

    @property
    def _moves(self) -> bool:
        return any(value is not None for value in (self.dx, self.dy, self.x, self.y))

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        if self.position is None and self.align is None and not self._moves:
            raise cannot("nothing_to_change")
        layout = layout_of(timeline)
        numbers = caption_tracks(timeline, self.target)
        if numbers:
            result = change_tracks(timeline, numbers, lambda track: self._captions(timeline, track, layout, notes))
            role = "caption"
        else:
            found = text_spots(timeline, self.target)
            role = timeline.tracks[found[0].track].role

            def change(spot: Spot) -> Segment:
                return self._placed(timeline, timeline.tracks[spot.track], spot.segment, layout, notes)

            result = change_segments(timeline, found, change)
        if result == timeline:
            raise cannot("same_already", what=role)
        return result

    def _placed(self, timeline: Timeline, track: Track, segment: Segment, layout: Layout, notes: list[Note]) -> Segment:
        values: dict[str, Any] = {} if self.align is None else {"align": self.align}
        leaves = (self._moves or self.position is not None) and not is_placed_by_hand(track, segment)
        if leaves and track.role != "caption" and effective_style(track, segment).box_color is None:
            box = plate_box(layout, slot_of(track, segment))
            values |= {"box_color": box} if box else {}
        if self.position is not None:
            values["position"] = self.position
            segment = changed(segment, transform=_unplaced(segment.transform))
        placed = _styled(segment, values)
        if not self._moves:
            return placed
        style = effective_style(track, placed)
        slot = layout.slots.get(slot_of(track, placed))
        if style.align is None and slot is not None and track.role != "caption":
            # a text with a place of its own would be centred
            here = layout.kept_align(slot.name, style.position) if is_placed_by_hand(track, placed) else slot.align
            values |= {"align": here} if here != "center" else {}
        x, y = self._middle(timeline, track, placed, layout, notes)
        values["position"] = "custom"
        return changed(_styled(placed, values), transform=transform_with(placed.transform, x=x, y=y))

    def _captions(self, timeline: Timeline, track: Track, layout: Layout, notes: list[Note]) -> Track:
        values: dict[str, Any] = {} if self.align is None else {"align": self.align}
        if self.position is not None:
            values["position"] = self.position
        base = changed(track, style=style_with(track.style, **values), segments=self._bare_cues(track.segments))
        if not self._moves:
            return base
        if not base.segments:
            raise cannot("no_words", hint="say top, center or bottom")
        x, y = self._middle(timeline, base, base.segments[0], layout, notes)
        moved = _each_transform(base.segments, lambda transform: transform_with(transform, x=x, y=y))
        return changed(base, style=style_with(base.style, position="custom"), segments=moved)

    def _bare_cues(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """Cues without what would win over their track."""
        names = ("align",) if self.align is not None else ()
        if self.position is not None or self._moves:
            names = (*names, "position")
        if any(segment.style is not None for segment in segments):
            segments = tuple(_styled(segment, _said(segment.style, names)) for segment in segments)
        if self.position is not None and any(segment.transform is not None for segment in segments):
            segments = _each_transform(segments, _unplaced)
        return segments

    def _middle(
        self, timeline: Timeline, track: Track, segment: Segment, layout: Layout, notes: list[Note]
    ) -> tuple[float, float]:
        """The new centre; with captions it is the slot's, since their number of lines changes."""
        box = text_box(timeline, layout, track, segment)
        x = (box.x if self.x is None else self.x) + (self.dx or 0)
        y = (box.y if self.y is None else self.y) + (self.dy or 0)
        half = min(0.5, box.height / 2)
        x = x if self.x is None and self.dx is None else clamped(x, 0, 1, notes, "%", 100)
        y = y if self.y is None and self.dy is None else clamped(y, half, 1 - half, notes, "%", 100)
        return round(x, 4), round(y, 4)


def _unplaced(transform: Transform | None) -> Transform | None:
    """A transform that says nothing of place and size."""
    if transform is None:
        return None
    own = {name: None for name in ("x", "y", "width", "height") if getattr(transform, name) is not None}
    return transform_with(transform, **own) if own else transform


def _said(style: TextStyle | None, names: tuple[str, ...]) -> dict[str, Any]:
    """The names of which a style says something, to be taken away."""
    return {name: None for name in names if style is not None and getattr(style, name) is not None}


def _each_transform(
    segments: tuple[Segment, ...], change: Callable[[Transform | None], Transform | None]
) -> tuple[Segment, ...]:
    """Segments with their transforms changed; those that shared one share the new one."""
    shared: dict[int, Transform | None] = {}
    result: list[Segment] = []
    for segment in segments:
        transform = segment.transform
        if id(transform) not in shared:
            shared[id(transform)] = change(transform)
        new = shared[id(transform)]
        result.append(segment if new is transform else quick(segment, transform=new))
    return tuple(result)
