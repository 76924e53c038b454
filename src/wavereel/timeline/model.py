"""The timeline as immutable models over the draft's short keys.

Attribute names say what a value is; the draft's short keys are their aliases. Unknown keys are kept at every level
and written back. Times are integer milliseconds, geometry is in fractions of the canvas with `x, y` the centre.
What is accepted is what docs/draft.schema.json accepts: nothing is converted, and `3.0` is an integer as JSON has it.
"""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic_core import PydanticSerializationError

from wavereel.times import MAX_MS, exact_fps


def _whole(value: object) -> object:
    """JSON has one kind of number: `3.0` is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Int = Annotated[int, BeforeValidator(_whole), Field(strict=True)]
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Ms = Annotated[Int, Field(ge=0, le=MAX_MS)]
Gain = Annotated[Number, Field(ge=0, le=4)]
Unit = Annotated[Number, Field(ge=0, le=1)]
Positive = Annotated[Number, Field(gt=0)]
Color = Annotated[str, Field(pattern=r"^#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$")]


class TrackType(IntEnum):
    """The draft's `tt`. Other integers are kept and skipped at render with a warning."""

    VIDEO = 0
    AUDIO = 1
    TEXT = 7


class _Node(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    @property
    def extra(self) -> dict[str, Any]:
        """The keys that this version does not know."""
        return self.__pydantic_extra__ or {}

    def model_dump(self, *args: Any, **options: Any) -> dict[str, Any]:
        """As pydantic's, which takes a Ctrl-C that meets it inside a serializer for an error of the model."""
        try:
            return super().model_dump(*args, **options)
        except PydanticSerializationError as error:
            if "KeyboardInterrupt" in str(error):
                raise KeyboardInterrupt from None
            raise

    @model_serializer(mode="wrap")
    def _without_nulls(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        """A key that an edit has set to `None` is a key that is gone: the format has no null."""
        tree: dict[str, Any] = handler(self)
        fields = type(self).model_fields
        for name in self.model_fields_set & fields.keys():
            if getattr(self, name) is None:
                tree.pop((info.by_alias and fields[name].alias) or name, None)
        return tree


class Word(_Node):
    """A spoken word of a cue; `start_ms` counts from the cue's own start."""

    text: str = Field(alias="w")
    start_ms: Ms = Field(alias="s")
    length_ms: Ms = Field(alias="d")


class TextStyle(_Node):
    """Style of text. Lengths in px of a canvas whose short side has 1080."""

    family: str | None = Field(None, alias="ff")
    size: Positive | None = Field(None, alias="fs")
    weight: Annotated[Int, Field(ge=100, le=900)] | None = Field(None, alias="fw")
    color: Color | None = Field(None, alias="c")
    box_color: Color | None = Field(None, alias="bg")
    outline_color: Color | None = Field(None, alias="oc")
    outline_width: Annotated[Number, Field(ge=0)] | None = Field(None, alias="ow")
    align: Literal["left", "center", "right"] | None = Field(None, alias="al")
    position: Literal["top", "center", "bottom", "custom"] | None = Field(None, alias="pos")
    highlight: Color | None = Field(None, alias="hl")
    max_characters: Annotated[Int, Field(ge=1)] | None = Field(None, alias="mc")
    max_lines: Annotated[Int, Field(ge=1)] | None = Field(None, alias="ml")

    def over(self, defaults: TextStyle | None) -> TextStyle:
        """This style with `defaults` where it says nothing: a segment's style over its track's."""
        if defaults is None:
            return self
        return TextStyle.model_validate(defaults.model_dump(exclude_unset=True) | self.model_dump(exclude_unset=True))


class Transform(_Node):
    """Place and size in fractions of the canvas; `x, y` is the centre, `rotation` in degrees clockwise."""

    x: Number | None = None
    y: Number | None = None
    width: Positive | None = Field(None, alias="w")
    height: Positive | None = Field(None, alias="h")
    rotation: Number | None = Field(None, alias="r")
    opacity: Unit | None = Field(None, alias="o")
    fit: Literal["cover", "contain", "stretch", "blur"] | None = None


class Generator(_Node):
    """Picture or music that the program makes itself; `kind` decides which fields count."""

    kind: Literal["waveform", "color", "gradient", "pattern", "progress", "music"] = Field(alias="k")
    of: str | None = None
    style: str | None = Field(None, alias="sty")
    color: Color | None = Field(None, alias="c")
    color2: Color | None = Field(None, alias="c2")
    count: Annotated[Int, Field(ge=1, le=1024)] | None = Field(None, alias="n")
    smooth_ms: Ms | None = Field(None, alias="smooth")
    angle: Number | None = None
    at: Literal["top", "bottom"] | None = None
    mood: str | None = None
    seed: Annotated[Int, Field(ge=0)] | None = None
    bpm: Annotated[Number, Field(ge=20, le=300)] | None = None


class Animation(_Node):
    """An entrance or an exit."""

    kind: str = Field(alias="k")
    length_ms: Ms | None = Field(None, alias="d")


class Animations(_Node):
    """Entrance and exit of a segment."""

    enter: Animation | None = Field(None, alias="in")
    leave: Animation | None = Field(None, alias="out")


class Transition(_Node):
    """How a segment gives way to the next of its track."""

    kind: str = Field(alias="k")
    length_ms: Ms = Field(alias="d")


class Effect(_Node):
    """An effect on a segment, such as `zoom` or `mask`."""

    kind: str = Field(alias="k")


class ItemMeta(_Node):
    """What a track or segment is called and what part it plays."""

    name: str | None = None
    title: str | None = None
    role: str | None = None
    lang: str | None = None
    file_id: str | None = None
    speaker: str | None = None
    look: str | None = None
    pending: Flag | None = None


class Segment(_Node):
    """A clip, text or generator placed on a track for `[start_ms, start_ms + length_ms)`."""

    id: str | None = None
    start: Ms | None = Field(None, alias="s")
    length_ms: Annotated[Int, Field(ge=1, le=MAX_MS)] = Field(alias="d")
    source: Annotated[str, Field(min_length=1)] | None = Field(None, alias="src")
    source_start_ms: Ms | None = Field(None, alias="ss")
    source_end_ms: Ms | None = Field(None, alias="se")
    speed: Annotated[Number, Field(gt=0, le=16)] | None = Field(None, alias="sp")
    loop: Flag | None = Field(None, alias="lp")
    gain: Gain | None = Field(None, alias="vol")
    muted: Flag | None = Field(None, alias="mu")
    fade_in_ms: Ms | None = Field(None, alias="fi")
    fade_out_ms: Ms | None = Field(None, alias="fo")
    duck: Unit | None = None
    text: str | None = Field(None, alias="txt")
    words: tuple[Word, ...] | None = Field(None, alias="wd")
    style: TextStyle | None = Field(None, alias="st")
    transform: Transform | None = Field(None, alias="x")
    generator: Generator | None = Field(None, alias="g")
    effects: tuple[Effect, ...] | None = Field(None, alias="fx")
    animations: Animations | None = Field(None, alias="an")
    transition: Transition | None = Field(None, alias="tr")
    meta: ItemMeta | None = Field(None, alias="m")


_ROLES_OF_TYPES = {1: "audio", 7: "text"}
_ROLES_OF_GENERATORS = {
    "waveform": "waveform",
    "progress": "progress",
    "color": "background",
    "gradient": "background",
    "pattern": "background",
}
"""What a track is that does not say it, as in the short form that other programs write."""


class Track(_Node):
    """Segments of one type and role. Tracks paint bottom to top and sound together."""

    id: str | None = None
    type: Annotated[Int, Field(ge=0)] = Field(alias="tt")
    segments: tuple[Segment, ...] = Field(alias="sg")
    length_ms: Ms | None = Field(None, alias="d")
    meta: ItemMeta | None = Field(None, alias="m")
    gain: Gain | None = Field(None, alias="vol")
    muted: Flag | None = Field(None, alias="mu")
    hidden: Flag | None = Field(None, alias="hid")
    locked: Flag | None = Field(None, alias="lk")
    style: TextStyle | None = Field(None, alias="st")

    @property
    def role(self) -> str:
        """The part that the track plays: what it says, else what its type and its first generator tell; else empty."""
        said = self.meta.role if self.meta else None
        if said:
            return said
        if self.type == TrackType.VIDEO and self.segments:
            first = self.segments[0]
            if first.generator is not None:
                return _ROLES_OF_GENERATORS.get(first.generator.kind, "")
            return "main" if first.source is not None and first.transform is None else ""
        return _ROLES_OF_TYPES.get(self.type, "")

    def placed(self) -> list[tuple[int, Segment]]:
        """Each segment with its start in ms; one without a start follows the segment before it."""
        result: list[tuple[int, Segment]] = []
        cursor = 0
        for segment in self.segments:
            start = cursor if segment.start is None else segment.start
            result.append((start, segment))
            cursor = start + segment.length_ms
        return result


class TimelineMeta(_Node):
    """Canvas, delivery and look of the whole timeline."""

    title: str | None = None
    width: Annotated[Int, Field(ge=2, le=7680)] | None = None
    height: Annotated[Int, Field(ge=2, le=7680)] | None = None
    fps: Annotated[Number, Field(gt=0, le=120)] | None = None
    ratio: Annotated[str, Field(pattern=r"^[0-9]+:[0-9]+$")] | None = None
    background: Color | None = Field(None, alias="bg")
    lang: str | None = None
    theme: str | None = None
    loudness: Annotated[Number, Field(ge=-60, le=0)] | None = None
    platform: str | None = None


class Timeline(_Node):
    """A whole draft: canvas, tracks and the media at hand."""

    version: Annotated[Int, Field(ge=1)] | None = Field(None, alias="v")
    id: str | None = None
    revision: Annotated[Int, Field(ge=0)] | None = Field(None, alias="rev")
    length: Ms | None = Field(None, alias="d")
    meta: TimelineMeta = Field(default_factory=lambda: TimelineMeta.model_validate({}), alias="m")
    tracks: tuple[Track, ...] = Field(alias="t")
    media: tuple[dict[str, Any], ...] | None = Field(None, alias="video_infos")

    @property
    def length_ms(self) -> int:
        """Total length; where the draft does not say, the end of the last segment."""
        if self.length is not None:
            return self.length
        return max((start + s.length_ms for t in self.tracks for start, s in t.placed()), default=0)

    @property
    def fps(self) -> Fraction:
        """Frames a second, exact; 30 where the draft does not say."""
        return exact_fps(self.meta.fps or 30)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px; 1920 by 1080 where the draft does not say."""
        return self.meta.width or 1920, self.meta.height or 1080

    def with_role(self, role: str) -> list[Track]:
        """The tracks that play a part, bottom to top."""
        return [track for track in self.tracks if track.role == role]
