"""Exact time: rates as fractions, milliseconds, frames and samples as integers, and the only rounding between them.

A draft counts integer milliseconds. Frame `n` shows the timeline at `n / fps` seconds, ranges are half-open, and the
mix runs at 48 kHz, so that one millisecond is 48 samples. Rounding lives here because truncation elsewhere moves
a third of all frames.
"""

from __future__ import annotations

import re
from fractions import Fraction

from wavereel.errors import UsageError

SAMPLE_RATE_HZ = 48_000
"""Rate of every mix. A multiple of 1000, so that draft times fall on samples."""

SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000

MAX_MS = 86_400_000
"""The longest draft, one day: the bound of `ms` in the draft's schema."""

_NTSC_RATES = {
    Fraction("23.976"): Fraction(24_000, 1001),
    Fraction("23.98"): Fraction(24_000, 1001),
    Fraction("29.97"): Fraction(30_000, 1001),
    Fraction("47.952"): Fraction(48_000, 1001),
    Fraction("59.94"): Fraction(60_000, 1001),
    Fraction("119.88"): Fraction(120_000, 1001),
}

_RATE = re.compile(r"\d{1,6}(?:\.\d{1,20})?(?:/\d{1,6})?", re.ASCII)
"""What `Fraction` may be given: with an exponent it would build a number of a billion digits."""


def exact_fps(fps: float | str | Fraction) -> Fraction:
    """The rate meant by a number: 29.97 means 30000/1001, as SMPTE rates are written short.

    Raises:
        UsageError: Not a number, or outside 0 < fps <= 120.
    """
    try:
        if not isinstance(fps, Fraction) and not _RATE.fullmatch(str(fps)):
            raise ValueError
        rate = fps if isinstance(fps, Fraction) else Fraction(str(fps))
    except (ValueError, ZeroDivisionError):
        raise UsageError(
            f"{fps!r} is not a frame rate", hint="write a number such as 30, 29.97 or 30000/1001"
        ) from None
    rate = _NTSC_RATES.get(round_rate(rate), rate).limit_denominator(1001)
    if not 0 < rate <= 120:
        raise UsageError(f"{fps} frames a second is out of range", hint="use a rate above 0 and up to 120")
    return rate


def round_rate(rate: Fraction) -> Fraction:
    """A rate to three decimals, the precision in which NTSC rates are written down."""
    return Fraction(round(rate * 1000), 1000)


def round_half_up(value: Fraction) -> int:
    """The nearest integer, halves upward: the one rounding rule of the project."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def frame_count(length_ms: int, fps: Fraction) -> int:
    """How many frames show `length_ms`: the last one may reach past the end."""
    return -(-length_ms * fps.numerator // (1000 * fps.denominator))


def first_frame_at(ms: int, fps: Fraction) -> int:
    """The first frame whose time is `ms` or later.

    A range `[a, b)` of milliseconds is on screen in the frames `[first_frame_at(a), first_frame_at(b))`.
    """
    return frame_count(ms, fps)


def frame_showing(ms: int, fps: Fraction) -> int:
    """The frame that is on screen at `ms`: the last one whose time is not later."""
    return ms * fps.numerator // (1000 * fps.denominator)


def frame_ms(frame: int, fps: Fraction) -> Fraction:
    """The exact time of a frame, in milliseconds."""
    return Fraction(frame * 1000 * fps.denominator, fps.numerator)


def ms_samples(ms: int) -> int:
    """Samples of the mix in `ms` milliseconds; exact."""
    return ms * SAMPLES_PER_MS


def frame_sample(frame: int, fps: Fraction) -> int:
    """The sample of the mix that sounds when `frame` appears, rounded to the nearest."""
    return round_half_up(Fraction(frame * SAMPLE_RATE_HZ * fps.denominator, fps.numerator))


def samples_ms(samples: int, rate_hz: int = SAMPLE_RATE_HZ) -> int:
    """Length of `samples` in milliseconds, rounded up, as a draft writes the length of a source."""
    return -(-samples * 1000 // rate_hz)


_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,6})?)")
_UNITS = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m(?!s))?(?:(\d{1,6}(?:\.\d{1,6})?)s)?(?:(\d{1,9})ms)?")
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,6})?")


def parse_time(text: str) -> int:
    """Milliseconds meant by `90`, `90.5`, `1:30`, `1:02:03.5`, `90s`, `1m30s`, `1h` or `1500ms`.

    Raises:
        UsageError: Not a time, or longer than a day.
    """
    plain = text.strip().lower()
    ms: Fraction | None = None
    if clock := _CLOCK.fullmatch(plain):
        hours, minutes, seconds = clock.groups()
        if Fraction(seconds) < 60 and (hours is None or int(minutes) < 60):
            ms = (int(hours or 0) * 3600 + int(minutes) * 60 + Fraction(seconds)) * 1000
    elif _SECONDS.fullmatch(plain):
        ms = Fraction(plain) * 1000
    elif plain and (units := _UNITS.fullmatch(plain)):
        hours, minutes, seconds, millis = units.groups()
        ms = (int(hours or 0) * 3600 + int(minutes or 0) * 60 + Fraction(seconds or 0)) * 1000 + int(millis or 0)
    if ms is None:
        raise UsageError(f"{text!r} is not a time", hint="write seconds (90), minutes (1:30) or hours (1:02:03.5)")
    if ms > MAX_MS:
        raise UsageError(f"{text!r} is longer than a day", hint="name a time of at most 24:00:00")
    return round_half_up(ms)


def parse_range(text: str) -> tuple[int, int | None]:
    """The half-open range of milliseconds meant by `1:30-2:10`; `1:30-` runs to the end and `-0:10` from the start.

    Raises:
        UsageError: Not a range, or one that ends before it starts.
    """
    start_text, dash, end_text = text.replace("–", "-").partition("-")
    if not dash or not (start_text.strip() or end_text.strip()):
        raise UsageError(f"{text!r} is not a range of time", hint="write START-END, for example 1:30-2:10")
    start_ms = parse_time(start_text) if start_text.strip() else 0
    end_ms = parse_time(end_text) if end_text.strip() else None
    if end_ms is not None and end_ms <= start_ms:
        raise UsageError(f"the range {text!r} ends before it starts", hint="write the earlier time first")
    return start_ms, end_ms


def format_time(ms: int, *, tenths: bool = False) -> str:
    """`1:02:03` or `2:03`, with one decimal where `tenths` is set; cut, not rounded, as a clock shows it."""
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{head}.{rest // 100}" if tenths else head
