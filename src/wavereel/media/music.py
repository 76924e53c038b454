"""Music beds that the program makes itself: six moods, seeded, endless, the same at any place however it is reached.

A bed is a chain of sections of eight bars. Each section is played once with all of its tails, kept, and added in
wherever it comes round again; there are ten of them at most. Levels are near -20 LUFS throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import UsageError
from wavereel.media.music_moods import MOODS
from wavereel.media.music_section import Band, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LOWEST_BPM = 40
HIGHEST_BPM = 200

_SECOND_TAKES = (2, 5)
_CACHED_SECTIONS = 10


@dataclass(frozen=True, slots=True)
class MusicSpec:
    """Which bed: a key of `MOODS`, a seed, and a tempo in beats a minute (`None`: one that suits)."""

    mood: str
    seed: int = 0
    bpm: float | None = None


class MusicBed:
    """A bed that can be read from any place.

    Raises:
        UsageError: No such mood, or a tempo outside 40 to 200.
    """

    def __init__(self, spec: MusicSpec) -> None:
        if spec.mood not in MOODS:
            raise UsageError(f"there is no music of the mood {spec.mood!r}", hint=f"choose one of {', '.join(MOODS)}")
        if spec.bpm is not None and not LOWEST_BPM <= spec.bpm <= HIGHEST_BPM:
            raise UsageError(
                f"{spec.bpm:g} beats a minute is out of range", hint=f"choose from {LOWEST_BPM} to {HIGHEST_BPM}"
            )
        self._mood = MOODS[spec.mood]
        self._band = Band(spec.mood, self._mood, spec.seed, spec.bpm)
        self._sections: dict[tuple[int, int], Section] = {}

    @property
    def section_samples(self) -> int:
        """Samples of eight bars."""
        return self._band.length

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """`(stop - start, 2)` float32 at 48 kHz; `start` is 0 or more."""
        out = np.zeros((max(0, stop - start), 2), np.float32)
        length = self._band.length
        first = max(0, (start - self._band.sounding) // length)
        for index in range(first, -(-stop // length)):
            section = self._section(index)
            begin = index * length
            low, high = max(start, begin), min(stop, begin + len(section.sound))
            if low < high:
                out[low - start : high - start] += section.sound[low - begin : high - begin] * np.float32(section.scale)
        drive = np.float32(self._mood.drive)
        return (np.tanh(out * drive) / drive).astype(np.float32, copy=False)

    def _section(self, index: int) -> Section:
        cycle, place = divmod(index, len(self._mood.form))
        key = (place, cycle % 2 if place in _SECOND_TAKES else 0)
        if key not in self._sections:
            if len(self._sections) >= _CACHED_SECTIONS:
                self._sections.pop(next(iter(self._sections)))
            self._sections[key] = self._band.play(*key)
        return self._sections[key]


def music_blocks(spec: MusicSpec, start: int, stop: int, *, block: int = 48_000) -> Iterator[NDArray[np.float32]]:
    """Samples `[start, stop)` of a bed in blocks of `(n, 2)` float32 at 48 kHz, n at most `block`.

    The samples of a range do not depend on where reading started or how it is cut.

    Raises:
        UsageError: No such mood, or a tempo outside 40 to 200.
    """
    bed = MusicBed(spec)
    for begin in range(start, stop, block):
        yield bed.read(begin, min(begin + block, stop))
