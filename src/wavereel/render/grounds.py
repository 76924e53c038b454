"""What lies under and beside the words: grounds, art, furniture, covers, pictures and videos, as layers."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.background import AnimatedPictureLayer, pattern_layer
from wavereel.picture.background_grounds import Glow, gradient_rgb, mean_luminance_span, picture_rgb, rgb_of
from wavereel.picture.canvas import plate_from_rgb
from wavereel.picture.compositing import OpacityLayer
from wavereel.picture.cover import draw_cover
from wavereel.picture.frames import Frame, framed
from wavereel.picture.geometry import Rect
from wavereel.picture.images import fitted, load_picture, resized
from wavereel.picture.layers import PlateLayer, SpriteLayer
from wavereel.picture.sprite import Sprite
from wavereel.picture.svg import render_svg
from wavereel.picture.text import Shadow
from wavereel.render.look import RING_INNER, box_of, slot_name, slot_rect, visible_tracks
from wavereel.render.transitions import Envelope, blackouts, shots_of, staged
from wavereel.render.videos import TimedPlate, VideoLayer
from wavereel.render.words import sprite_layer
from wavereel.timeline.palette import SHAPE_CONTRAST, contrast, luminance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from wavereel.picture.images import Fit
    from wavereel.picture.layer import Layer
    from wavereel.render.look import Look
    from wavereel.render.transitions import Shot
    from wavereel.timeline.layouts import Slot
    from wavereel.timeline.model import Generator, Segment, Track

READABLE_CONTRAST = 4.5
"""Contrast of text that a scrim secures (WCAG 2.2, 1.4.3)."""

_RING_GAP = 0.06
"""Air between a cover and the waveform around it, as a share of the ring's outer diameter."""

_PATTERNS = ("mesh", "grain", "stars", "bokeh", "waves")
_RUN_GAP_PX = 16
"""Rows of furniture that are nearer than this belong together, in px of a short side of 1080."""

_LOGO_SLOTS = ("top_left", "top_right", "bottom_left", "bottom_right")


def ground_layers(look: Look, tracks: Sequence[Track]) -> Iterator[Layer]:
    """The background: the theme's colour under all, then every segment of the background tracks."""
    base = look.timeline.meta.background or look.theme.palette["ground"]
    groups = [shots_of(track) for track in tracks]
    if not any(_covers_all(look, shots[0]) for shots in groups[:1] if shots):
        yield PlateLayer(plate_from_rgb(gradient_rgb(look.bounds[2:], [(0.0, base[:7])])))
    for shots in groups:
        for shot in shots:
            yield from staged(look, shot, list(_ground(look, shot, base)), look.bounds, opaque=True)
        yield from blackouts(look, shots, look.bounds)


def furniture_layers(look: Look) -> Iterator[Layer]:
    """The theme's crisp shapes over any background, such as rules and panels."""
    if not look.layout.furniture:
        return
    pixels = _art_pixels(look, look.layout.furniture)
    for number, rect in enumerate(runs_of(pixels, round(_RUN_GAP_PX * look.scale))):
        shift = look.furniture_shifts.get(f"furniture{number}")
        part = np.ascontiguousarray(pixels[rect.y0 : rect.y1, rect.x0 : rect.x1])
        place = shift.rect(rect) if shift else rect
        part = resized(part, place.width, max(1, place.height))
        yield SpriteLayer(Sprite.from_rgba(part, place.x0, place.y0), (0, look.frames))


def furniture_rects(look: Look) -> list[Rect]:
    """The rectangles around the runs of rows that the theme's furniture covers, from the top down."""
    if not (look.themed and look.layout.furniture):
        return []
    return runs_of(_art_pixels(look, look.layout.furniture), round(_RUN_GAP_PX * look.scale))


def runs_of(pixels: NDArray[np.uint8], apart: int) -> list[Rect]:
    """The rectangles around what is painted, one for each run of rows; runs are further apart than `apart` px."""
    alpha = pixels[..., 3]
    rows = np.flatnonzero(alpha.any(1))
    result: list[Rect] = []
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > apart) + 1) if len(rows) else []:
        columns = np.flatnonzero(alpha[run[0] : run[-1] + 1].any(0))
        result.append(Rect(int(columns[0]), int(run[0]), int(columns[-1]) + 1, int(run[-1]) + 1))
    return result


def picture_layers(look: Look, track: Track, shots: Sequence[Shot]) -> Iterator[Layer]:
    """The covers, logos, stickers and videos of an overlay or `main` track."""
    for shot in shots:
        yield from _picture(look, track, shot)
    name = slot_name(track, shots[0].segment) if shots else None
    slot = look.layout.slots.get(name) if name else None
    yield from blackouts(look, shots, slot_rect(slot) if slot else look.bounds)


def _picture(look: Look, track: Track, shot: Shot) -> Iterator[Layer]:
    segment = shot.segment
    span = shot.span(look)
    name = slot_name(track, segment)
    slot = look.layout.slots.get(name) if name else None
    if segment.generator is not None:
        yield from staged(look, shot, list(_generated_picture(look, segment, slot, span)), look.bounds, sprite=True)
        return
    if segment.source is None:
        return
    info = look.sources.info(segment.source)
    path = look.sources.path(segment.source)
    is_main = track.role == "main"
    fit = segment.transform.fit if segment.transform else None
    if info.video and not info.is_picture:
        box = box_of(segment.transform, slot_rect(slot) if slot else look.bounds, look.bounds).even()
        yield from staged(look, shot, [VideoLayer.of(path, shot, box, look)], box, opaque=True)
        return
    picture = load_picture(path)
    whole = look.bounds if is_main else _centered(look, picture.width, picture.height)
    spot = look.spots.get(id(segment))
    box = spot.box if spot else box_of(segment.transform, slot_rect(slot) if slot else whole, look.bounds)
    if len(picture.durations_ms) > 1:
        if segment.transform and segment.transform.rotation:
            look.notice("an animated picture stands upright; its angle was left out")
        moving = AnimatedPictureLayer(picture, box.even(), fit or "contain", span=span, fps=look.fps)
        yield from staged(look, shot, [moving], box, opaque=fit == "cover")
        return
    still = _picture_layer(look, picture.frame(0), segment, slot, box, span, fit or ("cover" if is_main else None))
    fills = is_main and fit in (None, "cover", "stretch")
    yield from staged(look, shot, [still], box if fills else look.bounds, opaque=fills, sprite=True)


def _covers_all(look: Look, shot: Shot) -> bool:
    """Whether a shot lies opaque under every frame."""
    segment = shot.segment
    shown = segment.generator is not None or segment.source is not None
    transparent = segment.transform is not None and segment.transform.opacity not in (None, 1.0)
    fades = segment.fade_in_ms or segment.fade_out_ms or segment.animations
    return shown and shot.span(look) == (0, look.frames) and not (transparent or fades)


def _ground(look: Look, shot: Shot, base: str) -> Iterator[Layer]:
    segment = shot.segment
    span = shot.span(look)
    whole = span == (0, look.frames)
    if segment.generator is not None:
        if segment.generator.kind == "pattern":
            moving = _pattern(look, segment.generator, base)
            yield moving if whole else OpacityLayer([moving], look.bounds, Envelope(*span))
            return
        canvas = plate_from_rgb(_generated_ground(look, segment.generator, base))
        yield PlateLayer(canvas) if whole else TimedPlate(canvas, span)
        if look.themed and is_own_ground(look, segment.generator) and look.layout.art:
            yield SpriteLayer(_art_sprite(look, look.layout.art), span)
        return
    if segment.source is None:
        return
    info = look.sources.info(segment.source)
    if info.video and not info.is_picture:
        yield VideoLayer.of(look.sources.path(segment.source), shot, look.bounds, look, veil=_veil(look))
        return
    picture = load_picture(look.sources.path(segment.source))
    fit = (segment.transform.fit if segment.transform else None) or "cover"
    if len(picture.durations_ms) > 1 and fit != "blur":
        yield AnimatedPictureLayer(picture, look.bounds, fit, span=span, fps=look.fps)
        yield SpriteLayer(_flat(look, *_veil(look)), span)
        return
    rgb = picture_rgb(picture.frame(0), (look.layout.width, look.layout.height), fit, ground=base[:7])
    canvas = plate_from_rgb(_scrimmed(look, rgb))
    yield PlateLayer(canvas) if whole else TimedPlate(canvas, span)


def is_own_ground(look: Look, generator: Generator) -> bool:
    """Whether a generator of the background stands for the theme's own ground."""
    return generator.extra.get("art") == look.theme.name


def _generated_ground(look: Look, generator: Generator, base: str) -> NDArray[np.float32]:
    size = (look.layout.width, look.layout.height)
    if look.themed and is_own_ground(look, generator):
        return _theme_ground(look)
    first = generator.color or base
    if generator.kind == "gradient":
        stops = [(0.0, first[:7]), (1.0, (generator.color2 or base)[:7])]
        return gradient_rgb(size, stops, 90.0 if generator.angle is None else generator.angle)
    return gradient_rgb(size, [(0.0, first[:7])])


def _theme_ground(look: Look) -> NDArray[np.float32]:
    ground = look.layout.arrangement.ground
    glows = [
        Glow(*glow.center, glow.radius * look.scale, glow.color[:7], glow.opacity, glow.stretch)
        for glow in ground.glows
    ]
    stops = [(stop.at, stop.color[:7]) for stop in ground.stops]
    return gradient_rgb((look.layout.width, look.layout.height), stops, ground.angle, glows, ground.grain)


def _pattern(look: Look, generator: Generator, base: str) -> Layer:
    style = generator.style or "mesh"
    if style not in _PATTERNS:
        look.notice(f"there is no pattern {style!r}; mesh is drawn instead")
        style = "mesh"
    colors = [color[:7] for color in (generator.color or base, generator.color2 or look.theme.palette["accent"])]
    size = (look.layout.width, look.layout.height)
    seed = 1 if generator.seed is None else generator.seed
    return pattern_layer(style, size, colors, fps=look.fps, seed=seed, moving=style != "grain")


def _generated_picture(look: Look, segment: Segment, slot: Slot | None, span: tuple[int, int]) -> Iterator[Layer]:
    """A drawn cover, the only picture that a generator makes on an overlay."""
    generator = segment.generator
    if generator is None or generator.kind != "pattern" or generator.style != "cover":
        look.notice("a generator on an overlay track is not known and was left out")
        return
    default = slot_rect(slot) if slot else _centered(look, 1, 1)
    box = box_of(segment.transform, default, look.bounds)
    side = max(box.width, box.height)
    title = str(generator.extra.get("txt") or look.timeline.meta.title or "")
    seed = zlib.crc32(title.encode("utf-8", "replace")) if generator.seed is None else generator.seed
    colors = [color[:7] for color in look.theme.cover_art.colors]
    rgb = draw_cover(title, colors, seed, side_px=side)
    pixels = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    yield _picture_layer(look, pixels, segment, slot, box, span, segment.transform.fit if segment.transform else None)


def _picture_layer(
    look: Look,
    pixels: NDArray[np.uint8],
    segment: Segment,
    slot: Slot | None,
    box: Rect,
    span: tuple[int, int],
    fit: Fit | None,
) -> Layer:
    is_cover = slot is not None and slot.name == "cover"
    fit = fit or ("cover" if is_cover else "contain")
    if fit == "contain" and slot is not None and slot.name in _LOGO_SLOTS:
        box = _hugged(box, pixels.shape[1] / pixels.shape[0], slot)
    frame = _frame(slot) if is_cover and slot is not None else Frame()
    if is_cover and look.ringed:
        box = _inside_ring(box)
        frame = Frame("round", shadow=frame.shadow)
    filled = fitted(pixels, box.width, box.height, fit)
    turn = segment.transform.rotation if segment.transform and segment.transform.rotation else 0.0
    if turn:
        frame = Frame(
            frame.shape, frame.radius_px, frame.border_px, frame.border_color, frame.tilt_deg + turn, frame.shadow
        )
    drawn = framed(filled, frame)
    sprite = Sprite.from_rgba(drawn.pixels, box.x0 + drawn.dx, box.y0 + drawn.dy)
    return sprite_layer(look, sprite, segment, span)


def _inside_ring(box: Rect) -> Rect:
    """The square that a round cover fills inside the waveform around it."""
    side = round(min(box.width, box.height) * (RING_INNER - _RING_GAP))
    x0, y0 = box.x0 + (box.width - side) // 2, box.y0 + (box.height - side) // 2
    return type(box)(x0, y0, x0 + side, y0 + side)


def _frame(slot: Slot) -> Frame:
    shadow = slot.shadow and Shadow(slot.shadow.color, slot.shadow.opacity, 0.0, slot.shadow.y, slot.shadow.blur)
    return Frame(slot.shape, slot.radius_px, slot.border_px, slot.border_color, slot.tilt_deg, shadow)


def _hugged(box: Rect, ratio: float, slot: Slot) -> Rect:
    """A box shrunk to a picture's ratio, against the corner that its slot is in."""
    width = min(box.width, max(1, round(box.height * ratio)))
    height = min(box.height, max(1, round(box.width / ratio)))
    x0 = (
        box.x1 - width
        if slot.align == "right"
        else box.x0 + (box.width - width) // 2
        if slot.align == "center"
        else box.x0
    )
    y0 = box.y1 - height if slot.valign == "bottom" else box.y0
    return type(box)(x0, y0, x0 + width, y0 + height)


def _centered(look: Look, width: int, height: int) -> Rect:
    """A picture without a place: in the middle, at most a third of the canvas."""
    limit_w, limit_h = look.layout.width / 3, look.layout.height / 3
    scale = min(limit_w / width, limit_h / height)
    w, h = max(1, round(width * scale)), max(1, round(height * scale))
    x0, y0 = (look.layout.width - w) // 2, (look.layout.height - h) // 2
    return type(look.bounds)(x0, y0, x0 + w, y0 + h)


def _art_sprite(look: Look, file_name: str) -> Sprite:
    pixels = _art_pixels(look, file_name)
    found = runs_of(pixels, look.layout.height)
    rect = found[0] if found else Rect(0, 0, 2, 2)
    return Sprite.from_rgba(np.ascontiguousarray(pixels[rect.y0 : rect.y1, rect.x0 : rect.x1]), rect.x0, rect.y0)


def _art_pixels(look: Look, file_name: str) -> NDArray[np.uint8]:
    """A drawing of the theme over the whole canvas; on a user's ground in inks that can be made out."""
    view = " ".join(f"{value:g}" for value in look.layout.view)
    values = {**look.theme.palette, "view": view, "ink": _furniture_ink(look)}
    size = (look.layout.width, look.layout.height)
    return render_svg(look.theme.svg(file_name), values, size, folder=look.theme.folder)


def _furniture_ink(look: Look) -> str:
    """The theme's ink, or another of its colours where a user's ground is about as light."""
    palette = look.theme.palette
    grounds = [
        color[:7]
        for _, track in visible_tracks(look.timeline)
        if track.role == "background"
        for segment in track.segments
        if segment.generator is not None and not is_own_ground(look, segment.generator)
        for color in (segment.generator.color, segment.generator.color2)
        if color
    ]
    inks = [palette[name][:7] for name in ("ink", "ground", "plate", "plate_ink")]
    if all(contrast(palette["ink"][:7], ground) >= SHAPE_CONTRAST for ground in grounds):
        return palette["ink"]
    return max(inks, key=lambda ink: min(contrast(ink, ground) for ground in grounds))


def _veil(look: Look) -> tuple[str, float]:
    """Colour and opacity of the veil over what moves, whose light is not known beforehand."""
    scrim = look.theme.scrim
    return scrim.color[:7], (scrim.least + scrim.most) / 2


def _flat(look: Look, color: str, opacity: float) -> Sprite:
    pixels = np.empty((look.layout.height, look.layout.width, 4), np.uint8)
    pixels[:] = (*np.rint(rgb_of(color) * 255).astype(np.uint8), round(255 * opacity))
    return Sprite.from_rgba(pixels, 0, 0)


def _scrimmed(look: Look, rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """A picture under the theme's veil, as thin as keeps the theme's words readable on it, measured on the pixels.

    The veil is the theme's own ground where that is more than one colour: a flat one would turn a picture grey.
    """
    scrim = look.theme.scrim
    inks = [luminance(look.theme.palette[name]) for name in ("ink", "muted")]
    ground = look.layout.arrangement.ground
    tint = _theme_ground(look) if len(ground.stops) > 1 or ground.glows else rgb_of(scrim.color)
    opacity = scrim.least
    while opacity < scrim.most:
        veiled = (rgb * np.float32(1 - opacity) + tint * np.float32(opacity)).astype(np.float32)
        low, high = mean_luminance_span(veiled)
        pairs = [sorted((ink, at)) for ink in inks for at in (low, high)]
        if all((light + 0.05) / (dark + 0.05) >= READABLE_CONTRAST for dark, light in pairs):
            break
        opacity += 0.05
    opacity = min(opacity, scrim.most)
    return (rgb * np.float32(1 - opacity) + tint * np.float32(opacity)).astype(np.float32)
