"""The sound that a video is made of: which file at hand it is, and what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from wavereel.errors import EditError
from wavereel.timeline.build import ChapterFact, SoundFacts
from wavereel.timeline.edits.base import HexColor, Milliseconds
from wavereel.timeline.edits.surgery import media_entry, media_length_ms, source_of
from wavereel.timeline.reasons import cannot
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline

Tree = dict[str, Any]

_HELD = ("bgm", "sfx", "background", "overlay", "main")
"""Roles of files that serve another purpose than to be the sound that is made into a video."""


class Chapter(BaseModel):
    """A chapter of a sound, half-open in ms."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start_ms: Milliseconds
    end_ms: Milliseconds
    title: str = Field(max_length=500, description="its name")


class Facts(BaseModel):
    """What is known about a sound or video beyond its entry among the media at hand; each may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    length_ms: int | None = Field(None, ge=1, le=MAX_MS, description="length of the source in milliseconds")
    title: str = Field("", max_length=500, description="title from its tags")
    show: str = Field("", max_length=500, description="show, artist or album")
    number: str = Field("", max_length=20, description="number of the episode")
    has_speech: bool | None = Field(None, description="whether someone speaks; left out where nobody has listened")
    chapters: tuple[Chapter, ...] = Field((), max_length=500, description="its chapters in order")
    cover: str | None = Field(None, max_length=300, description="asset:// address of the cover that came with it")
    cover_colors: tuple[HexColor, ...] = Field((), max_length=16, description="the cover's colours, strongest first")
    lang: str | None = Field(None, max_length=35, description="language of the speech")
    is_video: bool | None = Field(None, description="whether its picture is to be seen")
    size: tuple[int, int] | None = Field(None, description="width and height of the video in px")
    media: tuple[dict[str, Any], ...] = Field((), max_length=16, description="entries of files that came out of it")


def sounds_of(timeline: Timeline) -> list[Segment]:
    """What is spoken or heard first on a timeline; music and effects do not count."""
    return [segment for track in timeline.tracks if track.role in ("voice", "audio") for segment in track.segments]


def sounds_at_hand(timeline: Timeline) -> list[Tree]:
    """The files that a video may be made of: sounds, else videos with sound, else silent videos."""
    heard = {segment.source for segment in sounds_of(timeline)}
    held = {segment.source for track in timeline.tracks if track.role in _HELD for segment in track.segments} - heard
    if not heard:  # a video that is only seen so far may be heard, too
        held -= {segment.source for track in timeline.with_role("main") for segment in track.segments}
    media = [entry for entry in timeline.media or () if source_of(entry) not in held]
    sounds = [entry for entry in media if entry.get("file_type") == "audio"]
    videos = [entry for entry in media if entry.get("file_type") == "video"]
    return sounds or [entry for entry in videos if entry.get("has_audio") is not False] or videos


def entry_of(timeline: Timeline, file: str | None, facts: Facts | None) -> Tree:
    """The entry of a file at hand; without a name, of the only one that a video may be made of.

    Raises:
        EditError: There is none, or several and none was named.
    """
    if file is not None:
        try:
            return media_entry(timeline, file)
        except EditError:
            if facts is None or facts.length_ms is None or not file.startswith("asset://"):
                raise
            return {"file_id": file.removeprefix("asset://"), "filename": file.removeprefix("asset://")}
    found = sounds_at_hand(timeline)
    if not found:
        raise cannot("no_sound_at_hand", hint="send the file")
    if len(found) > 1:
        names = ", ".join(str(entry.get("filename", entry.get("file_id"))) for entry in found)
        raise cannot("several_sounds", count=len(found), names=names, hint="name one of them, or have them joined")
    return found[0]


def next_entry(timeline: Timeline) -> Tree:
    """The file behind the one that is used now, in the order in which they came."""
    used = {segment.source for segment in sounds_of(timeline)}
    found = sounds_at_hand(timeline)
    places = [place for place, entry in enumerate(found) if source_of(entry) in used]
    for entry in found[max(places, default=-1) + 1 :] + found:
        if source_of(entry) not in used:
            return entry
    raise cannot("no_sound_at_hand", hint="send the next file")


def sound_facts(entry: Tree, facts: Facts | None, title: str | None) -> SoundFacts:
    """What is known about a file, from its entry and from what was handed in."""
    facts = facts or Facts.model_validate({})
    name = str(entry.get("filename") or entry.get("file_id"))
    kind = entry.get("file_type")
    if kind == "image":
        raise cannot("not_a_sound", name=name)
    length_ms = facts.length_ms or media_length_ms(entry)
    if length_ms is None:
        raise cannot("no_length", name=name)
    if length_ms > MAX_MS:
        raise cannot("too_long")
    size = facts.size
    if size is None and isinstance(entry.get("width"), int) and isinstance(entry.get("height"), int):
        size = (entry["width"], entry["height"])
    is_video = kind == "video" if facts.is_video is None else facts.is_video
    return SoundFacts(
        file_id=str(entry.get("file_id")),
        name=name,
        length_ms=length_ms,
        title=title or facts.title,
        show=facts.show,
        number=facts.number,
        has_speech=facts.has_speech,
        chapters=tuple(ChapterFact(one.start_ms, one.end_ms, one.title) for one in facts.chapters),
        cover=facts.cover,
        cover_colors=facts.cover_colors,
        lang=facts.lang,
        is_video=is_video,
        size=size if is_video else None,
        media=facts.media,
    )
