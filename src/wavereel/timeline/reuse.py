"""The look of one timeline with another sound: the same canvas, theme and styles, the new sound's words and length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.timeline.build import VOICE_ID, Wishes, build_timeline
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.themes import DEFAULT_THEME, THEME_NAMES, load_theme

if TYPE_CHECKING:
    from wavereel.timeline.build import SoundFacts
    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

_OF_THE_SOUND = frozenset({"voice", "audio", "main", "caption", "chapter", "title"})
"""Roles whose contents come from the sound; a draft's other tracks are kept and stretched to the new length."""

_SOUND_SLOTS = frozenset({"kicker", "number", "cover"})


def same_look(draft: Timeline, facts: SoundFacts, part_ms: tuple[int, int]) -> Timeline:
    """A draft's look around another sound.

    Canvas, theme, delivery, background, waveform, music, logo and the styles of all texts are the draft's; title,
    cover, chapters, captions and length are the sound's.

        draft    |background ...........|  |voice A ............|  |title A|
        result   |background .....|        |voice B ......|        |title B|

    Args:
        draft: Where the look comes from.
        facts: The new sound.
        part_ms: The part of it that is used, half-open, in ms.
    """
    width, height = draft.size
    name = draft.meta.theme if draft.meta.theme in THEME_NAMES else DEFAULT_THEME
    wishes = Wishes(
        width=width,
        height=height,
        fps=draft.meta.fps or 30,
        platform=draft.meta.platform,
        loudness=draft.meta.loudness,
        captions=bool(draft.with_role("caption")) and facts.has_speech is not False,
        source_range_ms=part_ms,
    )
    fresh = timeline_tree(build_timeline(facts, load_theme(name or DEFAULT_THEME), wishes))
    old = timeline_tree(draft)
    length_ms = fresh["d"]
    fresh["m"] = old.get("m", {}) | {key: fresh["m"][key] for key in ("title", "lang") if key in fresh["m"]}
    tracks: list[Tree] = []
    for track in fresh["t"]:
        twin = _twin(track, old["t"])
        tracks.append(_dressed(track, twin) if _is_of_the_sound(track) else _stretched(twin or track, length_ms))
    known = {id(twin) for track in fresh["t"] if (twin := _twin(track, old["t"])) is not None}
    for place, track in enumerate(old["t"]):
        if id(track) not in known and not _is_of_the_sound(track):
            tracks.insert(min(place, len(tracks)), _stretched(track, length_ms))
    for track in tracks:
        for segment in track["sg"]:
            generator = segment.get("g")
            if generator and generator.get("k") == "waveform" and generator.get("of", "*") != "*":
                generator["of"] = VOICE_ID
    fresh["t"] = tracks
    media = [*fresh.get("video_infos", []), *old.get("video_infos", [])]
    if media:
        fresh["video_infos"] = list({str(medium.get("file_id")): medium for medium in reversed(media)}.values())
    return timeline_from_tree(fresh)


def _slot(track: Tree) -> str:
    segment: Tree = track["sg"][0] if track["sg"] else {}
    return str(segment.get("m", {}).get("slot") or track.get("m", {}).get("slot") or "")


def _role(track: Tree) -> str:
    return str(track.get("m", {}).get("role", ""))


def _is_of_the_sound(track: Tree) -> bool:
    return _role(track) in _OF_THE_SOUND or _slot(track) in _SOUND_SLOTS


def _twin(track: Tree, others: list[Tree]) -> Tree | None:
    """The track of the old draft that plays the same part."""
    for other in others:
        if _role(other) == _role(track) and (_slot(other) == _slot(track) or _role(track) not in ("text", "overlay")):
            return other
    return None


def _dressed(track: Tree, twin: Tree | None) -> Tree:
    """The new sound's track in the old one's style, gain and place."""
    if twin is None:
        return track
    kept = {key: twin[key] for key in ("st", "vol", "mu", "hid") if key in twin}
    look = twin.get("m", {}).get("look")
    meta = track["m"] | ({"look": look} if look else {})
    if twin["sg"]:
        worn = {key: twin["sg"][0][key] for key in ("st", "x", "an", "vol", "fi", "fo", "sp") if key in twin["sg"][0]}
        segments = (
            [segment | worn for segment in track["sg"]] if _role(track) not in ("caption", "chapter") else track["sg"]
        )
        return track | kept | {"m": meta, "sg": segments}
    return track | kept | {"m": meta}


def _stretched(track: Tree, length_ms: int) -> Tree:
    """A track whose last segment ends with the new length; what starts later is left out."""
    segments = [segment for segment in track["sg"] if segment.get("s", 0) < length_ms]
    if not segments:
        return track | {"sg": []}
    *rest, last = segments
    return track | {"sg": [*rest, last | {"d": length_ms - last.get("s", 0)}]}
