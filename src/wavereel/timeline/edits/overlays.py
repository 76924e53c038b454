# pyright: reportIncompatibleVariableOverride=false
"""Edits of what lies over the picture: logo, cover, pictures at a time, progress bar."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.dress import cover_generator, progress_generator
from wavereel.timeline.edits.at_hand import (
    COVER_WORDS,
    LOGO_WORDS,
    file_name,
    kind_of,
    meant,
    ratio_of,
)
from wavereel.timeline.edits.background import title_of
from wavereel.timeline.edits.base import Area, Edit, HexColor, Length, Milliseconds, Note
from wavereel.timeline.edits.boxes import (
    Corner,
    Fit,
    Size,
    in_corner,
    layout_of,
    length_of,
    picture_box,
    safe_edges,
    theme_of,
    unless_same,
    with_some_length,
)
from wavereel.timeline.edits.surgery import (
    change_segments,
    change_tracks,
    changed,
    fresh_id,
    generator_with,
    insert_track,
    media_length_ms,
    meta_with,
    of_role,
    put_segment,
    segment_of,
    source_of,
    spots,
    track_of,
    transform_with,
    with_length,
)
from wavereel.timeline.reasons import cannot, seconds
from wavereel.timeline.restyle import generator_of, refit
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from wavereel.timeline.edits.boxes import Box
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, Timeline

Tree = dict[str, Any]

_LOGO_SIZES: dict[str, tuple[float, float]] = {"small": (0.14, 0.07), "medium": (0.22, 0.11), "large": (0.36, 0.18)}
"""Width and height, in short sides of the canvas, within which a logo fits."""

_PICTURE_SIZES: dict[str, float] = {"small": 0.2, "medium": 1 / 3, "large": 0.6}
"""Share of the canvas, each way, within which a picture fits."""


class AddLogo(Edit):
    """Puts a logo into a corner of the safe area, over the whole length, in its own shape.

    The same file again is moved and resized. By default it is the picture at hand that is called logo, else the only
    picture that is not placed.

    +----------+      +----------+
    |          |  ->  |      logo|
    |          |      |          |
    +----------+      +----------+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"file": "logo.png"}, {"file": "logo.png", "size": "small"})

    op: Literal["add_logo"] = "add_logo"
    file: str | None = Field(None, min_length=1, max_length=300, description="name or id of a picture at hand")
    corner: Corner = Field("top_right", description="where in the safe area")
    size: Size = Field("medium", description="within 7, 11 or 18 % of the canvas's short side in height")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        entry = meant(timeline, self.file, ("image",), LOGO_WORDS, "logo")
        layout = layout_of(timeline)
        box = _logo_box(layout, ratio_of(entry), self.size, self.corner)
        source = source_of(entry)
        present = [spot for spot in of_role(timeline, "logo") if spot.segment.source in (source, entry.get("cdn_url"))]
        values = {key: round(getattr(box, key), 4) for key in ("x", "y", "width", "height")}
        if present:

            def moved(spot: Spot) -> Segment:
                meta = meta_with(spot.segment.meta, name="logo")
                if "slot" in meta.extra:
                    meta = meta_with(meta, slot="logo")
                place = transform_with(spot.segment.transform, **values)
                return changed(spot.segment, transform=place, meta=meta)

            shown = change_tracks(timeline, {spot.track for spot in present}, lambda track: changed(track, hidden=None))
            return unless_same(timeline, change_segments(shown, present, moved), "logo")
        tree: Tree = {"d": length_of(timeline), "s": 0, "src": source, "m": _meta("logo", entry)}
        segment = segment_of(tree | {"id": fresh_id(timeline, "logo-1"), "x": {"fit": "contain"}})
        segment = changed(segment, transform=transform_with(segment.transform, **values))
        result = put_segment(timeline, "overlay", segment, kind="logo", name="logo")
        return with_some_length(result, timeline)


class SetCover(Edit):
    """Shows a picture at hand as the cover, where the theme's layout has it, or one that is drawn from the title.

    before   cover drawn from "Night Shift"
    after    cover asset://f_0123456789abcdef
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"file": "cover.png"}, {"drawn": True})

    op: Literal["set_cover"] = "set_cover"
    file: str | None = Field(None, min_length=1, max_length=300, description="name or id of a picture at hand")
    drawn: bool = Field(False, description="true: one drawn from title and theme")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        entry = None if self.drawn else meant(timeline, self.file, ("image",), COVER_WORDS, "cover")
        present = of_role(timeline, "cover")
        title = title_of(timeline)
        tree = cover_generator(theme_of(timeline), title, zlib.crc32(title.encode("utf-8", "replace")))
        if present:

            def replaced(spot: Spot) -> Segment:
                old = spot.segment
                drawn = generator_of(tree, old.generator)
                file_id = str(entry["file_id"]) if entry and entry.get("file_id") else None
                values = {"generator": None if entry else drawn, "source": source_of(entry) if entry else None}
                return changed(old, **values, meta=meta_with(old.meta, file_id=file_id))

            result = change_segments(timeline, present, replaced)
            shown = change_tracks(result, {spot.track for spot in present}, lambda track: changed(track, hidden=None))
            return unless_same(timeline, shown, "cover")
        body: Tree = {"src": source_of(entry)} if entry else {"g": tree}
        body |= {"id": fresh_id(timeline, "cover-1"), "s": 0, "d": length_of(timeline)}
        segment = segment_of(body | {"m": _meta("cover", entry) | {"slot": "cover"}})
        result = put_segment(timeline, "overlay", segment, kind="cover", name="cover")
        return with_some_length(refit(timeline, result), timeline)


class AddPicture(Edit):
    """Shows a picture or a video at hand for a while, over everything but the words; in the middle by default.

    +----------+      +----------+
    |          |      |  +----+  |
    |          |  ->  |  |    |  |      from start_ms for length_ms
    |          |      |  +----+  |
    +----------+      +----------+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"file": "beach.jpg", "start_ms": 2000, "length_ms": 3000},
        {"file": "beach.jpg", "corner": "bottom_left", "size": "small"},
    )

    op: Literal["add_picture"] = "add_picture"
    file: str = Field(min_length=1, max_length=300, description="name or id of a picture or video at hand")
    start_ms: Milliseconds = Field(0, description="when it appears, in ms")
    length_ms: Length | None = Field(None, description="for how long, in ms; to the end by default")
    corner: Corner | None = Field(None, description="where in the safe area; the middle by default")
    size: Size | None = Field(None, description="within a fifth, a third or three fifths of the canvas")
    fit: Fit | None = Field(None, description="how it fills its box; all of it by default")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        entry = meant(timeline, self.file, ("image", "video"), (), self.file)
        length_ms, result = self._length(timeline, entry, notes)
        layout = layout_of(timeline)
        share = _PICTURE_SIZES[self.size or "medium"]
        box = picture_box(layout, ratio_of(entry), share, share)
        if self.corner:
            box = in_corner(box, self.corner, layout)
        place: Tree = {"x": round(box.x, 4), "y": round(box.y, 4), "w": round(box.width, 4), "h": round(box.height, 4)}
        body: Tree = {
            "id": fresh_id(timeline, "picture-1"),
            "s": self.start_ms,
            "d": length_ms,
            "src": source_of(entry),
        }
        body |= {"x": place | ({"fit": self.fit} if self.fit else {}), "m": _meta(file_name(entry), entry)}
        return put_segment(result, "overlay", segment_of(body), kind="overlay", name=file_name(entry))

    def _length(self, timeline: Timeline, entry: Tree, notes: list[Note]) -> tuple[int, Timeline]:
        """How long it shows, and the timeline with a length."""
        own_ms = media_length_ms(entry) if kind_of(entry) == "video" else None
        if not timeline.length_ms:
            length_ms = self.length_ms or own_ms or length_of(timeline)
            if self.start_ms + length_ms > MAX_MS:
                raise cannot("too_long")
            return length_ms, with_length(timeline, self.start_ms + length_ms)
        left_ms = timeline.length_ms - self.start_ms
        if left_ms < 1:
            raise cannot("past_end", at_s=seconds(self.start_ms), length_s=seconds(timeline.length_ms))
        length_ms = min(self.length_ms or MAX_MS, own_ms or MAX_MS, left_ms)
        if self.length_ms and left_ms < self.length_ms and length_ms == left_ms:
            notes.append(Note("shortened", {"what": "overlay", "length_s": seconds(length_ms)}))
        return length_ms, timeline


class AddProgress(Edit):
    """Adds a bar, or a ring, that shows how much has been played.

    +----------+      +----------+
    |          |  ->  |          |
    |          |      |====------|
    +----------+      +----------+
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"at": "top", "color": "#FFCC00"})

    op: Literal["add_progress"] = "add_progress"
    style: Literal["bar", "ring"] = Field("bar", description="bar or ring")
    at: Literal["top", "bottom"] = Field("bottom", description="at which edge")
    color: HexColor | None = Field(None, description="#RRGGBB; the theme's by default")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        found = _bars(timeline)
        if any(not timeline.tracks[spot.track].hidden for spot in found):
            raise cannot("same_already", what="progress")
        if not timeline.length_ms:
            raise cannot("empty_timeline")
        own = progress_generator(layout_of(timeline, "progress"))
        tree = own | {"sty": self.style, "at": self.at} | ({"c": self.color} if self.color else {})
        if found:
            shown = change_tracks(timeline, {spot.track for spot in found}, lambda track: changed(track, hidden=None))
            return change_segments(
                shown, found, lambda spot: changed(spot.segment, generator=generator_of(tree, spot.segment.generator))
            )
        identity = fresh_id(timeline, "progress")
        body: Tree = {"id": fresh_id(timeline, f"{identity}-1"), "s": 0, "d": timeline.length_ms, "g": tree}
        meta = {"role": "progress", "name": "progress bar"}
        track = track_of({"id": identity, "tt": 0, "m": meta, "sg": [body | {"m": {"name": "progress bar"}}]})
        return refit(timeline, insert_track(timeline, track))


class SetProgress(Edit):
    """Changes the style, the edge or the colour of the progress bar.

    before   progress bar   at bottom  c #3355FF
    after    progress ring  at top     c #FFCC00
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"color": "#FFCC00"}, {"style": "ring", "at": "top"})

    op: Literal["set_progress"] = "set_progress"
    style: Literal["bar", "ring"] | None = Field(None, description="bar or ring")
    at: Literal["top", "bottom"] | None = Field(None, description="at which edge")
    color: HexColor | None = Field(None, description="#RRGGBB")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        asked = {"style": self.style, "at": self.at, "color": self.color}
        values = {key: value for key, value in asked.items() if value is not None}
        if not values:
            raise cannot("nothing_to_change")
        found = _bars(timeline)
        if not found:
            raise cannot("nothing_there", what="progress")

        def dressed(spot: Spot) -> Segment:
            generator = spot.segment.generator
            if generator is None:
                return spot.segment
            place = spot.segment.transform
            if self.at is not None and place is not None:  # a place by hand would win over the edge
                place = transform_with(place, x=None, y=None)
            return changed(spot.segment, generator=generator_with(generator, **values), transform=place)

        return unless_same(timeline, change_segments(timeline, found, dressed), "progress")


def _bars(timeline: Timeline) -> list[Spot]:
    return spots(timeline, lambda _, segment: segment.generator is not None and segment.generator.kind == "progress")


def _meta(name: str, entry: Tree | None) -> Tree:
    return {"name": name} | ({"file_id": str(entry["file_id"])} if entry and entry.get("file_id") else {})


def _logo_box(layout: Layout, ratio: float | None, size: str, corner: str) -> Box:
    short = min(layout.width, layout.height)
    width, height = _LOGO_SIZES[size]
    left, top, right, bottom = safe_edges(layout)
    box = picture_box(layout, ratio, width * short / layout.width, height * short / layout.height)
    return in_corner(box.limited(right - left, bottom - top), corner, layout)
