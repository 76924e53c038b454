"""Files beside the video: subtitles in every format, and chapters as platforms want them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.service.cues import timeline_cues
from wavereel.speech.subtitles_write import write_subtitles
from wavereel.timeline.chapters import Chapter, chapters_of
from wavereel.timeline.codec import write_whole
from wavereel.times import format_time

if TYPE_CHECKING:
    from wavereel.timeline.model import Timeline

SUBTITLE_KINDS = ("srt", "vtt", "ass", "json")

MIN_CHAPTERS = 3
"""YouTube reads chapters of a description from three on, each of 10 s or more, the first at 0:00."""

MIN_CHAPTER_MS = 10_000


def sidecar_paths(video: Path) -> list[Path]:
    """Every file that `write_sidecars` may write."""
    return [video.with_suffix(f".{kind}") for kind in SUBTITLE_KINDS] + [video.with_suffix(".chapters.txt")]


def write_sidecars(timeline: Timeline, video: Path) -> tuple[Path, ...]:
    """Writes the subtitles and chapters of a timeline, each file whole; returns those written.

    Raises:
        OutputError: The folder cannot be written.
    """
    written: list[Path] = []
    cues = timeline_cues(timeline)
    if cues:
        for kind in SUBTITLE_KINDS:
            text = write_subtitles(cues, kind, language=timeline.meta.lang or "")
            written.append(_write(video.with_suffix(f".{kind}"), text))
    chapters = chapter_text(timeline)
    if chapters:
        written.append(_write(video.with_suffix(".chapters.txt"), chapters))
    return tuple(written)


def chapter_text(timeline: Timeline) -> str:
    """The chapters as lines of a description; empty where a platform would not read them as chapters."""
    chapters = chapters_of(timeline)
    if not chapters:
        return ""
    if chapters[0].start_ms > 0:
        chapters.insert(0, Chapter(0, chapters[0].start_ms, timeline.meta.title or "Start"))
    short = any(chapter.end_ms - chapter.start_ms < MIN_CHAPTER_MS for chapter in chapters)
    if len(chapters) < MIN_CHAPTERS or short:
        return ""
    return "".join(f"{format_time(chapter.start_ms)} {chapter.title}\n" for chapter in chapters)


def _write(path: Path, text: str) -> Path:
    write_whole(path, text.encode(), mode=0o644)
    return path
