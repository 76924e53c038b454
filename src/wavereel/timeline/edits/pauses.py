"""Edits that take out what nobody wants to hear: pauses and filler words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Milliseconds, Note
from wavereel.timeline.edits.cue_parts import with_words
from wavereel.timeline.edits.ripple import cut_ranges, joined
from wavereel.timeline.edits.surgery import SPOKEN_ROLES, changed, of_role, pinned
from wavereel.timeline.reasons import cannot, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.model import Segment, Timeline, Track, Word

FILLERS = ("um", "uh", "uhm", "er", "erm", "ah", "hmm", "嗯", "呃", "啊", "那个", "额")
"""What people say while they think, in English and Chinese."""

_LONGEST_FILLER = 4


class RemoveSilences(Edit):
    """Cuts pauses out of everything and leaves a margin on each side of the speech.

        before   |speech ..... speech|   d 12000    pause 4000..8000
        after    |speech . speech|       d 8300     cut from 4150 to 7850

    `ranges` are the silences in the sound, which a surface finds; without them the gaps between the captions' words of
    `gap_ms` and more are taken, and those before the first word and behind the last.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"gap_ms": 500, "margin_ms": 100})

    op: Literal["remove_silences"] = "remove_silences"
    gap_ms: Annotated[int, Field(ge=100, le=60_000)] = Field(700, description="the shortest pause, in milliseconds")
    margin_ms: Annotated[int, Field(ge=0, le=5_000)] = Field(150, description="what stays on each side, in ms")
    ranges: Annotated[tuple[tuple[Milliseconds, Milliseconds], ...], Field(max_length=100_000)] | None = Field(
        None, description="the silences in the sound, half-open, in milliseconds of the video"
    )

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline without its pauses."""
        if not timeline.length_ms:
            raise cannot("empty_timeline")
        by_words = self.ranges is None
        pauses = _gaps(timeline, self.gap_ms) if self.ranges is None else self.ranges
        cuts = [(start + self.margin_ms, stop - self.margin_ms) for start, stop in pauses]
        cuts = joined(cuts, timeline.length_ms)
        if not cuts:
            raise cannot("no_silences", gap_s=seconds(self.gap_ms))
        result = cut_ranges(timeline, cuts)
        if by_words:
            notes.append(Note("by_words"))
        removed_ms = sum(stop - start for start, stop in cuts)
        notes.append(Note("removed_share", {"count": len(cuts), "removed_s": seconds(removed_ms)}))
        return result


class RemoveFillers(Edit):
    """Cuts filler words out of sound and captions.

        before   |so um we begin|   cue "So, um, we begin"
        after    |so we begin|      cue "So, we begin"

    Whole words only; case and punctuation do not matter. The captions must have the times of their words.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"words": ["um", "you know"]})

    op: Literal["remove_fillers"] = "remove_fillers"
    words: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(min_length=1, max_length=100)
    ] = Field(FILLERS, description="the words, as they are written in the captions")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline without these words."""
        if not any(cue.segment.words for cue in of_role(timeline, "caption")):
            raise cannot("no_words")
        search = _Search(self.words)
        tracks = tuple(search.without(track) if track.role == "caption" else track for track in timeline.tracks)
        if not search.count:
            raise cannot("no_fillers")
        length_ms = timeline.length_ms
        shorter = changed(timeline, tracks=tuple(track for track in tracks if track is not None), length=length_ms)
        cuts = joined(search.ranges, length_ms)
        result = cut_ranges(shorter, cuts) if cuts else changed(shorter, length=timeline.length)
        removed_ms = sum(stop - start for start, stop in cuts)
        notes.append(Note("removed_words", {"count": search.count, "removed_s": seconds(removed_ms)}))
        return result


def _gaps(timeline: Timeline, gap_ms: int) -> list[tuple[int, int]]:
    """The gaps between the words of the captions, and between them and the ends of the sound."""
    spoken: list[tuple[int, int]] = []
    for cue in of_role(timeline, "caption"):
        if cue.segment.words:
            spoken += [
                (cue.start_ms + word.start_ms, cue.start_ms + word.start_ms + max(1, word.length_ms))
                for word in cue.segment.words
            ]
        else:
            spoken.append((cue.start_ms, cue.end_ms))
    if not spoken:
        raise cannot("no_words")
    sound = next((found for role in SPOKEN_ROLES if (found := of_role(timeline, role))), None)
    spoken.sort()
    first_ms, stop_ms = spoken[0][0], max(stop for _, stop in spoken)
    if sound:
        first_ms = min(first_ms, *(spot.start_ms for spot in sound))
        stop_ms = max(stop_ms, *(spot.end_ms for spot in sound))
    gaps: list[tuple[int, int]] = []
    cursor = first_ms
    for start, stop in [*spoken, (stop_ms, stop_ms)]:
        if start - cursor >= gap_ms:
            gaps.append((cursor, start))
        cursor = max(cursor, stop)
    return gaps


def plain_word(text: str) -> str:
    """A word without case and without punctuation at its ends."""
    bare = text.strip()
    if not bare.isalnum():
        start, stop = 0, len(bare)
        while start < stop and not _counts(bare[start]):
            start += 1
        while stop > start and not _counts(bare[stop - 1]):
            stop -= 1
        bare = bare[start:stop]
    return bare.casefold()


def _counts(mark: str) -> bool:
    return mark.isalnum() or unicodedata.category(mark).startswith("M")


class _Search:
    """Finds fillers, counts them and notes their times."""

    def __init__(self, fillers: Sequence[str]) -> None:
        self.count = 0
        self.ranges: list[tuple[int, int]] = []
        self._plain: dict[str, str] = {}
        self._wanted: dict[str, list[list[str]]] = {}
        for filler in fillers:
            parts = [plain_word(part) for part in filler.split()]
            spellings = [parts]
            if len(parts) == 1 and not parts[0].isascii():  # a Chinese word may be told apart in its signs
                spellings.append(list(parts[0]))
            for spelling in spellings:
                if spelling and all(spelling) and len(spelling) <= _LONGEST_FILLER:
                    self._wanted.setdefault(spelling[0], []).append(spelling)
        for choices in self._wanted.values():
            choices.sort(key=len, reverse=True)

    def without(self, track: Track) -> Track | None:
        """The track without fillers; itself where it has none, `None` where nothing is left."""
        kept: list[Segment] = []
        same = True
        for start_ms, cue in pinned(track).placed():
            after = self._cue(start_ms, cue) if cue.words else cue
            same = same and after is cue
            if after is not None:
                kept.append(after)
        if same:
            return track
        return changed(track, segments=tuple(kept)) if kept else None

    def _cue(self, start_ms: int, cue: Segment) -> Segment | None:
        words = cue.words or ()
        texts = [word.text for word in words]
        plain = [self._plain.get(text) or self._plainly(text) for text in texts]
        if self._wanted.keys().isdisjoint(plain):
            return cue
        kept = [True] * len(words)
        for number, word in enumerate(plain):
            for spelling in self._wanted.get(word, ()):
                stop = number + len(spelling)
                if plain[number:stop] == spelling and all(kept[number:stop]):
                    kept[number:stop] = [False] * len(spelling)
                    self._found(start_ms, words, number, stop)
                    break
        if all(kept):
            return cue
        rest = tuple(word for word, keep in zip(words, kept, strict=True) if keep)
        return with_words(cue, rest, kept) if rest else None

    def _plainly(self, text: str) -> str:
        """The plain word, remembered: a talk says the same words again and again."""
        plain = self._plain[text] = plain_word(text)
        return plain

    def _found(self, start_ms: int, words: tuple[Word, ...], number: int, stop: int) -> None:
        self.count += 1
        first, last = words[number], words[stop - 1]
        begin, end = first.start_ms, last.start_ms + last.length_ms
        if number:
            begin = max(begin, words[number - 1].start_ms + words[number - 1].length_ms)
        if stop < len(words):
            end = min(end, words[stop].start_ms)
        if end > begin:
            self.ranges.append((start_ms + begin, start_ms + end))
