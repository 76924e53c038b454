"""What the program made itself for a timeline: music beds, drawn covers, patterns; as a session's `generated_media`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavereel.timeline.model import Generator, Segment, Timeline, Track

_KINDS = {"music": "music", "pattern": "background"}


def generated_media(timeline: Timeline) -> list[dict[str, Any]]:
    """The media that generators of a timeline stand for, each once, in the shape of `video_infos`.

    An entry has the keys of a file at hand, and `kind` (`music`, `cover`, `background`), `prompt` (mood or pattern) and
    `seed`. Plain colours, gradients, waveforms and progress bars are no media. When something was made is not in a
    draft: whoever holds a session adds `created_at`.
    """
    found: dict[str, dict[str, Any]] = {}
    for track in timeline.tracks:
        for segment in track.segments:
            generator = segment.generator
            if generator is None or generator.kind not in _KINDS:
                continue
            entry = _entry(timeline, track, segment, generator)
            found.setdefault(entry["file_id"], entry)
    return list(found.values())


def _entry(timeline: Timeline, track: Track, segment: Segment, generator: Generator) -> dict[str, Any]:
    is_music = generator.kind == "music"
    prompt = (generator.mood if is_music else generator.style) or ""
    kind = "cover" if prompt == "cover" else _KINDS[generator.kind]
    identity = hashlib.sha256(generator.model_dump_json(by_alias=True, exclude_unset=True).encode()).hexdigest()[:16]
    width, height = timeline.size
    return {
        "file_id": f"g_{identity}",
        "filename": (segment.meta.name if segment.meta else None) or (track.meta.name if track.meta else None) or kind,
        "file_type": "audio" if is_music else "image",
        "duration": segment.length_ms / 1000 if is_music else None,
        "width": None if is_music else width,
        "height": None if is_music else height,
        "kind": kind,
        "prompt": prompt,
        "seed": generator.seed,
    }
