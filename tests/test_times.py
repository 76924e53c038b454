"""Time: exact integers, one rounding, and parsers that any text may be thrown at."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wavereel import times
from wavereel.errors import UsageError

RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(30), Fraction(60), Fraction(5), Fraction(30000, 1001)])
MS = st.integers(0, times.MAX_MS)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("30", Fraction(30)),
        (29.97, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (23.976023976023978, Fraction(24000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        (12.5, Fraction(25, 2)),
        (Fraction(120), Fraction(120)),
        (5, Fraction(5)),
    ],
)
def test_a_rate_written_short_is_exact(text, rate):
    assert times.exact_fps(text) == rate


@pytest.mark.parametrize(
    "text", ["", "0", "121", "-1", "x", "nan", "inf", "1/0", "1e-9", "1e999999999", 1e-9, float("nan"), "0.0001", "٣٠"]
)
def test_a_rate_out_of_range_is_refused(text):
    with pytest.raises(UsageError):
        times.exact_fps(text)


@pytest.mark.parametrize(
    ("value", "rounded"), [(Fraction(1, 2), 1), (Fraction(-1, 2), 0), (Fraction(3, 2), 2), (Fraction(149, 100), 1)]
)
def test_halves_go_up(value, rounded):
    assert times.round_half_up(value) == rounded


@pytest.mark.parametrize(
    ("ms", "fps", "frames"),
    [
        (0, 30, 0),
        (1, 30, 1),
        (33, 30, 1),
        (34, 30, 2),
        (1000, 30, 30),
        (1001, 30, 31),
        (10_000, Fraction(30000, 1001), 300),
    ],
)
def test_the_last_frame_may_reach_past_the_end(ms, fps, frames):
    assert times.frame_count(ms, Fraction(fps)) == frames


@given(MS, RATES)
def test_frames_and_milliseconds_agree(ms: int, fps: Fraction):
    shown = times.frame_showing(ms, fps)
    assert times.frame_ms(shown, fps) <= ms < times.frame_ms(shown + 1, fps)
    first = times.first_frame_at(ms, fps)
    assert times.frame_ms(first, fps) >= ms
    assert first == 0 or times.frame_ms(first - 1, fps) < ms


@given(st.integers(0, 2_000_000), RATES)
def test_frames_and_samples_agree(frame: int, fps: Fraction):
    sample = times.frame_sample(frame, fps)
    assert abs(Fraction(sample, times.SAMPLE_RATE_HZ) - frame / fps) <= Fraction(1, 2 * times.SAMPLE_RATE_HZ)


@pytest.mark.parametrize(
    ("samples", "rate", "ms"), [(0, 48000, 0), (1, 48000, 1), (48, 48000, 1), (49, 48000, 2), (44100, 44100, 1000)]
)
def test_the_length_of_a_source_is_rounded_up(samples: int, rate: int, ms: int):
    assert times.samples_ms(samples, rate) == ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90", 90_000),
        ("90.5", 90_500),
        ("1:30", 90_000),
        ("1:02:03.5", 3_723_500),
        ("90s", 90_000),
        ("1m30s", 90_000),
        ("1h", 3_600_000),
        ("1500ms", 1500),
        ("2m", 120_000),
        (" 0:00 ", 0),
        ("0.0005", 1),
        ("24:00:00", 86_400_000),
        ("90:00", 5_400_000),
    ],
)
def test_times_as_people_write_them(text: str, ms: int):
    assert times.parse_time(text) == ms


@pytest.mark.parametrize(
    "text", ["", " ", "x", "1:60", "1:61:00", "-1", "1:2:3:4", "24:00:00.001", "1e5", "nan", "1.5.5", "s", "5 minutes"]
)
def test_other_texts_are_refused_with_an_example(text: str):
    with pytest.raises(UsageError, match="1:30|24:00:00"):
        times.parse_time(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [("1:30-2:10", (90_000, 130_000)), ("1:30-", (90_000, None)), ("-0:10", (0, 10_000)), ("5–7", (5000, 7000))],
)
def test_ranges_as_people_write_them(text: str, span):
    assert times.parse_range(text) == span


@pytest.mark.parametrize("text", ["", "-", "5", "7-5", "5-5", "0-0", "1-2-3", "a-b"])
def test_other_ranges_are_refused(text: str):
    with pytest.raises(UsageError):
        times.parse_range(text)


@given(st.text(max_size=40) | st.text("0123456789:.-hms ٣", max_size=20))
@example("9" * 30)
@example("٣:٣٠")
def test_any_text_is_a_time_or_a_usage_error(text: str):
    for parse in (times.parse_time, times.parse_range, times.exact_fps):
        try:
            result = parse(text)
        except UsageError as error:
            assert "\n" not in str(error)
            continue
        numbers = result if isinstance(result, tuple) else (result,)
        assert all(number is None or 0 <= number <= times.MAX_MS for number in numbers)


@given(MS)
def test_a_formatted_time_reads_back_to_its_tenth(ms: int):
    assert times.parse_time(times.format_time(ms, tenths=True)) == ms - ms % 100
    assert times.parse_time(times.format_time(ms)) == ms - ms % 1000
