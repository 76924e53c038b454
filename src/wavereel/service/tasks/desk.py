"""A session as a child process gets it: its draft, its history and its media, made a conversation again.

A request about a session holds

    draft     the draft under its short keys, as JSON text or read already; empty where there is none yet
    history   lines of `wavereel.timeline.history`, as bytes; empty where there is none yet
    rev       number of the revision that the draft is
    media     entries of the session's `video_infos`
    paths     file id -> where the file lies; nothing outside these paths is opened
    facts     file id -> what `examine` found out about it; may be left out
    language  of the session
    owner     whose transcripts may be used again; may be left out

Drafts and histories that go out name media by `asset://` and list none: where a file lies is known beside them.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import WavereelError
from wavereel.render.sources import ASSET_SCHEME, Sources
from wavereel.service.media_at_hand import for_each
from wavereel.service.recognition import Recognition, Recollection, transcripts_folder
from wavereel.service.talk import Talk, Talker, empty_timeline
from wavereel.service.tasks.examine import seen_before, sound_facts
from wavereel.timeline.build import ratio_text
from wavereel.timeline.codec import decode_draft, timeline_from_tree, timeline_tree
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.generated import generated_media
from wavereel.timeline.history import History, history_lines, read_history
from wavereel.timeline.history_size import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from wavereel.agent.conversation import Planner
    from wavereel.service.tasks.context import TaskContext
    from wavereel.service.transcripts import MediaMemory
    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

MAX_HISTORY_BYTES = 24 << 20
KEPT_HISTORY_BYTES = 12 << 20
"""The oldest revisions of a history that has grown beyond the first bound go, until it is within the second. An hour of
captions is a megabyte, and most edits of them write it anew."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A session's conversation in this process.

    Attributes:
        talk: The conversation.
        saved: Number of the last revision in the history that came; `None` where none came that can be read.
        hand: Ids of the media that came.
        inside: Media inside others, such as covers: where they lie, by `src`.
        stored: The history's lines that came.
    """

    talk: Talk
    saved: int | None
    hand: frozenset[str]
    inside: Mapping[str, Path]
    stored: bytes = b""

    def fresh_media(self) -> list[Tree]:
        """Media that came out of the session's own, such as the cover in a sound: `entry`, and the `path` to keep."""
        found: list[Tree] = []
        for entry in self.talk.history.timeline.media or ():
            identity = str(entry.get("file_id"))
            path = self.inside.get(ASSET_SCHEME + identity)
            if identity in self.hand or path is None:
                continue
            told = {key: value for key, value in entry.items() if key != "cdn_url"}
            found.append({"entry": told, "path": str(path)})
        return found

    def result(self) -> Tree:
        """What is to be stored of the session now.

        Returns:
            `draft`, `rev`, `lines` (bytes to append to the history), `whole` (whether they replace it instead),
            `canvas`, `generated`, `new_media` and `length_ms`.
        """
        history = without_media(self.talk.history)
        whole = self.saved is None
        lines = b"".join(history_lines(history, after=self.saved))
        if len(self.stored) + len(lines) > MAX_HISTORY_BYTES:
            lines = shortened(lines if whole else self.stored + lines, KEPT_HISTORY_BYTES)
            whole = True
        return stored(history.timeline) | {
            "rev": history.present.number,
            "lines": lines,
            "whole": whole,
            "new_media": self.fresh_media(),
        }


def open_desk(
    request: Mapping[str, Any], context: TaskContext, *, planner: Callable[[], Planner] | None = None
) -> Desk:
    """The conversation of the session in a request.

    Raises:
        DraftError, LimitError: The draft is none.
    """
    media = media_of(request)
    history, saved = history_of(request, media)
    speech_dir = transcripts_folder(context.cache_dir, str(request.get("owner") or ""))
    recognise, kept = Recognition(speech_dir, context.model_dir), Recollection(speech_dir, context.model_dir)
    talker = Talker(recognise, kept, context.cache_dir, planner)
    talker.memory.heard_dir = speech_dir / "pauses"
    inside = _know(talker.memory, request, context.cache_dir)
    lang = str(request.get("language") or "") or None
    talk = talker.resume(history, context.scratch, lang=lang, known={**inside, **known_paths(request)})
    hand = frozenset(str(entry["file_id"]) for entry in media)
    return Desk(talk, saved, hand, inside, b"" if saved is None else bytes(request["history"]))


def _know(memory: MediaMemory, request: Mapping[str, Any], cache_dir: Path) -> dict[str, Path]:
    """Tells what is known of the media; gives media inside others by `src`, told by that alone, never by their path."""
    facts = cast("Mapping[str, Any]", request.get("facts") or {})
    inside: dict[str, Path] = {}
    for identity, path in paths_of(request).items():
        if not path.exists():
            continue
        look = seen_before(facts.get(identity), identity, path, cache_dir)
        if look is None and facts.get(identity):  # its cover is in the cache no more
            look = seen_before(sound_facts(path, cache_dir), identity, path, cache_dir)
        memory.know(path, identity, look)
        if look is not None:
            inside |= {source: place for source, place in look[1].paths.items() if place != path}
    return inside


def media_of(request: Mapping[str, Any]) -> list[Tree]:
    """The media at hand as a draft in a file lists them; each is found by its id alone."""
    entries = cast("Iterable[Mapping[str, Any]]", request.get("media") or ())
    return [
        {key: value for key, value in entry.items() if value is not None and not key.startswith("_")}
        | {"cdn_url": f"{ASSET_SCHEME}{entry['file_id']}"}
        for entry in entries
    ]


def paths_of(request: Mapping[str, Any]) -> dict[str, Path]:
    """Where the files lie, by id."""
    return {str(name): Path(str(path)) for name, path in cast("Tree", request.get("paths") or {}).items()}


def known_paths(request: Mapping[str, Any]) -> dict[str, Path]:
    """Where the files lie, by `src`."""
    return {f"{ASSET_SCHEME}{name}": path for name, path in paths_of(request).items()}


def sources_in(request: Mapping[str, Any]) -> Sources:
    """The media of a request for a render; `contents` names the bytes of each, by file id, where that is known."""
    contents = cast("Mapping[str, str]", request.get("contents") or {})
    return Sources(known_paths(request), hashes={ASSET_SCHEME + name: content for name, content in contents.items()})


def timeline_of(request: Mapping[str, Any]) -> Timeline:
    """The draft of a request with its media at hand; empty where there is none yet.

    Raises:
        DraftError, LimitError: The draft is none.
    """
    draft = request.get("draft")
    media = tuple(media_of(request))
    if not draft:
        return changed(empty_timeline(), media=media)
    timeline = decode_draft(draft) if isinstance(draft, str | bytes) else timeline_from_tree(draft)
    return changed(timeline, media=media)


def history_of(request: Mapping[str, Any], media: Iterable[Tree]) -> tuple[History, int | None]:
    """The history of a request, its draft the present revision, and the number of the last one that was stored."""
    data = bytes(request.get("history") or b"")
    try:
        read = read_history(data, trusted=True) if data else None
    except WavereelError:  # larger than can be read: it begins anew
        read = None
    if read is None:
        return History.of(timeline_of(request)), None
    hand = tuple(media)
    history = for_each(read, lambda one: changed(one, media=hand))
    if history.present.number != request.get("rev"):  # both are stored together, so one of them was put there by hand
        history = history.resumed(timeline_of(request))
    return history, read.present.number


def without_media(history: History) -> History:
    """A history whose timelines list no media."""
    return for_each(history, lambda one: changed(one, media=None))


def stored(timeline: Timeline) -> Tree:
    """A draft as it is stored, and what a session's state says of it.

    Returns:
        `draft` (JSON text as bytes), `canvas`, `generated` and `length_ms`.
    """
    tree = timeline_tree(changed(timeline, media=None))
    width, height = timeline.size
    return {
        "draft": json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode(),
        "canvas": {
            "width": width,
            "height": height,
            "fps": _plain(float(timeline.fps)),
            "ratio": timeline.meta.ratio or ratio_text(width, height),
        },
        "generated": generated_media(timeline),
        "length_ms": timeline.length_ms,
    }


@contextmanager
def names_of_files(request: Mapping[str, Any]) -> Generator[None]:
    """Errors that come out of the block speak of files by the names that their owner gave them.

    Raises:
        WavereelError: The block's, told otherwise.
    """
    try:
        yield
    except WavereelError as error:
        error.message, error.hint = named(error.message, request), named(error.hint, request)
        error.args = (error.message,)
        raise


def named(text: str, request: Mapping[str, Any]) -> str:
    """A text in which files are called as their owner calls them, not as they are stored."""
    names = {str(one.get("file_id")): str(one.get("filename")) for one in media_of(request)}
    for identity, path in paths_of(request).items():
        name = names.get(identity) or identity
        text = text.replace(str(path), name).replace(path.name, name)
    return text


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else round(number, 3)
