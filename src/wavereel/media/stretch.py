"""Speed with the pitch kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.media.filters import FilterChain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_LARGEST_STEP = 2.0
_PUSH_SAMPLES = 9_600


def stretched_length(samples: int, speed: float) -> int:
    """Samples that `samples` become at `speed`, rounded to the nearest."""
    return int(samples / speed + 0.5)


def tempo_steps(speed: float) -> list[float]:
    """Equal factors from 0.5 to 2 whose product is `speed`: past these, `atempo` drops or repeats whole fragments."""
    count = 1
    while not 1 / _LARGEST_STEP <= speed ** (1 / count) <= _LARGEST_STEP:
        count += 1
    return [speed ** (1 / count)] * count


def stretch_blocks(blocks: Iterable[NDArray[np.float32]], speed: float) -> Iterator[NDArray[np.float32]]:
    """Plays `(n, 2)` float32 blocks of 48 kHz at `speed` times their pace; `stretched_length` samples come out.

    Waveform-similarity overlap-add (Verhelst and Roelands, 1993) as in FFmpeg's `atempo`, in fragments of 43 ms. A
    sound at sample `k` is heard at `k / speed`, within 30 ms, or within 30 ms of the source where it is slowed down.
    """
    if speed == 1:
        yield from blocks
        return
    chain = FilterChain([("atempo", {"tempo": f"{step:.12g}"}) for step in tempo_steps(speed)])
    fed = given = 0
    for block in blocks:
        fed += len(block)
        for output, _ in chain.feed(block):
            part = output[: max(0, stretched_length(fed, speed) - given)]
            given += len(part)
            if len(part):
                yield part.copy()
    total = stretched_length(fed, speed)
    # The filter holds back the last fragment; silence behind the end pushes it out.
    pushed = [*chain.feed(np.zeros((_PUSH_SAMPLES, 2), np.float32)), *chain.feed(None)]
    for output, _ in pushed:
        part = output[: max(0, total - given)]
        given += len(part)
        if len(part):
            yield part.copy()
    if total > given:
        yield np.zeros((total - given, 2), np.float32)
