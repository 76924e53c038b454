"""The three ways in which people work, written once and played by clients of different protocols.

Nothing here but the standard library: it also runs in the environments of other clients.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Hand(Protocol):
    """What a client can do, whatever it speaks."""

    async def begin(self) -> None:
        """Starts a session."""

    async def add(self, sound: Path) -> None:
        """Brings a file into it."""

    async def say(self, text: str) -> str:
        """Says something; the reply."""

    async def titles(self) -> list[str]:
        """The texts that stand on the timeline's title tracks, and the names of its sounds."""

    async def export(self, video: Path) -> None:
        """Makes the video and fetches it."""


async def quick(hand: Hand, corpus: Path, out: Path) -> list[Path]:
    """One file, one wish, one export."""
    await hand.begin()
    await hand.add(corpus / "en_jfk.flac")
    await told(hand, "turn my podcast audio into a video with captions and a waveform visual")
    await hand.export(out / "quick.mp4")
    return [out / "quick.mp4"]


async def batch(hand: Hand, corpus: Path, out: Path) -> list[Path]:
    """Several files one after the other, each with its own instructions."""
    made: list[Path] = []
    for name, wish in (
        ("en_libri_1088.wav", "make a vertical video of this with captions and a title that says Part one"),
        ("es_css10.flac", "make a square video of this with a circle waveform and a title that says Parte dos"),
    ):
        await hand.begin()
        await hand.add(corpus / name)
        await told(hand, wish)
        assert name in await hand.titles(), await hand.titles()
        made.append(out / f"batch-{Path(name).stem}.mp4")
        await hand.export(made[-1])
    return made


async def iterative(hand: Hand, corpus: Path, out: Path) -> list[Path]:
    """A first cut, a look at it, changes until it is right."""
    await hand.begin()
    await hand.add(corpus / "en_libri_1089a.flac")
    await told(hand, "make an audiogram with a waveform, 9:16")
    await told(hand, "add a title that says Chapter nine")
    assert "Chapter nine" in await hand.titles()
    await told(hand, "change the title to Chapter ten")
    assert "Chapter ten" in await hand.titles()
    await told(hand, "undo that")
    assert "Chapter nine" in await hand.titles()
    await told(hand, "cut the first 2 seconds")
    await hand.export(out / "iterative.mp4")
    return [out / "iterative.mp4"]


WORKFLOWS = {"quick": quick, "batch": batch, "iterative": iterative}
LENGTHS_MS = {"quick": [11_000], "batch": [16_040, 8_352], "iterative": [12_410]}
"""How long the videos of a workflow are."""


async def told(hand: Hand, text: str) -> str:
    """Says something that must change the video."""
    reply = await hand.say(text)
    assert reply, f"no reply to {text!r}"
    assert not reply.startswith("Not done"), (text, reply)
    return reply
