"""A chain of libavfilter filters as a function from blocks to blocks."""

from __future__ import annotations

import errno
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import av.error
import numpy as np
from av.filter import Graph

from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from av.audio.frame import AudioFrame
    from av.frame import Frame
    from numpy.typing import NDArray


class FilterChain:
    """Stereo float32 at 48 kHz through filters in a row.

    Args:
        filters: Name and options of each filter, in order.
    """

    def __init__(self, filters: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        graph = Graph()
        source = graph.add_abuffer(
            sample_rate=SAMPLE_RATE_HZ, format="flt", layout="stereo", time_base=Fraction(1, SAMPLE_RATE_HZ)
        )
        nodes = [graph.add(name, **dict(options)) for name, options in filters]
        shape = graph.add("aformat", sample_fmts="flt", sample_rates=str(SAMPLE_RATE_HZ), channel_layouts="stereo")
        graph.link_nodes(source, *nodes, shape, graph.add("abuffersink"))
        graph.configure()
        self._graph = graph
        self._at = 0

    def feed(self, block: NDArray[np.float32] | None) -> Iterator[tuple[NDArray[np.float32], Mapping[str, str]]]:
        """What comes out for `(n, 2)` samples, or for the end (`None`), with the metadata of each frame."""
        frame: AudioFrame | None = None
        if block is not None:
            if not len(block):
                return
            flat = np.ascontiguousarray(block, np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(flat, "flt", "stereo")
            frame.sample_rate = SAMPLE_RATE_HZ
            frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
            frame.pts = self._at
            self._at += len(block)
        self._graph.push(frame)
        while (output := self._pull()) is not None:
            yield cast("NDArray[np.float32]", output.to_ndarray()).reshape(-1, 2), _metadata(output)

    def _pull(self) -> AudioFrame | None:
        try:
            return cast("AudioFrame", self._graph.pull())
        except av.error.EOFError:
            return None
        except av.error.FFmpegError as error:
            if error.errno == errno.EAGAIN:
                return None
            raise


def _metadata(frame: Frame) -> Mapping[str, str]:
    return cast("Mapping[str, str]", getattr(frame, "metadata", {}))
