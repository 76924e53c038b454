# pyright: reportIncompatibleVariableOverride=false
"""Edits of the waveform: whether there is one, its style, colours, number of bars, smoothness and driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.dress import wave_generator
from wavereel.timeline.edits.base import Area, Edit, HexColor, Note, Target
from wavereel.timeline.edits.boxes import clamp, layout_of, length_of, theme_of, unless_same
from wavereel.timeline.edits.surgery import (
    SPOKEN_ROLES,
    change_segments,
    change_tracks,
    changed,
    fresh_id,
    generator_with,
    insert_track,
    select,
    spots,
    track_of,
    tracks_of_target,
    transform_with,
)
from wavereel.timeline.model import TrackType
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Generator, Segment, Timeline

WaveStyle = Literal[
    "bars", "mirror", "line", "filled", "dots", "blocks", "circle", "ring",
    "spectrum", "spectrum_line", "scope", "scroll", "pulse",
]  # fmt: skip

MOST_BARS = 1024
LONGEST_SMOOTH_MS = 5000

_Count = Annotated[int, Field(ge=0, le=100_000)]
_Factor = Annotated[float, Field(gt=0, le=1000)]


class AddWaveform(Edit):
    """Adds the theme's waveform over the whole length, driven by the voice where there is music, else by the mix.

    before   background | voice
    after    background | waveform mirror of * | voice
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"style": "bars", "color": "#3366FF"})

    op: Literal["add_waveform"] = "add_waveform"
    style: WaveStyle | None = Field(None, description="the theme's by default")
    color: HexColor | None = Field(None, description="#RRGGBB; the theme's by default")
    color2: HexColor | None = Field(None, description="#RRGGBB where a gradient ends")
    count: _Count | None = Field(None, description="how many bars or points, 1 to 1024")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        found = _waves(timeline)
        if any(not timeline.tracks[spot.track].hidden for spot in found):
            raise cannot("same_already", what="waveform")
        layout = layout_of(timeline, "wave")
        if found:
            shown = change_tracks(timeline, {spot.track for spot in found}, lambda track: changed(track, hidden=None))
            return change_segments(shown, found, lambda spot: self._dressed(spot.segment, layout, timeline, notes))
        if not any(track.segments for track in timeline.tracks if _sounds(track.type, track.role)):
            raise cannot("no_sound", hint="send the sound first")
        timeline, driver = _with_driver(timeline)
        identity = fresh_id(timeline, "waveform")
        body = {"id": fresh_id(timeline, f"{identity}-1"), "s": 0, "d": length_of(timeline), "m": {"name": "waveform"}}
        tree = {"id": identity, "tt": 0, "m": {"role": "waveform", "name": "waveform"}}
        generator = wave_generator(theme_of(timeline), layout, of=driver)
        track = track_of(tree | {"sg": [body | {"g": generator}]})
        segment = self._dressed(track.segments[0], layout, timeline, notes)
        return insert_track(timeline, changed(track, segments=(segment,)))

    def _dressed(self, segment: Segment, layout: Layout, timeline: Timeline, notes: list[Note]) -> Segment:
        wish = SetWaveform.model_validate(self.model_dump(exclude={"op"}))
        generator = segment.generator
        if generator is None:
            return segment
        return changed(segment, generator=wish.generator_after(generator, layout, timeline, notes))


class SetWaveform(Edit):
    """Changes what the waveform looks like and what drives it; what is not named stays.

    One colour alone is a plain colour. A number of bars that the theme chose for its own style goes with that style.

    before   waveform mirror  c #3355FF  c2 #19E3FF  n 86
    after    waveform bars    c #FF0000              n 43
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"style": "circle"},
        {"color": "#FF2E97", "color2": "#19E3FF"},
        {"count_factor": 0.5, "smooth_ms": 300},
    )

    op: Literal["set_waveform"] = "set_waveform"
    style: WaveStyle | None = Field(None, description="the kind of waveform")
    color: HexColor | None = Field(None, description="#RRGGBB")
    color2: HexColor | Literal["none"] | None = Field(None, description="#RRGGBB where a gradient ends; none: no such")
    count: _Count | None = Field(None, description="how many bars or points, 1 to 1024")
    count_factor: _Factor | None = Field(None, description="times as many bars: 0.5 for half")
    smooth_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = Field(
        None, description="how slowly it falls, in ms, 0 to 5000"
    )
    smooth_factor: _Factor | None = Field(None, description="times as slowly: above 1 is calmer")
    of: Target | None = Field(None, description="what drives it: a sound's role or id, or * for the whole mix")
    opacity: Annotated[float, Field(ge=-100, le=100)] | None = Field(None, description="0 to 1")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        if all(getattr(self, name) is None for name in type(self).model_fields if name != "op"):
            raise cannot("nothing_to_change")
        found = _waves(timeline)
        if not found:
            raise cannot("nothing_there", what="waveform")
        result, driver = (timeline, self.of) if self.of in (None, "*") else _driven_by(timeline, self.of)
        layout = layout_of(timeline)

        def dressed(spot: Spot) -> Segment:
            generator = spot.segment.generator
            if generator is None:
                return spot.segment
            after = self.generator_after(generator, layout, timeline, notes)
            if driver is not None and driver != (generator.of or "*"):
                after = generator_with(after, of=driver)
            place = spot.segment.transform
            if self.opacity is not None:
                opacity = clamp(self.opacity, 0.0, 1.0, notes, percent=True)
                place = transform_with(place, opacity=opacity if opacity < 1 else None)
            return changed(spot.segment, generator=after, transform=place)

        return unless_same(timeline, change_segments(result, found, dressed), "waveform")

    def generator_after(self, old: Generator, layout: Layout, timeline: Timeline, notes: list[Note]) -> Generator:
        """The generator with what is asked; `layout` and `timeline` know what the theme has chosen."""
        own = wave_generator(theme_of(timeline), layout)
        values: dict[str, Any] = {}
        if self.style is not None and self.style != (old.style or own["sty"]):
            values["style"] = self.style
            if old.count == own["n"]:  # what suits one style is too many or too few for another
                values["count"] = None
        if self.color is not None:
            values |= {"color": self.color, "color2": None}
        if self.color2 is not None:
            values["color2"] = None if self.color2 == "none" else self.color2
        if self.count is not None:
            values["count"] = round(clamp(self.count, 1, MOST_BARS, notes))
        elif self.count_factor is not None:
            values["count"] = _times(old.count or own["n"], self.count_factor, 1, MOST_BARS, notes)
        if self.smooth_ms is not None:
            values["smooth_ms"] = round(clamp(self.smooth_ms, 0, LONGEST_SMOOTH_MS, notes))
        elif self.smooth_factor is not None:
            present = own["smooth"] if old.smooth_ms is None else old.smooth_ms
            values["smooth_ms"] = _times(present or 10, self.smooth_factor, 0, LONGEST_SMOOTH_MS, notes)
        return generator_with(old, **values) if values else old


def _times(present: int, factor: float, low: int, high: int, notes: list[Note]) -> int:
    """A whole number times a factor, at least one step away."""
    wanted = round(present * factor)
    if wanted == present and factor != 1:
        wanted += 1 if factor > 1 else -1
    return round(clamp(wanted, low, high, notes))


def _waves(timeline: Timeline) -> list[Spot]:
    """All waveforms, also on tracks that say no role."""
    return spots(timeline, lambda _, segment: segment.generator is not None and segment.generator.kind == "waveform")


def _sounds(kind: int, role: str) -> bool:
    return kind == TrackType.AUDIO or role == "main"


def _with_driver(timeline: Timeline) -> tuple[Timeline, str]:
    """What drives a new waveform, as `build_timeline` has it; a track that is named gets an id."""
    if not any(track.segments for track in timeline.with_role("bgm")):
        return timeline, "*"
    for role in SPOKEN_ROLES[:2]:
        for number, track in enumerate(timeline.tracks):
            if track.role == role and track.segments:
                return _identified(timeline, number)
    return timeline, "*"


def _identified(timeline: Timeline, number: int) -> tuple[Timeline, str]:
    track = timeline.tracks[number]
    if track.id:
        return timeline, track.id
    identity = fresh_id(timeline, track.role or "sound")
    return change_tracks(timeline, [number], lambda item: changed(item, id=identity)), identity


def _driven_by(timeline: Timeline, target: str) -> tuple[Timeline, str]:
    """The timeline with an id for the sound that a target names, and that id.

    Raises:
        EditError: It names nothing, or nothing that sounds.
    """
    if any(target in (track.role, track.id) for track in timeline.tracks):
        number = tracks_of_target(timeline, target)[0]
        _check_sounds(timeline, number, target)
        return _identified(timeline, number)
    spot = select(timeline, target)[0]
    _check_sounds(timeline, spot.track, target)
    if spot.segment.id:
        return timeline, spot.segment.id
    identity = fresh_id(timeline, f"{timeline.tracks[spot.track].role or 'sound'}-{spot.index + 1}")
    return change_segments(timeline, [spot], lambda found: changed(found.segment, id=identity)), identity


def _check_sounds(timeline: Timeline, number: int, target: str) -> None:
    track = timeline.tracks[number]
    if not _sounds(track.type, track.role):
        raise cannot("wrong_kind", what=track.role or target)
