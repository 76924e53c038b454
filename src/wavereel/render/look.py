"""A timeline on its canvas: theme, layout and the answers that every layer needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from wavereel.errors import LimitError
from wavereel.picture.fonts import default_library
from wavereel.picture.geometry import Rect
from wavereel.picture.text import Shadow, TextStyle
from wavereel.timeline.layouts import RING_PX, layout_for
from wavereel.timeline.model import TrackType
from wavereel.timeline.palette import luminance
from wavereel.timeline.themes import DEFAULT_THEME, THEME_NAMES, load_theme
from wavereel.times import first_frame_at, frame_count, round_half_up

if TYPE_CHECKING:
    from wavereel.render.legible import Backdrop
    from wavereel.render.room import Shift
    from wavereel.render.sources import Sources
    from wavereel.timeline.arrangement import Valign
    from wavereel.timeline.layouts import Layout, Slot
    from wavereel.timeline.model import Segment, Timeline, Track, Transform
    from wavereel.timeline.model import TextStyle as DraftStyle
    from wavereel.timeline.themes import Theme

ROUND_WAVES = frozenset({"circle", "ring", "pulse"})

RING_INNER = 0.68
"""Free radius inside a waveform that runs around the cover, as a share of the outer one."""

LARGEST_CANVASES = 8
"""A picture larger than this is a slip in the units of a draft, and more memory than a machine has."""

FURTHEST_CANVASES = 1000

_LARGEST_TYPE = 10
"""Largest type in short sides of the canvas: a letter that is larger fills the canvas just as well."""

ROLE_SLOTS = {"title": "title", "lower_third": "lower_third", "chapter": "chapter", "cta": "end_card"}
"""The slot of a text that names none, by its track's role."""


class Spot(NamedTuple):
    """Where a text goes: a box, and where it stands in it."""

    box: Rect
    valign: Valign


@dataclass
class Look:
    """What is fixed before any layer is made.

    `ringed` says that the waveform runs around the cover, in the cover's place. `layout` is replaced once its texts are
    measured; `notices` collects what the user should know. `spots` is where things stand that left their slot, and
    `plated` which of them are texts that need a plate, by the `id` of their segment; `furniture_shifts` is where the
    theme's rules and panels went to make room, and `backdrop` what lies behind words.
    """

    timeline: Timeline
    sources: Sources
    theme: Theme
    layout: Layout
    themed: bool
    ringed: bool = False
    notices: list[str] = field(default_factory=list[str])
    spots: dict[int, Spot] = field(default_factory=dict[int, "Spot"])
    plated: set[int] = field(default_factory=set[int])
    furniture_shifts: dict[str, Shift] = field(default_factory=dict[str, "Shift"])
    backdrop: Backdrop | None = None

    @property
    def fps(self) -> Fraction:
        return self.timeline.fps

    @property
    def frames(self) -> int:
        return frame_count(self.timeline.length_ms, self.fps)

    @property
    def scale(self) -> float:
        """Pixels of this canvas for one of a canvas whose short side has 1080."""
        return min(self.layout.width, self.layout.height) / 1080

    @property
    def bounds(self) -> Rect:
        return Rect(0, 0, self.layout.width, self.layout.height)

    @property
    def safe(self) -> Rect:
        """Where words may stand."""
        x, y, width, height = self.layout.safe
        return Rect(x, y, x + width, y + height)

    def span(self, start_ms: int, segment: Segment) -> tuple[int, int]:
        """The frames, half-open, in which a segment is on screen."""
        return self.frames_between(start_ms, start_ms + segment.length_ms)

    def frames_between(self, start_ms: int, stop_ms: int) -> tuple[int, int]:
        """The frames, half-open, whose times lie in `[start_ms, stop_ms)` and in the video."""
        first, stop = (min(self.frames, first_frame_at(max(0, ms), self.fps)) for ms in (start_ms, stop_ms))
        return first, stop

    def notice(self, text: str) -> None:
        """Keeps a remark, once."""
        if text not in self.notices:
            self.notices.append(text)


def look_of(timeline: Timeline, sources: Sources) -> Look:
    """The look of a timeline; a draft without a theme takes the default theme's places and none of its art."""
    width, height = even_size(timeline)
    name = timeline.meta.theme
    known = name in THEME_NAMES
    theme = load_theme(name if name and known else DEFAULT_THEME)
    parts = _present(timeline)
    layout = layout_for(theme, width, height, timeline.meta.platform, present=parts)
    ringed = "cover" in parts and _is_ringed(timeline, layout)
    if ringed:
        layout = layout_for(theme, width, height, timeline.meta.platform, present=parts - {"wave"})
    look = Look(timeline, sources, theme, layout, themed=known, ringed=ringed)
    if name and not known:
        look.notice(f"there is no theme {name!r}; the draft is drawn with the places of {DEFAULT_THEME!r}")
    if (width, height) != timeline.size:
        look.notice(f"the canvas is {width}x{height}: video needs even sides")
    return look


def even_size(timeline: Timeline) -> tuple[int, int]:
    """The canvas in px, rounded up to even sides as 4:2:0 needs."""
    width, height = timeline.size
    return width + width % 2, height + height % 2


def slot_name(track: Track, segment: Segment) -> str | None:
    """The slot that a segment stands in, by its own `m.slot`, its track's, or the track's role."""
    for meta in (segment.meta, track.meta):
        named = meta.extra.get("slot") if meta else None
        if isinstance(named, str):
            return named
    return ROLE_SLOTS.get(track.role)


def visible_tracks(timeline: Timeline) -> list[tuple[int, Track]]:
    """Tracks that are painted, with their numbers, bottom to top."""
    return [
        (number, track)
        for number, track in enumerate(timeline.tracks)
        if not track.hidden and track.type in (TrackType.VIDEO, TrackType.TEXT) and track.segments
    ]


def box_of(transform: Transform | None, default: Rect, bounds: Rect) -> Rect:
    """The rectangle of a thing in px: what its `x` says, the default for what it leaves out.

    Raises:
        LimitError: It is larger than `LARGEST_CANVASES` canvases, or further away than `FURTHEST_CANVASES`.
    """
    if transform is None:
        return default
    large = max(transform.width or 0, transform.height or 0) > LARGEST_CANVASES
    if large or max(abs(transform.x or 0), abs(transform.y or 0)) > FURTHEST_CANVASES:
        raise LimitError(
            "something in the draft is many times as large as the canvas, or far outside it",
            hint="x, y, w and h are fractions of the canvas: 1 is all of it",
        )
    width = default.width if transform.width is None else _px(transform.width * bounds.width)
    height = default.height if transform.height is None else _px(transform.height * bounds.height)
    middle_x = (default.x0 + default.x1) / 2 if transform.x is None else transform.x * bounds.width
    middle_y = (default.y0 + default.y1) / 2 if transform.y is None else transform.y * bounds.height
    x0, y0 = _px(middle_x - width / 2), _px(middle_y - height / 2)
    return Rect(x0, y0, x0 + max(1, width), y0 + max(1, height))


def is_fleeting(look: Look, segment: Segment) -> bool:
    """Whether a thing is on screen for less than half of the video."""
    return 2 * segment.length_ms < look.timeline.length_ms


def wave_box(look: Look, segment: Segment) -> Rect:
    """Where a waveform stands: by its `x`, else in the wave's or around the cover's place."""
    if id(segment) in look.spots:
        return look.spots[id(segment)].box
    generator = segment.generator
    style = (generator.style if generator else None) or look.layout.arrangement.wave.style
    slot = look.layout.slots["cover" if look.ringed and style in ROUND_WAVES else "wave"]
    return box_of(segment.transform, slot_rect(slot), look.bounds)


def progress_box(look: Look, segment: Segment) -> Rect:
    """Where a progress bar stands; a ring stands at the right end of the edge that its generator names."""
    generator = segment.generator
    at = generator.at if generator else None
    slot = slot_rect(look.layout.slots["progress"])
    if generator is not None and generator.style == "ring":
        side = round(RING_PX * look.scale)
        y0 = look.safe.y0 if at == "top" else look.safe.y1 - side
        slot = Rect(look.safe.x1 - side, y0, look.safe.x1, y0 + side)
    elif at == "top":
        slot = Rect(slot.x0, look.safe.y0, slot.x1, look.safe.y0 + slot.height)
    elif at == "bottom" and 2 * slot.y0 < look.bounds.height:
        slot = Rect(slot.x0, look.safe.y1 - slot.height, slot.x1, look.safe.y1)
    return box_of(segment.transform, slot, look.bounds)


def has_place(transform: Transform) -> bool:
    """Whether a transform says where a thing stands, or how large it is."""
    return any(side is not None for side in (transform.x, transform.y, transform.width, transform.height))


def slot_rect(slot: Slot) -> Rect:
    """Where a slot's content stands."""
    return Rect(slot.x, slot.y, slot.x + slot.width, slot.y + slot.height)


def text_style(look: Look, slot: Slot | None, style: DraftStyle | None) -> TextStyle:
    """How a text is set: the draft's style over the slot's type, lengths in px of this canvas."""
    kind = slot.type if slot else None
    said = style
    size_px = (
        said.size * look.scale if said and said.size else (slot.size_px if slot and slot.size_px else 64 * look.scale)
    )
    size_px = min(size_px, _LARGEST_TYPE * min(look.bounds.width, look.bounds.height))
    shadow = None
    if kind and kind.shadow:
        spec = kind.shadow
        shadow = Shadow(spec.color, spec.opacity, 0.0, spec.y * look.scale, spec.blur * look.scale)
    outline_px = size_px * kind.outline_em if kind else 0.0
    if said and said.outline_width is not None:
        outline_px = min(said.outline_width * look.scale, size_px)
    outline_color = (said.outline_color if said else None) or (kind.outline_color if kind else None)
    color = (said.color if said else None) or (kind.color if kind else "#FFFFFF")
    if outline_color and not outline_px:
        outline_px = size_px * 0.06
    if said and said.outline_width and not outline_color:
        outline_color = "#000000" if luminance(color) > 0.18 else "#FFFFFF"
    family = (said.family if said else None) or (kind.family if kind else "Inter")
    if not default_library().has_family(family):
        look.notice(f"the font {family!r} is not installed; Noto Sans is used instead")
    box = said.box_color if said else None
    return TextStyle(
        family=family,
        size_px=size_px,
        weight=(said.weight if said else None) or (kind.weight if kind else 700),
        color=color,
        tracking_px=kind.tracking_em * size_px if kind else 0.0,
        line_height=kind.line_height if kind else 1.2,
        align=(said.align if said else None) or (slot.align if slot else "center"),
        outline_color=outline_color if outline_px else None,
        outline_px=outline_px if outline_color else 0.0,
        box_color=box,
        box_pad_px=0.32 * size_px if box else 0.0,
        box_radius=0.18 * size_px if box else 0.0,
        shadow=shadow,
        italic=kind.italic if kind else False,
        capitals=kind.capitals if kind else False,
        tabular=kind.tabular if kind else False,
        language=look.timeline.meta.lang or "",
    )


def has_edge(track: Track, segment: Segment) -> bool:
    """Whether a text left its slot for the top, the middle or the bottom of the canvas."""
    style = segment.style.over(track.style) if segment.style else track.style
    return track.type == TrackType.TEXT and bool(style and style.position in ("top", "center", "bottom"))


def _is_ringed(timeline: Timeline, layout: Layout) -> bool:
    """Whether a round waveform was chosen in a theme that has room for a long one only."""
    return layout.arrangement.wave.style not in ROUND_WAVES and any(
        segment.generator is not None
        and segment.generator.style in ROUND_WAVES
        and not (segment.transform and segment.transform.width)
        for _, track in visible_tracks(timeline)
        if track.role == "waveform"
        for segment in track.segments
    )


def _present(timeline: Timeline) -> frozenset[str]:
    parts: set[str] = set()
    for _, track in visible_tracks(timeline):
        names = {slot_name(track, segment) for segment in track.segments if not has_edge(track, segment)}
        parts.update(name for name in names if name in ("title", "kicker", "number", "cover"))
        if track.role in ("caption", "progress", "main"):
            parts.add(track.role)
        if track.role == "waveform":
            parts.add("wave")
    return frozenset(parts)


def _px(value: float) -> int:
    return round_half_up(Fraction(value))
