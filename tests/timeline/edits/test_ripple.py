"""Taking time out of everything, to the millisecond."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import check_valid, timelines, unknown_values

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.cue_parts import text_without
from wavereel.timeline.edits.ripple import TimeMap, complement, joined, keep_ranges
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]
Words = list[tuple[str, int, int]]


def track(role: str, *segments: Tree, **more: Any) -> Tree:
    kinds = {"voice": 1, "audio": 1, "bgm": 1, "sfx": 1, "title": 7, "caption": 7, "chapter": 7}
    return {"id": role, "tt": kinds.get(role, 0), "m": {"role": role}, "sg": list(segments)} | more


def draft(*tracks: Tree, **more: Any) -> Timeline:
    return timeline_from_tree({"t": list(tracks)} | more)


def kept(timeline: Timeline, *ranges: tuple[int, int]) -> Tree:
    return check_valid(keep_ranges(timeline, ranges))


def cue(start_ms: int, length_ms: int, text: str, *words: tuple[str, int, int]) -> Tree:
    tree: Tree = {"s": start_ms, "d": length_ms, "txt": text}
    return tree | {"wd": [{"w": word, "s": start, "d": length} for word, start, length in words]}


def test_a_voice_is_cut_with_its_source():
    clip = {"id": "voice-1", "s": 0, "d": 10_000, "src": "asset://f_1", "ss": 500, "se": 10_500, "fi": 100, "fo": 200}
    tree = kept(draft(track("voice", clip | {"m": {"file_id": "f_1"}, "own": 1}), d=10_000), (0, 2000), (3000, 10_000))
    first, second = tree["t"][0]["sg"]
    assert first == {
        "id": "voice-1",
        "s": 0,
        "d": 2000,
        "src": "asset://f_1",
        "ss": 500,
        "se": 2500,
        "fi": 100,
        "m": {"file_id": "f_1"},
        "own": 1,
    }
    assert second == {
        "id": "voice-2",
        "s": 2000,
        "d": 7000,
        "src": "asset://f_1",
        "ss": 3500,
        "se": 10_500,
        "fo": 200,
        "m": {"file_id": "f_1"},
        "own": 1,
    }
    assert tree["d"] == 9000


@pytest.mark.parametrize(
    ("speed", "ss", "se"), [(1.25, 1250, 2500), (0.5, 500, 1000), (1.1, 1100, 2200), (3, 3000, 6000)]
)
def test_the_source_moves_at_the_clips_speed(speed: float, ss: int, se: int):
    tree = kept(draft(track("voice", {"d": 10_000, "src": "a", "sp": speed})), (1000, 2000))
    assert tree["t"][0]["sg"] == [{"d": 1000, "src": "a", "sp": speed, "ss": ss, "se": se}]


def test_minimal_drafts_stay_minimal():
    tree = kept(draft({"tt": 1, "sg": [{"d": 1000, "src": "a"}, {"d": 1000, "src": "b"}]}), (500, 2000))
    assert tree["t"] == [{"tt": 1, "sg": [{"d": 500, "src": "a", "ss": 500}, {"d": 1000, "src": "b"}]}]


def test_beds_shrink_and_keep_their_sources():
    bed = {"s": 0, "d": 10_000, "src": "music", "lp": True, "fo": 2500}
    timeline = draft(
        track("background", {"s": 0, "d": 10_000, "g": {"k": "color", "c": "#000000"}}),
        track("voice", {"s": 0, "d": 10_000, "src": "a"}),
        track("bgm", bed, {"s": 10_000, "d": 1000, "src": "b"}),
        track("overlay", {"s": 1000, "d": 2000, "src": "logo"}),
        d=11_000,
    )
    tree = kept(timeline, (0, 2000), (4000, 11_000))
    assert [len(item["sg"]) for item in tree["t"]] == [1, 2, 2, 1]
    assert tree["t"][2]["sg"] == [bed | {"d": 8000}, {"s": 8000, "d": 1000, "src": "b"}]
    assert tree["t"][3]["sg"] == [{"s": 1000, "d": 1000, "src": "logo"}]


def test_music_alone_is_cut_like_a_voice():
    tree = kept(draft(track("bgm", {"s": 0, "d": 9000, "src": "song"})), (3000, 9000))
    assert tree["t"][0]["sg"] == [{"s": 0, "d": 6000, "src": "song", "ss": 3000}]


def test_a_main_picture_shrinks_and_a_main_video_is_cut():
    timeline = draft(
        track("main", {"d": 4000, "src": "https://x/a.png"}), track("main", {"d": 4000, "src": "v.mp4"}, id="m2")
    )
    tree = kept(timeline, (1000, 4000))
    assert tree["t"][0]["sg"] == [{"d": 3000, "src": "https://x/a.png"}]
    assert tree["t"][1]["sg"] == [{"d": 3000, "src": "v.mp4", "ss": 1000}]


def test_titles_go_shrink_or_slide():
    titles = [{"s": 0, "d": 900, "txt": "a"}, {"s": 900, "d": 1100, "txt": "b"}, {"s": 4000, "d": 500, "txt": "c"}]
    tree = kept(draft(track("title", *titles), d=6000), (1000, 6000))
    assert tree["t"][0]["sg"] == [{"s": 0, "d": 1000, "txt": "b"}, {"s": 3000, "d": 500, "txt": "c"}]
    assert tree["d"] == 5000


def test_cues_lose_the_words_that_are_mostly_gone():
    words = [("One,", 0, 400), ("two", 400, 400), ("three.", 800, 400)]
    timeline = draft(
        track("voice", {"d": 4000, "src": "a"}), track("caption", cue(1000, 1200, "One, two\nthree.", *words))
    )
    tree = kept(timeline, (0, 1100), (1700, 4000))
    # 100 of 400 ms of the first word stay, 100 of the second, all of the third
    assert tree["t"][1]["sg"] == [cue(1000, 600, "three.", ("three.", 200, 400))]
    tree = kept(timeline, (0, 1200), (1600, 4000))
    assert tree["t"][1]["sg"] == [
        cue(1000, 800, "One, two\nthree.", ("One,", 0, 200), ("two", 200, 200), ("three.", 400, 400))
    ]


def test_cues_without_words_stay_whole_where_any_part_is_left():
    timeline = draft(
        track("voice", {"d": 4000, "src": "a"}), track("caption", {"s": 1000, "d": 1000, "txt": "all of it"})
    )
    assert kept(timeline, (1990, 4000))["t"][1]["sg"] == [{"s": 0, "d": 10, "txt": "all of it"}]
    assert len(kept(timeline, (2000, 4000))["t"]) == 1


@pytest.mark.parametrize(
    ("text", "words", "gone", "left"),
    [
        ("So, um, we begin.", ["So", "um", "we", "begin"], {1}, "So, we begin."),
        ("So, um, we begin.", ["So,", "um,", "we", "begin."], {1}, "So, we begin."),
        ("one two\nthree", ["one", "two", "three"], {1}, "one\nthree"),
        ("one\ntwo three", ["one", "two", "three"], {1}, "one\nthree"),
        ("one\ntwo\nthree", ["one", "two", "three"], {1}, "one\nthree"),
        ("“One” two", ["One", "two"], {0}, "two"),
        ("今天，天气很好", ["今天", "天气", "很好"], {1}, "今天，很好"),
        ("today is fine", ["Today", "is", "fine"], {1}, "Today fine"),
        ("今天是", ["今", "地", "是"], {1}, "今是"),
    ],
)
def test_text_without_words(text: str, words: list[str], gone: set[int], left: str):
    assert text_without(text, words, [number not in gone for number in range(len(words))]) == left


def test_masks_move_with_the_sound():
    fx = [{"k": "mask", "s": 500, "d": 1000, "own": 1}, {"k": "mask", "s": 3500}, {"k": "other"}]
    tree = kept(draft(track("voice", {"d": 4000, "src": "a", "fx": fx})), (0, 1000), (3000, 4000))
    first, second = tree["t"][0]["sg"]
    assert first["fx"] == [{"k": "mask", "s": 500, "d": 500, "own": 1}, {"k": "other"}]
    assert second["fx"] == [{"k": "mask", "s": 500, "d": 500}, {"k": "other"}]


def test_a_waveform_of_a_clip_in_pieces_follows_the_track():
    wave = {"d": 4000, "g": {"k": "waveform", "of": "v-1"}}
    timeline = draft(track("waveform", wave), track("voice", {"id": "v-1", "d": 4000, "src": "a"}))
    assert kept(timeline, (0, 1000), (2000, 4000))["t"][0]["sg"][0]["g"]["of"] == "voice"
    assert kept(timeline, (1000, 4000))["t"][0]["sg"][0]["g"]["of"] == "v-1"


def test_what_the_source_does_not_hold_makes_no_piece():
    timeline = draft(track("voice", {"s": 0, "d": 4000, "src": "a", "se": 1500}), d=4000)
    assert kept(timeline, (0, 1000), (2000, 4000))["t"][0]["sg"] == [{"s": 0, "d": 1000, "src": "a", "se": 1000}]


def test_nothing_left():
    with pytest.raises(EditError) as caught:
        keep_ranges(draft(track("voice", {"d": 4000, "src": "a"})), [(5000, 6000)])
    assert caught.value.reason == "nothing_left"
    with pytest.raises(EditError) as caught:
        keep_ranges(draft(), [(0, 1)])
    assert caught.value.reason == "empty_timeline"


RANGES = st.lists(st.tuples(st.integers(0, 31_000), st.integers(0, 31_000)), min_size=1, max_size=5)


@given(RANGES, st.integers(0, 31_000))
def test_a_map_agrees_with_counting(ranges: list[tuple[int, int]], ms: int):
    held = joined(ranges, 30_000)
    times = TimeMap(held)
    assert times.at(ms) == sum(max(0, min(stop, ms) - start) for start, stop in held)
    assert times.holds(ms) == any(start <= ms < stop for start, stop in held)
    assert complement(complement(held, 30_000), 30_000) == held


@given(timelines(), RANGES)
def test_any_timeline_stays_valid_and_whole(timeline: Timeline, ranges: list[tuple[int, int]]):
    held = joined(ranges, timeline.length_ms)
    if not held:
        with pytest.raises(EditError):
            keep_ranges(timeline, ranges)
        return
    before = timeline_tree(timeline)
    tree = kept(timeline, *ranges)
    assert timeline_tree(timeline) == before
    total_ms = sum(stop - start for start, stop in held)
    assert keep_ranges(timeline, ranges).length_ms == total_ms
    if held == [(0, timeline.length_ms)]:
        assert tree == before
    expected = unknown_values(before) - gone_values(timeline, held)
    assert expected <= unknown_values(tree)


def gone_values(timeline: Timeline, held: list[tuple[int, int]]) -> set[str]:
    """The unknown values of what the ripple may take away: segments, words and masks of which a part is not kept."""
    values: set[str] = set()
    for item in timeline.tracks:
        tree = item.model_dump(mode="json", by_alias=True, exclude_unset=True)
        whole = [
            any(low <= start and start + segment.length_ms <= high for low, high in held)
            for start, segment in item.placed()
        ]
        if not any(whole):
            values |= unknown_values(tree)
        for segment, safe in zip(tree["sg"], whole, strict=True):
            if not safe:
                values |= unknown_values(segment)
    return values


@given(timelines(must=("voice", "caption")), RANGES)
def test_words_keep_their_place_in_the_source(timeline: Timeline, ranges: list[tuple[int, int]]):
    held = joined(ranges, timeline.length_ms)
    if not held:
        return
    whole = {
        place for place in source_places(timeline) if any(low <= place[1] and place[2] <= high for low, high in held)
    }
    after = source_places(keep_ranges(timeline, ranges))
    for text, _, _, source, at in whole:
        assert any(text == other[0] and source == other[3] and abs(at - other[4]) <= 1 for other in after), (text, at)


def source_places(timeline: Timeline) -> set[tuple[str, int, int, str, Fraction]]:
    """Text, start and end on the timeline, source and place in it of each word over the first voice that plays."""
    places: set[tuple[str, int, int, str, Fraction]] = set()
    clips = [clip for item in timeline.with_role("voice") for clip in item.placed()]
    for item in timeline.with_role("caption"):
        for start_ms, segment in item.placed():
            for word in segment.words or ():
                at = start_ms + word.start_ms
                for begin, clip in clips:
                    if begin <= at < begin + clip.length_ms:
                        speed = Fraction(str(clip.speed or 1))
                        place = (clip.source_start_ms or 0) + (at - begin) * speed
                        places.add((word.text, at, at + word.length_ms, clip.source or "", place))
    return places


@given(timelines())
def test_what_is_not_touched_is_shared(timeline: Timeline):
    length_ms = timeline.length_ms
    if length_ms < 2:
        return
    after = keep_ranges(timeline, [(0, length_ms - 1)])
    held = {id(segment) for item in after.tracks for segment in item.segments}
    for item in timeline.tracks:
        for start_ms, segment in item.placed():
            waves = segment.generator is not None and segment.generator.kind == "waveform"
            if start_ms + segment.length_ms < length_ms and not waves:
                assert id(segment) in held, json.dumps(segment.model_dump(mode="json", exclude_unset=True))
