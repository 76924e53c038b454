"""What is known of media from before: names by content, facts, transcripts; no file is asked the same thing twice."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from wavereel import __version__
from wavereel.errors import InputError, OutputError
from wavereel.timeline.codec import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from wavereel.service.captioning import Speech, Transcript
    from wavereel.service.facts import Shelf
    from wavereel.timeline.build import SoundFacts

Known = TypeVar("Known")
Range = tuple[int, int]


class Kept(Protocol):
    """The port of transcripts that are kept; `wavereel.app` puts the recogniser's folder of them behind it."""

    def __call__(self, *, content: str, language: str | None, model: Path | None) -> Transcript | None:
        """The transcript of a sound, by the name that stands for it; `None` where nobody has heard it yet."""
        ...


class Recall(Protocol):
    """Knows what was said in a part of a file, half-open in ms, where that was heard before."""

    def __call__(self, path: Path, part_ms: tuple[int, int], language: str | None) -> Speech | None: ...


@dataclass
class MediaMemory:
    """What was found out about media files, for as long as they stay as they are.

    Attributes:
        kept: Knows transcripts.
        cache_dir: Where covers are kept.
        heard_dir: Where it is kept where sounds are heard; by default a folder of `cache_dir`.
    """

    kept: Kept
    cache_dir: Path
    heard_dir: Path | None = None
    _known: dict[tuple[object, ...], object] = field(default_factory=dict[tuple[object, ...], object])

    def once(self, path: Path, about: tuple[object, ...], find: Callable[[], Known]) -> Known:
        """What `find` gives, asked once for a file as it is now.

        Raises:
            InputError: The file cannot be looked at.
        """
        try:
            state = path.stat()
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {path.name}", hint="check the path and its permissions") from error
        key = (path, state.st_size, state.st_mtime_ns, *about)
        if key not in self._known:
            self._known[key] = find()
        return cast("Known", self._known[key])

    def heard(self, path: Path, part_ms: Range, find: Callable[[], Sequence[Range]]) -> Sequence[Range]:
        """Where a part of a file is heard, as `find` tells; kept in a file, as finding out takes seconds an hour.

        Raises:
            InputError: The file cannot be read.
        """
        return self.once(path, ("heard", *part_ms), lambda: self._kept_ranges(path, part_ms, find))

    def _kept_ranges(self, path: Path, part_ms: Range, find: Callable[[], Sequence[Range]]) -> Sequence[Range]:
        name = f"{self.file_id(path)}-{part_ms[0]}-{part_ms[1]}-{__version__}.json"
        kept = (self.heard_dir or self.cache_dir / "pauses") / name
        try:
            ranges = cast("list[list[int]]", json.loads(kept.read_bytes()))
            return tuple((int(first), int(stop)) for first, stop in ranges)
        except (OSError, ValueError, TypeError):
            found = tuple(find())
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, json.dumps(found).encode())
        except (OSError, OutputError):  # then it is found out again
            pass
        return found

    def know(self, path: Path, identity: str, look: tuple[SoundFacts, Shelf] | None = None) -> None:
        """Takes what was found out about a file elsewhere; raises as `once` does."""
        self.once(path, ("id",), lambda: identity)
        if look is not None:
            self.once(path, ("facts",), lambda: look)

    def file_id(self, path: Path) -> str:
        """The name of a file by its content; raises `InputError`."""
        from wavereel.render.sources import file_id

        return self.once(path, ("id",), lambda: file_id(path))

    def look(self, path: Path) -> tuple[SoundFacts, Shelf]:
        """The facts of a sound, and the media that came out of it; raises as `look_at_sound` does."""
        from wavereel.service.facts import Shelf, look_at_sound

        def find() -> tuple[SoundFacts, Shelf]:
            shelf = Shelf()
            facts, _ = look_at_sound(path, shelf, self.cache_dir, salvage=False)
            return facts, shelf

        return self.once(path, ("facts",), find)

    def recall(self, path: Path, part_ms: tuple[int, int], language: str | None = None) -> Speech | None:
        """What was said in a part of a file, where the part or the whole file was heard before.

        Raises:
            InputError: The file cannot be read.
        """
        from wavereel.service.captioning import Speech

        content = self.file_id(path)
        kept = self._heard(f"{content}:{part_ms[0]}-{part_ms[1]}", language)
        if kept is not None:
            return Speech(tuple(kept.words), kept.language or None, tuple(kept.notices))
        whole_ms = self.look(path)[0].length_ms
        kept = self._heard(f"{content}:0-{whole_ms}", language)
        if kept is None:
            return None
        start_ms, stop_ms = part_ms
        words = tuple(
            replace(word, start_ms=max(0, word.start_ms - start_ms), end_ms=min(word.end_ms, stop_ms) - start_ms)
            for word in kept.words
            if start_ms <= (word.start_ms + word.end_ms) // 2 < stop_ms
        )
        return Speech(words, kept.language or None, tuple(kept.notices))

    def _heard(self, content: str, language: str | None) -> Transcript | None:
        kept = self.kept(content=content, language=language, model=None)
        if kept is None and language is not None:
            kept = self.kept(content=content, language=None, model=None)
            if kept is not None and kept.language != language:  # `zh-Hant` is written otherwise than `zh`
                return None
        return kept
