# pyright: reportIncompatibleVariableOverride=false
"""Edits of the background: a colour, a gradient, a pattern, a picture or video, the theme's own ground, the cover."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.dress import ground_generator
from wavereel.timeline.edits.at_hand import (
    BACKGROUND_WORDS,
    COVER_WORDS,
    called,
    entry_of_source,
    file_name,
    kind_of,
    meant,
)
from wavereel.timeline.edits.base import Area, Edit, HexColor, Note
from wavereel.timeline.edits.boxes import Fit, layout_of, length_of, theme_of, unless_same, with_some_length
from wavereel.timeline.edits.surgery import (
    change_segments,
    changed,
    fresh_id,
    insert_track,
    meta_with,
    of_role,
    segment_of,
    source_of,
    spots,
    track_of,
    transform_with,
)
from wavereel.timeline.model import TrackType
from wavereel.timeline.reasons import cannot
from wavereel.timeline.restyle import generator_of, is_drawn_cover

if TYPE_CHECKING:
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.model import Segment, Timeline, Track

Tree = dict[str, Any]
Pattern = Literal["mesh", "grain", "stars", "bokeh", "waves"]

_GROUND_KINDS = ("color", "gradient", "pattern")
_OF_A_SOURCE = dict.fromkeys(
    ("source", "source_start_ms", "source_end_ms", "speed", "loop", "gain", "muted", "transition")
)
_PLACELESS = dict.fromkeys(("x", "y", "width", "height", "rotation", "fit"))


class SetBackgroundColor(Edit):
    """Makes the background one colour, over the whole length.

    before   background gradient #0B1020 to #1B2A4A
    after    background color #000000
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"color": "#000000"}, {"color": "#102030"})

    op: Literal["set_background_color"] = "set_background_color"
    color: HexColor = Field(description="#RRGGBB")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        return _grounded(timeline, {"k": "color", "c": self.color})


class SetBackgroundGradient(Edit):
    """Makes the background a gradient, over the whole length.

    before   background picture beach.jpg
    after    background gradient #000080 to #008080, downward
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"color": "#000080", "color2": "#008080"},
        {"color": "#000000", "color2": "#333333", "angle": 0},
    )

    op: Literal["set_background_gradient"] = "set_background_gradient"
    color: HexColor = Field(description="#RRGGBB where it begins")
    color2: HexColor = Field(description="#RRGGBB where it ends")
    angle: float = Field(90.0, ge=-360, le=360, description="degrees: 0 left to right, 90 downward")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        tree = {"k": "gradient", "c": self.color, "c2": self.color2, "angle": self.angle % 360}
        return _grounded(timeline, tree)


class SetBackgroundPattern(Edit):
    """Makes the background a pattern, over the whole length; all but grain move slowly.

    Colours that are not named are the theme's ground and accent.

    before   background color #000000
    after    background pattern stars, seed 1
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"pattern": "stars"}, {"pattern": "mesh", "color": "#101830"})

    op: Literal["set_background_pattern"] = "set_background_pattern"
    pattern: Pattern = Field(description="the kind of pattern")
    color: HexColor | None = Field(None, description="#RRGGBB of the ground")
    color2: HexColor | None = Field(None, description="#RRGGBB of what lies on it")
    seed: Annotated[int, Field(ge=0, le=2**31)] | None = Field(
        None, description="another number draws another one; the present one, or 1, by default"
    )

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        palette = theme_of(timeline).palette
        seed = self.seed
        if seed is None:
            present = [spot.segment.generator for spot in of_role(timeline, "background")]
            seed = next((g.seed for g in present if g and g.kind == "pattern" and g.seed is not None), 1)
        colors = {"c": self.color or palette["ground"], "c2": self.color2 or palette["accent"]}
        return _grounded(timeline, {"k": "pattern", "sty": self.pattern} | colors | {"seed": seed})


class SetBackgroundMedia(Edit):
    """Puts a picture or a video at hand under everything, over the whole length; a video repeats.

    before   background gradient
    after    background src asset://f_0123456789abcdef  x.fit cover
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"file": "beach.jpg"}, {"file": "beach.jpg", "fit": "blur"})

    op: Literal["set_background_media"] = "set_background_media"
    file: str | None = Field(
        None, min_length=1, max_length=300, description="name or id of a file at hand; the only free picture by default"
    )
    source: str | None = Field(
        None, pattern=r"^(asset|https?)://.+$", max_length=2000, description="an address instead: asset://FILE_ID"
    )
    fit: Fit = Field("cover", description="how it fills the canvas")
    name: str | None = Field(None, min_length=1, max_length=300, description="what it is called; the file's name")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        if self.file is None and self.source is not None:
            entry = entry_of_source(timeline, self.source)
            source = self.source
        else:
            entry = meant(timeline, self.file, ("image", "video"), BACKGROUND_WORDS, "background")
            source = source_of(entry)
        if entry is not None and kind_of(entry) == "audio":
            raise cannot("not_a_picture", name=file_name(entry))
        name = self.name or (file_name(entry) if entry else "background")
        return _pictured(timeline, source, self.fit, name, entry)


class SetBackgroundTheme(Edit):
    """Gives the background back to the theme: its own ground, over the whole length.

    before   background color #000000
    after    background gradient of the theme midnight
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({},)

    op: Literal["set_background_theme"] = "set_background_theme"

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        return _grounded(timeline, ground_generator(theme_of(timeline), layout_of(timeline)))


class SetBackgroundFit(Edit):
    """Says how the picture or video in the background fills the canvas.

    before   background beach.jpg  x.fit cover
    after    background beach.jpg  x.fit blur
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"fit": "blur"}, {"fit": "contain"})

    op: Literal["set_background_fit"] = "set_background_fit"
    fit: Fit = Field(description="cover: cut to fill; contain: all of it; stretch; blur: all of it over itself")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        found = of_role(timeline, "background")
        if not found:
            raise cannot("nothing_there", what="background")
        found = [spot for spot in found if spot.segment.source is not None]
        if not found:
            raise cannot("wrong_kind", what="background")

        def fitted(spot: Spot) -> Segment:
            return changed(spot.segment, transform=transform_with(spot.segment.transform, fit=self.fit))

        return unless_same(timeline, change_segments(timeline, found, fitted), "background")


class UseCoverAsBackground(Edit):
    """Puts the cover of the sound under everything, or a pattern drawn from title and theme where there is none.

    before   background gradient            cover asset://f_0123456789abcdef
    after    background the cover, blurred  cover asset://f_0123456789abcdef
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"fit": "blur"})

    op: Literal["use_cover_as_background"] = "use_cover_as_background"
    fit: Fit = Field("cover", description="how it fills the canvas")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        covers = [spot.segment.source for spot in of_role(timeline, "cover") if spot.segment.source is not None]
        entry = entry_of_source(timeline, covers[0]) if covers else called(timeline, COVER_WORDS)
        if covers or entry is not None:
            source = covers[0] if covers else source_of(entry or {})
            result = _pictured(timeline, source, self.fit, file_name(entry) if entry else "cover", entry)
            if not any(kind_of(other) == "image" and other is not entry for other in timeline.media or ()):
                notes.append(Note("cover_used"))
            return result
        theme = theme_of(timeline)
        colors = theme.cover_art.colors
        title = title_of(timeline)
        seed = zlib.crc32(title.encode("utf-8", "replace"))
        tree = {"k": "pattern", "sty": "mesh", "c": colors[0], "c2": colors[1], "seed": seed}
        result = _grounded(timeline, tree)
        notes.append(Note("drawn"))
        return result


def title_of(timeline: Timeline) -> str:
    """The title of the draft, else the words of its first title."""
    if timeline.meta.title:
        return timeline.meta.title
    return next((spot.segment.text for spot in of_role(timeline, "title") if spot.segment.text), "")


def _grounded(timeline: Timeline, tree: Tree) -> Timeline:
    """The timeline with a generator for its background."""
    present = _background(timeline)
    first = present[0].segment if present else None
    segment = first or segment_of({"d": 1, "g": tree})
    place = transform_with(segment.transform, **_PLACELESS)
    generator = generator_of(tree, segment.generator)
    meta = meta_with(segment.meta, name="background", file_id=None)
    segment = changed(segment, **_OF_A_SOURCE, generator=generator, transform=place, meta=meta)
    return _put(timeline, present, segment)


def _pictured(timeline: Timeline, source: str, fit: Fit, name: str, entry: Tree | None) -> Timeline:
    """The timeline with a picture or video for its background."""
    present = _background(timeline)
    first = present[0].segment if present else None
    segment = first or segment_of({"d": 1, "src": source})
    place = transform_with(segment.transform, **_PLACELESS | {"fit": fit})
    file_id = entry.get("file_id") if entry else None
    meta = meta_with(segment.meta, name=name, file_id=str(file_id) if file_id else None)
    loop = True if entry and kind_of(entry) == "video" else None
    values = _OF_A_SOURCE | {"source": source, "loop": loop, "generator": None, "transform": place, "meta": meta}
    return _put(timeline, present, changed(segment, **values))


def _is_ground(track: Track, segment: Segment) -> bool:
    """Whether it lies under everything: also a colour on a track that says no role, as plain drafts have it."""
    if track.type != TrackType.VIDEO:
        return False
    generator = segment.generator
    drawn = generator is not None and generator.kind in _GROUND_KINDS and not is_drawn_cover(segment)
    return track.role == "background" or (track.role == "" and drawn)


def _background(timeline: Timeline) -> list[Spot]:
    return spots(timeline, _is_ground)


def _put(timeline: Timeline, present: list[Spot], segment: Segment) -> Timeline:
    """The timeline with one segment for all that lay under everything.

    |A ....|B ..|            the first keeps its track and id
    |  C ........|
    |new ...............|    over the whole length
    """
    length_ms = length_of(timeline)
    first = present[0].track if present else None
    if first is None:
        first = next((n for n, track in enumerate(timeline.tracks) if track.role == "background"), None)
    if first is None or timeline.tracks[first].type != TrackType.VIDEO:
        name = fresh_id(timeline, "background")
        segment = changed(segment, id=fresh_id(timeline, f"{name}-1"), start=0, length_ms=length_ms)
        track = track_of({"id": name, "tt": 0, "m": {"role": "background", "name": "background"}, "sg": []})
        result = insert_track(timeline, changed(track, segments=(segment,)))
        return with_some_length(result, timeline)
    if not present:
        segment = changed(segment, id=fresh_id(timeline, f"{timeline.tracks[first].id or 'background'}-1"))
    start = segment.start if present and not segment.start and present[0].index == 0 else 0
    segment = changed(segment, start=start, length_ms=length_ms)
    gone = {spot.track for spot in present} - {first}
    tracks = [
        changed(track, segments=(segment,), hidden=None) if number == first else track
        for number, track in enumerate(timeline.tracks)
        if number not in gone
    ]
    result = with_some_length(changed(timeline, tracks=tuple(tracks)), timeline)
    return unless_same(timeline, result, "background")
