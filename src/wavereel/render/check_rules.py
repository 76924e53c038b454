"""Rules by which a file is judged: one function for each thing that a platform may say something about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wavereel.media.keys import KeyFacts
    from wavereel.media.mp4_boxes import Mp4Facts, Mp4Track
    from wavereel.timeline.platforms import Platform

Level = Literal["fail", "warn", "note", "ok"]

EQUAL_ENDS_TOLERANCE_S = Fraction(2, 1000)
"""One packet of AAC lasts ten times as long, so tracks that nobody made equal are further apart."""

LOUDNESS_TOLERANCE_LU = 1.0
TRUE_PEAK_TOLERANCE_DB = 0.1
BIT_RATE_TOLERANCE = 0.85
"""An encoder told a rate stays somewhat below it."""

FULL_SOUND_BIT_RATE = 192_000
"""Bits a second from which AAC-LC in stereo loses nothing that is heard."""

_CHROMA = {0: "monochrome", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `fail`: a limit is passed; `warn`: not as recommended; `note`: good to know; `ok`."""

    level: Level
    about: str
    message: str


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The sound as decoded: integrated loudness (ITU-R BS.1770-4), -inf for silence, and true peak."""

    loudness_lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was measured on a file; `keys` and `sound` are `None` where it has no such track."""

    mp4: Mp4Facts
    keys: KeyFacts | None
    sound: SoundFacts | None

    @property
    def video(self) -> Mp4Track | None:
        return next(iter(self.mp4.of_kind("vide")), None)

    @property
    def audio(self) -> Mp4Track | None:
        return next(iter(self.mp4.of_kind("soun")), None)


def judge(facts: FileFacts, platform: Platform) -> Iterator[Finding]:
    """All findings, picture first."""
    video, audio = facts.video, facts.audio
    if facts.mp4.fragmented:
        yield Finding("fail", "container", f"the file is fragmented; {_asks(platform)} a plain MP4")
        return
    if video is None or not video.samples:
        yield Finding("fail", "picture", f"there is no picture; {_asks(platform)} a video")
        return
    yield _ratio(video, platform)
    if platform.ratio_only:
        yield Finding("note", "limits", f"nothing but the ratio is known of {platform.title} ({platform.origin})")
        return
    yield from _size(video, platform)
    yield from _codec(video, platform)
    yield _range(video, platform)
    yield _frame_rate(video, platform)
    if facts.keys is not None:
        yield from _groups(facts.keys, video, platform)
        yield from _bit_rate(facts.keys, video, platform)
    yield _duration(facts, platform)
    yield _file_size(facts, platform)
    yield _order(facts, platform)
    yield _edit_lists(facts, platform)
    if audio is None or not audio.samples:
        yield Finding("warn", "sound", f"there is no sound; {_asks(platform)} AAC")
        return
    yield _ends(video, audio, facts, platform)
    yield from _audio(audio, platform)
    if facts.sound is not None:
        yield from _loudness(facts.sound, platform)


def _asks(platform: Platform) -> str:
    return f"{platform.title} ({platform.origin}) asks for"


def _takes(platform: Platform) -> str:
    return f"{platform.title} ({platform.origin}) takes"


def _ratio(video: Mp4Track, platform: Platform) -> Finding:
    shape = f"{video.width}x{video.height}"
    if video.width and video.height and platform.allows_ratio(video.width, video.height):
        return Finding("ok", "ratio", f"{shape} has an allowed ratio")
    if platform.ratio_range is not None:
        wanted = " to ".join(f"{float(ratio):.2f}:1" for ratio in platform.ratio_range)
    else:
        wanted = " or ".join(f"{ratio.numerator}:{ratio.denominator}" for ratio in platform.ratios)
    return Finding("fail", "ratio", f"{shape} is not {wanted}, which is what {_takes(platform)}")


def _size(video: Mp4Track, platform: Platform) -> Iterator[Finding]:
    shape = f"{video.width}x{video.height}"
    short, long = sorted((video.width, video.height))
    if platform.side_px and not (platform.side_px[0] <= short and long <= platform.side_px[1]):
        low, high = platform.side_px
        yield Finding("fail", "size", f"{shape} has a side outside {low} to {high} px, which {_takes(platform)}")
    elif platform.min_size_px and (short < min(platform.min_size_px) or long < max(platform.min_size_px)):
        least = "x".join(str(side) for side in platform.min_size_px)
        yield Finding("fail", "size", f"{shape} is smaller than {least}, the least that {_takes(platform)}")
    elif short < min(platform.size_px):
        wanted = "x".join(str(side) for side in platform.size_px)
        yield Finding("warn", "size", f"{shape} is smaller than {wanted}, which {_asks(platform)}")
    else:
        yield Finding("ok", "size", shape)


def _codec(video: Mp4Track, platform: Platform) -> Iterator[Finding]:
    avc = video.avc
    if avc is None:
        yield Finding(
            "fail", "codec", f"the picture is coded as {video.codec or 'nothing known'}; {_takes(platform)} H.264"
        )
        return
    pixels = f"{_CHROMA.get(avc.chroma, 'unknown chroma')} with {avc.bit_depth} bits"
    if (avc.chroma, avc.bit_depth) != (1, 8):
        yield Finding("fail", "pixel format", f"the picture is {pixels}; {_takes(platform)} 4:2:0 with 8 bits")
    else:
        yield Finding("ok", "pixel format", pixels)
    if platform.profile and avc.profile != platform.profile:
        yield Finding("warn", "profile", f"the profile is {avc.profile}; {_asks(platform)} {platform.profile}")
    else:
        yield Finding("ok", "codec", f"H.264 {avc.profile}, level {avc.level / 10:.1f}")
    if avc.interlaced:
        yield Finding("warn", "scan", f"the stream allows fields; {_asks(platform)} whole pictures")


def _range(video: Mp4Track, platform: Platform) -> Finding:
    stream, box = (video.avc.colour if video.avc else None), video.colour
    if (stream and stream.full_range) or (box and box.full_range):
        return Finding("fail", "range", f"the picture has full range; {_takes(platform)} limited range")
    if stream is None or box is None:
        silent = (
            "neither stream nor container says"
            if stream is box
            else f"the {'container' if stream else 'stream'} doesn't say"
        )
        return Finding("warn", "colour", f"{silent} which colours are meant; {_asks(platform)} BT.709")
    if (stream.primaries, stream.transfer, stream.matrix) != (box.primaries, box.transfer, box.matrix):
        return Finding("fail", "colour", "stream and container contradict each other on the colours")
    if (stream.primaries, stream.transfer, stream.matrix) != (1, 1, 1):
        codes = f"{stream.primaries}, {stream.transfer}, {stream.matrix}"
        return Finding("warn", "colour", f"the colours are not BT.709 but those of H.273 codes {codes}")
    return Finding("ok", "colour", "BT.709, limited range, in stream and container")


def _frame_rate(video: Mp4Track, platform: Platform) -> Finding:
    rate = f"{float(video.fps):.3f}".rstrip("0").rstrip(".")
    if platform.fps and not platform.takes_rate(video.fps):
        low, high = platform.fps
        span = f"{low} to {high}" if low else f"up to {high}"
        return Finding("fail", "frame rate", f"{rate} pictures a second; {_takes(platform)} {span}")
    if not video.uniform:
        return Finding("warn", "frame rate", f"the frame rate varies around {rate}; {_asks(platform)} a constant one")
    return Finding("ok", "frame rate", f"{rate} pictures a second, constant")


def _groups(keys: KeyFacts, video: Mp4Track, platform: Platform) -> Iterator[Finding]:
    if not keys.first_is_key:
        yield Finding("fail", "key pictures", "the first picture is no key picture, so the start cannot be decoded")
    if keys.closed is False:
        level: Level = "warn" if platform.closed_gop else "note"
        yield Finding(level, "closed GOP", f"groups of pictures are open; {_asks(platform)} closed ones")
    elif keys.closed:
        yield Finding("ok", "closed GOP", "every group of pictures is closed")
    seconds = f"{float(keys.longest_s):.2f} s"
    frame_s = 1 / video.fps if video.fps else Fraction(0)
    if platform.key_interval_s and keys.longest_s > platform.key_interval_s + frame_s:
        wanted = f"at most {float(platform.key_interval_s):g} s"
        yield Finding("warn", "key interval", f"key pictures are up to {seconds} apart; {_asks(platform)} {wanted}")
    else:
        yield Finding("ok", "key interval", f"a key picture every {seconds} or more often")


def _bit_rate(keys: KeyFacts, video: Mp4Track, platform: Platform) -> Iterator[Finding]:
    rate = float(video.media_bytes * 8 / video.length) if video.length else 0.0
    shown = f"{rate / 1e6:.2f} Mbit/s"
    wanted = platform.wanted_bit_rate(video.fps)
    if platform.max_bit_rate and rate > platform.max_bit_rate:
        most = f"at most {platform.max_bit_rate / 1e6:g} Mbit/s"
        yield Finding("warn", "bit rate", f"the picture has {shown}; {_asks(platform)} {most}")
    elif wanted and rate < wanted * BIT_RATE_TOLERANCE and not keys.constant_quality:
        least = f"{wanted / 1e6:g} Mbit/s"
        yield Finding("warn", "bit rate", f"the picture has {shown}; {_asks(platform)} {least}")
    elif wanted and rate < wanted * BIT_RATE_TOLERANCE:
        reason = f"of constant quality; the {wanted / 1e6:g} of {platform.title} are for pictures that all move"
        yield Finding("ok", "bit rate", f"{shown} {reason}")
    else:
        yield Finding("ok", "bit rate", shown)


def _duration(facts: FileFacts, platform: Platform) -> Finding:
    length_s = max([facts.mp4.length, *(track.length for track in facts.mp4.tracks)])
    shown = f"{float(length_s):.3f} s"
    low, high = platform.duration_ms
    if length_s * 1000 < low:
        return Finding(
            "fail", "duration", f"{shown} is shorter than {low / 1000:g} s, the least that {_takes(platform)}"
        )
    if high and length_s * 1000 > high:
        note = f"; {platform.duration_note}" if platform.duration_note else ""
        message = f"{shown} of container is longer than {high / 1000:g} s, the most that {_takes(platform)}{note}"
        return Finding("fail", "duration", message)
    return Finding("ok", "duration", shown)


def _file_size(facts: FileFacts, platform: Platform) -> Finding:
    size = facts.mp4.file_bytes
    low, high = platform.file_bytes
    if size < low:
        return Finding("fail", "file size", f"{size} bytes are less than {low}, the least that {_takes(platform)}")
    if high and size > high:
        return Finding("fail", "file size", f"{size} bytes are more than {high}, the most that {_takes(platform)}")
    return Finding("ok", "file size", f"{size / 1e6:.1f} MB")


def _order(facts: FileFacts, platform: Platform) -> Finding:
    if facts.mp4.moov_first:
        return Finding("ok", "index", "moov stands first")
    if platform.moov_first:
        return Finding("warn", "index", f"moov stands behind the media; {_asks(platform)} it first")
    return Finding("note", "index", "moov stands behind the media, so it cannot play while it loads")


def _edit_lists(facts: FileFacts, platform: Platform) -> Finding:
    if not platform.edit_lists and any(track.edits for track in facts.mp4.tracks):
        return Finding("fail", "edit lists", f"a track has an edit list; {_takes(platform)} none")
    if any(track.real_edits for track in facts.mp4.tracks):
        message = "a track has an edit list, as copied sound needs; a player that ignores it shows the sound late"
        return Finding("note", "edit lists", message)
    return Finding("ok", "edit lists", "none")


def _end_s(track: Mp4Track, mp4: Mp4Facts) -> Fraction:
    if track.edits:
        return Fraction(sum(edit.length for edit in track.edits), mp4.timescale)
    return track.length


def _ends(video: Mp4Track, audio: Mp4Track, facts: FileFacts, platform: Platform) -> Finding:
    apart_s = abs(_end_s(video, facts.mp4) - _end_s(audio, facts.mp4))
    shown = f"sound and picture end {float(apart_s * 1000):.1f} ms apart"
    if platform.equal_ends and apart_s > EQUAL_ENDS_TOLERANCE_S:
        return Finding("fail", "track ends", f"{shown}; {_takes(platform)} tracks of equal duration")
    if video.fps and apart_s > 1 / video.fps:
        return Finding("warn", "track ends", f"{shown}, more than a picture")
    return Finding("ok", "track ends", shown)


def _audio(audio: Mp4Track, platform: Platform) -> Iterator[Finding]:
    aac = audio.aac
    if aac is None:
        yield Finding(
            "fail", "sound", f"the sound is coded as {audio.codec or 'nothing known'}; {_takes(platform)} AAC"
        )
        return
    if aac.object_type not in {"", "AAC-LC"}:
        yield Finding("warn", "sound", f"the sound is {aac.object_type}; {_asks(platform)} AAC-LC")
    else:
        yield Finding("ok", "sound", f"AAC-LC, {aac.sample_rate_hz} Hz, {aac.channels} channels")
    if platform.max_audio_rate_hz and aac.sample_rate_hz > platform.max_audio_rate_hz:
        most = f"at most {platform.max_audio_rate_hz} Hz"
        yield Finding("warn", "sample rate", f"the sound has {aac.sample_rate_hz} Hz; {_asks(platform)} {most}")
    yield _sound_rate(audio, aac.bit_rate, platform)


def _sound_rate(audio: Mp4Track, stated: int, platform: Platform) -> Finding:
    """A rate is an upper bound to a coder: voices that are the same in both channels do not fill a high one."""
    measured = float(audio.media_bytes * 8 / audio.length) if audio.length else 0.0
    rate = max(stated, measured)
    shown = f"the sound has {rate / 1000:.0f} kbit/s; {_asks(platform)} {platform.audio_bit_rate // 1000} kbit/s"
    if rate < min(platform.audio_bit_rate, FULL_SOUND_BIT_RATE) * BIT_RATE_TOLERANCE:
        return Finding("warn", "sound rate", shown)
    if rate < platform.audio_bit_rate * BIT_RATE_TOLERANCE:
        return Finding("note", "sound rate", shown)
    return Finding("ok", "sound rate", f"{rate / 1000:.0f} kbit/s")


def _loudness(sound: SoundFacts, platform: Platform) -> Iterator[Finding]:
    if not math.isfinite(sound.loudness_lufs) or sound.loudness_lufs <= -70:
        yield Finding("note", "loudness", "the sound is silent")
        return
    shown = f"{sound.loudness_lufs:.1f} LUFS"
    if abs(sound.loudness_lufs - platform.loudness_lufs) > LOUDNESS_TOLERANCE_LU:
        yield Finding(
            "warn", "loudness", f"{shown}; {platform.title} ({platform.origin}) plays near {platform.loudness_lufs:g}"
        )
    else:
        yield Finding("ok", "loudness", shown)
    peak = f"{sound.true_peak_dbtp:.1f} dBTP"
    if sound.true_peak_dbtp > platform.true_peak_dbtp + TRUE_PEAK_TOLERANCE_DB:
        yield Finding("warn", "true peak", f"{peak}; {_asks(platform)} at most {platform.true_peak_dbtp:g}")
    else:
        yield Finding("ok", "true peak", peak)
