"""What was heard of a mix, and its coded sound, found again by what the mix is made of."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from wavereel.media.aac import AacTrack
from wavereel.media.analysis import Analysis
from wavereel.media.loudness import Loudness
from wavereel.picture.identity import identity
from wavereel.render.segment_cache import program_identity
from wavereel.render.sound import Coded, Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

    from wavereel.media.mix import MixSpec
    from wavereel.render.segment_cache import Entry, SegmentStore
    from wavereel.render.sound import Delivery, Listening
    from wavereel.render.sources import Sources

_ARRAYS = ("bands", "level", "history", "scope")


@dataclass(frozen=True, slots=True)
class KeptSounds:
    """The sounds of one mix in a cache.

    Attributes:
        cache: Where they are.
        mix: Digest of all that the mix depends on.
        folder: For files; the caller removes it.
    """

    cache: SegmentStore
    mix: bytes
    folder: Path

    @classmethod
    def of(cls, cache: SegmentStore, mix: MixSpec, sources: Sources, folder: Path) -> KeptSounds:
        """The sounds of a mix whose files are known by their contents."""
        clips = [(replace(clip, path=None), clip.path and sources.content_of(clip.path)) for clip in mix.clips]
        return cls(cache, identity(program_identity(), mix.samples, mix.salvage, clips), folder)

    def heard(
        self, wanted: Sequence[Listening], fps: Fraction, frames: int, *, measure: bool, listen: Callable[[], Heard]
    ) -> Heard:
        """What `listen` hears, or heard before.

        Args:
            wanted: What the waveforms want.
            fps: Frames a second.
            frames: How many frames there are.
            measure: Whether the loudness is wanted.
            listen: Called where it is not known.
        """
        key = identity("heard", self.mix, list(wanted), fps, frames, measure).hex()
        found = self.cache.find(key, self.folder / "heard.kept")
        if found is not None:
            return _heard(found, wanted, fps, frames)
        heard = listen()
        path = self.folder / "heard.new"
        with suppress(OSError):  # a full disk spoils the entry, not the export
            self.cache.keep(key, path, _write_heard(path, heard, wanted))
        return heard

    def coded(self, loudness: Loudness | None, delivery: Delivery, code: Callable[[], Coded]) -> Coded:
        """What `code` makes of the mix, or made before.

        Args:
            loudness: Of the mix, where it was measured.
            delivery: How the sound leaves.
            code: Called where it is not known.
        """
        key = identity("coded", self.mix, loudness, delivery).hex()
        found = self.cache.find(key, self.folder / "sound.kept")
        if found is not None:
            return _coded(found)
        coded = code()
        self.cache.keep(key, coded.track.path, _coded_table(coded))
        return coded


def _write_heard(path: Path, heard: Heard, wanted: Sequence[Listening]) -> dict[str, Any]:
    """Writes the arrays one after the other, and gives the table of them."""
    rows: list[dict[str, Any]] = []
    with path.open("wb") as file:
        for need in wanted:
            analysis = heard.analyses[need]
            row: dict[str, Any] = {}
            for name in _ARRAYS:
                array = cast("NDArray[Any] | None", getattr(analysis, name))
                if array is not None:
                    row[name] = {"at": file.tell(), "kind": array.dtype.str, "shape": list(array.shape)}
                    file.write(np.ascontiguousarray(array).data)
            rows.append(row)
    loudness = heard.loudness
    measured = None if loudness is None else [loudness.integrated_lufs, loudness.true_peak_dbtp, loudness.range_lu]
    return {"analyses": rows, "loudness": measured, "silent": heard.is_silent}


def _heard(found: Entry, wanted: Sequence[Listening], fps: Fraction, frames: int) -> Heard:
    analyses: dict[Listening, Analysis] = {}
    for need, row in zip(wanted, found.table["analyses"], strict=True):
        arrays = {name: _mapped(found.path, row[name]) for name in _ARRAYS if name in row}
        analyses[need] = Analysis(fps, frames, arrays["bands"], arrays["level"], arrays["history"], arrays.get("scope"))
    measured = found.table["loudness"]
    return Heard(analyses, None if measured is None else Loudness(*measured), found.table["silent"])


def _mapped(path: Path, place: Mapping[str, Any]) -> NDArray[Any]:
    shape = tuple(place["shape"])
    if 0 in shape:  # an empty array cannot be mapped
        return np.zeros(shape, place["kind"])
    return np.memmap(path, dtype=place["kind"], mode="r", offset=place["at"], shape=shape)


def _coded_table(coded: Coded) -> dict[str, Any]:
    track = coded.track
    return {
        "sizes": list(track.sizes),
        "extradata": track.extradata.hex(),
        "sample_rate_hz": track.sample_rate_hz,
        "channels": track.channels,
        "samples": track.samples,
        "priming_samples": track.priming_samples,
        "copied": coded.copied,
        "notices": list(coded.notices),
    }


def _coded(found: Entry) -> Coded:
    table = dict(found.table)
    copied, notices = table.pop("copied"), tuple(table.pop("notices"))
    table["extradata"] = bytes.fromhex(table["extradata"])
    return Coded(AacTrack(path=found.path, **table), copied=copied, notices=notices)
