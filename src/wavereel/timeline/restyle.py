"""Another theme or another canvas for a timeline that exists already."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from wavereel.timeline.build import ratio_text
from wavereel.timeline.codec import timeline_tree
from wavereel.timeline.dress import (
    TEXT_SLOTS,
    cover_generator,
    ground_generator,
    progress_generator,
    text_style,
    wave_generator,
)
from wavereel.timeline.layouts import layout_for
from wavereel.timeline.model import Timeline
from wavereel.timeline.themes import THEME_NAMES, load_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.themes import Theme

Tree = dict[str, Any]

ROLE_SLOTS = {
    "title": "title",
    "lower_third": "lower_third",
    "chapter": "chapter",
    "cta": "end_card",
    "caption": "caption",
}
"""The slot of a text that names none, by its track's role."""

_GROUND_KINDS = ("color", "gradient", "pattern")


def parts_of(timeline: Timeline) -> frozenset[str]:
    """The parts on which a layout depends: see `layouts.ALL_PARTS`."""
    parts: set[str] = set()
    for track in timeline.tracks:
        if track.hidden or (not track.segments and track.role != "caption"):
            continue
        named = {str(segment.meta.extra.get("slot")) for segment in track.segments if segment.meta}
        parts |= named & {"title", "kicker", "number", "cover"}
        parts |= {track.role} & {"title", "caption", "progress", "main"}
        if track.role == "waveform":
            parts.add("wave")
    return frozenset(parts)


def apply_theme(timeline: Timeline, theme: Theme) -> Timeline:
    """The timeline in a theme.

    Style, generators and layout become the theme's, also what was set by hand. Media, texts, times and a picture or
    video that lies in the background stay. A drawn cover and a progress bar come and go as the themes have it, unless
    somebody chose otherwise before.

        before   m.theme clean     background color    waveform mirror    title st Inter
        after    m.theme neon      background color    waveform ring      title st Unbounded
    """
    tree = timeline_tree(timeline)
    tree["m"] = tree.get("m", {}) | {"theme": theme.name, "bg": theme.palette["ground"]}
    before = _known_theme(timeline)
    if before is not None:
        _follow_habits(tree, timeline, before, theme)
    parts = parts_of(Timeline.model_validate(tree))
    layout = layout_for(theme, *timeline.size, present=parts)
    for track in tree["t"]:
        _dress_track(track, theme, layout)
    return Timeline.model_validate(tree)


def set_canvas(timeline: Timeline, width: int, height: int, *, platform: str | None = None) -> Timeline:
    """The timeline on another canvas.

    What the theme chose for the old canvas (sizes of type, number of bars, look of captions) becomes what it chooses
    for the new one; what was set by hand stays. `m.platform` becomes `platform`, or goes where there is none.

        before   1920x1080 16:9    caption st.fs 60    waveform n 86
        after    1080x1920 9:16    caption st.fs 60    waveform n 56
    """
    tree = timeline_tree(timeline)
    meta = tree.get("m", {}) | {"width": width, "height": height, "ratio": ratio_text(width, height)}
    meta.pop("platform", None)
    tree["m"] = meta | ({"platform": platform} if platform else {})
    theme = _known_theme(timeline)
    if theme is not None:
        parts = parts_of(timeline)
        old = layout_for(theme, *timeline.size, present=parts)
        new = layout_for(theme, width, height, platform, present=parts)
        for track in tree["t"]:
            _refit_track(track, theme, old, new)
    return Timeline.model_validate(tree)


def _known_theme(timeline: Timeline) -> Theme | None:
    name = timeline.meta.theme
    return load_theme(name) if name in THEME_NAMES else None


def _role(track: Tree) -> str:
    return str(track.get("m", {}).get("role", ""))


def _slot(track: Tree, segment: Tree) -> str:
    for node in (segment, track):
        slot = node.get("m", {}).get("slot")
        if isinstance(slot, str):
            return slot
    return ROLE_SLOTS.get(_role(track), "")


def _follow_habits(tree: Tree, timeline: Timeline, before: Theme, after: Theme) -> None:
    """A cover that is drawn, or a progress bar, follows the themes where the draft did what the old one does."""
    parts = parts_of(timeline)
    old, new = (layout_for(theme, *timeline.size, present=parts) for theme in (before, after))
    drawn = any(_is_drawn_cover(segment) for track in tree["t"] for segment in track["sg"])
    as_before = ("cover" in parts) == drawn == before.draws_cover
    if as_before and "main" not in parts and after.draws_cover != drawn:
        title = timeline.meta.title or ""
        segment: Tree = {"g": cover_generator(after, title, zlib.crc32(title.encode())), "m": {"slot": "cover"}}
        _switch(tree, after.draws_cover, "overlay", "cover", segment, _is_drawn_cover)
    shown, wanted = "progress" in parts, new.arrangement.progress.shown
    if shown == old.arrangement.progress.shown and shown != wanted:
        _switch(tree, wanted, "progress", "progress bar", {"g": progress_generator(new)}, lambda _: True)


def _switch(tree: Tree, on: bool, role: str, name: str, segment: Tree, ours: Callable[[Tree], bool]) -> None:
    tracks: list[Tree] = tree["t"]
    if not on:
        tree["t"] = [track for track in tracks if not (_role(track) == role and all(map(ours, track["sg"])))]
        return
    length_ms = tree.get("d") or max((s.get("s", 0) + s["d"] for t in tracks for s in t["sg"]), default=0)
    if not length_ms:
        return
    taken = {track.get("id") for track in tracks}
    identity = next(word for number in range(1, 99) if (word := f"{role}-{number}") not in taken)
    body = {"id": f"{identity}-1", "s": 0, "d": length_ms} | segment
    body["m"] = {"name": name} | segment.get("m", {})
    places = [index for index, track in enumerate(tracks) if _role(track) in ("background", "main")]
    place = max(places, default=-1) + 1
    tree["t"] = [
        *tracks[:place],
        {"id": identity, "tt": 0, "m": {"role": role, "name": name}, "sg": [body]},
        *tracks[place:],
    ]


def _is_drawn_cover(segment: Tree) -> bool:
    generator = segment.get("g", {})
    return generator.get("k") == "pattern" and generator.get("sty") == "cover"


def _dress_track(track: Tree, theme: Theme, layout: Layout) -> None:
    role = _role(track)
    if track["tt"] == 7:
        _dress_text(track, layout)
    for segment in track["sg"]:
        generator: Tree = segment.get("g", {})
        if role == "background" and generator.get("k") in _GROUND_KINDS:
            segment["g"] = ground_generator(theme, layout)
            segment.pop("x", None)
        elif role == "waveform" and generator.get("k") == "waveform":
            segment["g"] = wave_generator(theme, layout, of=generator.get("of", "*"))
            segment.pop("x", None)
        elif role == "progress" and generator.get("k") == "progress":
            segment["g"] = progress_generator(layout)
            segment.pop("x", None)
        elif _slot(track, segment) == "cover":
            segment.pop("x", None)
            if _is_drawn_cover(segment):
                segment["g"] = cover_generator(theme, generator.get("txt", ""), generator.get("seed", 0))


def _dress_text(track: Tree, layout: Layout) -> None:
    slots = {_slot(track, segment) for segment in track["sg"]} or {ROLE_SLOTS.get(_role(track), "")}
    slot = next(iter(slots)) if len(slots) == 1 else ""
    if slot not in TEXT_SLOTS:  # free words keep their place and take the theme's letters
        free = text_style(layout, "title")
        track["st"] = track.get("st", {}) | {key: free[key] for key in ("ff", "fw", "c") if key in free}
        return
    track["st"] = text_style(layout, slot)
    if slot == "caption":
        track["m"] = track.get("m", {}) | {"look": layout.caption.look}
    for segment in track["sg"]:
        segment.pop("st", None)
        segment.pop("x", None)


def _refit_track(track: Tree, theme: Theme, old: Layout, new: Layout) -> None:
    slots = {_slot(track, segment) for segment in track["sg"]} or {ROLE_SLOTS.get(_role(track), "")}
    for slot in slots & set(TEXT_SLOTS):
        before, after = text_style(old, slot), text_style(new, slot)
        style: Tree = track.get("st", {})
        track["st"] = style | {key: after[key] for key in after if key in style and style[key] == before.get(key)}
    meta: Tree = track.get("m", {})
    if _role(track) == "caption" and meta.get("look") == old.caption.look:
        track["m"] = meta | {"look": new.caption.look}
    for segment in track["sg"]:
        if segment.get("g", {}).get("k") == "waveform":
            before, after = wave_generator(theme, old), wave_generator(theme, new)
            count = segment["g"].get("n")
            segment["g"]["n"] = after["n"] if count == before["n"] else count
            if count is None:
                del segment["g"]["n"]
