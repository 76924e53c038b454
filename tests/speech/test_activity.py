import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.speech.fakes import bursts, loud_spans

from wavereel.speech.activity import (
    MAX_GAP_SAMPLES,
    MAX_PIECE_SAMPLES,
    RATE_HZ,
    find_speech,
    group_spans,
    level,
    rewindow,
    speech_pieces,
)

RNG = np.random.default_rng(3)


def noise(seconds: float, gain: float = 0.1) -> np.ndarray:
    return (RNG.standard_normal(round(seconds * RATE_HZ)) * gain).astype(np.float32)


@pytest.mark.parametrize("gain", [0.004, 0.1, 0.5])
def test_speech_is_brought_to_one_level(gain: float):
    levelled = level(noise(10, gain))
    assert np.sqrt(np.mean(levelled**2)) == pytest.approx(0.0625, rel=0.03)


def test_a_loud_click_does_not_turn_a_quiet_voice_down():
    quiet = noise(6, 0.01)
    clicked = quiet.copy()
    clicked[3 * RATE_HZ : 3 * RATE_HZ + 1600] = noise(0.1, 0.5)
    before, after = level(quiet), level(clicked)
    beside = slice(2 * RATE_HZ, 3 * RATE_HZ - 1600)
    assert np.sqrt(np.mean(after[beside] ** 2) / np.mean(before[beside] ** 2)) > 0.6


def test_levelling_stops_at_thirty_decibels():
    levelled = level(noise(5, 1e-5))
    assert np.sqrt(np.mean(levelled**2)) == pytest.approx(31.6e-5, rel=0.03)
    assert not level(np.zeros(RATE_HZ, np.float32)).any()
    assert len(level(np.zeros(0, np.float32))) == 0


def test_levelling_leaves_its_input_alone():
    sound = noise(1)
    before = sound.copy()
    level(sound)
    assert np.array_equal(sound, before)


@given(st.lists(st.integers(0, 700), max_size=12), st.integers(1, 500))
def test_blocks_of_any_length_become_windows(lengths: list[int], size: int):
    total = np.arange(sum(lengths), dtype=np.float32)
    blocks = np.split(total, np.cumsum(lengths)[:-1]) if lengths else []
    windows = list(rewindow(blocks, size))
    assert np.array_equal(np.concatenate(windows) if windows else np.zeros(0, np.float32), total)
    assert all(len(window) == size for window in windows[:-1])


def test_samples_that_are_no_numbers_are_silent():
    window = next(rewindow([np.array([[np.nan], [np.inf], [-np.inf], [0.5]], np.float32)]))
    assert window.tolist() == [0.0, 0.0, 0.0, 0.5]


@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(1, MAX_PIECE_SAMPLES)), max_size=30))
def test_groups_keep_every_span_and_their_limits(steps: list[tuple[int, int]]):
    spans: list[tuple[int, int]] = []
    at = 0
    for gap, length in steps:
        spans.append((at + gap, at + gap + length))
        at += gap + length
    groups = group_spans(spans)
    assert [span for group in groups for span in group] == spans
    for group in groups:
        assert group[-1][1] - group[0][0] <= MAX_PIECE_SAMPLES
        assert all(b[0] - a[1] <= MAX_GAP_SAMPLES for a, b in itertools.pairwise(group))


def test_no_speech_is_lost_or_doubled_at_the_seams_of_windows():
    sound = bursts(40, 5.0, 3.0)
    pieces = [piece for _, found in speech_pieces([sound], loud_spans) for piece in found]
    spans = [span for piece in pieces for span in piece.spans]
    assert len(spans) == 40
    assert [round(start / RATE_HZ, 1) for start, _ in spans] == [index * 5.0 + 0.5 for index in range(40)]
    assert all(piece.stop - piece.start <= MAX_PIECE_SAMPLES for piece in pieces)


@pytest.mark.parametrize("block", [1600, 48_000, 777_777])
def test_pieces_do_not_depend_on_the_blocks(block: int):
    sound = bursts(30, 4.0, 2.0)
    whole = [piece for _, found in speech_pieces([sound], loud_spans) for piece in found]
    cut = [
        piece
        for _, found in speech_pieces((sound[at : at + block] for at in range(0, len(sound), block)), loud_spans)
        for piece in found
    ]
    assert [(p.start, p.stop, p.spans) for p in cut] == [(p.start, p.stop, p.spans) for p in whole]
    assert all(np.array_equal(a.sound, b.sound) for a, b in zip(cut, whole, strict=True))


def test_a_piece_holds_its_sound_and_a_margin():
    sound = bursts(2, 10.0, 2.0)
    piece = next(piece for _, found in speech_pieces([sound], loud_spans) for piece in found)
    assert len(piece.cut(piece.start, piece.stop)) == piece.stop - piece.start
    assert piece.start - piece.origin == round(0.4 * RATE_HZ)
    assert piece.seconds == pytest.approx(2.0, abs=0.2)


def test_speech_without_a_pause_is_cut_into_pieces():
    sound = np.full(150 * RATE_HZ, 0.2, np.float32)
    pieces = [piece for _, found in speech_pieces([sound], loud_spans) for piece in found]
    assert pieces[0].start == 0
    assert pieces[-1].stop == len(sound)
    assert all(b.start == a.stop for a, b in itertools.pairwise(pieces))


def test_windows_are_read_one_at_a_time():
    read = 0

    def blocks():
        nonlocal read
        for _ in range(10):
            read += 1
            yield np.zeros(60 * RATE_HZ, np.float32)

    reader = speech_pieces(blocks(), loud_spans)
    next(reader)
    assert read <= 3


@pytest.mark.parametrize("kind", ["silence", "white", "tone", "clicks"])
def test_no_voice_is_heard_where_nobody_speaks(kind: str):
    count = 20 * RATE_HZ
    sound = np.zeros(count, np.float32)
    if kind == "white":
        sound = noise(20)
    elif kind == "tone":
        sound = (0.3 * np.sin(2 * np.pi * 440 * np.arange(count) / RATE_HZ)).astype(np.float32)
    elif kind == "clicks":
        sound[:: RATE_HZ // 2] = 0.9
    assert find_speech(level(sound)) == []
