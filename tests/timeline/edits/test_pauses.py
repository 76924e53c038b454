"""Pauses and filler words go out of sound and captions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import attempt, check_valid, timelines

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.pauses import RemoveFillers, RemoveSilences, plain_word
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]


def cue(start_ms: int, text: str, *words: tuple[str, int, int]) -> Tree:
    items = [{"w": word, "s": start - start_ms, "d": stop - start} for word, start, stop in words]
    return {"s": start_ms, "d": words[-1][2] - start_ms, "txt": text, "wd": items}


def draft(*cues: Tree, length_ms: int = 10_000) -> Timeline:
    voice = {"tt": 1, "m": {"role": "voice"}, "sg": [{"id": "v-1", "s": 0, "d": length_ms, "src": "a"}]}
    return timeline_from_tree({"d": length_ms, "t": [voice, {"tt": 7, "m": {"role": "caption"}, "sg": list(cues)}]})


TALK = draft(
    cue(1000, "One um two.", ("One", 1000, 1500), ("um", 1500, 1800), ("two.", 1800, 2400)),
    cue(4000, "Three, uh, four", ("Three,", 4000, 4500), ("uh,", 4600, 4900), ("four", 5000, 5500)),
)


def voice(timeline: Timeline) -> list[tuple[int, int, int]]:
    return [(start, clip.length_ms, clip.source_start_ms or 0) for start, clip in timeline.tracks[0].placed()]


def cues(timeline: Timeline) -> list[tuple[int, int, str]]:
    return [(start, clip.length_ms, clip.text or "") for start, clip in timeline.tracks[1].placed()]


def test_silences_that_were_heard():
    notes: list[Note] = []
    after = RemoveSilences(ranges=((2400, 4000), (9000, 9200))).run(TALK, notes)
    check_valid(after)
    assert voice(after) == [(0, 2550, 0), (2550, 6150, 3850)]
    assert cues(after) == [(1000, 1400, "One um two."), (2700, 1500, "Three, uh, four")]
    assert after.length == 8700
    assert notes == [Note("removed_share", {"count": 1, "removed_s": "1.3"})]


def test_gaps_between_words():
    notes: list[Note] = []
    after = RemoveSilences().run(TALK, notes)
    # 0..1000, 2400..4000 and 5500..10000, less 150 ms on each side
    assert after.length == 10_000 - 700 - 1300 - 4200
    assert [note.key for note in notes] == ["by_words", "removed_share"]
    assert cues(after) == [(300, 1400, "One um two."), (2000, 1500, "Three, uh, four")]


def test_fillers_go_with_their_time():
    notes: list[Note] = []
    after = RemoveFillers().run(TALK, notes)
    check_valid(after)
    assert voice(after) == [(0, 1500, 0), (1500, 2800, 1800), (4300, 5100, 4900)]
    assert cues(after) == [(1000, 1100, "One two."), (3700, 1200, "Three, four")]
    assert notes == [Note("removed_words", {"count": 2, "removed_s": "0.6"})]
    words = after.tracks[1].segments[1].words or ()
    assert [(word.text, word.start_ms, word.length_ms) for word in words] == [("Three,", 0, 500), ("four", 700, 500)]


def test_chinese_fillers_in_signs_or_whole():
    timeline = draft(
        cue(
            0,
            "那个今天，嗯天气",
            ("那", 0, 100),
            ("个", 100, 200),
            ("今天", 200, 600),
            ("嗯", 600, 900),
            ("天气", 900, 1200),
        ),
        cue(2000, "那个好", ("那个", 2000, 2300), ("好", 2300, 2600)),
    )
    after = RemoveFillers().apply(timeline)
    assert cues(after) == [(0, 700, "今天，天气"), (1500, 300, "好")]


def test_fillers_of_several_words_and_whole_words_only():
    timeline = draft(cue(0, "You know umbrella", ("You", 0, 200), ("know", 200, 400), ("umbrella", 400, 900)))
    after = RemoveFillers(words=("you know", "um")).apply(timeline)
    assert cues(after) == [(0, 500, "umbrella")]


def test_a_cue_of_fillers_alone_goes():
    timeline = draft(cue(0, "Um.", ("Um.", 0, 400)), cue(1000, "So", ("So", 1000, 1400)))
    assert cues(RemoveFillers().apply(timeline)) == [(600, 400, "So")]


@pytest.mark.parametrize(
    ("text", "plain"), [("Um,", "um"), ("“Uh…”", "uh"), ("嗯。", "嗯"), ("it's", "it's"), ("—", ""), ("ÄH!", "äh")]
)
def test_plain_words(text: str, plain: str):
    assert plain_word(text) == plain


@pytest.mark.parametrize(
    ("edit", "timeline", "reason"),
    [
        (RemoveSilences(ranges=()), TALK, "no_silences"),
        (RemoveSilences(ranges=((100, 350),)), TALK, "no_silences"),
        (RemoveSilences(gap_ms=60_000), TALK, "no_silences"),
        (RemoveSilences(), draft(), "no_words"),
        (RemoveFillers(), draft(), "no_words"),
        (RemoveFillers(words=("basically",)), TALK, "no_fillers"),
        (RemoveSilences(), timeline_from_tree({"t": []}), "empty_timeline"),
    ],
)
def test_refusals(edit: Edit, timeline: Timeline, reason: str):
    with pytest.raises(EditError) as caught:
        edit.apply(timeline)
    assert caught.value.reason == reason


@given(timelines(must=("voice", "caption")), st.integers(100, 2000), st.integers(0, 400))
def test_any_pauses(timeline: Timeline, gap_ms: int, margin_ms: int):
    result = attempt(timeline, RemoveSilences(gap_ms=gap_ms, margin_ms=margin_ms))
    if result is not None:
        assert result[0].length_ms < timeline.length_ms
        assert sum(len(cue.words or ()) for t in result[0].with_role("caption") for cue in t.segments) == sum(
            len(cue.words or ()) for t in timeline.with_role("caption") for cue in t.segments
        )


@given(timelines(must=("voice", "caption")))
def test_any_fillers(timeline: Timeline):
    result = attempt(timeline, RemoveFillers())
    if result is not None:
        assert result[0].length_ms <= timeline.length_ms
        left = [w.text for t in result[0].with_role("caption") for cue in t.segments for w in cue.words or ()]
        assert not {"um", "uh"} & {plain_word(word) for word in left}
