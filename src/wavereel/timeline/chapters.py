"""The chapters of a timeline, as its chapter cards tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wavereel.timeline.model import Timeline


class Chapter(NamedTuple):
    """A chapter: half-open range in ms, and its name on one line."""

    start_ms: int
    end_ms: int
    title: str


def chapters_of(timeline: Timeline) -> list[Chapter]:
    """Every chapter card as a chapter that lasts until the next, or to the end."""
    marks = sorted(
        (start_ms, " ".join(segment.text.split()))
        for track in timeline.with_role("chapter")
        for start_ms, segment in track.placed()
        if segment.text and segment.text.strip() and start_ms < timeline.length_ms
    )
    ends = [start for start, _ in marks[1:]] + [timeline.length_ms]
    return [
        Chapter(start, end, title) for (start, title), end in zip(marks, ends[: len(marks)], strict=True) if end > start
    ]
