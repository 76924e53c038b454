"""A small episode with media of every kind, for tests that export it again and again."""

import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from wavereel.media.signals import write_sound
from wavereel.render.export import ExportReport, ExportSettings, export
from wavereel.render.segment_cache import SegmentStore
from wavereel.render.sources import Sources
from wavereel.timeline.build import ChapterFact, SoundFacts, Wishes, build_timeline
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.model import Timeline
from wavereel.timeline.themes import load_theme

LENGTH_MS = 6000
FPS = 10
KINDS = {
    "f_0123456789abcdef": "talk.wav",
    "f_0123456789abcde1": "talk2.wav",
    "f_0123456789abcde2": "clip.mp4",
    "f_0123456789abcde3": "logo.png",
    "f_0123456789abcde4": "beach.jpg",
    "f_0123456789abcde5": "ding.wav",
    "f_0123456789abcde6": "moving.gif",
}


class Said:
    """A word or a cue with its time."""

    def __init__(self, text: str, start_ms: int, end_ms: int, words: tuple["Said", ...] = ()) -> None:
        self.text, self.start_ms, self.end_ms, self.words = text, start_ms, end_ms, words


def media(folder: Path) -> Sources:
    """The files, made anew in a folder."""
    random = np.random.default_rng(7)
    for name, seconds in (("talk.wav", LENGTH_MS / 1000), ("talk2.wav", 2.0), ("ding.wav", 0.5)):
        count = round(seconds * 48_000)
        swell = 0.5 + 0.5 * np.sin(np.arange(count) / 9000)
        noise = random.normal(0, 0.1, (count, 2)) * swell[:, None]
        write_sound(folder / name, noise.astype(np.float32), codec="pcm_s16le")
    _write_video(folder / "clip.mp4", random)
    Image.fromarray(random.integers(0, 255, (40, 80, 4), np.uint8)).save(folder / "logo.png")
    Image.fromarray(random.integers(0, 255, (90, 160, 3), np.uint8)).save(folder / "beach.jpg")
    frames = [Image.fromarray(random.integers(0, 255, (30, 30, 3), np.uint8)) for _ in range(4)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:], duration=300, loop=0)
    return Sources({f"asset://{key}": folder / name for key, name in KINDS.items()})


def _write_video(path: Path, random: np.random.Generator) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(40):
            picture = random.integers(0, 255, (64, 96, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def episode(theme: str = "midnight", said: str = "so here is what we found when we looked at it again") -> Timeline:
    """Six seconds of 320 by 180 px with captions, waveform, chapters, progress and all that a theme has."""
    words = [Said(word, 200 + 500 * k, 600 + 500 * k) for k, word in enumerate(said.split())]
    cues = [
        Said(" ".join(w.text for w in part), part[0].start_ms, part[-1].end_ms, tuple(part))
        for part in (words[k : k + 3] for k in range(0, len(words), 3))
    ]
    facts = SoundFacts(
        file_id="f_0123456789abcdef",
        name="talk.wav",
        length_ms=LENGTH_MS,
        title="A small talk",
        show="The show",
        number="7",
        has_speech=True,
        chapters=(ChapterFact(0, 3000, "First"), ChapterFact(3000, 6000, "Second")),
        media=[
            {"file_id": key, "filename": name, "file_type": _kind(name), "duration": 4.0, "width": 80, "height": 40}
            for key, name in KINDS.items()
        ],
    )
    made = build_timeline(facts, load_theme(theme), Wishes(cues=cues))
    tree = timeline_tree(made)
    tree["m"] |= {"width": 320, "height": 180, "fps": FPS}
    return timeline_from_tree(tree)


def _kind(name: str) -> str:
    return {"wav": "audio", "mp4": "video"}.get(name.rpartition(".")[2], "image")


def run(
    timeline: Timeline, sources: Sources, path: Path, cache: SegmentStore | None = None, workers: int = 1
) -> ExportReport:
    """Exports in segments of a second where `SEGMENT_S` was set to 1."""
    settings = ExportSettings(preset="ultrafast", keyint_s=Fraction(1), workers=workers)
    return export(timeline, sources, path, settings, report=lambda _: None, cancelled=threading.Event(), cache=cache)
