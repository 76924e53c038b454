"""Sounds and captions to measure with: speech of the corpus, or noise that moves like it, as long as wanted."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from wavereel.media.decode import decode_audio
from wavereel.media.signals import speech_like

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE_HZ = 48_000
BLOCK_S = 600
"""Length of the stretch that long inputs repeat."""

_SENTENCE = "the sound of a voice is a picture of the air and every word leaves a line that somebody can read later"


def corpus_speech() -> list[Path]:
    """The English speech of the corpus; empty, and said, where `CORPUS_DIR` is not set."""
    name = os.environ.get("CORPUS_DIR")
    if not name:
        print("CORPUS_DIR is not set: measuring with noise that moves like speech")
        return []
    with (Path(name) / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == "en" and row["transcript"]]
    return [Path(name) / row["file"] for row in rows]


def write_mp3(path: Path, length_s: int) -> Path:
    """An MP3 of `length_s` seconds: ten minutes are coded, and longer ones repeat the coded frames."""
    coded_s = min(length_s, BLOCK_S)
    with av.open(str(path), "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as file:
        stream = file.add_stream("libmp3lame", rate=RATE_HZ, layout="stereo", format="fltp")
        stream.bit_rate = 128_000
        place = 0
        for block in _blocks(coded_s * RATE_HZ):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE_HZ, place
            place += len(block)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    coded = path.read_bytes()
    with path.open("ab") as file:
        for _ in range(length_s // coded_s - 1):
            file.write(coded)
    return path


def write_srt(path: Path, length_s: int) -> Path:
    """A subtitle file with a cue of seven words every three seconds."""
    spoken = _SENTENCE.split()
    cues: list[str] = []
    for number, start_s in enumerate(range(0, length_s - 3, 3)):
        words = " ".join(spoken[(number * 7 + index) % len(spoken)] for index in range(7))
        cues.append(
            f"{number + 1}\n{_clock(start_s * 1000)} --> {_clock(start_s * 1000 + 2800)}\n{words.capitalize()}.\n"
        )
    path.write_text("\n".join(cues), encoding="utf-8")
    return path


def _blocks(samples: int) -> Iterator[NDArray[np.float32]]:
    left = samples
    for block in _endless():
        yield block[:left]
        left -= len(block)
        if left <= 0:
            return


def _endless() -> Iterator[NDArray[np.float32]]:
    files = corpus_speech()
    while True:
        for path in files:
            yield from decode_audio(path)
        if not files:
            yield speech_like(30 * RATE_HZ)


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"
