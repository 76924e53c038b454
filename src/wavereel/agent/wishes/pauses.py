"""Wishes to take pauses and filler words out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.lexicon.index import chinese_at, english_at
from wavereel.timeline.edits.pauses import RemoveFillers, RemoveSilences
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame


def silence_wish(frame: Frame, bench: Bench) -> bool:
    """Takes pauses out."""
    if not bench.sound_part:
        raise cannot("no_sound", hint="send me the sound first")
    gap_ms = frame.value("duration")
    if gap_ms is None:
        spans = [span for span in frame.values("span") if span.end_ms]
        gap_ms = spans[0].end_ms if spans else None
    found = bench.resolver.silences(bench.timeline, gap_ms or 700)
    ranges = tuple((int(start), int(end)) for start, end in found) if found is not None else None
    fields: dict[str, Any] = {} if gap_ms is None else {"gap_ms": gap_ms}
    if gap_ms is not None and gap_ms <= 2 * 150:
        fields["margin_ms"] = gap_ms // 4
    bench.make(RemoveSilences, focus="", ranges=ranges, **fields)
    return True


def quotes_fillers(frame: Frame) -> bool:
    """Whether all that is quoted is a filler word: "um" is to go."""
    found = [english_at(quote.casefold(), 0) if quote.isascii() else chinese_at(quote, 0) for quote in frame.quotes]
    return bool(found) and all(one is not None and ("obj", "filler") in one.readings for one in found)


def filler_wish(frame: Frame, bench: Bench) -> bool:
    """Takes filler words out: those that are quoted, else the usual ones."""
    words = tuple(word for quote in frame.quotes for word in quote.split()) or None
    if frame.has("neg") and not frame.own_acts:
        return True
    bench.make(RemoveFillers, words=words, focus="")
    return True
