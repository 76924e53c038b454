"""Sound as waveforms see it, computed: syllables, pauses and silence."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from wavereel.picture.waveform import WaveData


def talk(seconds: float = 4.0, fps: Fraction = Fraction(30), seed: int = 1, *, scope: bool = True) -> WaveData:
    """Syllables of random loudness and colour, with a pause in the middle and silence at the end."""
    rng = np.random.default_rng(seed)
    frames, ticks = int(seconds * fps), int(seconds * 50)
    at = np.arange(ticks) / 50
    loud = np.abs(np.sin(at * 7.3)) * (0.5 + 0.5 * np.sin(at * 2.1 + seed))
    loud[(at > 0.4 * seconds) & (at < 0.55 * seconds)] = 0
    loud[at > 0.85 * seconds] = 0
    nearest = np.minimum((np.arange(frames) * 50 / float(fps)).astype(int), ticks - 1)
    envelope = loud[nearest]
    color = 0.4 + 0.6 * rng.random((frames // 4 + 1, 64)).repeat(4, 0)[:frames]
    wave = np.sin(np.linspace(0, 20, 512)[None, :] + np.arange(frames)[:, None] * 0.7) * envelope[:, None]
    return WaveData(
        fps,
        np.rint(255 * envelope[:, None] * color).astype(np.uint8),
        np.rint(255 * envelope).astype(np.uint8),
        np.rint(255 * loud).astype(np.uint8),
        50,
        np.rint(120 * wave).astype(np.int8) if scope else None,
    )


def silence(frames: int, fps: Fraction = Fraction(30)) -> WaveData:
    """Nothing at all."""
    return WaveData(
        fps,
        np.zeros((frames, 64), np.uint8),
        np.zeros(frames, np.uint8),
        np.zeros(int(frames * 50 / fps) + 1, np.uint8),
        50,
        np.zeros((frames, 512), np.int8),
    )
