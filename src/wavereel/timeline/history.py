"""What was done to a timeline: every accepted change a revision, with undo, redo and a file that only grows.

Undo and redo are changes too: `rev` rises, and the draft equals the earlier one byte for byte except `rev`.

    revisions   0 ── 1 title ── 2 music ── 3 undo (as 1) ── 4 blue bars
    path        0 ── 1 title ── 4 blue bars                  the redo branch ends where an edit follows an undo

A history on disk is lines of JSON. A track is written once, under the hash of its contents; a revision names its
tracks by hash, so that saving after an edit appends only what is new. A line that is damaged or foreign is skipped.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from wavereel.errors import DraftError, LimitError, WavereelError
from wavereel.timeline.codec import MAX_DRAFT_BYTES, encode_draft, timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Edit
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.edits.whole import GoTo, HistoryEdit, Redo, Reset, Undo
from wavereel.timeline.model import Track
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]
Turn = Literal["start", "edit", "undo", "redo", "reset", "go_to"]

MAX_REVISIONS = 200
"""How many revisions are kept; the first one stays beside them."""

TRACK_LINE = b'{"track":"'
HEAD_LINE = b'{"rev":'
_HASH = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TURNS = frozenset(get_args(Turn))


class Later:
    """A timeline that is read when it is asked for: most earlier ones never are."""

    __slots__ = ("_read", "_timeline")

    def __init__(self, read: Callable[[], Timeline]) -> None:
        self._read = read
        self._timeline: Timeline | None = None

    @property
    def is_there(self) -> bool:
        """Whether it was asked for."""
        return self._timeline is not None

    def __call__(self) -> Timeline:
        """The timeline."""
        if self._timeline is None:
            self._timeline = self._read()
        return self._timeline


@dataclass(frozen=True, slots=True)
class Revision:
    """A timeline as it was after a change.

    Attributes:
        number: The draft's `rev`.
        kept: The draft, or what reads it.
        ops: The edits that led here, as `edit_tree` writes them.
        focus: Target of what was touched last: what "it" means.
        message: What the user said.
        turn: How it came to be.
        of: Number of the earlier revision that it equals, after an undo and its like.
    """

    number: int
    kept: Timeline | Later
    ops: tuple[Tree, ...] = ()
    focus: str = ""
    message: str = ""
    turn: Turn = "start"
    of: int | None = None

    @property
    def timeline(self) -> Timeline:
        """The draft."""
        return self.kept() if isinstance(self.kept, Later) else self.kept

    @property
    def is_there(self) -> bool:
        """Whether its draft is read."""
        return not isinstance(self.kept, Later) or self.kept.is_there

    def put(self, change: Callable[[Timeline], Timeline]) -> Revision:
        """The revision with its draft changed, at once or, where it is not read yet, when it is."""
        if self.is_there:
            return replace(self, kept=change(self.timeline))
        return replace(self, kept=Later(lambda: change(self.timeline)))


@dataclass(frozen=True, slots=True)
class History:
    """All that was done to a timeline, immutable: every method gives another history.

    Attributes:
        first: Where it began.
        revisions: The latest revisions in order, the present one last.
        path: The revisions that undo and redo walk along.
        cursor: Where on the path the present one is.
    """

    first: Revision
    revisions: tuple[Revision, ...]
    path: tuple[Revision, ...]
    cursor: int

    @classmethod
    def of(cls, timeline: Timeline) -> History:
        """The history of a timeline to which nothing was done yet."""
        first = Revision(timeline.revision or 0, timeline)
        return cls(first, (first,), (first,), 0)

    @property
    def present(self) -> Revision:
        """The revision that is there now."""
        return self.revisions[-1]

    @property
    def timeline(self) -> Timeline:
        """The timeline that is there now."""
        return self.present.timeline

    @property
    def undo_steps(self) -> int:
        """How many changes can be undone."""
        return self.cursor

    @property
    def redo_steps(self) -> int:
        """How many changes can be redone."""
        return len(self.path) - 1 - self.cursor

    def accept(
        self,
        timeline: Timeline,
        edits: Sequence[Edit | Mapping[str, Any]] = (),
        focus: str = "",
        message: str = "",
    ) -> History:
        """The history with a change: `rev` of the timeline becomes the last one's and one more.

        Args:
            timeline: After the change.
            edits: What was done.
            focus: Target of what was touched last.
            message: What the user said.
        """
        ops = tuple(edit_tree(edit) if isinstance(edit, Edit) else dict(edit) for edit in edits)
        return self._with(Revision(self._next, timeline, ops, focus, message, "edit"))

    def undo(self, steps: int = 1, message: str = "") -> History:
        """The history after as many steps back on the path.

        Raises:
            EditError: There are not so many.
        """
        if self.cursor < steps:
            raise cannot("nothing_to_undo", hint=f"{self.cursor} steps can be undone" if self.cursor else "")
        return self._moved(self.cursor - steps, "undo", message)

    def redo(self, steps: int = 1, message: str = "") -> History:
        """The history after as many steps forward on the path.

        Raises:
            EditError: There are not so many.
        """
        if self.redo_steps < steps:
            raise cannot("nothing_to_redo", hint=f"{self.redo_steps} steps can be redone" if self.redo_steps else "")
        return self._moved(self.cursor + steps, "redo", message)

    def reset(self, message: str = "") -> History:
        """The history with the first revision again, as a change that can be undone.

        Raises:
            EditError: It is the first one already.
        """
        if _same(self.first.timeline, self.timeline):
            raise cannot("same_already", what="timeline")
        return self._again(self.first, "reset", message)

    def go_to(self, number: int, message: str = "") -> History:
        """The history with an earlier revision again, as a change that can be undone.

        Raises:
            EditError: There is no such revision, or it is the present one.
        """
        found = next((one for one in (self.first, *self.revisions) if one.number == number), None)
        if found is None:
            raise cannot("no_such_revision", revision=number)
        if _same(found.timeline, self.timeline):
            raise cannot("same_already", what="timeline")
        return self._again(found, "go_to", message)

    def find(self, wanted: Callable[[Revision], bool]) -> Revision | None:
        """The latest earlier revision that is wanted, such as "the blue one"; `None` where none was like that."""
        return next((one for one in (*reversed(self.revisions[:-1]), self.first) if wanted(one)), None)

    def until(self, number: int) -> History:
        """The history as it was when a revision was the present one; what is kept no longer is left out."""
        first = replace(self.first, turn="start", of=None)
        history = History(first, (first,), (first,), 0)
        for revision in self.revisions:
            if first.number < revision.number <= number:
                history = _joined(history, revision)
        return history

    def turned(self, edit: HistoryEdit, message: str = "") -> History:
        """The history after one of the edits that act on it: `undo`, `redo`, `reset` and `go_to`.

        Raises:
            EditError: It cannot be done.
            TypeError: The edit is one of a timeline.
        """
        match edit:
            case Undo():
                return self.undo(edit.steps, message)
            case Redo():
                return self.redo(edit.steps, message)
            case Reset():
                return self.reset(message)
            case GoTo():
                return self.go_to(edit.revision, message)
            case _:
                raise TypeError(f"{edit.op} is an edit of a timeline")

    def resumed(self, timeline: Timeline) -> History:
        """The history of a draft that was found again: where something else has changed it, as one more revision."""
        if timeline is self.timeline or encode_draft(timeline) == encode_draft(self.timeline):
            return self
        number = max(self._next, timeline.revision or 0)
        return self._with(Revision(number, timeline, turn="edit"))

    @property
    def _next(self) -> int:
        return self.present.number + 1

    def _with(self, revision: Revision) -> History:
        """With a revision that goes on from here; what could be redone is gone."""
        kept = _numbered(revision)
        path = (*self.path[: self.cursor + 1], kept)[-MAX_REVISIONS:]
        return History(self.first, (*self.revisions, kept)[-MAX_REVISIONS:], path, len(path) - 1)

    def _again(self, earlier: Revision, turn: Turn, message: str) -> History:
        of = earlier.number if earlier.of is None else earlier.of
        return self._with(Revision(self._next, earlier.timeline, (), earlier.focus, message, turn, of))

    def _moved(self, cursor: int, turn: Turn, message: str) -> History:
        there = self.path[cursor]
        kept = _numbered(Revision(self._next, there.timeline, (), there.focus, message, turn, there.number))
        return History(self.first, (*self.revisions, kept)[-MAX_REVISIONS:], self.path, cursor)


def edit_tree(edit: Edit) -> Tree:
    """An edit as a plain dictionary: `op`, and the fields that were set."""
    return {"op": edit.op} | edit.model_dump(mode="json", by_alias=True, exclude_unset=True)


def history_lines(history: History, *, after: int | None = None) -> Iterator[bytes]:
    """The lines of a history for its file, each with its line feed.

    Args:
        history: What is to be saved.
        after: Number of the last revision that the file holds already; without it the file is written whole.
    """
    known = [one for one in history.revisions if after is not None and one.number <= after]
    fresh = [one for one in history.revisions if after is None or one.number > after]
    if after is None and history.first is not history.revisions[0]:
        fresh.insert(0, history.first)
    seen = [one for one in (history.first, *known) if one.is_there] if known else []
    written = {id(track) for one in seen for track in one.timeline.tracks}
    hashes: dict[int, str] = {}
    for revision in fresh:
        names: list[str] = []
        for track in revision.timeline.tracks:
            if id(track) not in hashes:
                body = _track_tree(track)
                hashes[id(track)] = _hash_of(body)
                if id(track) not in written:
                    yield _line({"track": hashes[id(track)], "body": body})
            names.append(hashes[id(track)])
        yield _line(_revision_tree(revision, names))


def read_history(data: bytes, *, trusted: bool = False) -> History | None:
    """The history in a file's bytes; `None` where not one revision of it can be read.

    Args:
        data: The file's bytes.
        trusted: Nobody but this program has written them: a draft is read only when it is asked for, and one that
            cannot be read is an error then.

    Raises:
        LimitError: Larger than a draft may be.
    """
    if len(data) > MAX_DRAFT_BYTES:
        raise LimitError(f"the history is larger than {MAX_DRAFT_BYTES >> 20} MiB", hint="move it away to start anew")
    shelf = _Shelf(trusted=trusted)
    heads: list[Tree] = []
    for line in data.split(b"\n"):
        if trusted and line.startswith(TRACK_LINE):
            shelf.lines[track_name(line)] = line
            continue
        tree = tree_of_line(line)
        if "track" in tree:
            shelf.bodies[str(tree["track"])] = tree.get("body")
        elif _is_number(tree.get("rev")):
            heads.append(tree)
    history: History | None = None
    latest = -1
    skipped = len(heads) - MAX_REVISIONS
    for index, head in enumerate(heads):
        if head["rev"] <= latest or (history is not None and index < skipped):
            continue
        revision = shelf.revision(head)
        if revision is not None:
            latest = revision.number
            history = _joined(history, revision)
    return history if history is None or skipped < 1 else _parted(history)


def track_name(line: bytes) -> str:
    """The hash in a line that holds a track."""
    return line[len(TRACK_LINE) :][:32].decode(errors="replace")


def _joined(history: History | None, revision: Revision) -> History:
    """The history with a revision that was read."""
    if history is None:
        first = replace(revision, turn="start", of=None)
        return History(first, (first,), (first,), 0)
    cursor = next((at for at, one in enumerate(history.path) if one.number == revision.of), None)
    if revision.turn in ("undo", "redo") and cursor is not None:
        kept = (*history.revisions, revision)[-MAX_REVISIONS:]
        return History(history.first, kept, history.path, cursor)
    path = (*history.path[: history.cursor + 1], revision)[-MAX_REVISIONS:]
    return History(history.first, (*history.revisions, revision)[-MAX_REVISIONS:], path, len(path) - 1)


def _parted(history: History) -> History:
    """Without the step from the first revision to one that does not follow it: those between are kept no longer."""
    if history.path[0] is not history.first or len(history.path) < 2 or history.cursor == 0:
        return history
    return replace(
        history, revisions=history.revisions[-MAX_REVISIONS:], path=history.path[1:], cursor=history.cursor - 1
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Tracks by their hash, as they were read and, where a revision asked for them, checked."""

    trusted: bool = False
    lines: dict[str, bytes] = field(default_factory=dict[str, bytes])
    bodies: dict[str, Any] = field(default_factory=dict[str, Any])
    tracks: dict[str, Track | None] = field(default_factory=dict[str, "Track | None"])

    def track(self, name: object) -> Track | None:
        if not isinstance(name, str) or not _HASH.fullmatch(name):
            return None
        if name in self.tracks:
            return self.tracks[name]
        if name in self.lines:  # its contents were checked when they were written
            body = tree_of_line(self.lines[name]).get("body")
            self.tracks[name] = Track.model_validate(body, by_alias=True, by_name=False)
        else:
            body = self.bodies.get(name)
            timeline = _timeline_or_none({"t": [body]}) if body is not None and _hash_of(body) == name else None
            self.tracks[name] = timeline.tracks[0] if timeline else None
        return self.tracks[name]

    def revision(self, head: Tree) -> Revision | None:
        names, draft, ops = head.get("tracks"), head.get("draft"), head.get("ops")
        if not isinstance(names, list) or not isinstance(draft, dict) or not isinstance(ops, list):
            return None
        timeline = _timeline_or_none(cast("Tree", draft) | {"t": []})
        turn, of = head.get("turn"), head.get("of")
        if timeline is None or turn not in _TURNS or not (of is None or _is_number(of)):
            return None
        kept: Timeline | Later = Later(lambda: self.whole(timeline, cast("list[object]", names)))
        if not self.trusted:
            tracks = [self.track(name) for name in cast("list[object]", names)]
            if None in tracks:
                return None
            kept = changed(timeline, tracks=tuple(tracks))
        if not all(isinstance(op, dict) for op in cast("list[object]", ops)):
            return None
        revision = Revision(
            number=head["rev"],
            kept=kept,
            ops=tuple(cast("list[Tree]", ops)),
            focus=str(head.get("focus", "")),
            message=str(head.get("said", "")),
            turn=cast("Turn", turn),
            of=of,
        )
        return revision if timeline.revision == revision.number or turn == "start" else None

    def whole(self, timeline: Timeline, names: Iterable[object]) -> Timeline:
        """A timeline with its tracks.

        Raises:
            DraftError: One of them is not there.
        """
        tracks = [self.track(name) for name in names]
        if None in tracks:
            raise DraftError("the history of the draft is damaged", hint="save the draft anew")
        return changed(timeline, tracks=tuple(tracks))


def _same(one: Timeline, other: Timeline) -> bool:
    """Whether two timelines differ in nothing but `rev`; quick where they share what they hold."""
    return changed(one, revision=0) == changed(other, revision=0)


def _numbered(revision: Revision) -> Revision:
    return replace(revision, kept=changed(revision.timeline, revision=revision.number))


def _revision_tree(revision: Revision, tracks: Iterable[str]) -> Tree:
    draft = timeline_tree(changed(revision.timeline, tracks=()))
    del draft["t"]
    tree: Tree = {"rev": revision.number, "turn": revision.turn}
    if revision.of is not None:
        tree["of"] = revision.of
    tree |= {"draft": draft, "tracks": list(tracks), "ops": list(revision.ops)}
    return tree | {"focus": revision.focus, "said": revision.message}


def _track_tree(track: Track) -> Tree:
    return track.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _text_of(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _hash_of(body: object) -> str:
    return hashlib.sha256(_text_of(body)).hexdigest()[:32]


def _line(tree: Tree) -> bytes:
    return _text_of(tree) + b"\n"


def tree_of_line(line: bytes) -> Tree:
    """What a line says; empty where it is damaged or foreign."""
    try:
        tree: object = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        return {}
    return cast("Tree", tree) if isinstance(tree, dict) else {}


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _timeline_or_none(tree: Tree) -> Timeline | None:
    try:
        return timeline_from_tree(tree)
    except WavereelError:
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
