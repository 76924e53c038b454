"""A sample of every look, for contact sheets: words of our own over a sound that behaves like speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.media.probe import probe
from wavereel.media.signals import speech_like, write_sound
from wavereel.render.sources import ASSET_SCHEME, Sources
from wavereel.service.facts import Shelf
from wavereel.speech.cues import make_cues
from wavereel.speech.words import Word
from wavereel.timeline.build import SoundFacts, Wishes, build_timeline
from wavereel.timeline.themes import load_theme

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.timeline.model import Timeline

SAMPLE_S = 8
SAMPLE_TEXT = "Every voice has a shape. Press play, and watch it draw itself on the screen."


def sample_timeline(
    folder: Path, *, theme: str = "midnight", waveform: str | None = None, size: tuple[int, int] = (1920, 1080)
) -> tuple[Timeline, Sources]:
    """A timeline of eight seconds in a theme, and its media.

    Args:
        folder: Where its sound is written.
        theme: One of the eight.
        waveform: A style instead of the theme's.
        size: The canvas in px.
    """
    path = folder / "sample.wav"
    if not path.exists():
        pauses = [(48_000 * second + 30_000, 48_000 * second + 40_000) for second in range(1, SAMPLE_S, 2)]
        sound = speech_like(48_000 * SAMPLE_S, dbfs=-20, seed=7, pauses=pauses)
        write_sound(path, sound, codec="pcm_s16le")
    shelf = Shelf()
    source = shelf.add(path, probe(path), "audio")
    texts = SAMPLE_TEXT.split()
    step = 7000 // len(texts)
    words = [Word(text, 300 + step * n, 300 + step * n + step - 40) for n, text in enumerate(texts)]
    facts = SoundFacts(
        file_id=source.removeprefix(ASSET_SCHEME),
        name="sample.wav",
        length_ms=SAMPLE_S * 1000,
        title="The Shape of a Voice" if waveform is None else waveform.replace("_", " ").capitalize(),
        show="Wavereel",
        number="42",
        has_speech=True,
        lang="en",
        media=tuple(shelf.entries),
    )
    narrow = size[0] <= size[1]
    wishes = Wishes(width=size[0], height=size[1], waveform=waveform, cues=make_cues(words, narrow=narrow))
    return build_timeline(facts, load_theme(theme), wishes), Sources(shelf.paths)
