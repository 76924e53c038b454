"""Edits of the captions as a whole: on screen or not yet, their look, their language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from wavereel.timeline.build import caption_segments
from wavereel.timeline.dress import text_style
from wavereel.timeline.edits.base import Area, Edit, Milliseconds, Note
from wavereel.timeline.edits.surgery import (
    SPOKEN_ROLES,
    change_tracks,
    changed,
    fresh_id,
    insert_track,
    meta_with,
    segment_of,
    style_with,
    track_of,
    with_length,
)
from wavereel.timeline.edits.text_places import caption_tracks, layout_of
from wavereel.timeline.model import TrackType
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, Track

Look = Literal["classic", "karaoke", "pop", "boxed", "minimal"]
_LANGUAGE = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"

_LIT_LOOKS = ("karaoke", "pop")
"""Looks in which the spoken word is lit."""


class CueWord(BaseModel):
    """A spoken word, in ms of the timeline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1, max_length=200, description="the word with the marks that lean on it")
    start_ms: Milliseconds = Field(description="when it begins, in ms of the timeline")
    end_ms: Milliseconds = Field(description="when it ends, in ms of the timeline")


class Cue(BaseModel):
    """A caption, in ms of the timeline; its words where their times are known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start_ms: Milliseconds = Field(description="when it appears, in ms of the timeline")
    end_ms: Milliseconds = Field(description="when it goes, in ms of the timeline")
    text: str = Field(max_length=2000, description="what it says; line breaks are kept")
    words: tuple[CueWord, ...] = Field((), description="its words in order")


class AddCaptions(Edit):
    """Puts captions on screen.

    Cues that are given replace those that are there; style and look of the track stay. Without cues the track is added
    empty and pending, to be filled from the sound when the video is made; hidden captions are shown again.

        before   |voice .................|
        after    |voice .................|
                 |we made|wave real .....|      caption, in the theme's look
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"lang": "zh", "look": "pop"},
        {
            "cues": [
                {
                    "start_ms": 0,
                    "end_ms": 1200,
                    "text": "Good evening",
                    "words": [
                        {"text": "Good", "start_ms": 0, "end_ms": 500},
                        {"text": "evening", "start_ms": 500, "end_ms": 1100},
                    ],
                }
            ],
            "lang": "en",
        },
    )

    op: Literal["add_captions"] = "add_captions"
    cues: tuple[Cue, ...] | None = Field(None, description="the captions, where they are known; in any order")
    lang: str | None = Field(None, pattern=_LANGUAGE, description="language of the speech, such as en or zh-Hans")
    look: Look | None = Field(None, description="how they are shown; the theme's look by default")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        numbers = caption_tracks(timeline)
        if self.cues is not None:
            return self._filled(timeline, numbers[0] if numbers else None)
        if not numbers:
            if not _may_speak(timeline):
                raise cannot("no_sound", hint="add the sound first")
            notes.append(Note("captions_pending"))
            return insert_track(timeline, self._new_track(timeline))
        number = numbers[0]
        track = timeline.tracks[number]
        shown = changed(track, hidden=None) if track.hidden else track
        if self.look is not None:
            shown = with_look(timeline, shown, self.look)
        other = self.lang is not None and not _is_lang(timeline, track, self.lang)
        if other or not (track.segments or (track.meta and track.meta.pending)):
            shown = _awaiting(shown, self.lang, notes)
        if shown == track:
            raise cannot("same_already", what="caption")
        return change_tracks(timeline, [number], lambda _: shown)

    def _new_track(self, timeline: Timeline) -> Track:
        layout = layout_of(timeline, "caption")
        meta: dict[str, Any] = {"role": "caption", "name": "captions", "look": self.look or layout.caption.look}
        if lang := self.lang or timeline.meta.lang:
            meta["lang"] = lang
        meta["pending"] = True
        style = text_style(layout, "caption")
        track = track_of({"id": fresh_id(timeline, "captions"), "tt": 7, "m": meta, "st": style, "sg": []})
        return with_look(timeline, track, self.look) if self.look else track

    def _filled(self, timeline: Timeline, number: int | None) -> Timeline:
        total_ms = timeline.length_ms
        cues = [_within(cue, total_ms) for cue in self.cues or () if not total_ms or cue.start_ms < total_ms]
        segments = tuple(segment_of(tree) for tree in caption_segments(cues, _first_number(timeline, number)))
        if not segments:
            raise cannot("no_speech")
        track = self._new_track(timeline) if number is None else timeline.tracks[number]
        if number is not None and self.look is not None:
            track = with_look(timeline, track, self.look)
        values: dict[str, Any] = {"pending": None} | ({"lang": self.lang} if self.lang else {})
        filled = changed(track, segments=segments, meta=meta_with(track.meta, **values), hidden=None)
        if number is None:
            result = insert_track(timeline, filled)
        elif filled == track:
            raise cannot("same_already", what="caption")
        else:
            result = change_tracks(timeline, [number], lambda _: filled)
        if total_ms:
            return result
        return with_length(result, max((segment.start or 0) + segment.length_ms for segment in segments))


def _within(cue: Cue, total_ms: int) -> Cue:
    """A cue that ends with the timeline at the latest."""
    if not total_ms or cue.end_ms <= total_ms:
        return cue
    words = tuple(
        word.model_copy(update={"end_ms": min(word.end_ms, total_ms)}) for word in cue.words if word.start_ms < total_ms
    )
    return cue.model_copy(update={"end_ms": total_ms, "words": words})


def _first_number(timeline: Timeline, replaced: int | None) -> int:
    """The first number of `cue-1`, `cue-2`... that nothing else on the timeline has."""
    highest = 0
    for number, track in enumerate(timeline.tracks):
        for segment in (track, *(track.segments if number != replaced else ())):
            match = re.fullmatch(r"cue-([0-9]{1,9})", segment.id or "")
            highest = max(highest, int(match[1]) if match else 0)
    return highest + 1


def _may_speak(timeline: Timeline) -> bool:
    """Whether there is a sound in which somebody could speak."""
    return any(
        segment.source is not None
        for track in timeline.tracks
        if (track.type == TrackType.AUDIO and track.role not in ("bgm", "sfx"))
        or (track.type == TrackType.VIDEO and track.role in SPOKEN_ROLES)
        for segment in track.segments
    )


def _is_lang(timeline: Timeline, track: Track, lang: str) -> bool:
    said = (track.meta.lang if track.meta else None) or timeline.meta.lang or ""
    return said.replace("_", "-").casefold() == lang.replace("_", "-").casefold()


def _awaiting(track: Track, lang: str | None, notes: list[Note]) -> Track:
    """A caption track without cues that waits for them."""
    notes.append(Note("captions_pending"))
    empty: tuple[Segment, ...] = ()
    values: dict[str, Any] = {"pending": True} | ({"lang": lang} if lang else {})
    return changed(track, segments=empty, meta=meta_with(track.meta, **values))


def with_look(timeline: Timeline, track: Track, look: Look) -> Track:
    """A caption track in a look.

    A look that lights the spoken word states its colour where the track says none: the theme's, or its accent. One
    that does not goes without the light that only the theme had put there.
    """
    layout = layout_of(timeline, "caption")
    theme = layout.caption.spoken
    said = track.style.highlight if track.style else None
    style = track.style
    if look in _LIT_LOOKS and said is None:
        style = style_with(style, highlight=theme or layout.accent)
    elif look not in _LIT_LOOKS and said is not None and said == theme and look != layout.caption.look:
        style = style_with(style, highlight=None)
    return changed(track, meta=meta_with(track.meta, look=look), style=style)


class SetCaptionLook(Edit):
    """Shows the captions in another way; their texts, times, colours and size stay.

    `classic` two lines with an outline, `karaoke` lights the spoken word, `pop` a few big words at a time, `boxed` on
    a box, `minimal` plain.

        before   m.look classic    |We made Wavereel for you|
        after    m.look pop        |We made|Wavereel|for you|
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"look": "karaoke"}, {"look": "pop"})

    op: Literal["set_caption_look"] = "set_caption_look"
    look: Look = Field(description="the way in which they are shown")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        del notes
        numbers = caption_tracks(timeline)
        if not numbers:
            raise cannot("nothing_there", what="caption", hint="add captions first")
        result = change_tracks(timeline, numbers, lambda track: with_look(timeline, track, self.look))
        if result == timeline:
            raise cannot("same_already", what="caption")
        return result


class SetCaptionLanguage(Edit):
    """Writes the captions in the language that is really spoken: the sound is listened to again.

    The cues go and the track waits for new ones, since another language reads every word otherwise. Without captions
    they are added, pending. It translates nothing.

        before   m.lang en    |cue|cue|cue|
        after    m.lang zh    m.pending true
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"lang": "zh"}, {"lang": "es"})

    op: Literal["set_caption_language"] = "set_caption_language"
    lang: str = Field(pattern=_LANGUAGE, description="language of the speech, such as en or zh-Hans")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        numbers = caption_tracks(timeline)
        if not numbers:
            return AddCaptions(cues=None, lang=self.lang, look=None).run(timeline, notes)
        track = timeline.tracks[numbers[0]]
        if _is_lang(timeline, track, self.lang):
            raise cannot("same_already", what="caption")
        awaiting = _awaiting(track, self.lang, notes)
        return change_tracks(timeline, numbers[:1], lambda _: awaiting)
