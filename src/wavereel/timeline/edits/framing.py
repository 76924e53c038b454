# pyright: reportIncompatibleVariableOverride=false
"""Edits of how pictures and videos fill their box: fit, crop, slow zoom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from wavereel.timeline.edits.at_hand import entry_of_source, ratio_of
from wavereel.timeline.edits.base import Area, Edit, Note, Target
from wavereel.timeline.edits.boxes import (
    LARGEST_PICTURE,
    WHOLE,
    Box,
    Fit,
    clamp,
    is_picture,
    layout_of,
    pick,
    present_box,
    unless_same,
    what_of,
    with_box,
)
from wavereel.timeline.edits.surgery import change_segments, changed, of_role, transform_with
from wavereel.timeline.model import Effect, TrackType
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, Timeline, Track, Transform

LARGEST_ZOOM = 4.0

_Share = Annotated[float, Field(ge=0, le=0.9)]
_Times = Annotated[float, Field(gt=0, le=100)]


class SetFit(Edit):
    """Says how a picture or video fills its box.

    before   main  x.fit blur
    after    main  x.fit cover
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "main", "fit": "cover"},
        {"target": "cover", "fit": "contain"},
    )

    op: Literal["set_fit"] = "set_fit"
    target: Target = Field(description="main, background, overlay, cover, logo, or an id")
    fit: Fit = Field(description="cover: cut to fill; contain: all of it; stretch; blur: all of it over itself")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        found = pick(timeline, self.target, is_picture)

        def fitted(spot: Spot) -> Segment:
            return changed(spot.segment, transform=transform_with(spot.segment.transform, fit=self.fit))

        return unless_same(timeline, change_segments(timeline, found, fitted), what_of(timeline, found, self.target))


class Crop(Edit):
    """Cuts the edges of a picture or video away; what is left fills its box.

    With `to`: `center` and `fill` keep its middle and fill its box, `square` makes the box square. Edges are cut off
    the main picture only.

    +----------+      +----------+
    |.. ++++ ..|  ->  |++++++++++|      left 0.2, right 0.2
    |.. ++++ ..|      |++++++++++|
    +----------+      +----------+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"to": "center"}, {"left": 0.1, "right": 0.1}, {"to": "square"})

    op: Literal["crop"] = "crop"
    target: Target = Field("main", description="main, background, cover, overlay, or an id")
    left: _Share = Field(0.0, description="share of the picture that goes at its left, 0 to 0.9")
    top: _Share = Field(0.0, description="share that goes at its top")
    right: _Share = Field(0.0, description="share that goes at its right")
    bottom: _Share = Field(0.0, description="share that goes at its bottom")
    to: Literal["center", "square", "fill"] | None = Field(None, description="instead of edges: what is left")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        edged = bool(self.left or self.top or self.right or self.bottom)
        if self.to is None and not edged:
            raise cannot("nothing_to_change")
        if self.left + self.right > 0.95 or self.top + self.bottom > 0.95:
            raise cannot("nothing_left")
        found = pick(timeline, self.target, is_picture)
        if any(not self._can_cut(timeline.tracks[spot.track]) for spot in found):
            raise cannot("wrong_kind", what=what_of(timeline, found, self.target))
        layout = layout_of(timeline)

        def cut(spot: Spot) -> Segment:
            track, segment = timeline.tracks[spot.track], spot.segment
            place = transform_with(segment.transform, fit="cover")
            if self.to == "square":
                box = _squared(present_box(timeline, layout, track, segment), layout)
                return changed(
                    with_box(track, segment, box, ("x", "y", "width", "height")), transform=_boxed(place, box)
                )
            if self.to is not None:
                box = WHOLE if track.role == "main" else None
                return changed(segment, transform=_boxed(place, box) if box else place)
            return changed(segment, transform=_boxed(place, self._cut(timeline, layout, segment, notes)))

        return unless_same(timeline, change_segments(timeline, found, cut), what_of(timeline, found, self.target))

    def _can_cut(self, track: Track) -> bool:
        if self.to is None:
            return track.role == "main"
        return self.to != "square" or track.role != "background"

    def _cut(self, timeline: Timeline, layout: Layout, segment: Segment, notes: list[Note]) -> Box:
        """The box of the whole picture when what is left of it just covers the canvas, centred on it."""
        ratio = ratio_of(entry_of_source(timeline, segment.source)) or layout.width / layout.height
        if segment.transform and round((segment.transform.rotation or 0) / 90) % 2:
            ratio = 1 / ratio
        shape = ratio * layout.height / layout.width
        left_w, left_h = 1 - self.left - self.right, 1 - self.top - self.bottom
        height = max(1 / left_h, 1 / (left_w * shape))
        most = LARGEST_PICTURE / max(1.0, shape)
        height = clamp(height, 0.0, most, notes, percent=True)
        width = height * shape
        x = 0.5 - (self.left + left_w / 2 - 0.5) * width
        y = 0.5 - (self.top + left_h / 2 - 0.5) * height
        return Box(x, y, width, height).on_canvas()


class Zoom(Edit):
    """Zooms slowly over the length of each clip of the main picture or the background; 1 is as it stands, up to 4.

    +----------+      +----------+
    |  +----+  |      |          |
    |  | :) |  |  ->  |   : )    |      from 1, to 1.1
    |  +----+  |      |          |
    +----------+      +----------+
    """

    model_config = ConfigDict(populate_by_name=True)

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"target": "background", "from": 1.2, "to": 1.0},
        {"off": True},
    )

    op: Literal["zoom"] = "zoom"
    target: Target | None = Field(None, description="main or background; the main picture where there is one")
    to: _Times = Field(1.1, description="how large at the end")
    from_: _Times = Field(1.0, alias="from", description="how large at the start")
    off: bool = Field(False, description="true: no zoom")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        target = self.target or ("main" if of_role(timeline, "main") else "background")
        found = pick(timeline, target, _can_zoom)
        start = clamp(self.from_, 1.0, LARGEST_ZOOM, notes)
        end = clamp(self.to, 1.0, LARGEST_ZOOM, notes)
        added = () if self.off else (Effect.model_validate({"k": "zoom", "from": start, "to": end}),)

        def zoomed(spot: Spot) -> Segment:
            others = tuple(effect for effect in spot.segment.effects or () if effect.kind != "zoom")
            return changed(spot.segment, effects=(*others, *added) or None)

        return unless_same(timeline, change_segments(timeline, found, zoomed), what_of(timeline, found, target))


def _can_zoom(track: Track, _: Segment) -> bool:
    return track.type == TrackType.VIDEO and track.role in ("main", "background")


def _boxed(place: Transform | None, box: Box) -> Transform | None:
    values = {key: round(getattr(box, key), 4) for key in ("x", "y", "width", "height")}
    return transform_with(place, **values)


def _squared(box: Box, layout: Layout) -> Box:
    side_px = min(box.width * layout.width, box.height * layout.height)
    return replace(box, width=side_px / layout.width, height=side_px / layout.height).on_canvas()
