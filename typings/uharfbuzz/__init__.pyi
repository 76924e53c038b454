# The part of uharfbuzz that the project uses; the package ships a compiled module without types.

from collections.abc import Mapping, Sequence
from typing import NamedTuple

class HarfBuzzError(Exception): ...

class Set:
    def __contains__(self, value: int) -> bool: ...
    def __len__(self) -> int: ...

class Blob:
    @classmethod
    def from_file_path(cls, filename: str) -> Blob: ...

class OTVarAxisInfo(NamedTuple):
    axis_index: int
    tag: str
    name_id: int
    flags: int
    min_value: float
    default_value: float
    max_value: float

class Face:
    def __init__(self, blob: Blob, index: int = 0) -> None: ...
    @property
    def axis_infos(self) -> list[OTVarAxisInfo]: ...
    @property
    def unicodes(self) -> Set: ...

class FontExtents(NamedTuple):
    ascender: int
    descender: int
    line_gap: int

class GlyphExtents(NamedTuple):
    x_bearing: int
    y_bearing: int
    width: int
    height: int

class Font:
    scale: tuple[int, int]
    synthetic_slant: float
    def __init__(self, face: Face) -> None: ...
    def set_variations(self, variations: Mapping[str, float]) -> None: ...
    def get_font_extents(self, direction: str) -> FontExtents: ...
    def get_glyph_extents(self, gid: int) -> GlyphExtents | None: ...

class GlyphInfo:
    codepoint: int
    cluster: int

class GlyphPosition:
    x_advance: int
    y_advance: int
    x_offset: int
    y_offset: int

class Buffer:
    direction: str
    language: str
    def add_codepoints(self, codepoints: Sequence[int], item_offset: int = 0, item_length: int = -1) -> None: ...
    def guess_segment_properties(self) -> None: ...
    @property
    def glyph_infos(self) -> list[GlyphInfo]: ...
    @property
    def glyph_positions(self) -> list[GlyphPosition]: ...

def shape(font: Font, buffer: Buffer, features: Mapping[str, bool] | None = None) -> None: ...

class RasterExtents(NamedTuple):
    x_origin: int
    y_origin: int
    width: int
    height: int
    stride: int

class RasterImage:
    @property
    def extents(self) -> RasterExtents: ...
    @property
    def buffer(self) -> memoryview: ...

class RasterDraw:
    scale_factor: tuple[float, float]
    transform: tuple[float, float, float, float, float, float]
    def draw_glyph(self, font: Font, glyph: int) -> None: ...
    def render(self) -> RasterImage | None: ...

class RasterPaint:
    scale_factor: tuple[float, float]
    transform: tuple[float, float, float, float, float, float]
    def set_glyph_extents(self, extents: GlyphExtents) -> bool: ...
    def paint_glyph(self, font: Font, glyph: int) -> None: ...
    def render(self) -> RasterImage | None: ...
