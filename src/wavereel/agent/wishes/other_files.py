"""Wishes about another file at hand: the next one afresh, the same look for it, several joined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.whole import write_captions
from wavereel.timeline.edits.facts import next_entry
from wavereel.timeline.edits.surgery import media_length_ms
from wavereel.timeline.edits.whole import JoinSounds, NextFile, SameLook
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

_LIKENESS = (
    "look",
    "looks",
    "style",
    "styles",
    "setting",
    "settings",
    "setup",
    "design",
    "layout",
    "样式",
    "样子",
    "风格",
    "设置",
    "设定",
    "做法",
    "效果",
    "模板",
)
"""What another file is to have as this one has it."""

_LIKE = (
    "一样",
    "照",
    "照着",
    "按",
    "按照",
    "像",
    "like",
    "same",
    "identical",
    "also",
    "too",
    "as well",
    "也",
    "同样",
    "this",
    "these",
    "这个",
    "这样",
)
"""Words that say that one thing is to be as another is."""

_WHOLE_PARTS = frozenset(("sound", "video", "voice", "theme", "timeline", "main"))
_DOING = frozenset(("next", "make_video", "set", "convert", "add", "same", "move"))
_LEAST_JOINED_MS = 20_000
"""A shorter sound that is put at the end is an effect, no episode."""


def other_file_wish(frame: Frame, bench: Bench) -> bool:
    """Turns to another file: "the same for talk2.mp3", "now the second file"; `False` where a wish means none."""
    if not bench.sound_part and not bench.there("main"):
        return False
    entry = _other_entry(frame, bench)
    if (frame.acts("same") and not _is_about_a_part(frame)) or (
        _other_is_named(frame, bench, entry) and _is_alike(frame)
    ):
        chosen = entry or next_entry(bench.timeline)
        bench.make(SameLook, focus="", file=str(chosen["file_id"]), facts=bench.resolver.facts(bench.timeline, chosen))
        write_captions(bench)
        return True
    if entry is not None and entry.get("file_type") not in ("audio", "video"):
        return False
    if not (frame.acts("next") and (entry is not None or _says_next(frame))) and not _takes_up(frame, bench, entry):
        return False
    chosen = entry or next_entry(bench.timeline)
    bench.make(NextFile, focus="", file=str(chosen["file_id"]), facts=bench.resolver.facts(bench.timeline, chosen))
    write_captions(bench)
    return True


def _is_about_a_part(frame: Frame) -> bool:
    """Whether a part is meant and no file: "the same look for the chapters"."""
    return bool(set(frame.parts) - _WHOLE_PARTS) and not frame.files


def _is_unplaced(entry: Mapping[str, Any] | None, bench: Bench) -> bool:
    return entry is not None and f"asset://{entry.get('file_id')}" not in bench.placed_sources()


def _other_is_named(frame: Frame, bench: Bench, entry: Mapping[str, Any] | None) -> bool:
    """Whether another sound than the one on the timeline is meant, by name, number or "the other recording"."""
    if entry is not None:
        return entry.get("file_type") in ("audio", "video") and _is_unplaced(entry, bench)
    other = frame.has("pron", "other") or frame.acts("next")
    return other and (frame.has("file") or frame.names("sound"))


def _is_alike(frame: Frame) -> bool:
    """Whether it is to be as this one is: "these settings", 照这个样式, 弄成一样的."""
    if set(frame.parts) - _WHOLE_PARTS or frame.quotes or frame.has("dir"):
        return False
    texts = {token.text for token in frame.tokens}
    if frame.files and (
        (frame.acts("duplicate") and frame.has("pron")) or re.search(r"\bsame\b|同样|一样", frame.message.text)
    ):
        return True
    return bool(texts & {"一样", "same", "identical", "同样", "照这个"}) or (
        bool(texts & set(_LIKENESS)) and bool(texts & set(_LIKE))
    )


def _says_next(frame: Frame) -> bool:
    if frame.value("ordinal") is not None and not frame.names("title", "chapter", "caption", "logo"):
        return True
    return any(
        token.says("act", "next")
        and len(token.text) > 2
        and token.text
        not in (
            "now do",
            "now for",
            "now the",
            "switch to",
            "on to",
            "on to the",
            "move on to",
            "现在做",
            "接下来做",
            "换到",
            "轮到",
            "改做",
        )
        for token in frame.tokens
    )


def _takes_up(frame: Frame, bench: Bench, entry: Mapping[str, Any] | None) -> bool:
    """Whether nothing is said of another sound but that it is to be done: "let's do the second file"."""
    if (
        not _other_is_named(frame, bench, entry)
        or set(frame.parts) - {"sound", "video", "voice"}
        or frame.has("place")
        or frame.acts("join")
    ):
        return False
    if (
        frame.quotes
        or frame.has("dir")
        or frame.values("span", "percent", "decibel", "duration", "clock", "color")
        or frame.has("ask", "what", "is", "how_long")
    ):
        return False
    acts = [token for token in frame.tokens if token.says("act")]
    adds = any(token.says("act", "add") and not token.says("stop") and not token.says("act", "next") for token in acts)
    if (
        any(not set(token.all("act")) & _DOING for token in acts)
        or adds
        or frame.acts("join")
        or (frame.acts("add") and frame.files)
    ):
        return False
    return entry is not None or frame.has("file") or any(token.says("act", "make_video", "next") for token in acts)


def _other_entry(frame: Frame, bench: Bench) -> Mapping[str, Any] | None:
    for name in frame.files:
        entry = bench.entry(name)
        if entry is None:
            if frame.acts("same", "next"):
                raise cannot("no_file", name=name, hint="send the file")
            return None
        return entry
    number = frame.value("ordinal")
    sounds = list(bench.at_hand("audio")) or list(bench.at_hand("video"))
    if (
        number is not None
        and sounds
        and (frame.has("file") or frame.names("sound") or frame.acts("same", "next") or _is_alike(frame))
    ):
        if not 1 <= abs(int(number)) <= len(sounds):
            if not frame.acts("same", "next") and not frame.has("file"):
                return None
            raise cannot(
                "no_file",
                name=frame.message.original(frame.tokens[0].start, frame.tokens[-1].end),
                hint="send the file",
            )
        return sounds[int(number) - 1 if number > 0 else int(number)]
    words = [token.text for token in frame.tokens if token.unknown or token.value is None]
    for entry in sounds:
        stem = str(entry.get("filename", "")).casefold().rpartition(".")[0]
        if stem in words and _is_unplaced(entry, bench):
            return entry
    return None


def join_wish(frame: Frame, bench: Bench) -> bool:
    """Several sounds one after another in one video; `False` where a wish joins no sounds."""
    sounds = bench.at_hand("audio")
    if (
        not frame.files
        and frame.value("ordinal") is not None
        and bench.sound_part
        and (entry := _other_entry(frame, bench))
    ):
        named = [entry]
    else:
        named = [
            entry
            for name in frame.files
            if (entry := bench.entry(name)) is not None and entry.get("file_type") == "audio"
        ]
    if not _joins(frame, bench, named) or frame.names("main") or bench.there("main"):
        return False
    if len(named) == 1:
        first = [entry for entry in sounds if not _is_unplaced(entry, bench)]
        named = [*first[:1], *named]
    chosen = named or sounds
    if len(chosen) < 2:
        return False
    bench.make(JoinSounds, focus="", files=tuple(str(entry["file_id"]) for entry in chosen))
    write_captions(bench)
    return True


def _joins(frame: Frame, bench: Bench, named: list[Mapping[str, Any]]) -> bool:
    if frame.acts("join"):
        return True
    texts = {token.text for token in frame.tokens}
    if texts & {"together", "一起", "一块", "合一起"} and (
        len(named) > 1 or (frame.has("pron", "both", "all") and (frame.names("sound") or frame.has("file")))
    ):
        return True
    if len(named) != 1 or not bench.sound_part or not _is_unplaced(named[0], bench):
        return False
    behind = (
        frame.has("edge", "end")
        or any(span.kind in ("end", "last") for span in frame.values("span"))
        or frame.has("place", "behind")
        or bool(
            texts
            & {"after", "behind", "after it", "behind it", "after this", "afterwards", "后面", "末尾", "结尾", "之后"}
        )
    )
    if not behind or frame.names("music", "sfx") or frame.has("mood") or frame.values("percent", "decibel"):
        return False
    length_ms = media_length_ms(named[0])
    return frame.acts("add", "move") and (length_ms is None or length_ms >= _LEAST_JOINED_MS)
