"""Edits of the whole timeline: the video of a sound, the same look for another one, and steps through the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NoReturn

from pydantic import Field

from wavereel.errors import EditError, UsageError
from wavereel.timeline import reuse
from wavereel.timeline.build import SoundFacts, Wishes, build_timeline
from wavereel.timeline.colors import parse_ground
from wavereel.timeline.edits.base import Area, Edit, Note, Words
from wavereel.timeline.edits.facts import Facts, entry_of, next_entry, sound_facts, sounds_at_hand, sounds_of
from wavereel.timeline.edits.merging import merged, replaced
from wavereel.timeline.edits.surgery import changed, media_entry, of_role, segment_of, source_of
from wavereel.timeline.platforms import load_platform, platform_names
from wavereel.timeline.reasons import cannot
from wavereel.timeline.themes import DEFAULT_THEME, THEME_NAMES, load_theme
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, TimelineMeta, Track
    from wavereel.timeline.platforms import Platform
    from wavereel.timeline.themes import Theme

Tree = dict[str, Any]


class Build(Edit):
    """The theme's default video of a sound on the present canvas: background, waveform, title from tags, captions.

    Titles, grounds, music and logo that were set before there was a sound are kept and win. A timeline that holds a
    sound already is built anew. A video is seen, and its sound is heard.

        before   m 1080x1920   title "Night Shift"
        after    m 1080x1920   background | waveform | voice talk.mp3 | title "Night Shift" | captions
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"file": "talk.mp3", "theme": "neon", "captions": False},
        {"file": "talk.mp3", "facts": {"length_ms": 60000, "title": "Night Shift"}, "background": "navy..teal"},
    )

    op: Literal["build"] = "build"
    file: str | None = Field(
        None, min_length=1, max_length=300, description="a file at hand; the only sound by default"
    )
    facts: Facts | None = Field(None, description="what is known about it; its media entry by default")
    theme: str | None = Field(None, max_length=40, description="a theme; the present one by default")
    platform: str | None = Field(None, max_length=40, description="where the video goes; the present one by default")
    captions: bool = Field(True, description="whether there are captions where someone speaks")
    waveform: bool = Field(True, description="whether there is a waveform")
    title: Words | None = Field(None, description="the title; from the tags by default")
    background: str | None = Field(
        None, min_length=1, max_length=300, description="a picture or video at hand, a colour, or navy..teal"
    )

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        entry = entry_of(timeline, self.file, self.facts)
        before = timeline if not sounds_of(timeline) else None
        old_title = next((spot.segment.text for spot in of_role(before, "title")), None) if before else None
        facts = sound_facts(entry, self.facts, self.title or old_title)
        wishes = _wishes(timeline, facts, self.platform)
        wishes["captions"] = self.captions
        if self.background is not None:
            wishes["background"] = _ground(timeline, self.background)
        fresh = build_timeline(facts, _theme(timeline, self.theme), Wishes(**wishes))
        fresh = _without(fresh, entry, waveform=self.waveform)
        if before is None:
            return _finished(timeline, _on(timeline, fresh), notes)
        if self.title is not None:
            before = changed(before, tracks=tuple(track for track in before.tracks if track.role != "title"))
        if self.background is not None:
            before = changed(before, tracks=tuple(track for track in before.tracks if track.role != "background"))
        return _finished(timeline, _on(timeline, merged(before, fresh), keep_title=self.title is None), notes)


class SameLook(Edit):
    """The present look around another sound: its length, its title and its captions; all else as it is.

    before   background | voice talk.mp3  | title "One"
    after    background | voice talk2.mp3 | title "Two"
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"file": "talk2.mp3"},
        {"file": "talk2.mp3", "facts": {"length_ms": 45000, "title": "Two"}},
    )

    op: Literal["same_look"] = "same_look"
    file: str = Field(min_length=1, max_length=300, description="a sound or video at hand")
    facts: Facts | None = Field(None, description="what is known about it; its media entry by default")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        facts = sound_facts(entry_of(timeline, self.file, self.facts), self.facts, None)
        lean = changed(
            timeline,
            tracks=tuple(changed(t, segments=()) if t.role == "caption" else t for t in timeline.tracks),
        )
        return _finished(timeline, replaced(timeline, reuse.same_look(lean, facts, (0, facts.length_ms))), notes)


class NextFile(Edit):
    """A fresh video of another file: canvas, theme and delivery stay, everything else is that file's.

    before   voice talk.mp3  | title "One" yellow | bgm
    after    voice talk2.mp3 | title "Two"
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"file": "talk2.mp3"})

    op: Literal["next_file"] = "next_file"
    file: str | None = Field(None, min_length=1, max_length=300, description="a file at hand; the next one by default")
    facts: Facts | None = Field(None, description="what is known about it; its media entry by default")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        entry = entry_of(timeline, self.file, self.facts) if self.file else next_entry(timeline)
        facts = sound_facts(entry, self.facts, None)
        fresh = build_timeline(facts, _theme(timeline, None), Wishes(**_wishes(timeline, facts, None)))
        return _finished(timeline, _on(timeline, _without(fresh, entry, waveform=True)), notes)


class JoinSounds(Edit):
    """One video of several sounds, one after another.

    before   at hand: a.mp3 60 s, b.mp3 30 s
    after    voice |a.mp3 .......|b.mp3 ...|   d 90000
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"files": ["talk.mp3", "talk2.mp3"]})

    op: Literal["join_sounds"] = "join_sounds"
    files: tuple[str, ...] = Field((), max_length=100, description="files at hand in order; all sounds by default")
    lengths_ms: tuple[Annotated[int, Field(ge=1, le=MAX_MS)], ...] = Field(
        (), max_length=100, description="their lengths, where the media do not say"
    )

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        found = [media_entry(timeline, name) for name in self.files] or sounds_at_hand(timeline)
        if len(found) < 2:
            raise cannot("no_sound_at_hand", hint="send at least two sounds to join")
        known = dict(enumerate(self.lengths_ms))
        parts = [
            sound_facts(entry, Facts.model_validate({"length_ms": known.get(index), "is_video": False}), None)
            for index, entry in enumerate(found)
        ]
        total_ms = sum(part.length_ms for part in parts)
        if total_ms > MAX_MS:
            raise cannot("too_long")
        before = timeline if not sounds_of(timeline) else None
        old_title = next((spot.segment.text for spot in of_role(before, "title")), "") if before else ""
        facts = SoundFacts(parts[0].file_id, parts[0].name, total_ms, title=old_title or "")
        fresh = build_timeline(facts, _theme(timeline, None), Wishes(**_wishes(timeline, facts, None)))
        fresh = changed(fresh, tracks=tuple(_chained(track, parts) for track in fresh.tracks))
        return _finished(timeline, _on(timeline, merged(before, fresh) if before else fresh), notes)


class HistoryEdit(Edit):
    """Base of the edits that act on a history, by `History.turned`."""

    def run(self, timeline: Timeline, notes: list[Note]) -> NoReturn:
        """Raises a `UsageError`: one timeline has no history."""
        raise UsageError(
            f"{self.op} acts on a history, not on one timeline", hint="use a conversation, or a draft's history"
        )


class Undo(HistoryEdit):
    """The state before the last change, or before the last few.

    before   rev 4: bars blue
    after    rev 5: as rev 3
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"steps": 2})

    op: Literal["undo"] = "undo"
    steps: int = Field(1, ge=1, le=200, description="how many changes")


class Redo(HistoryEdit):
    """What was undone last, done again.

    before   rev 5: as rev 3
    after    rev 6: as rev 4
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"steps": 2})

    op: Literal["redo"] = "redo"
    steps: int = Field(1, ge=1, le=200, description="how many changes")


class Reset(HistoryEdit):
    """Everything as it was at first; this can be undone.

    before   rev 9
    after    rev 10: as rev 0
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({},)

    op: Literal["reset"] = "reset"


class GoTo(HistoryEdit):
    """An earlier revision again; this can be undone.

    before   rev 9
    after    rev 10: as rev 4
    """

    area: ClassVar[Area] = "whole"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"revision": 0},)

    op: Literal["go_to"] = "go_to"
    revision: int = Field(ge=0, description="number of the revision, the draft's rev")


def _theme(timeline: Timeline, name: str | None) -> Theme:
    if name is not None and name not in THEME_NAMES:
        raise cannot("no_such_theme", name=name, hint="choose one of " + ", ".join(THEME_NAMES))
    present = timeline.meta.theme if timeline.meta.theme in THEME_NAMES else None
    return load_theme(name or present or DEFAULT_THEME)


def _wishes(timeline: Timeline, facts: SoundFacts, platform_name: str | None) -> Tree:
    """Canvas and delivery as they are, or as a platform has them."""
    meta = timeline.meta
    width, height = timeline.size
    if meta.width is None and meta.height is None and facts.size:
        wide, tall = facts.size
        width, height = (1080, 1920) if wide * 5 < tall * 4 else (1080, 1080) if wide * 4 < tall * 5 else (1920, 1080)
    wishes: Tree = {"fps": meta.fps or 30, "platform": meta.platform, "loudness": meta.loudness}
    if platform_name is not None:
        platform = _platform(platform_name)
        width, height = platform.canvas(width, height)
        wishes["platform"] = platform.name
        if meta.loudness is None or _is_platforms_own(meta):
            wishes["loudness"] = None if platform.ratio_only else platform.loudness_lufs
    return wishes | {"width": width, "height": height}


def _platform(name: str) -> Platform:
    try:
        return load_platform(name)
    except UsageError:
        raise cannot("no_such_platform", name=name, hint="use one of " + ", ".join(platform_names())) from None


def _is_platforms_own(meta: TimelineMeta) -> bool:
    if meta.platform not in platform_names():
        return False
    return meta.loudness == load_platform(meta.platform or "").loudness_lufs


def _ground(timeline: Timeline, text: str) -> Tree:
    """What lies under everything: a picture or video at hand, a colour or a gradient."""
    try:
        entry = media_entry(timeline, text)
    except EditError:
        try:
            ground = parse_ground(text)
        except UsageError:
            ground = None
        if ground is None:
            raise
        if ground.color2 is None:
            return {"g": {"k": "color", "c": ground.color}}
        angle = 90 if ground.angle is None else ground.angle
        return {"g": {"k": "gradient", "c": ground.color, "c2": ground.color2, "angle": angle}}
    name = str(entry.get("filename") or entry.get("file_id"))
    if entry.get("file_type") == "audio":
        raise cannot("not_a_picture", name=name)
    segment: Tree = {"src": source_of(entry), "x": {"fit": "cover"}, "m": {"name": name}}
    return segment | ({"lp": True} if entry.get("file_type") == "video" else {})


def _without(fresh: Timeline, entry: Tree, *, waveform: bool) -> Timeline:
    """Without a waveform where none is wanted; without all that comes from sound where the file has none."""
    gone: set[str] = set() if waveform else {"waveform"}
    if entry.get("has_audio") is False and entry.get("file_type") == "video":
        gone |= {"voice", "audio", "waveform", "caption"}
    return changed(fresh, tracks=tuple(track for track in fresh.tracks if track.role not in gone)) if gone else fresh


def _chained(track: Track, parts: list[SoundFacts]) -> Track:
    """The voice as one clip for each sound; other tracks as they are."""
    if track.role != "voice":
        return track
    segments: list[Segment] = []
    start_ms = 0
    for number, part in enumerate(parts, 1):
        meta = {"name": part.name, "file_id": part.file_id}
        tree: Tree = {"id": f"{track.id}-{number}", "s": start_ms, "d": part.length_ms, "src": part.source}
        tree |= {"ss": 0, "se": part.length_ms, "m": meta}
        segments.append(segment_of(tree))
        start_ms += part.length_ms
    return changed(track, segments=tuple(segments))


def _on(timeline: Timeline, result: Timeline, *, keep_title: bool = True) -> Timeline:
    """The result with what of the draft is no part of the video: its keys, its media, its title before a sound."""
    result = replaced(timeline, result)
    own = timeline.meta.title
    if keep_title and own and not sounds_of(timeline):
        return changed(result, meta=changed(result.meta, title=own))
    return result


def _finished(before: Timeline, after: Timeline, notes: list[Note]) -> Timeline:
    if changed(after, length=after.length_ms) == changed(before, length=before.length_ms):
        raise cannot("same_already", what="timeline")
    if any(track.role == "caption" and track.meta and track.meta.pending for track in after.tracks):
        notes.append(Note("captions_pending"))
    return after
