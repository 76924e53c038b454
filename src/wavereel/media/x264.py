"""H.264 by libx264: constant quantiser, closed GOPs, no B pictures, the same headers in every segment.

Each segment of a video is coded by an encoder of its own, so segments can be coded in parallel, cached, and joined in
one track without encoding again. That needs equal parameter sets, which is what the fixed half of the parameters
below is for (ITU-T H.264, 7.3.2; measured: the SPS and PPS are equal byte for byte over presets and quantisers).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import av
import numpy as np

from wavereel.errors import UsageError
from wavereel.media.coded import CodedPicture
from wavereel.media.h264_level import lowest_level
from wavereel.media.quality import CRF_OVER_QP, QUALITY_QP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from av.packet import Packet
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")

_REFERENCES = 2

_IP_RATIO = 3.2
"""Key pictures get a quantiser step 3.2 times finer (10 QP): what stands still is never coded again after them, and
coarser ones flatten the dither of dark gradients into bands (measured: bands at 5 QP, none at 10, bytes +10 %)."""

_SHORT_IP_RATIO = 2.2
"""The same where key pictures are so frequent that they are most of the bytes."""

_SHORT_KEYINT_S = 4


@dataclass(frozen=True, slots=True)
class X264Settings:
    """What one video's segments have in common.

    `keyint` is the distance of key pictures in frames, `qp` the quantiser of P pictures, `preset` one of `PRESETS`.
    `max_bit_rate` bounds the rate of full motion in bits a second; 0 does not.
    """

    width: int
    height: int
    fps: Fraction
    keyint: int
    qp: int = QUALITY_QP["medium"]
    preset: str = "veryfast"
    max_bit_rate: int = 0

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise UsageError(f"{self.preset!r} is not an encoder preset", hint="use one of " + ", ".join(PRESETS))
        if self.width % 2 or self.height % 2:
            raise UsageError(f"{self.width}x{self.height} has an odd side", hint="use even sides, as 4:2:0 video needs")


def x264_parameters(settings: X264Settings, *, full_motion: bool) -> str:
    """The `x264-params` of a segment.

    A still picture with a few moving parts is coded at a constant quantiser: the look-ahead that a rate factor needs
    costs more than coding does (measured: 2.8 against 4.8 ms a picture at 1080p with `ultrafast`) and has nothing to
    decide. Full motion, such as a video in the background, gets the rate factor and macroblock tree that it pays for.
    """
    fixed = (
        f"bframes=0:ref={_REFERENCES}:weightp=0:scenecut=0:threads=1:sliced-threads=0:aud=0:nal-hrd=none:annexb=1:"
        "repeat-headers=1:stitchable=1:psy=0:cabac=1:8x8dct=1:force-cfr=1:"
        "colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=off"
    )
    gop = f"keyint={settings.keyint}:min-keyint={settings.keyint}:open-gop=0"
    if settings.max_bit_rate:
        # A bound raises the level that libx264 finds by itself, and it binds only segments in full motion.
        level = lowest_level(
            settings.width, settings.height, settings.fps, references=_REFERENCES, bits=settings.max_bit_rate
        )
        gop += f":level={level}"
    if full_motion:
        rate = f"crf={settings.qp + CRF_OVER_QP}"
        if kbits := settings.max_bit_rate // 1000:
            rate += f":vbv-maxrate={kbits}:vbv-bufsize={kbits}"
    else:
        ratio = _SHORT_IP_RATIO if settings.keyint < _SHORT_KEYINT_S * settings.fps else _IP_RATIO
        rate = f"qp={settings.qp}:ipratio={ratio}:rc-lookahead=0:sync-lookahead=0:mbtree=0"
    return f"{fixed}:{gop}:{rate}"


class X264Segment:
    """Codes the pictures of one segment.

    Args:
        settings: What all segments of the video share.
        full_motion: Whether most of the picture changes in most frames.
    """

    def __init__(self, settings: X264Settings, *, full_motion: bool = False) -> None:
        context = av.CodecContext.create("libx264", "w")
        context.width = settings.width
        context.height = settings.height
        context.pix_fmt = "yuv420p"
        context.framerate = settings.fps
        context.time_base = 1 / settings.fps
        context.thread_count = 1
        context.options = {
            "preset": settings.preset,
            "profile": "high",
            "x264-params": x264_parameters(settings, full_motion=full_motion),
        }
        self._context = context
        self._frame = av.VideoFrame(settings.width, settings.height, "yuv420p")
        self._planes: list[NDArray[np.uint8]] = [
            np.frombuffer(cast("memoryview[int]", plane), np.uint8).reshape(-1, plane.line_size)[
                : plane.height, : plane.width
            ]
            for plane in self._frame.planes
        ]
        self._count = 0

    def encode(self, planes: Planes, damage: Sequence[tuple[int, int, int, int]] | None) -> Iterator[CodedPicture]:
        """Codes the next picture.

        Args:
            planes: Y, U and V, uint8, at least as large as the picture; padding is ignored.
            damage: What differs from the picture before, as `(x0, y0, x1, y1)` with even edges; `None` for all of it.
                The first picture of a segment is always taken whole.
        """
        if damage is None or self._count == 0:
            for target, source in zip(self._planes, planes, strict=True):
                target[:] = source[: target.shape[0], : target.shape[1]]
        else:
            # libx264 copies each picture into its own memory before it returns, so one frame can serve them all.
            for x0, y0, x1, y1 in damage:
                self._planes[0][y0:y1, x0:x1] = planes[0][y0:y1, x0:x1]
                for target, source in zip(self._planes[1:], planes[1:], strict=True):
                    target[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2] = source[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2]
        self._frame.pts = self._count
        self._count += 1
        yield from self._coded(self._frame)

    def finish(self) -> Iterator[CodedPicture]:
        """What the encoder still holds; it takes no picture afterwards."""
        yield from self._coded(None)

    def _coded(self, frame: av.VideoFrame | None) -> Iterator[CodedPicture]:
        for packet in cast("list[Packet[VideoStream]]", self._context.encode(frame)):  # pyright: ignore[reportUnknownMemberType]
            yield CodedPicture(bytes(packet), packet.is_keyframe)
