"""How the clips of a track of pictures come, go and give way to each other, from handles and without overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from wavereel.picture.canvas import Canvas
from wavereel.picture.compositing import OpacityLayer, ZoomLayer
from wavereel.picture.layers import DEFAULT_MOTION_MS, PlateLayer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wavereel.picture.geometry import Rect
    from wavereel.picture.layer import Layer
    from wavereel.render.look import Look
    from wavereel.timeline.model import Animation, Segment, Track

TRANSITIONS = ("cut", "dissolve", "fade_black")

ZOOM_TO = 1.1
"""How far a zoom goes whose draft does not say."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A segment with its start in ms, and how much longer it is on screen at either end, from its handles.

        track   |A ........|B .........|
        on screen
                |A ........:-->
                        <--:B .........|     B rises from 0 to 1 over A between the arrows

    `black_ms` is half of a fade through black that starts at its end.
    """

    start_ms: int
    segment: Segment
    lead_ms: int = 0
    tail_ms: int = 0
    black_ms: int = 0

    def span(self, look: Look) -> tuple[int, int]:
        """The frames, half-open, in which it is on screen."""
        stop_ms = self.start_ms + self.segment.length_ms
        return look.frames_between(self.start_ms - self.lead_ms, stop_ms + self.tail_ms)


def shots_of(track: Track) -> list[Shot]:
    """The segments of a track; a transition counts between two that follow each other without a gap."""
    placed = sorted(track.placed(), key=lambda item: item[0])
    leads, tails, blacks = [0] * len(placed), [0] * len(placed), [0] * len(placed)
    for number, ((start_ms, segment), (next_ms, following)) in enumerate(pairwise(placed)):
        transition = segment.transition
        if transition is None or start_ms + segment.length_ms != next_ms:
            continue
        half_ms = min(transition.length_ms, segment.length_ms, following.length_ms) // 2
        if transition.kind == "dissolve":
            tails[number], leads[number + 1] = half_ms, half_ms
        elif transition.kind == "fade_black":
            blacks[number] = half_ms
    return [Shot(*placed[n], leads[n], tails[n], blacks[n]) for n in range(len(placed))]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Opacity 0..255 by frame: 0 outside `[first, stop)`, straight up over `rise` frames and down over `fall`."""

    first: int
    stop: int
    rise: int = 0
    fall: int = 0
    level: int = 255

    def __call__(self, frame: int) -> int:
        if not self.first <= frame < self.stop:
            return 0
        up = (frame - self.first + 1) / (self.rise + 1)
        down = (self.stop - frame) / (self.fall + 1)
        return round(self.level * min(1.0, up, down))


@dataclass(frozen=True, slots=True)
class _Zoom:
    first: int
    stop: int
    start: float
    end: float

    def __call__(self, frame: int) -> float:
        share = (min(max(frame, self.first), self.stop - 1) - self.first) / max(1, self.stop - 1 - self.first)
        return max(1.0, self.start + (self.end - self.start) * share)


def staged(
    look: Look, shot: Shot, layers: Sequence[Layer], area: Rect, *, opaque: bool = False, sprite: bool = False
) -> Iterator[Layer]:
    """The layers of a shot with its zoom, its opacity, its fades and its transition.

    Args:
        look: Where they stand.
        shot: What they show.
        layers: Bottom to top.
        area: What they may paint.
        opaque: Whether they cover all of `area`, so that it can be enlarged.
        sprite: Whether they come, go and are transparent by themselves.
    """
    span = shot.span(look)
    area = area.even()
    if opaque and (zoom := _zoom_of(shot.segment, span)):
        layers = [ZoomLayer(layers, area, zoom)]
    envelope = _envelope_of(look, shot, span, sprite=sprite)
    if envelope == Envelope(*span):
        yield from layers
    else:
        yield OpacityLayer(layers, area, envelope)


def blackouts(look: Look, shots: Sequence[Shot], area: Rect) -> Iterator[Layer]:
    """What darkens `area` around the cuts of a track that fade through black; it lies over the track's shots."""
    for shot in shots:
        cut_ms = shot.start_ms + shot.segment.length_ms
        first, cut = look.frames_between(cut_ms - shot.black_ms, cut_ms)
        stop = look.frames_between(cut_ms, cut_ms + shot.black_ms)[1]
        if stop > first:
            black = Canvas(look.layout.width, look.layout.height)
            yield OpacityLayer([PlateLayer(black)], area.even(), Envelope(first, stop, cut - first, stop - cut))


def _envelope_of(look: Look, shot: Shot, span: tuple[int, int], *, sprite: bool) -> Envelope:
    segment = shot.segment
    rise_ms, fall_ms, level = segment.fade_in_ms or 0, segment.fade_out_ms or 0, 255
    if not sprite:
        if segment.animations:
            rise_ms = max(rise_ms, _fade_ms(look, segment.animations.enter))
            fall_ms = max(fall_ms, _fade_ms(look, segment.animations.leave))
        if segment.transform is not None and segment.transform.opacity is not None:
            level = round(255 * segment.transform.opacity)
    first, stop = span
    start_ms, stop_ms = shot.start_ms - shot.lead_ms, shot.start_ms + segment.length_ms
    rise = look.frames_between(start_ms, start_ms + max(rise_ms, 2 * shot.lead_ms))
    fall = look.frames_between(stop_ms - fall_ms, stop_ms)
    return Envelope(first, stop, rise[1] - rise[0], fall[1] - fall[0], level)


def _fade_ms(look: Look, animation: Animation | None) -> int:
    """Length of an entrance or exit, which is a fade for all that is not a sprite."""
    if animation is None or animation.kind in ("", "none"):
        return 0
    if animation.kind != "fade":
        look.notice(f"{animation.kind!r} is made for words and still pictures; other things fade instead")
    return animation.length_ms or DEFAULT_MOTION_MS


def _zoom_of(segment: Segment, span: tuple[int, int]) -> _Zoom | None:
    for effect in segment.effects or ():
        if effect.kind == "zoom":
            start, end = effect.extra.get("from", 1.0), effect.extra.get("to", ZOOM_TO)
            if isinstance(start, int | float) and isinstance(end, int | float):
                return _Zoom(*span, float(start), float(end))
    return None
