"""Random drafts for the property tests of edits: all roles, long and minimal forms, unknown keys at every level."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.model import Timeline
from wavereel.timeline.reasons import reason_text

Tree = dict[str, Any]

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "draft.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

UNKNOWN = "zz"
"""The unknown key that `timelines` puts at every level; each has a value of its own."""

SOUND_ROLES = ("voice", "audio", "bgm", "sfx")
TEXT_ROLES = ("title", "lower_third", "chapter", "cta", "text")
PICTURE_ROLES = ("background", "main", "waveform", "overlay", "progress")
TYPES = dict.fromkeys(PICTURE_ROLES, 0) | dict.fromkeys(SOUND_ROLES, 1) | dict.fromkeys((*TEXT_ROLES, "caption"), 7)

SOUND_FILE = "f_00000000000000aa"
VIDEO_FILE = "f_00000000000000bb"
PICTURE_FILE = "f_00000000000000cc"
MUSIC_FILE = "f_00000000000000dd"
MEDIA: tuple[Tree, ...] = (
    {"file_id": SOUND_FILE, "filename": "talk.mp3", "file_type": "audio", "duration": 90.0},
    {
        "file_id": VIDEO_FILE,
        "filename": "clip.mp4",
        "file_type": "video",
        "duration": 45.0,
        "width": 1280,
        "height": 720,
    },
    {"file_id": PICTURE_FILE, "filename": "photo.jpg", "file_type": "image", "width": 1600, "height": 900},
    {"file_id": MUSIC_FILE, "filename": "song.mp3", "file_type": "audio", "duration": 12.5},
)
"""The media at hand of every random draft."""

WORDS = ("wave", "real", "um", "Shivawn", "Straße", "it's", "don't", "uh", "ok", "今天", "天气", "很好", "damn", "42")
COLORS = ("#102030", "#FFFFFF", "#ff000080", "#0af")


class Maker:
    """Draws parts of a draft and numbers what has to be told apart."""

    def __init__(self, draw: st.DrawFn, *, unknown: bool, minimal: bool) -> None:
        self.draw = draw
        self.unknown = unknown
        self.minimal = minimal
        self.count = 0

    def yes(self) -> bool:
        return self.draw(st.booleans())

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def marked(self, node: Tree) -> Tree:
        """A node, perhaps with an unknown key whose value exists nowhere else."""
        if self.unknown and self.yes():
            self.count += 1
            node[UNKNOWN] = self.one(f"u{self.count}", [f"u{self.count}", None], {"deep": f"u{self.count}"})
        return node

    def optional(self, node: Tree, **values: Any) -> Tree:
        """A node with some of the values."""
        for key, value in values.items():
            if not self.minimal and self.yes():
                node[key.rstrip("_")] = value
        return node

    def identified(self, node: Tree, stem: str) -> Tree:
        if not self.minimal and self.yes():
            self.count += 1
            node["id"] = f"{stem}-{self.count}"
        return node


@st.composite
def trees(
    draw: st.DrawFn,
    *,
    roles: tuple[str, ...] = (*PICTURE_ROLES, *SOUND_ROLES, *TEXT_ROLES, "caption"),
    must: tuple[str, ...] = (),
    unknown: bool = True,
) -> Tree:
    """Random drafts as plain trees.

    Args:
        draw: Given by hypothesis.
        roles: Those that may occur, each at most twice.
        must: Roles that occur always, with a segment or more.
        unknown: Whether unknown keys occur.
    """
    maker = Maker(draw, unknown=unknown, minimal=draw(st.integers(0, 3)) == 0)
    length_ms = maker.number(1, 60) * 500
    chosen = [*must, *draw(st.lists(st.sampled_from(roles), max_size=6))]
    chosen = [role for place, role in enumerate(chosen) if chosen[:place].count(role) < 2]
    order = list(TYPES)
    chosen.sort(key=order.index)
    tracks = [_track(maker, role, length_ms, filled=role in must) for role in chosen]
    if maker.number(0, 5) == 0:  # a type from elsewhere, which has to be kept
        strange = {"tt": 9, "sg": [maker.marked({"d": 700})]}
        tracks.append(maker.marked(strange))
    meta = maker.marked({})
    maker.optional(meta, title="Night Shift", width=maker.one(1080, 1920), height=maker.one(1080, 1920), fps=30)
    maker.optional(meta, theme=maker.one("clean", "neon", "mine"), bg=draw(st.sampled_from(COLORS)), lang="en")
    maker.optional(meta, loudness=-16, platform=maker.one("youtube", "tiktok"), ratio=maker.one("16:9", "9:16"))
    tree: Tree = {"t": tracks}
    if meta or maker.yes():
        tree["m"] = meta
    maker.optional(tree, v=1, rev=3, id="draft-1")
    if not tracks or maker.yes():
        tree["d"] = length_ms if tracks else 0
    if maker.yes():
        tree["video_infos"] = [dict(entry) for entry in MEDIA]
    return maker.marked(tree)


def timelines(
    *,
    roles: tuple[str, ...] = (*PICTURE_ROLES, *SOUND_ROLES, *TEXT_ROLES, "caption"),
    must: tuple[str, ...] = (),
    unknown: bool = True,
) -> st.SearchStrategy[Timeline]:
    """Random timelines; see `trees`."""
    return trees(roles=roles, must=must, unknown=unknown).map(timeline_from_tree)


def check_valid(timeline: Timeline) -> Tree:
    """The tree of a timeline, which has to be a draft by the schema and to come back the same from its codec."""
    tree = timeline_tree(timeline)
    errors = [f"{list(error.absolute_path)}: {error.message}" for error in VALIDATOR.iter_errors(tree)]
    assert not errors, errors
    assert timeline_tree(timeline_from_tree(tree)) == tree
    identities = [node["id"] for track in tree["t"] for node in (track, *track["sg"]) if "id" in node]
    assert len(identities) == len(set(identities)), f"an id occurs twice: {sorted(identities)}"
    return tree


def unknown_values(node: Any) -> set[str]:
    """The values of all unknown keys of a tree, as JSON."""
    found: set[str] = set()
    if isinstance(node, dict):
        for key, value in node.items():
            found |= {json.dumps(value)} if key == UNKNOWN else unknown_values(value)
    elif isinstance(node, list):
        for value in node:
            found |= unknown_values(value)
    return found


def _track(maker: Maker, role: str, length_ms: int, *, filled: bool) -> Tree:
    meta = maker.marked({"role": role})
    maker.optional(meta, name=role)
    track = maker.identified({"tt": TYPES[role]}, role) | {"m": meta}
    if role == "caption":
        maker.optional(meta, lang="en", look=maker.one("classic", "pop", "karaoke"))
        track["sg"] = _cues(maker, length_ms, filled=filled)
        if not track["sg"]:
            maker.optional(meta, pending=True)
    elif role in ("background", "waveform", "progress"):
        track["sg"] = [_picture(maker, role, 0, length_ms)]
    else:
        track["sg"] = _clips(maker, role, length_ms)
    if TYPES[role] == 7:
        maker.optional(track, st=maker.marked({"fs": 48, "c": maker.one(*COLORS)}))
    if TYPES[role] == 1:
        maker.optional(track, vol=maker.one(0, 0.5, 1), mu=maker.yes())
    maker.optional(track, hid=maker.yes(), lk=False)
    return maker.marked(track)


def _clips(maker: Maker, role: str, length_ms: int) -> list[Tree]:
    """One to three segments that follow each other, with gaps where they state a start."""
    segments: list[Tree] = []
    cursor = 0
    for _ in range(maker.number(1, 3)):
        gap_ms = 0 if maker.minimal else maker.one(0, 0, maker.number(0, 1500))
        room = length_ms - cursor - gap_ms
        if room < 1:
            break
        length = room if role in ("voice", "bgm", "main") and maker.yes() else maker.number(1, room)
        start_ms = cursor + gap_ms
        make = {0: _picture, 1: _sound, 7: _text}[TYPES[role]]
        segment = make(maker, role, start_ms, length)
        if start_ms == cursor and maker.yes():
            del segment["s"]
        segments.append(segment)
        cursor = start_ms + length
    return segments


def _base(maker: Maker, role: str, start_ms: int, length_ms: int) -> Tree:
    node = maker.identified({"s": start_ms, "d": length_ms}, role)
    if not maker.minimal and maker.yes():
        node["m"] = maker.marked({"name": role})
    return maker.marked(node)


def _source(maker: Maker, node: Tree, file: str) -> None:
    """`src` with a range of it, which fits the segment's length at its speed where it is stated."""
    node["src"] = f"asset://{file}"
    speed = 1 if maker.minimal else maker.one(1, 1, 1.25, 0.5, 2)
    if speed != 1:
        node["sp"] = speed
    if not maker.minimal and maker.yes():
        node["ss"] = maker.number(0, 5000)
        if maker.yes():
            node["se"] = node["ss"] + -(-node["d"] * int(speed * 100) // 100)
    if not maker.minimal and maker.yes():
        node.setdefault("m", {})["file_id"] = file


def _sound(maker: Maker, role: str, start_ms: int, length_ms: int) -> Tree:
    node = _base(maker, role, start_ms, length_ms)
    if role == "bgm" and maker.yes():
        node["g"] = maker.marked({"k": "music", "mood": "lofi", "seed": 1})
        maker.optional(node, lp=True, duck=0.35)
    else:
        _source(maker, node, MUSIC_FILE if role == "bgm" else SOUND_FILE)
        if role == "bgm":
            maker.optional(node, lp=True)
    maker.optional(node, vol=maker.one(0, 0.3, 1, 4), fi=maker.number(0, 900), fo=maker.number(0, 900))
    if role == "voice":
        maker.optional(node, fx=[maker.marked({"k": "mask", "s": 100, "d": 300})])
    return node


def _picture(maker: Maker, role: str, start_ms: int, length_ms: int) -> Tree:
    node = _base(maker, role, start_ms, length_ms)
    if role == "waveform":
        node["g"] = maker.marked({"k": "waveform", "sty": maker.one("bars", "ring", "line")})
        maker.optional(node["g"], of=maker.one("*", "voice-1"), c=maker.one(*COLORS), n=32)
    elif role == "progress":
        node["g"] = maker.marked({"k": "progress", "sty": "bar", "at": "bottom"})
    elif role == "main":
        _source(maker, node, VIDEO_FILE)
        maker.optional(node, tr={"k": "dissolve", "d": 300})
    elif role == "background" and maker.yes():
        node["g"] = maker.marked({"k": maker.one("color", "gradient"), "c": maker.one(*COLORS), "c2": "#000000"})
    else:
        node["src"] = f"asset://{PICTURE_FILE}"
    place = maker.marked({"x": 0.5, "y": 0.25, "w": 0.5, "h": 0.5})
    maker.optional(node, x=place, an=maker.marked({"in": maker.marked({"k": "fade", "d": 200})}))
    return node


def _text(maker: Maker, role: str, start_ms: int, length_ms: int) -> Tree:
    node = _base(maker, role, start_ms, length_ms) | {"txt": maker.one("Night Shift", "第一章", "Hello\nthere")}
    maker.optional(node, st=maker.marked({"c": maker.one(*COLORS), "pos": maker.one("top", "center")}))
    maker.optional(node, x=maker.marked({"x": 0.5, "y": 0.2}), an=maker.marked({"out": {"k": "fade"}}))
    return node


def _cues(maker: Maker, length_ms: int, *, filled: bool) -> list[Tree]:
    cues: list[Tree] = []
    cursor = 0
    for number in range(maker.number(1 if filled else 0, 4)):
        start_ms = cursor + (0 if number == 0 and filled else maker.number(0, 800))
        words = [maker.one(*WORDS) for _ in range(maker.number(1, 5))]
        spaces = " " if maker.number(0, 3) else "\n"
        ends = [maker.number(50, 600) for _ in words]
        if start_ms + sum(ends) > length_ms:
            if number or not filled:
                break
            ends = [max(1, length_ms // len(words))] * len(words)
        text = "".join(
            word + ("" if not word.isascii() else maker.one("", ",", "!") + spaces) for word in words
        ).strip()
        cue = maker.identified({"s": start_ms, "d": sum(ends)}, "cue") | {"txt": text}
        if maker.number(0, 4):
            starts = [sum(ends[:place]) for place in range(len(words))]
            cue["wd"] = [
                maker.marked({"w": word, "s": start, "d": end - (end > 60) * 20})
                for word, start, end in zip(words, starts, ends, strict=True)
            ]
        maker.optional(cue, m=maker.marked({"speaker": "A"}))
        cues.append(maker.marked(cue))
        cursor = start_ms + sum(ends)
    return cues


def attempt(timeline: Timeline, edit: Edit) -> tuple[Timeline, list[Note]] | None:
    """What an edit makes of a timeline, and its notes; `None` where it refuses.

    In any case the timeline of before is untouched, a refusal has a sentence in both languages, and what comes out is
    a valid draft that differs from the one before; its notes have sentences too.
    """
    before = timeline_tree(timeline)
    notes: list[Note] = []
    try:
        after = edit.run(timeline, notes)
    except EditError as error:
        assert timeline_tree(timeline) == before
        assert all(reason_text(error.reason, error.facts, lang) for lang in ("en", "zh"))
        return None
    assert timeline_tree(timeline) == before
    tree = check_valid(after)
    assert tree != before, "an edit that changes nothing has to refuse"
    for note in notes:
        assert all(reason_text(note.key, note.facts, lang) for lang in ("en", "zh"))
    return after, notes


def unknown_kept(before: Timeline, after: Timeline) -> bool:
    """Whether all unknown keys survived."""
    return unknown_values(timeline_tree(before)) <= unknown_values(timeline_tree(after))
