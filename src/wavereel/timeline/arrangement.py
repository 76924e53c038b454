"""The parts of a theme file: type, plates, slots, stacks and grounds, as immutable models.

A theme is a folder with a `theme.toml`. Lengths in it are px of a canvas whose short side has 1080, places are
`[x, y, width, height]` from the top left. A colour is `#RRGGBB`, `#RRGGBBAA` or a name of the file's `[palette]`.
Unknown keys are errors, since a slip in a key would otherwise change nothing and say nothing.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

Align = Literal["left", "center", "right"]
Valign = Literal["top", "center", "bottom"]
CaptionLook = Literal["classic", "karaoke", "pop", "boxed", "minimal"]
RatioName = Literal["wide", "tall", "square", "portrait"]

_HEX = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")


def _resolve_color(value: Any, info: ValidationInfo) -> str:
    context = cast("dict[str, dict[str, str]]", info.context or {})
    palette = context.get("palette", {})
    if isinstance(value, str):
        if value in palette:
            return palette[value]
        if _HEX.fullmatch(value):
            return value
    names = ", ".join(sorted(palette))
    raise ValueError(f"{value!r} is neither a colour such as #2B5BFF nor a name of [palette] ({names})")


PaletteColor = Annotated[str, BeforeValidator(_resolve_color)]
Length = Annotated[float, Field(ge=0, le=8000, allow_inf_nan=False)]
Coordinate = Annotated[float, Field(ge=-8000, le=8000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Box = tuple[Coordinate, Coordinate, Length, Length]


class Part(BaseModel):
    """Base of everything in a theme file: immutable, and strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shadow(Part):
    """A soft shadow under a cover or a text: offset downward, blur radius (one standard deviation) and darkness."""

    y: Coordinate = 0
    blur: Length = 0
    color: PaletteColor = "#000000"
    opacity: Share = 0.25


class TypeStyle(Part):
    """How one kind of text is set. `tracking_em` is letter-spacing in shares of the size."""

    family: str
    weight: Annotated[int, Field(ge=100, le=900)] = 400
    color: PaletteColor
    tracking_em: Annotated[float, Field(ge=-0.2, le=0.5)] = 0.0
    line_height: Annotated[float, Field(ge=0.8, le=2)] = 1.2
    capitals: bool = False
    italic: bool = False
    tabular: bool = False
    outline_color: PaletteColor | None = None
    outline_em: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    shadow: Shadow | None = None


class Plate(Part):
    """A filled box behind a text.

    `hug` says which sides follow the measured text; the others follow the slot. A `bleed` plate fills the canvas.
    `pad` is `[sides, top and bottom]` or `[left, top, right, bottom]`.
    """

    color: PaletteColor
    opacity: Share = 1.0
    radius: Length = 0
    pad: tuple[Length, Length] | tuple[Length, Length, Length, Length] = (0, 0)
    hug: Literal["none", "width", "height", "both"] = "none"
    bleed: bool = False


class SlotSpec(Part):
    """A place for one thing.

    Text takes `size` (largest, smallest), `lines` and `style` (a table of `[type]`; the slot's own name where not
    given); `text` is fixed wording, `template` a clock such as `{elapsed} / {total}`. A picture takes `shape`,
    `radius`, `border`, `tilt` (degrees clockwise) and `shadow`. In a stack, `flexible` lets the height vary between
    `min_height` and the box's. What is `pinned` stands still whatever is put beside it: the art is drawn around it.
    """

    box: Box
    style: str | None = None
    size: tuple[Length, Length] | None = None
    lines: Annotated[int, Field(ge=1, le=6)] = 1
    align: Align = "left"
    valign: Valign = "top"
    plate: Plate | None = None
    text: str | None = None
    template: str | None = None
    shape: Literal["square", "round", "print"] = "square"
    radius: Length = 0
    border: Length = 0
    border_color: PaletteColor = "#FFFFFF"
    tilt: Annotated[float, Field(ge=-45, le=45)] = 0
    shadow: Shadow | None = None
    flexible: bool = False
    min_height: Length = 0
    bleed: bool = False
    mirror: bool = False
    pinned: bool = False
    color: PaletteColor | None = None

    @model_validator(mode="after")
    def _check_size(self) -> SlotSpec:
        if self.size is not None and self.size[1] > self.size[0]:
            raise ValueError("size is [largest, smallest]: the second number must not be the larger one")
        return self


class StackSpec(Part):
    """Slots that follow each other, so that a short title leaves no hole and a missing one no gap.

    `members` lists slot names with the distance before each; names joined by `+` share a row. What is absent
    drops out with the distance before it. `align` places the whole along the stack's direction. A `flexible` member
    gives up height in a stack that runs down, and takes the room that is left in one that runs right.
    """

    box: Box
    direction: Literal["down", "right"] = "down"
    align: Literal["start", "center", "end"] = "start"
    members: tuple[str | float, ...]

    def rows(self) -> list[tuple[float, tuple[str, ...]]]:
        """`(distance before, names that share the row)` in order."""
        result: list[tuple[float, tuple[str, ...]]] = []
        gap = 0.0
        for member in self.members:
            if isinstance(member, str):
                result.append((gap, tuple(member.split("+"))))
                gap = 0.0
            else:
                gap += member
        return result


class Glow(Part):
    """A soft light: centre in fractions of the canvas, radius in px, strength at the centre; falls off smoothly to 0.

    `stretch` widens it: 2 is twice as wide as high.
    """

    center: tuple[float, float]
    radius: Length
    color: PaletteColor
    opacity: Share = 1.0
    stretch: Annotated[float, Field(gt=0, le=8)] = 1.0


class Stop(Part):
    """A colour of a gradient at a share of its way."""

    at: Share
    color: PaletteColor


class Ground(Part):
    """What lies under everything: a gradient at an angle, glows over it, grain last; painted in floats and dithered.

    `angle` in degrees, 0 left to right, 90 downward; the gradient spans the canvas corner to corner along it.
    """

    stops: tuple[Stop, ...] = Field(min_length=1)
    angle: float = 90
    glows: tuple[Glow, ...] = ()
    grain: Share = 0.0


class Scrim(Part):
    """A veil over a user's picture, so that text holds its contrast. The least opacity that does is taken."""

    color: PaletteColor
    least: Share = 0.35
    most: Share = 0.85


class CaptionSpec(Part):
    """The theme's captions in one ratio: look, colours, and how many words `pop` shows."""

    look: CaptionLook = "karaoke"
    color: PaletteColor
    spoken: PaletteColor | None = None
    words: Annotated[int, Field(ge=1, le=8)] = 4


class WaveSpec(Part):
    """Defaults of the waveform's generator, and what no draft needs to say: glow, thickness, meter colours.

    `inner` is the free radius of `ring` and `circle` as a share of half the box; a round cover sits there.
    """

    style: str
    color: PaletteColor
    color2: PaletteColor | None = None
    count: Annotated[int, Field(ge=1, le=1024)] = 64
    smooth_ms: Annotated[int, Field(ge=0, le=2000)] = 180
    glow: Length = 0
    rounded: bool = True
    thickness: Length | None = None
    colors: tuple[PaletteColor, ...] = ()
    dim: PaletteColor | None = None
    angle: float = 0
    inner: Share = 0.0


class ProgressSpec(Part):
    """The progress bar: `bar` fills, `dot` moves a mark along a rule. `shown` puts it into a new draft."""

    style: Literal["bar", "dot"] = "bar"
    color: PaletteColor
    track: PaletteColor | None = None
    shown: bool = False


class Override(Part):
    """Changes of an arrangement that hold while all of `missing` are absent and all of `present` are there.

    `slots`, `caption` and `wave` change key by key; `stacks`, `art` and `furniture` replace, and an empty name removes.
    """

    missing: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    slots: dict[str, dict[str, Any]] = Field(default_factory=dict[str, dict[str, Any]])
    stacks: tuple[StackSpec, ...] | None = None
    caption: dict[str, Any] = Field(default_factory=dict[str, Any])
    wave: dict[str, Any] = Field(default_factory=dict[str, Any])
    art: str | None = None
    furniture: str | None = None

    @model_validator(mode="after")
    def _check_condition(self) -> Override:
        if not self.missing and not self.present:
            raise ValueError("an override needs `missing` or `present`, or it would always hold")
        return self


class Arrangement(Part):
    """One theme in one ratio: slots, stacks, art (under everything) and furniture (over any background).

    `art` and `furniture` name SVG files of the theme's folder; nothing outside it can be named.
    """

    slots: dict[str, SlotSpec]
    stacks: tuple[StackSpec, ...] = ()
    when: tuple[Override, ...] = ()
    art: str | None = None
    furniture: str | None = None
    caption: CaptionSpec
    wave: WaveSpec
    progress: ProgressSpec
    ground: Ground
