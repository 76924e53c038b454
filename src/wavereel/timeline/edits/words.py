"""Edits that put words on screen, change what they say and make them move: titles, cards, free texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.build import CHAPTER_CARD_MS, END_CARD_MS
from wavereel.timeline.dress import text_style
from wavereel.timeline.edits.base import Area, Edit, HexColor, Length, Milliseconds, Note, Target, Words
from wavereel.timeline.edits.cue_words import retimed_words
from wavereel.timeline.edits.surgery import (
    Spot,
    animations_with,
    change_segments,
    change_tracks,
    changed,
    fresh_id,
    insert_track,
    is_free,
    pinned,
    segment_of,
    select,
    sorted_segments,
    track_of,
    with_length,
    with_meta,
)
from wavereel.timeline.edits.text_places import (
    FREE_TEXT_SIZE,
    caption_tracks,
    free_height,
    free_position,
    is_placed_by_hand,
    layout_of,
    plate_box,
    slot_of,
    text_spots,
)
from wavereel.timeline.edits.texts import Motion, Position, clamped
from wavereel.timeline.model import Animation, TrackType
from wavereel.timeline.reasons import cannot, seconds
from wavereel.timeline.restyle import ROLE_SLOTS
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, Timeline, Track

TextRole = Literal["title", "lower_third", "chapter", "cta", "text"]

TITLE_MS = 4000
"""How long a text stays that has a start and no length, and how long one makes an empty timeline."""

LOWER_THIRD_MS = 5000

_LENGTHS_MS: dict[str, int] = {"chapter": CHAPTER_CARD_MS, "lower_third": LOWER_THIRD_MS, "cta": END_CARD_MS}
_NAMES = {"title": "title", "lower_third": "lower third", "chapter": "chapter", "cta": "end card", "text": "text"}
_ENTER: dict[str, dict[str, Any]] = {
    "chapter": {"in": {"k": "fade", "d": 300}, "out": {"k": "fade", "d": 300}},
    "lower_third": {"in": {"k": "fade", "d": 300}, "out": {"k": "fade", "d": 300}},
    "cta": {"in": {"k": "fade", "d": 400}},
}
"""How cards come and go where nobody says: as `build_timeline` has it."""


class AddText(Edit):
    """Puts words on screen: a title, a lower third, a chapter card, an end card or a free text.

    Without a time a title or a text stays for the whole length, a chapter card 4 s and a lower third 5 s from the start
    on, an end card (`cta`) for the last 4 s. With a start and no length it stays 4 s (a lower third 5 s). It stands
    where the theme's layout has its place; where another text of the same place is on screen at that time, at the top,
    in the middle or at the bottom, whichever is free. What would last longer than the video ends with it. An empty
    timeline gets as long as the text. A title becomes the draft's title where that was empty.

        before   |voice ......................|
        after    |voice ......................|
                 |title "Night Shift"|                     start_ms 0, length_ms 3000
    """

    area: ClassVar[Area] = "words"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"role": "title", "text": "Urban Dreams", "start_ms": 0, "length_ms": 3000},
        {
            "role": "text",
            "text": "第四集：潮水",
            "start_ms": 3000,
            "length_ms": 5000,
            "position": "top",
            "enter": "slide_up",
        },
        {"role": "cta", "text": "Thanks for listening"},
    )

    op: Literal["add_text"] = "add_text"
    role: TextRole = Field("title", description="what the words are; cta is the card at the end")
    text: Words = Field(description="the words, 1 to 2000 characters; a line break is kept")
    start_ms: Milliseconds | None = Field(None, description="when it appears, in ms of the timeline")
    length_ms: Length | None = Field(None, description="how long it stays, in ms")
    position: Position | None = Field(None, description="where it stands instead of the theme's place")
    color: HexColor | None = Field(None, description="colour of the letters, #RRGGBB or #RRGGBBAA")
    size: float | None = Field(None, gt=0, description="size in px of a canvas whose short side has 1080; 8 to 400")
    enter: Motion | None = Field(None, description="how it comes")
    leave: Motion | None = Field(None, description="how it goes")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        text = self.text.strip()
        if not text:
            raise cannot("nothing_to_change")
        start_ms, length_ms, total_ms = self._span(timeline, notes)
        slot = ROLE_SLOTS.get(self.role, "")
        layout = layout_of(timeline, *({"title"} & {self.role}))
        style: dict[str, Any] = {} if self.color is None else {"c": self.color}
        if self.size is not None:
            style["fs"] = clamped(self.size, 8, 400, notes)
        position = self.position or self._position(timeline, layout, text, (start_ms, start_ms + length_ms))
        if position:
            style |= {"pos": position} | ({"bg": box} if (box := plate_box(layout, slot)) else {})
        tree: dict[str, Any] = {"id": fresh_id(timeline, f"{self.role}-1"), "s": start_ms, "d": length_ms, "txt": text}
        tree |= {"st": style} if style else {}
        motions = dict(_ENTER.get(self.role, {}))
        for key, kind in (("in", self.enter), ("out", self.leave)):
            if kind == "none":
                motions.pop(key, None)
            elif kind:
                motions[key] = {"k": kind}
        tree |= {"an": motions} if motions else {}
        tree["m"] = {"name": _NAMES[self.role]} | ({"slot": "title"} if slot == "title" else {})
        result = _hosted(timeline, self.role, segment_of(tree), layout)
        if total_ms != timeline.length_ms:
            result = with_length(result, total_ms)
        if self.role == "title" and not timeline.meta.title:
            result = with_meta(result, title=text)
        return result

    def _span(self, timeline: Timeline, notes: list[Note]) -> tuple[int, int, int]:
        """Start and length of the text in ms, and the length of the timeline then."""
        total_ms = timeline.length_ms
        usual_ms = _LENGTHS_MS.get(self.role, TITLE_MS)
        if not total_ms:
            start_ms = self.start_ms or 0
            length_ms = min(self.length_ms or usual_ms, MAX_MS - start_ms)
            if length_ms < 1:
                raise cannot("too_long")
            return start_ms, length_ms, start_ms + length_ms
        start_ms, length_ms = self.start_ms, self.length_ms
        if length_ms is None:
            whole = start_ms is None and self.role in ("title", "text")
            length_ms = total_ms if whole else min(usual_ms, total_ms - min(start_ms or 0, total_ms))
        if start_ms is None:
            start_ms = max(0, total_ms - length_ms) if self.role == "cta" else 0
        if start_ms >= total_ms:
            raise cannot("past_end", at_s=seconds(start_ms), length_s=seconds(total_ms))
        if start_ms + length_ms > total_ms:
            length_ms = total_ms - start_ms
            notes.append(Note("shortened", {"what": self.role, "length_s": seconds(length_ms)}))
        return start_ms, length_ms, total_ms

    def _position(self, timeline: Timeline, layout: Layout, text: str, span_ms: tuple[int, int]) -> str | None:
        """Where it stands if its own place is taken, or if it has none."""
        slot = layout.slots.get(ROLE_SLOTS.get(self.role, ""))
        if slot is not None:
            if not _is_taken(timeline, slot.name, span_ms):
                return None
            size = self.size or slot.size_px * 1080 / min(layout.width, layout.height)
            return free_position(timeline, layout, span_ms, free_height(layout, text, size), "top")
        height = free_height(layout, text, self.size or FREE_TEXT_SIZE)
        return free_position(timeline, layout, span_ms, height, "center")


def _is_taken(timeline: Timeline, slot: str, span_ms: tuple[int, int]) -> bool:
    return any(
        start_ms < span_ms[1]
        and span_ms[0] < start_ms + segment.length_ms
        and slot_of(track, segment) == slot
        and not is_placed_by_hand(track, segment)
        for track in timeline.tracks
        if track.type == TrackType.TEXT and track.role != "caption" and not track.hidden
        for start_ms, segment in track.placed()
    )


def _hosted(timeline: Timeline, role: str, segment: Segment, layout: Layout) -> Timeline:
    """The timeline with a text on the role's first track that is free then, else on a new one in the theme's style."""
    start_ms = segment.start or 0
    for number, track in enumerate(timeline.tracks):
        if _takes(track, role) and is_free(track, start_ms, segment.length_ms):
            held = pinned(track)
            together = sorted_segments((*held.segments, segment))
            return change_tracks(timeline, [number], lambda _, t=held, s=together: changed(t, segments=s))
    slot = ROLE_SLOTS.get(role, "")
    style = text_style(layout, slot) if slot in layout.slots else _free_style(layout)
    tree: dict[str, Any] = {"id": fresh_id(timeline, role), "tt": 7, "st": style, "sg": []}
    tree["m"] = {"role": role, "name": _NAMES[role]}
    return insert_track(timeline, changed(track_of(tree), segments=(segment,)))


def _takes(track: Track, role: str) -> bool:
    """Whether a new text may go on a track: a small line of the theme's own keeps its track for itself."""
    if track.role != role or track.type != TrackType.TEXT or track.hidden:
        return False
    own = {slot_of(track, segment) for segment in track.segments} - {ROLE_SLOTS.get(role, "")}
    return not own


def _free_style(layout: Layout) -> dict[str, Any]:
    """Free words wear the letters of the theme's title in a size of their own."""
    style = text_style(layout, "title")
    return {key: style[key] for key in ("ff", "fw", "c") if key in style} | {"fs": FREE_TEXT_SIZE}


class SetText(Edit):
    """Changes what a text on screen says; place, time and style stay.

    With a title on screen the draft's own title follows where it read the same or was empty. A cue of the captions
    keeps the times of the words that stay.

        before   |title "Urban Dreams" ...|      m.title Urban Dreams
        after    |title "Night Shift" ....|      m.title Night Shift
    """

    area: ClassVar[Area] = "words"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "title", "text": "Night Shift"},
        {"target": "title#2", "text": "深夜电台"},
    )

    op: Literal["set_text"] = "set_text"
    target: Target = Field("title", description="the text: an id, a role such as title, or title#2")
    text: Words = Field(description="what it says from now on, 1 to 2000 characters")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        del notes
        text = self.text.strip()
        if not text:
            raise cannot("nothing_to_change")
        found = text_spots(timeline, self.target)
        if self.target == "caption" and len(found) > 1:
            raise cannot("several_there", what="caption", count=len(found))
        return with_text(timeline, found, text)


def with_text(timeline: Timeline, found: list[Spot], text: str) -> Timeline:
    """The timeline in which texts say something else; all of them must say the same so far.

    Raises:
        EditError: They differ, or say it already.
    """
    role = timeline.tracks[found[0].track].role
    before = {spot.segment.text or "" for spot in found}
    if len(before) > 1:
        raise cannot("several_there", what=role, count=len(found))
    (old,) = before
    if old == text:
        raise cannot("same_already", what=role)

    def change(spot: Spot) -> Segment:
        segment = spot.segment
        if not segment.words:
            return changed(segment, text=text)
        return changed(segment, text=text, words=retimed_words(segment.words, text, segment.length_ms) or None)

    result = change_segments(timeline, found, change)
    return with_title_following(result, old, text) if role == "title" else result


def with_title_following(timeline: Timeline, old: str, new: str) -> Timeline:
    """The timeline whose own title follows a title on screen that read the same; an empty one does too."""
    return with_meta(timeline, title=new) if (timeline.meta.title or "") in ("", old) else timeline


class Animate(Edit):
    """Says how a text or a picture comes and goes.

    `none` takes an entrance or an exit away. Without a length the renderer takes about a third of a second, a
    typewriter as long as its letters need; a length is at most that of the text. Captions come and go as their look
    has it.

        before   |title...............|
        after    |>title............>>|        enter "slide_up", leave "fade"
    """

    area: ClassVar[Area] = "words"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "title", "enter": "slide_up"},
        {"target": "title", "enter": "typewriter", "leave": "fade", "length_ms": 800},
    )

    op: Literal["animate"] = "animate"
    target: Target = Field("title", description="the text or picture: an id, a role such as title or logo, or title#2")
    enter: Motion | None = Field(None, description="how it comes")
    leave: Motion | None = Field(None, description="how it goes")
    length_ms: Length | None = Field(None, description="how long coming and going take, in ms each")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        if self.enter is None and self.leave is None and self.length_ms is None:
            raise cannot("nothing_to_change")
        if caption_tracks(timeline, self.target):
            raise cannot("wrong_kind", what="caption", hint="choose the look pop, karaoke, classic, boxed or minimal")
        found = [spot for spot in select(timeline, self.target) if _can_move(timeline.tracks[spot.track])]
        role = timeline.tracks[found[0].track].role if found else self.target
        if not found:
            raise cannot("wrong_kind", what=role)
        if self.enter is None and self.leave is None and not any(spot.segment.animations for spot in found):
            raise cannot("nothing_to_change", hint="name an entrance or an exit, such as fade")
        result = change_segments(timeline, found, lambda spot: self._moving(spot.segment, notes))
        if result == timeline:
            raise cannot("same_already", what=role)
        return result

    def _moving(self, segment: Segment, notes: list[Note]) -> Segment:
        length_ms = self.length_ms
        if length_ms is not None:
            length_ms = int(clamped(length_ms, 1, segment.length_ms, notes, " s", 0.001))
        animations = segment.animations
        values: dict[str, Any] = {}
        for name, kind in (("enter", self.enter), ("leave", self.leave)):
            present: Animation | None = getattr(animations, name) if animations else None
            if kind == "none":
                values |= {name: None} if present else {}
            elif kind and (present is None or present.kind != kind):
                fresh = present or Animation.model_validate({"k": kind})
                values[name] = changed(fresh, kind=kind, length_ms=length_ms)
            elif present is not None and length_ms and (kind or (self.enter is None and self.leave is None)):
                values[name] = changed(present, length_ms=length_ms)
        return changed(segment, animations=animations_with(animations, **values)) if values else segment


def _can_move(track: Track) -> bool:
    return track.type in (TrackType.TEXT, TrackType.VIDEO) and track.role not in ("caption", "background")
