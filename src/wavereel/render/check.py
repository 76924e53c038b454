"""The check of a finished file against what a platform takes.

Everything is measured on the file itself: its boxes, the headers of its coded pictures, and its sound as decoded.
A limit that is passed fails; a recommendation that is not followed only warns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.errors import NotMediaError
from wavereel.media.decode import decode_audio
from wavereel.media.keys import read_keys
from wavereel.media.loudness import LoudnessMeter
from wavereel.media.mp4_boxes import read_mp4
from wavereel.render.check_rules import FileFacts, Finding, SoundFacts, judge
from wavereel.timeline.platforms import Platform, load_platform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a file, and for which platform."""

    path: Path
    platform: Platform
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no limit is passed; warnings do not count."""
        return not any(finding.level == "fail" for finding in self.findings)

    def at_level(self, level: str) -> tuple[Finding, ...]:
        """The findings of one level: `fail`, `warn`, `note` or `ok`."""
        return tuple(finding for finding in self.findings if finding.level == level)


def check_file(path: Path, platform: str, *, cancelled: Callable[[], bool] = lambda: False) -> Report:
    """Measures a file and judges it by a platform's row.

    Args:
        path: Any file; one that is no MP4 is a finding, not an error.
        platform: A name that `load_platform` knows.
        cancelled: Asked between blocks of sound; the loudness of what was heard until then is not judged.

    Raises:
        UsageError: There is no such platform.
        InputError: The file cannot be read, or is damaged.
    """
    row = load_platform(platform)
    try:
        mp4 = read_mp4(path)
    except NotMediaError as error:
        finding = Finding("fail", "container", f"{error.message}; {row.title} takes MP4 ({row.origin})")
        return Report(path, row, (finding,))
    video = next(iter(mp4.of_kind("vide")), None)
    keys = read_keys(path, video) if video is not None else None
    sound = _measure_sound(path, cancelled) if mp4.of_kind("soun") else None
    return Report(path, row, tuple(judge(FileFacts(mp4, keys, sound), row)))


def _measure_sound(path: Path, cancelled: Callable[[], bool]) -> SoundFacts | None:
    meter = LoudnessMeter()
    for block in decode_audio(path):
        if cancelled():
            return None
        meter.feed(block)
    measured = meter.result()
    return SoundFacts(measured.integrated_lufs, measured.true_peak_dbtp)
