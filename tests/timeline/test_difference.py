# ruff: noqa: E501
"""The facts that two drafts differ by."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import timelines, trees
from tests.timeline.test_build import FakeCue, FakeWord, build

from wavereel.errors import DraftError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_cuts import cut_ranges
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]


def facts(before: Tree, after: Tree) -> list[tuple[Any, ...]]:
    found = differences(timeline_from_tree(before), timeline_from_tree(after))
    return [(one.kind, one.part, one.key, one.before, one.after) for one in found]


def title(**keys: Any) -> Tree:
    return {"id": "t", "tt": 7, "m": {"role": "title"}, "sg": [{"id": "t1", "s": 0, "d": 3000, "txt": "Hi"} | keys]}


def cues(count: int, shift_ms: int = 0, **keys: Any) -> Tree:
    segments = [{"s": 20_000 + shift_ms + n * 1000, "d": 900, "txt": f"cue {n}"} for n in range(count)]
    return {"tt": 7, "m": {"role": "caption"}, "sg": segments} | keys


WAVE = {"tt": 0, "m": {"role": "waveform"}, "sg": [{"d": 3000, "g": {"k": "waveform", "c": "#ffffff", "n": 64}}]}
BED = {"tt": 1, "m": {"role": "bgm"}, "sg": [{"d": 3000, "src": "a", "vol": 0.3}]}


def one(track: Tree, **keys: Any) -> Tree:
    """The track with keys set on its first segment; `None` takes one away."""
    tree = copy.deepcopy(track)
    for key, value in keys.items():
        tree["sg"][0].pop(key, None)
        if value is not None:
            tree["sg"][0][key] = value
    return tree


CASES = [
    ({"t": []}, {"t": []}, []),
    ({"t": [], "rev": 1}, {"t": [], "rev": 9}, []),
    ({"t": [], "m": {"width": 1920, "height": 1080}}, {"t": [], "m": {"width": 1080, "height": 1920, "ratio": "9:16"}}, [("set", "canvas", "m.size", (1920, 1080), (1080, 1920)), ("set", "canvas", "m.ratio", "16:9", "9:16")]),
    ({"t": []}, {"t": [], "m": {"width": 1920}}, [("detail", "canvas", "m.width", None, None)]),
    ({"t": [], "m": {"fps": 30}}, {"t": [], "m": {"fps": 60}}, [("set", "canvas", "m.fps", 30, 60)]),
    ({"t": []}, {"t": [], "m": {"loudness": -16}}, [("set", "canvas", "m.loudness", None, -16)]),
    ({"t": []}, {"t": [], "m": {"zz": [1]}}, [("set", "canvas", "m.zz", None, [1])]),
    ({"t": []}, {"t": [], "m": {}}, [("detail", "timeline", "m", None, None)]),
    ({"t": []}, {"t": [], "zz": 1}, [("set", "timeline", "zz", None, 1)]),
    ({"t": [], "d": 0}, {"t": [], "d": 5}, [("set", "timeline", "d", 0, 5)]),
    ({"t": []}, {"t": [], "d": 0}, [("detail", "timeline", "d", 0, 0)]),
    ({"t": []}, {"t": [], "video_infos": [{"file_id": "f", "filename": "a.mp3"}]}, [("added", "media", "video_infos", None, {"file_id": "f", "filename": "a.mp3"})]),
    ({"t": [title()]}, {"t": [title(txt="Ho")]}, [("set", "title", "txt", "Hi", "Ho")]),
    ({"t": [title()]}, {"t": [title(st={"c": "#ffff00"})]}, [("set", "title", "st.c", None, "#ffff00")]),
    ({"t": [title() | {"st": {"c": "#ffffff"}}]}, {"t": [title(st={"c": "#ffff00"}) | {"st": {"c": "#ffffff"}}]}, [("set", "title", "st.c", "#ffffff", "#ffff00")]),
    ({"t": [title(st={"c": "#ffffff"}) | {"st": {"c": "#ffffff"}}]}, {"t": [title() | {"st": {"c": "#ffffff"}}]}, [("detail", "title", "sg", None, None)]),
    ({"t": [title()]}, {"t": [title() | {"hid": True}]}, [("set", "title", "hid", None, True)]),
    ({"t": [title()]}, {"t": [title(s=500)]}, [("set", "timeline", "d", 3000, 3500), ("set", "title", "time", [0, 3000, 3000], [500, 3500, 3500])]),
    ({"t": [title(x={"x": 0.5})]}, {"t": [title(x={"x": 0.2, "zz": 1})]}, [("set", "title", "x.x", 0.5, 0.2), ("set", "title", "x.zz", None, 1)]),
    ({"t": [title()]}, {"t": [title(an={"in": {"k": "fade", "d": 300}})]}, [("set", "title", "an.in", None, {"k": "fade", "d": 300})]),
    ({"t": [title()]}, {"t": [title(zz={"y": 1})]}, [("set", "title", "zz", None, {"y": 1})]),
    ({"t": [title()]}, {"t": [title() | {"id": "other"}]}, [("detail", "title", "id", "t", "other")]),
    ({"t": [one(WAVE)]}, {"t": [one(WAVE, g={"k": "waveform", "c": "#0000ff", "sty": "dots"})]}, [("set", "waveform", "g.sty", None, "dots"), ("set", "waveform", "g.c", "#ffffff", "#0000ff"), ("set", "waveform", "g.n", 64, None)]),
    ({"t": [one(BED)]}, {"t": [one(BED, vol=0.2, fi=100)]}, [("set", "bgm", "vol", 0.3, 0.2), ("set", "bgm", "fi", None, 100)]),
    ({"t": [one(BED)]}, {"t": [one(BED, duck=0.35)]}, [("set", "bgm", "duck", None, 0.35)]),
    ({"t": [cues(40)], "d": 99_000}, {"t": [cues(40, -10_000)], "d": 99_000}, [("shifted", "caption", "time", 0, -10_000)]),
    ({"t": [cues(40)], "d": 99_000}, {"t": [cues(38)], "d": 99_000}, [("count", "caption", "sg", 40, 38)]),
    ({"t": [cues(4)], "d": 99_000}, {"t": [cues(4, m={"role": "caption", "look": "pop"})], "d": 99_000}, [("set", "caption", "m.look", None, "pop")]),
    ({"t": [cues(4)], "d": 99_000}, {"t": [cues(4, st={"fs": 60})], "d": 99_000}, [("set", "caption", "st.fs", None, 60)]),
    ({"t": [title(), BED]}, {"t": [BED, title()]}, [("order", "timeline", "t", None, None)]),
    ({"t": [{"tt": 0, "m": {"role": "background"}, "sg": [{"d": 9, "g": {"k": "color", "c": "#000000"}}]}]}, {"t": [{"tt": 0, "m": {"role": "background"}, "sg": [{"d": 9, "src": "asset://f", "x": {"fit": "cover"}, "m": {"name": "sea.png"}}]}]}, [("set", "background", "content", {"g": {"k": "color", "c": "#000000"}}, {"src": "asset://f", "name": "sea.png"}), ("set", "background", "x.fit", None, "cover"), ("set", "background", "m.name", None, "sea.png")]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "wanted"), CASES)
def test_facts(before, after, wanted):
    assert facts(before, after) == wanted


def test_a_track_that_came():
    (found,) = differences(timeline_from_tree({"t": [], "d": 9000}), timeline_from_tree({"t": [title()], "d": 9000}))
    assert (found.kind, found.part, found.name, found.targets) == ("added", "title", '"Hi"', ("t",))
    assert found.after == {"name": '"Hi"', "count": 1, "start_ms": 0, "end_ms": 3000, "whole": False, "text": "Hi"}
    (gone,) = differences(timeline_from_tree({"t": [title()], "d": 9000}), timeline_from_tree({"t": [], "d": 9000}))
    assert (gone.kind, gone.before) == ("removed", found.after)


def test_a_logo_and_a_cover_are_told_apart():
    def overlay(name: str, **keys: Any) -> Tree:
        return {"tt": 0, "m": {"role": "overlay"}, "sg": [{"d": 9, "src": name, "m": {"name": name}} | keys]}

    before = {"t": [overlay("cover"), overlay("logo")]}
    assert facts(before, {"t": [overlay("logo", x={"w": 0.2})]}) == [
        (
            "removed",
            "cover",
            "",
            {"name": "cover", "count": 1, "start_ms": 0, "end_ms": 9, "whole": True, "src": "cover"},
            None,
        ),
        ("set", "logo", "x.w", None, 0.2),
    ]


def test_the_same_words_replaced_everywhere_are_one_fact():
    before = cues(3)
    after = copy.deepcopy(before)
    for segment in before["sg"]:
        segment["txt"] = "the wave real story"
    for segment in after["sg"]:
        segment["txt"] = "the Wavereel story"
    (found,) = differences(timeline_from_tree({"t": [before]}), timeline_from_tree({"t": [after]}))
    assert (found.kind, found.before, found.after, found.count) == ("reworded", "wave real", "Wavereel", 3)


def test_many_different_values_are_one_fact():
    before, after = cues(9), cues(9)
    for number, segment in enumerate(after["sg"]):
        segment["st"] = {"fs": 20 + number}
    (found,) = differences(timeline_from_tree({"t": [before]}), timeline_from_tree({"t": [after]}))
    assert (found.kind, found.key, found.count) == ("various", "st.fs", 9)


def piece(start: int, length: int, source: int, **keys: Any) -> Tree:
    return {"s": start, "d": length, "src": "asset://f", "ss": source, "se": source + length} | keys


def voice(*pieces: Tree, length: int | None = None) -> Timeline:
    total = max(p["s"] + p["d"] for p in pieces) if length is None else length
    return timeline_from_tree({"d": total, "t": [{"tt": 1, "m": {"role": "voice"}, "sg": list(pieces)}]})


WHOLE = voice(piece(0, 60_000, 0))


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (voice(piece(0, 50_000, 10_000)), ((0, 10_000),)),
        (voice(piece(0, 55_000, 0)), ((55_000, 60_000),)),
        (voice(piece(0, 20_000, 0), piece(20_000, 30_000, 30_000)), ((20_000, 30_000),)),
        (
            voice(piece(0, 10_000, 5_000), piece(10_000, 10_000, 30_000)),
            ((0, 5000), (15_000, 30_000), (40_000, 60_000)),
        ),
        (voice(piece(0, 50_000, 10_000), length=60_000), ()),
        (voice(piece(0, 30_000, 0, sp=2)), ()),
        (WHOLE, ()),
        (timeline_from_tree({"t": []}), ()),
        (voice(piece(0, 50_000, 10_000, src="asset://g")), ()),
    ],
)
def test_cuts(after, wanted):
    assert cut_ranges(WHOLE, after) == wanted


def test_what_is_shared_is_skipped_and_an_hour_is_quick():
    words = tuple(FakeWord(f"w{n}", n * 250, n * 250 + 200) for n in range(10))
    hour = build(cues=[FakeCue("ten words", n * 3000, n * 3000 + 2500, words) for n in range(1200)])
    assert differences(hour, hour) == ()
    assert differences(hour, changed(hour, revision=5)) == ()
    track = hour.with_role("caption")[0]
    moved = changed(track, segments=tuple(changed(s, start=(s.start or 0) + 7) for s in track.segments))
    after = changed(hour, tracks=tuple(moved if one is track else one for one in hour.tracks))
    (found,) = differences(hour, after)
    assert (found.kind, found.count, found.after) == ("shifted", 1200, 7)


def bare(timeline: Timeline) -> Tree:
    tree = timeline_tree(timeline)
    tree.pop("rev", None)
    return tree


def said(before: Timeline, after: Timeline) -> bool:
    found = differences(before, after)
    for lang in ("en", "zh"):
        text = difference_text(found, lang)
        assert bool(text) == bool(found)
        assert "None" not in text.replace("None of", ""), text
        assert not text or text.endswith(("。", "."))
    return bool(found)


@given(timelines(), timelines())
def test_two_drafts_that_differ_have_a_difference(before: Timeline, after: Timeline):
    assert said(before, after) == (bare(before) != bare(after))


@given(timelines())
def test_a_draft_does_not_differ_from_itself_read_again(timeline: Timeline):
    assert differences(timeline, timeline_from_tree(timeline_tree(timeline))) == ()


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all keys and items."""
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in ((*path, key), *places(value, (*path, key)))]
    if isinstance(node, list):
        return [found for key, value in enumerate(node) for found in ((*path, key), *places(value, (*path, key)))]
    return []


@given(trees(), st.data())
def test_one_key_that_changes_is_found(tree: Tree, data: st.DataObject):
    """A key taken away, a key added or a value changed, anywhere."""
    before = timeline_from_tree(copy.deepcopy(tree))
    paths = places(tree)
    path = data.draw(st.sampled_from([(), *paths]))
    parent: Any = tree
    for step in path[:-1]:
        parent = parent[step]
    node = parent[path[-1]] if path else tree
    match data.draw(st.sampled_from(["drop", "add", "change"])):
        case "drop" if path:
            del parent[path[-1]]
        case "add" if isinstance(node, dict):
            node["yy"] = data.draw(st.sampled_from([None, 1, "x", {}]))
        case _ if path and not isinstance(node, dict | list):
            parent[path[-1]] = {str: "other", int: 7, float: 0.25, bool: not node}.get(type(node), 5)
        case _:
            return
    try:
        after = timeline_from_tree(tree)
    except DraftError:
        return
    assert said(before, after) == (bare(before) != bare(after))


@pytest.mark.parametrize("key", ["sp", "fx", "fi", "duck", "tr", "vol", "st", "x", "g"])
@pytest.mark.parametrize("value", ["x", [], {}, 3.5])
def test_a_segment_s_key_on_a_track_or_a_draft_may_hold_anything(key: str, value: Any):
    """Nobody knows it there, so it is kept, and told without being read as what it is on a segment."""
    before = timeline_from_tree({"t": [WAVE]})
    for tree in ({"t": [WAVE], key: value}, {"t": [WAVE | {key: value}]}):
        try:
            after = timeline_from_tree(tree)
        except DraftError:
            continue
        for lang in ("en", "zh"):
            assert difference_text(differences(before, after), lang)
            assert difference_text(differences(after, before), lang)
