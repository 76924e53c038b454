"""Measures the recogniser: word errors, word times, words over no speech, languages, cost and memory.

    CORPUS_DIR=... python bench/speech.py [english] [plain] [ring] [quiet] [languages]

Every part runs in a process of its own, so that its memory is its own. The corpus is a folder of sound files with a
`manifest.csv` (columns file, language, kind, transcript). Tables are printed as `docs/benchmarks.md` shows them.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavereel.media.decode import decode_audio
from wavereel.speech.activity import RATE_HZ, speech_pieces
from wavereel.speech.align import Aligner
from wavereel.speech.recognise import RecogniseOptions, recognise
from wavereel.speech.words import Word, retime

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Entry:
    """A row of the manifest."""

    path: Path
    language: str
    kind: str
    transcript: str


def manifest() -> list[Entry]:
    """All files of the corpus."""
    folder = Path(os.environ["CORPUS_DIR"])
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return [
            Entry(folder / row["file"], row["language"], row["kind"], row["transcript"]) for row in csv.DictReader(file)
        ]


def english() -> list[Entry]:
    """The English files that have a transcript."""
    return [entry for entry in manifest() if entry.language == "en" and entry.transcript]


def sound_of(path: Path) -> Sound:
    """A whole file as mono at 16 kHz."""
    return np.concatenate([block.reshape(-1) for block in decode_audio(path, rate_hz=RATE_HZ, mono=True)])


class Errors:
    """Word errors against references, pooled."""

    def __init__(self) -> None:
        from whisper_normalizer.english import EnglishTextNormalizer

        self._normal: Any = EnglishTextNormalizer()
        self.substituted = self.deleted = self.inserted = self.reference_words = 0

    def add(self, reference: str, heard: str) -> float:
        """Word error rate of one text in percent; its errors join the pool."""
        import jiwer

        result = jiwer.process_words(self._normal(reference), self._normal(heard) or "-")
        words = result.hits + result.substitutions + result.deletions
        self.substituted += result.substitutions
        self.deleted += result.deletions
        self.inserted += result.insertions
        self.reference_words += words
        return 100 * (result.substitutions + result.deletions + result.insertions) / words

    @property
    def summary(self) -> str:
        """The pooled rate and its parts."""
        return f"{self.pooled:.2f} % (S {self.substituted} D {self.deleted} I {self.inserted})"

    @property
    def pooled(self) -> float:
        """Word error rate of all texts together, in percent."""
        return 100 * (self.substituted + self.deleted + self.inserted) / max(1, self.reference_words)


def shares(starts: list[int]) -> str:
    """Median, tail and bias of start errors in ms."""
    far = sorted(map(abs, starts))
    over = {limit: 100 * sum(error > limit for error in far) / len(far) for limit in (100, 250)}
    return (
        f"median {far[len(far) // 2]} ms, p90 {far[len(far) * 9 // 10]} ms, over 100 ms {over[100]:.1f} %, "
        f"over 250 ms {over[250]:.1f} %, bias {sorted(starts)[len(starts) // 2]} ms, {len(far)} words"
    )


def text_of(words: tuple[Word, ...]) -> str:
    """Words as a text that the normaliser reads."""
    return " ".join(word.text for word in words)


def start_errors(entry: Entry, sound: Sound, words: tuple[Word, ...]) -> list[int]:
    """How far the starts of rightly heard words lie from an alignment of the true transcript, in ms, late positive.

    The true words are aligned over whole pieces of speech, not over the groups that the recogniser aligns.
    """
    truth = retime(words, entry.transcript)
    aligner = Aligner()
    errors: list[int] = []
    for _, pieces in speech_pieces([sound]):
        for piece in pieces:
            inside = [w for w in truth if piece.start // 16 <= (w.start_ms + w.end_ms) // 2 < piece.stop // 16]
            aligned = aligner.align(inside, piece.sound, piece.origin // 16, timed=False)
            for true, found in zip(aligned.words, aligned.found, strict=True):
                near = [w.start_ms - true.start_ms for w in words if plain(w.text) == plain(true.text)]
                if found and near and abs(best := min(near, key=abs)) < 1000:
                    errors.append(best)
    return errors


def plain(text: str) -> str:
    """A word as it is compared."""
    return "".join(char for char in text.lower() if char.isalnum())


def run_english() -> dict[str, object]:
    """Word errors, word times and cost on the English files, default engine."""
    errors, starts, rows = Errors(), [], []
    cpu_s = sound_s = load_s = 0.0
    refused = broken = 0
    begin = time.process_time()
    recognise(iter([np.zeros(RATE_HZ, np.float32)]), RecogniseOptions())
    load_s = time.process_time() - begin
    for entry in english():
        sound = sound_of(entry.path)
        begin = time.process_time()
        result = recognise(iter([sound]), RecogniseOptions())
        used = time.process_time() - begin
        cpu_s += used
        sound_s += len(sound) / RATE_HZ
        rate = errors.add(entry.transcript, text_of(result.words))
        refused += bool(result.notices)
        edges = [edge for word in result.words for edge in (word.start_ms, word.end_ms)]
        broken += edges != sorted(edges) or any(w.end_ms <= w.start_ms for w in result.words)
        broken += bool(edges) and edges[-1] > -(-len(sound) // 16)
        rows.append((entry.path.name, rate, used / (len(sound) / RATE_HZ)))
        starts += start_errors(entry, sound, result.words)
    rows.sort(key=lambda row: -row[1])
    files = len(rows)
    return {
        "files": {name: f"{rate:.1f} %, {cost:.3f} CPU s/s" for name, rate, cost in rows},
        "word error rate, pooled": errors.summary,
        "worst file": f"{rows[0][0]} {rows[0][1]:.1f} %",
        "files with something refused": refused,
        "files with times out of order": broken,
        "word starts": shares(starts),
        "CPU s per second of sound": f"{(cpu_s - load_s * files) / sound_s:.4f}; with loading {cpu_s / sound_s:.4f}",
        "loading": f"{load_s:.2f} CPU s",
    }


def run_plain() -> dict[str, object]:
    """The same files by a plain batched run of the same weights: what the cost is compared with."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from wavereel.speech.weights import TINY_EN, find_weights

    model = WhisperModel(str(find_weights(TINY_EN).folder), device="cpu", compute_type="int8", cpu_threads=1)
    errors = Errors()
    cpu_s = sound_s = 0.0
    for entry in english():
        sound = sound_of(entry.path)
        begin = time.process_time()
        segments, _ = BatchedInferencePipeline(model).transcribe(
            sound, language="en", beam_size=1, batch_size=8, word_timestamps=True
        )
        text = " ".join(segment.text for segment in segments)
        cpu_s += time.process_time() - begin
        sound_s += len(sound) / RATE_HZ
        errors.add(entry.transcript, text)
    return {
        "word error rate, pooled": f"{errors.pooled:.2f} %",
        "CPU s per second of sound": f"{cpu_s / sound_s:.4f}",
    }


def ring(minutes: int) -> list[tuple[str, Path | None, tuple[int, int | None]]]:
    """English files one after the other, with a second of silence, room tone or 20 s of music between them.

    Returns:
        Transcript (empty for what lies between), file (`None` for silence) and range of samples of every part.
    """
    by_name = {entry.path.name: entry for entry in manifest()}
    tone, music = by_name["silence_room_tone.wav"].path, by_name["music_sugar_plum.ogg"].path
    between = [(None, (0, RATE_HZ)), (tone, (0, None)), (music, (20 * RATE_HZ, 40 * RATE_HZ))]
    round_s = sum(len(sound_of(entry.path)) for entry in english()) / RATE_HZ + 14 * 29 / 3
    parts: list[tuple[str, Path | None, tuple[int, int | None]]] = []
    for turn in range(round(minutes * 60 / round_s * len(english()))):
        entry = english()[turn % len(english())]
        parts += [(entry.transcript, entry.path, (0, None)), ("", *between[turn % 3])]
    return parts


def run_ring(minutes: int = 30) -> dict[str, object]:
    """A long file: word errors, words inside the gaps, cost, memory."""
    parts = ring(minutes)
    gaps: list[tuple[int, int]] = []
    total = 0
    reading_s = 0.0

    def blocks() -> Iterator[Sound]:
        nonlocal total, reading_s
        for text, path, (start, stop) in parts:
            begin = time.process_time()
            sound = (np.zeros(RATE_HZ, np.float32) if path is None else sound_of(path))[start:stop]
            reading_s += time.process_time() - begin
            if not text:
                gaps.append((total // 16, (total + len(sound)) // 16))
            total += len(sound)
            yield sound

    begin = time.process_time()
    result = recognise(blocks(), RecogniseOptions())
    cpu_s = time.process_time() - begin - reading_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    errors = Errors()
    errors.add(" ".join(text for text, _, _ in parts if text), text_of(result.words))
    inside = sum(low + 300 <= (w.start_ms + w.end_ms) // 2 < high - 300 for low, high in gaps for w in result.words)
    return {
        "peak RSS while recognising": f"{peak_mb} MB",
        "length": f"{total / RATE_HZ / 60:.1f} min, {errors.reference_words} words",
        "word error rate": errors.summary,
        "words inside music, room tone and gaps": inside,
        "CPU s per second of sound": f"{cpu_s / (total / RATE_HZ):.4f}",
        "notices": result.notices,
    }


def quiet_sounds() -> dict[str, Sound]:
    """Twelve sounds of a minute each in which nobody speaks."""
    count = 60 * RATE_HZ
    rng = np.random.default_rng(7)
    white = rng.standard_normal(count).astype(np.float32)
    t = np.arange(count) / RATE_HZ
    spectrum = np.fft.rfft(white)
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 1.0)
    pink = np.fft.irfft(spectrum / np.sqrt(frequency), count)
    brown = np.fft.irfft(spectrum / frequency, count)
    notes = 220 * 2 ** (rng.integers(0, 24, 240) / 12)
    melody = np.sin(2 * np.pi * np.cumsum(np.repeat(notes, count // 240)) / RATE_HZ) * np.exp(-3 * (t * 4 % 1))
    clicks = np.zeros(count)
    clicks[:: RATE_HZ // 2] = 0.9
    sounds = {
        "silence": np.zeros(count),
        "white -20 dBFS": white * 0.1,
        "white -40 dBFS": white * 0.01,
        "white -60 dBFS": white * 0.001,
        "brown": brown / np.abs(brown).max() * 0.5,
        "pink": pink / np.abs(pink).max() * 0.5,
        "noise in 4 Hz bursts": white * 0.1 * (np.sin(2 * np.pi * 4 * t) > 0),
        "tone 440 Hz": np.sin(2 * np.pi * 440 * t) * 0.3,
        "hum 50 Hz": sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 8)) * 0.2,
        "melody": melody * 0.4,
        "clicks": clicks,
        "ring tone": np.sin(2 * np.pi * 425 * t) * 0.3 * ((t % 5) < 1),
    }
    return {name: np.asarray(sound, np.float32) for name, sound in sounds.items()}


def run_quiet() -> dict[str, object]:
    """Words over sounds without speech: none are wanted."""
    counts: dict[str, object] = {}
    for name, sound in quiet_sounds().items():
        counts[name] = len(recognise(iter([sound]), RecogniseOptions()).words)
    for entry in manifest():
        if entry.language == "zxx":
            counts[entry.path.name] = len(recognise(iter([sound_of(entry.path)]), RecogniseOptions()).words)
    return {"words": counts, "all": sum(int(str(count)) for count in counts.values())}


def run_languages() -> dict[str, object]:
    """Files that are not English: the language found, errors in words or characters, cost."""
    import jiwer
    from whisper_normalizer.basic import BasicTextNormalizer

    normal: Any = BasicTextNormalizer()
    rows: dict[str, object] = {}
    for entry in manifest():
        if entry.language in {"en", "zxx"}:
            continue
        sound = sound_of(entry.path)
        begin = time.process_time()
        result = recognise(iter([sound]), RecogniseOptions())
        used = time.process_time() - begin
        row = f"{entry.language} -> {result.language or '-'}, {used / (len(sound) / RATE_HZ):.2f} CPU s/s"
        if entry.transcript and result.words:
            truth, heard = normal(entry.transcript), normal(text_of(result.words))
            if entry.language in {"zh", "ja"}:
                truth, heard = " ".join(truth.replace(" ", "")), " ".join(heard.replace(" ", ""))
            row += (
                f", {100 * jiwer.wer(truth, heard):.1f} % {'characters' if entry.language in {'zh', 'ja'} else 'words'}"
            )
        rows[entry.path.name] = row
    return rows


PARTS = {"english": run_english, "plain": run_plain, "ring": run_ring, "quiet": run_quiet, "languages": run_languages}


def main() -> int:
    """Run the parts that are named, or all."""
    if not os.environ.get("CORPUS_DIR"):
        print("set CORPUS_DIR to the folder of the corpus: nothing was measured")
        return 0
    if len(sys.argv) == 3 and sys.argv[1] == "--part":
        result = PARTS[sys.argv[2]]()
        result["peak RSS"] = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        print(json.dumps(result, ensure_ascii=False))
        return 0
    for name in sys.argv[1:] or PARTS:
        done = subprocess.run([sys.executable, __file__, "--part", name], check=True, capture_output=True, text=True)
        print(f"\n## {name}\n\n| what | measured |\n| --- | --- |")
        for key, value in json.loads(done.stdout.splitlines()[-1]).items():
            shown = "; ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else value
            print(f"| {key} | {shown} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
