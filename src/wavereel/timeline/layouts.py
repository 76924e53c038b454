"""Where a theme puts things on a canvas: slots in pixels, for any ratio and any length of text.

A theme places its slots by hand in four ratios. A canvas of another shape takes the nearest of them, scaled to fit and
centred; grounds, art and edge-to-edge waves still fill it. Stacks then close the gaps that missing or short
texts leave: `Layout.flow` takes the measured sizes and gives the final places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from wavereel.timeline.themes import patched
from wavereel.times import format_time, round_half_up

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wavereel.timeline.arrangement import (
        Align,
        Arrangement,
        CaptionSpec,
        Override,
        Plate,
        RatioName,
        Shadow,
        SlotSpec,
        StackSpec,
        TypeStyle,
        Valign,
    )
    from wavereel.timeline.themes import Theme

CANVASES: dict[RatioName, tuple[int, int]] = {
    "wide": (1920, 1080),
    "tall": (1080, 1920),
    "square": (1080, 1080),
    "portrait": (1080, 1350),
}
"""The canvas on which each ratio was designed."""

SAFE_MARGINS: dict[RatioName, tuple[int, int, int, int]] = {
    "wide": (112, 40, 112, 40),
    "tall": (180, 220, 180, 500),
    "square": (72, 56, 72, 56),
    "portrait": (72, 64, 72, 64),
}
"""Left, top, right, bottom in px of the design canvas that texts keep free. 9:16: what the apps cover, with room for
the differences between phones; the others: an outer margin."""

RING_PX = 88
"""Diameter of a ring that shows progress, in px of a canvas whose short side has 1080."""

ALL_PARTS = frozenset({"title", "kicker", "number", "cover", "wave", "caption", "progress"})
"""What `present` may name: the parts whose absence changes a layout. `main` (a video on screen) joins them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the canvas, in its pixels.

    `x, y, width, height` is where the content goes, without the padding of its plate. Text: `size_px` is the largest
    size and `min_size_px` the smallest, `type` how it is set. Pictures: `shape` and what follows.
    """

    name: str
    x: int
    y: int
    width: int
    height: int
    align: Align = "left"
    valign: Valign = "top"
    type: TypeStyle | None = None
    size_px: float = 0.0
    min_size_px: float = 0.0
    lines: int = 1
    plate: Plate | None = None
    pad_px: tuple[int, int, int, int] = (0, 0, 0, 0)
    text: str | None = None
    template: str | None = None
    shape: Literal["square", "round", "print"] = "square"
    radius_px: float = 0.0
    border_px: float = 0.0
    border_color: str = "#FFFFFF"
    tilt_deg: float = 0.0
    shadow: Shadow | None = None
    color: str | None = None
    flexible: bool = False
    min_height: int = 0
    mirror: bool = False
    pinned: bool = False

    @property
    def line_height(self) -> float:
        """Line height in shares of the size; 1.2 for what is not text."""
        return self.type.line_height if self.type else 1.2

    def plate_rect(self, text_width: int, text_height: int) -> tuple[int, int, int, int]:
        """`x, y, width, height` of the plate behind a text of this measured size, padding included."""
        left, top, right, bottom = self.pad_px
        hug = self.plate.hug if self.plate else "none"
        width = min(text_width, self.width) if hug in ("width", "both") else self.width
        height = min(text_height, self.height) if hug in ("height", "both") else self.height
        x = self.x + _aligned(self.width - width, self.align)
        y = self.y + _aligned(self.height - height, self.valign)
        return x - left, y - top, width + left + right, height + top + bottom


@dataclass(frozen=True, slots=True)
class Layout:
    """A theme on one canvas.

    `view` is the part of the design canvas that shows, `x, y, width, height` in its px: the `viewBox` of art and
    furniture. `scale` turns px of a canvas with a short side of 1080 into this canvas's.
    """

    ratio: RatioName
    width: int
    height: int
    scale: float
    view: tuple[float, float, float, float]
    safe: tuple[int, int, int, int]
    slots: Mapping[str, Slot]
    stacks: tuple[StackSpec, ...]
    present: frozenset[str]
    arrangement: Arrangement
    art: str | None
    furniture: str | None
    accent: str

    @property
    def caption(self) -> CaptionSpec:
        """Look and colours of the captions in this ratio."""
        return self.arrangement.caption

    @property
    def labels(self) -> tuple[Slot, ...]:
        """Fixed wording of the theme, such as a studio's light."""
        return tuple(slot for slot in self.slots.values() if slot.text)

    @property
    def clocks(self) -> tuple[Slot, ...]:
        """Slots that show time; their `template` holds `{elapsed}`, `{total}` or both."""
        return tuple(slot for slot in self.slots.values() if slot.template)

    def kept_align(self, slot_name: str, position: str | None) -> Align:
        """How a text is aligned that left its slot for the `top`, `center` or `bottom` of the safe area.

        At the top and the bottom it keeps to the margin to which the theme's own words keep; else it is centred.
        """
        slot = self.slots.get(slot_name)
        if slot is None or position not in ("top", "bottom") or slot.plate is not None:
            return "center"
        x, _, width, _ = self.safe
        near = 0.02 * self.width
        if slot.align == "left" and abs(slot.x - x) <= near:
            return "left"
        return "right" if slot.align == "right" and abs(slot.x + slot.width - x - width) <= near else "center"

    def flow(self, sizes: Mapping[str, tuple[int, int]], *, leftward: bool = False) -> Layout:
        """The layout after its stacks have closed up around what is there.

        Args:
            sizes: Measured width and height in px of every text in a stack, by slot. What is in no stack may be
                there too and is left alone. A member without a size counts as absent, unless it is the cover, the
                wave, the progress, a label or a clock: these keep the height of their slot, and the first three need
                to be `present`.
            leftward: Stacks that run right run left instead, from the right end of their box, and slots that say
                `mirror` change sides of the canvas, in stacks too.
        """
        slots = dict(self.slots)
        if leftward:
            turned = {"left": "right", "center": "center", "right": "left"}
            for name, slot in self.slots.items():
                if slot.mirror:
                    slots[name] = replace(slot, x=self.width - slot.x - slot.width, align=turned[slot.align])
        for stack in self.stacks:
            _flow_stack(self, stack, sizes, slots)
            if leftward and stack.direction == "right":
                _mirror(self, stack, slots)
        return replace(self, slots=slots)


def ratio_for(width: int, height: int) -> RatioName:
    """The design ratio nearest to a canvas, by the logarithm of its ratio."""
    ratio = math.log(width / height)
    return min(CANVASES, key=lambda name: abs(math.log(CANVASES[name][0] / CANVASES[name][1]) - ratio))


def layout_for(
    theme: Theme,
    width: int,
    height: int,
    platform: str | None = None,  # noqa: ARG001 - see Args
    present: Collection[str] = ALL_PARTS,
) -> Layout:
    """Where the theme puts things on a canvas of `width` by `height` px.

    Args:
        theme: The look.
        width: Canvas width in px.
        height: Canvas height in px.
        platform: A platform whose apps cover parts of the picture; only the vertical ones do, and all alike, so
            that 9:16 keeps the same area free for every one of them.
        present: The parts that the timeline has, of `ALL_PARTS` and `main`; the theme's overrides depend on it.
    """
    ratio = ratio_for(width, height)
    arrangement = theme.arrangement(ratio)
    base_width, base_height = CANVASES[ratio]
    scale = min(width / base_width, height / base_height)
    view_width, view_height = width / scale, height / scale
    view = ((base_width - view_width) / 2, (base_height - view_height) / 2, view_width, view_height)
    parts = frozenset(present)
    overrides = tuple(when for when in arrangement.when if _holds(when, parts))
    arrangement = patched(arrangement, overrides, theme.palette)
    placed = {name: _placed(name, spec, theme, scale, view) for name, spec in arrangement.slots.items()}
    left, top, right, bottom = SAFE_MARGINS[ratio]
    safe = _rect((left, top, base_width - left - right, base_height - top - bottom), scale, view)
    return Layout(
        ratio=ratio,
        width=width,
        height=height,
        scale=scale,
        view=view,
        safe=safe,
        slots=placed,
        stacks=arrangement.stacks,
        present=parts,
        arrangement=arrangement,
        art=arrangement.art or None,
        furniture=arrangement.furniture or None,
        accent=theme.palette["accent"],
    )


def clock_text(template: str, elapsed_ms: int, total_ms: int) -> str:
    """A clock's template at a time: `{elapsed}`, `{total}`, `{left}` as 1:02:03, and with `:hms` as 01:02:03."""
    times = {"elapsed": elapsed_ms, "total": total_ms, "left": max(0, total_ms - elapsed_ms)}
    text = template
    for name, ms in times.items():
        seconds = ms // 1000
        hms = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        text = text.replace(f"{{{name}:hms}}", hms).replace(f"{{{name}}}", format_time(ms))
    return text


def _holds(when: Override, present: frozenset[str]) -> bool:
    return present.issuperset(when.present) and present.isdisjoint(when.missing)


def _px(value: float) -> int:
    return round_half_up(Fraction(value))


def _rect(
    box: tuple[float, float, float, float], scale: float, view: tuple[float, float, float, float]
) -> tuple[int, int, int, int]:
    x0, y0 = _px((box[0] - view[0]) * scale), _px((box[1] - view[1]) * scale)
    x1, y1 = _px((box[0] + box[2] - view[0]) * scale), _px((box[1] + box[3] - view[1]) * scale)
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)


def _placed(name: str, spec: SlotSpec, theme: Theme, scale: float, view: tuple[float, float, float, float]) -> Slot:
    box = spec.box
    if spec.bleed:
        box = (view[0], box[1], view[2], box[3])
    x, y, width, height = _rect(box, scale, view)
    largest, smallest = spec.size or (0.0, 0.0)
    shadow = spec.shadow and spec.shadow.model_copy(
        update={"y": spec.shadow.y * scale, "blur": spec.shadow.blur * scale}
    )
    plate = spec.plate
    pads = (plate.pad if len(plate.pad) == 4 else (*plate.pad, *plate.pad)) if plate else (0, 0, 0, 0)
    return Slot(
        name=name,
        x=x,
        y=y,
        width=width,
        height=height,
        align=spec.align,
        valign=spec.valign,
        type=theme.type[spec.style or name] if spec.size else None,
        size_px=largest * scale,
        min_size_px=smallest * scale,
        lines=spec.lines,
        plate=plate and plate.model_copy(update={"radius": plate.radius * scale}),
        pad_px=(_px(pads[0] * scale), _px(pads[1] * scale), _px(pads[2] * scale), _px(pads[3] * scale)),
        text=spec.text,
        template=spec.template,
        shape=spec.shape,
        radius_px=spec.radius * scale,
        border_px=spec.border * scale,
        border_color=spec.border_color,
        tilt_deg=spec.tilt,
        shadow=shadow,
        color=spec.color,
        flexible=spec.flexible,
        min_height=_px(spec.min_height * scale),
        mirror=spec.mirror,
        pinned=spec.pinned,
    )


def _aligned(free: int, align: str) -> int:
    if align == "center":
        return free // 2
    return free if align in ("right", "bottom", "end") else 0


_FIXED_PARTS = ("cover", "wave", "progress")


def _extent(slot: Slot, layout: Layout, sizes: Mapping[str, tuple[int, int]], direction: str) -> int | None:
    """Length of a member along the stack, plate included; `None` where it is absent."""
    axis = 0 if direction == "right" else 1
    pad = slot.pad_px[axis] + slot.pad_px[axis + 2]
    if slot.name in sizes:
        limit = slot.width if axis == 0 else slot.height
        return max(1, min(sizes[slot.name][axis], limit)) + pad
    fixed = slot.text or slot.template or slot.name in layout.present.intersection(_FIXED_PARTS)
    if not fixed:
        return None
    return (slot.width if axis == 0 else slot.height) + pad


def _flow_stack(layout: Layout, stack: StackSpec, sizes: Mapping[str, tuple[int, int]], slots: dict[str, Slot]) -> None:
    rows: list[tuple[int, int, list[Slot]]] = []
    for gap, names in stack.rows():
        extents = [(slots[name], _extent(slots[name], layout, sizes, stack.direction)) for name in names]
        here = [(slot, extent) for slot, extent in extents if extent is not None]
        if here:
            gap_px = _px(gap * layout.scale) if rows else 0
            rows.append((gap_px, max(extent for _, extent in here), [slot for slot, _ in here]))
    x, y, width, height = _rect(stack.box, layout.scale, layout.view)
    free = (width if stack.direction == "right" else height) - sum(gap + extent for gap, extent, _ in rows)
    rows = [(gap, _flexed(extent, members, free, stack.direction), members) for gap, extent, members in rows]
    free = (width if stack.direction == "right" else height) - sum(gap + extent for gap, extent, _ in rows)
    cursor = (x if stack.direction == "right" else y) + _aligned(max(0, free), stack.align)
    for gap, extent, members in rows:
        cursor += gap
        for slot in members:
            left, top, right, bottom = slot.pad_px
            if stack.direction == "right":
                slots[slot.name] = replace(slot, x=cursor + left, width=extent - left - right)
            else:
                slots[slot.name] = _set_height(replace(slot, y=cursor + top), extent - top - bottom)
        cursor += extent


def _mirror(layout: Layout, stack: StackSpec, slots: dict[str, Slot]) -> None:
    x, _, width, _ = _rect(stack.box, layout.scale, layout.view)
    for _, names in stack.rows():
        for slot in (slots[name] for name in names):
            ends = layout.width if slot.mirror else 2 * x + width
            slots[slot.name] = replace(slot, x=ends - slot.x - slot.width)


def _set_height(slot: Slot, height: int) -> Slot:
    """A cover stays square: it gives up width with height."""
    if slot.name != "cover" or height >= slot.height:
        return replace(slot, height=height)
    x = slot.x + _aligned(slot.width - height, slot.align)
    return replace(slot, x=x, width=height, height=height)


def _flexed(extent: int, members: list[Slot], free: int, direction: str) -> int:
    """Downward, a flexible member gives up what is missing, down to its least; to the right, it takes what is left."""
    flexible = [slot for slot in members if slot.flexible]
    if not flexible or (free >= 0 and direction == "down"):
        return extent
    return max(*(slot.min_height for slot in flexible), 1, extent + free)
