"""What the numbers of a video mean, and a table that brings HDR and wide gamuts to BT.709."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

Light = Literal["sdr", "wide", "pq", "hlg"]

LUT_SIDE = 33
_WHITE_NITS = 203.0
"""Diffuse white of HDR, which becomes the peak of SDR: ITU-R BT.2408-7, 2.2."""
_PEAK_NITS = 1000.0
_SD_LINES = 576

# Code points of ITU-T H.273: matrix (table 4), transfer (table 3), primaries (table 2).
_MATRICES = {1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_PQ, _HLG = 16, 18
_WIDE_PRIMARIES = 9
_FULL_RANGE = 2

_WIDE_TO_709 = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)
"""Linear BT.2020 to linear BT.709: ITU-R BT.2087-0, with its inverse."""
_WIDE_LUMA = np.array([0.2627, 0.6780, 0.0593])
_NARROW_LUMA = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True)
class Coding:
    """How a picture is coded: matrix as swscale names it, whether it uses the full range, and its light."""

    matrix: str
    full_range: bool
    light: Light


def coding_of(frame: VideoFrame) -> Coding:
    """The coding that a frame states, or the usual one: BT.601 up to 576 lines, BT.709 above, limited range."""
    transfer = int(frame.color_trc or 0)
    primaries = int(frame.color_primaries or 0)
    light: Light = "sdr"
    if transfer == _PQ:
        light = "pq"
    elif transfer == _HLG:
        light = "hlg"
    elif primaries == _WIDE_PRIMARIES:
        light = "wide"
    matrix = _MATRICES.get(int(frame.colorspace))
    if matrix is None:
        matrix = "bt2020" if light != "sdr" else "bt601" if min(frame.width, frame.height) <= _SD_LINES else "bt709"
    full = int(frame.color_range or 0) == _FULL_RANGE or frame.format.name.startswith("yuvj")
    return Coding(matrix, full, light)


def is_rgb(frame: VideoFrame) -> bool:
    """Whether a frame holds red, green and blue, or indices into a palette of them."""
    return bool(frame.format.is_rgb) or frame.format.name == "pal8"


def tone_table(light: Light) -> NDArray[np.float32]:
    """`(33, 33, 33, 3)` BT.709 values 0..1 for coded BT.2020 values; the axes are red, green, blue.

    PQ and HLG are brought to absolute light (ITU-R BT.2100-2), HLG as a display of 1000 cd/m2 shows it, and rolled off
    by the curve of ITU-R BT.2390-11, 5.4.1, applied to the largest of the three so that hues stay; what BT.709 cannot
    hold is desaturated.
    """
    axis = np.linspace(0, 1, LUT_SIDE)
    coded = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    if light == "wide":
        shown = coded**2.4
    else:
        nits = _pq_to_nits(coded) if light == "pq" else _hlg_to_nits(coded)
        largest = np.maximum(nits.max(axis=-1, keepdims=True), 1e-6)
        shown = nits * (_roll_off(largest) / largest) / _WHITE_NITS
    narrow = _into_gamut(shown @ _WIDE_TO_709.T)
    return (narrow ** (1 / 2.4)).astype(np.float32)


def cube_text(table: NDArray[np.float32]) -> str:
    """A table in the .cube format (Adobe, Cube LUT Specification 1.0): red changes fastest."""
    rows = table.transpose(2, 1, 0, 3).reshape(-1, 3)
    body = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in rows)
    return f"LUT_3D_SIZE {len(table)}\n{body}\n"


def _into_gamut(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours moved toward the grey of their own luminance until no component is below 0 or above 1."""
    grey = np.clip(linear @ _NARROW_LUMA, 0, 1)[..., None]
    offset = linear - grey
    room = np.where(offset < 0, grey, 1 - grey)
    excess = (np.abs(offset) / np.maximum(room, 1e-9)).max(axis=-1, keepdims=True)
    return np.clip(grey + offset / np.maximum(excess, 1), 0, 1)


_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _pq_to_nits(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    power = coded ** (1 / _M2)
    return 10_000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)


def _nits_to_pq(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    power = (nits / 10_000) ** _M1
    return ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2


def _hlg_to_nits(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(coded <= 0.5, coded * coded / 3, (np.exp((coded - c) / a) + b) / 12)
    luminance = np.maximum(scene @ _WIDE_LUMA, 1e-9)[..., None]
    return _PEAK_NITS * luminance**0.2 * scene


def _roll_off(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    peak = float(_nits_to_pq(np.array(_PEAK_NITS)))
    most = float(_nits_to_pq(np.array(_WHITE_NITS))) / peak
    level = np.minimum(_nits_to_pq(nits) / peak, 1)
    knee = 1.5 * most - 0.5
    t = (level - knee) / (1 - knee)
    shoulder = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    return _pq_to_nits(np.where(level < knee, level, shoulder) * peak)
