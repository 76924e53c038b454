"""Talking about a draft: messages and typed edits in, turns out; opened with its history, saved with it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.agent.bench import Bench
from wavereel.agent.conversation import Conversation
from wavereel.agent.replies import reply_of
from wavereel.agent.turn import Turn
from wavereel.errors import EditError, InputError, UsageError
from wavereel.service.draft_file import DraftFile
from wavereel.service.media_at_hand import for_each, local_path, media_entry_of, rebased, url_of, with_ids, with_media
from wavereel.service.messages import check_message, whole_characters
from wavereel.service.resolving import Hearing, MediaResolver
from wavereel.service.transcripts import MediaMemory
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.edits.captions import AddCaptions
from wavereel.timeline.edits.facts import entry_of
from wavereel.timeline.edits.pauses import RemoveSilences
from wavereel.timeline.edits.surgery import changed, select
from wavereel.timeline.edits.whole import Build, NextFile, SameLook
from wavereel.timeline.history import History, edit_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from wavereel.agent.conversation import Planner
    from wavereel.service.captioning import Recogniser
    from wavereel.service.transcripts import Kept
    from wavereel.timeline.edits.base import Edit
    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

MAX_HISTORY_MESSAGES = 200
_SETTLED_MS = 700
"""After so long an entrance is over."""


@dataclass
class Talker:
    """The use case, with what it needs from outside.

    Attributes:
        recognise: Hears words.
        kept: Knows what was heard before.
        cache_dir: For covers and other things that can be remade.
        planner: Gives each conversation what reads its messages; the built-in grammar where it is `None`.
    """

    recognise: Recogniser
    kept: Kept
    cache_dir: Path
    planner: Callable[[], Planner] | None = None
    _memory: MediaMemory | None = None

    @property
    def memory(self) -> MediaMemory:
        """What is known of media; shared by all conversations of this program."""
        if self._memory is None:
            self._memory = MediaMemory(self.kept, self.cache_dir)
        return self._memory

    def open(self, path: Path, *, create: bool = False, lang: str | None = None) -> Talk:
        """A conversation about a draft file and its history.

        Args:
            path: The draft.
            create: Begin with an empty timeline where there is no such file.
            lang: Language of replies until a message shows another.

        Raises:
            DraftError: There is no such file, or it is no draft.
            LimitError: It is larger or nested deeper than a draft may be.
        """
        file = DraftFile(path)
        timeline = file.read()
        if timeline is None:
            if not create:
                hint = "name a draft that exists, or what it is to be made of with --media FILE"
                raise InputError(f"there is no draft {path}", hint=hint)
            timeline = empty_timeline()
            history = History.of(timeline)  # that of an earlier draft of this name is moved aside when this is saved
        else:
            history = file.history(timeline)
        if file.hand:
            history = for_each(history, lambda one: with_media(one, file.hand, file.folder))
        resumed = history.resumed(timeline)
        if resumed is not history:
            file.notices.append("the draft was changed without its history; that counts as one more change")
        return self._talk(timeline, resumed, file.folder, file=file, lang=lang)

    def take(self, tree: object, *, folder: Path | None = None, lang: str | None = None) -> Talk:
        """A conversation about a draft that lies in no file.

        Raises:
            DraftError, LimitError: As `timeline_from_tree`.
        """
        timeline = timeline_from_tree(tree)
        return self._talk(timeline, History.of(timeline), folder or Path.cwd(), lang=lang)

    def resume(self, history: History, folder: Path, *, lang: str | None = None, **options: Any) -> Talk:
        """A conversation that goes on where its history ends; `options` are those of `MediaResolver`."""
        return self._talk(history.timeline, history, folder, lang=lang, **options)

    def move(self, talk: Talk, file: DraftFile, *, lang: str | None = None) -> Talk:
        """A conversation that goes on in another file, which is not written yet."""

        def moved(timeline: Timeline) -> Timeline:
            return rebased(timeline, talk.folder, file.folder)

        return self._talk(moved(talk.timeline), for_each(talk.history, moved), file.folder, file=file, lang=lang)

    def begin(self, timeline: Timeline, folder: Path, **options: Any) -> Talk:
        """A conversation about a timeline; `options` are those of `MediaResolver`."""
        return self.resume(History.of(timeline), folder, **options)

    def _talk(
        self,
        timeline: Timeline,
        history: History,
        folder: Path,
        *,
        file: DraftFile | None = None,
        lang: str | None = None,
        **options: Any,
    ) -> Talk:
        history = for_each(history, with_ids)
        resolver = MediaResolver(folder, self.memory, **options)
        more: dict[str, Any] = {} if self.planner is None else {"planner": self.planner()}
        conversation = Conversation(history.timeline, history=history, resolver=resolver, lang=lang, **more)
        return Talk(conversation, resolver, self.recognise, timeline, file)


@dataclass
class Talk:
    """A conversation about one draft.

    Attributes:
        conversation: What was said and done.
        resolver: Knows the media.
        recognise: Hears words.
        found: The draft as it was when it was opened, its media at hand as they are now.
        file: The draft on disk, where it is one.
    """

    conversation: Conversation
    resolver: MediaResolver
    recognise: Recogniser
    found: Timeline
    file: DraftFile | None = None
    _opened: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._opened = self.history.present.number

    @property
    def history(self) -> History:
        """All that was done."""
        return self.conversation.history

    @property
    def timeline(self) -> Timeline:
        """The draft as it is now; as it was found where nothing was changed since."""
        return self.found if self.history.present.number == self._opened else self.history.timeline

    @property
    def changed(self) -> bool:
        """Whether anything was done since it was opened."""
        return self.history.present.number != self._opened

    @property
    def folder(self) -> Path:
        """The folder from which media are found."""
        return self.resolver.folder

    def notices(self) -> list[str]:
        """What the user should know, each told once."""
        own = self.file.notices if self.file else []
        told = [*own, *self.resolver.notices]
        own.clear()
        self.resolver.notices.clear()
        return told

    def add_media(self, paths: Iterable[Path]) -> list[Tree]:
        """Puts files at hand, of the present draft and of all earlier ones; no change that could be undone.

        Returns:
            Their entries.

        Raises:
            InputError: A file cannot be used; nothing was added.
        """
        entries = [media_entry_of(path, self.folder) for path in paths]
        before = self.found
        self.found = with_media(self.found, entries, self.folder)
        fresh = self.found is not before
        self.conversation.history = for_each(self.history, lambda one: with_media(one, entries, self.folder))
        if self.file is not None and fresh:
            known = {str(entry["file_id"]) for entry in self.file.hand}
            self.file.hand += [entry for entry in entries if entry["file_id"] not in known]
        return entries

    def say(self, text: str, *, transcribe: bool = False) -> Turn:
        """One message of the user's.

        Args:
            text: The message.
            transcribe: Write captions at once that would otherwise be written when the video is made.

        Raises:
            LimitError: It is longer than anyone types.
            Cancelled: The user stopped the recognition.
        """
        check_message(text)
        return self._turned(lambda: self.conversation.say(whole_characters(text)), transcribe=transcribe)

    def edit(self, edit: Edit, *, transcribe: bool = False, lang: str | None = None) -> Turn:
        """One typed edit; the facts that it leaves out are found where that is possible.

        Args:
            edit: What is done.
            transcribe: As for `say`.
            lang: Language of the reply; the draft's by default.
        """
        return self._turned(lambda: self._done(edit, lang or self.timeline.meta.lang or ""), transcribe=transcribe)

    def transcribe(
        self, *, on_share: Callable[[float], None] | None = None, hearing: Hearing | None = None
    ) -> AddCaptions | None:
        """Writes the captions that wait to be written, as one more change; `None` where none wait or nobody speaks.

        Raises:
            Cancelled: The user stopped it.
        """
        if not is_waiting(self.timeline):
            return None
        hearing = hearing or Hearing(self.recognise)
        if on_share is not None:
            hearing = replace(hearing, on_share=on_share)
        with_ears = replace(self.resolver, hearing=hearing)
        cues = with_ears.cues(self.history.timeline)
        if not cues:
            return None
        edit = AddCaptions.model_validate({"cues": cues})
        try:
            timeline = edit.apply(self.history.timeline)
        except EditError:  # no cue lies within the video
            return None
        self.conversation.history = self.history.accept(timeline, [edit], self.history.present.focus)
        return edit

    def save(self) -> None:
        """Saves the draft and what is new of its history.

        Raises:
            OutputError: It cannot be written, or something else has changed it meanwhile.
            UsageError: The draft lies in no file.
        """
        if self.file is None:
            raise UsageError("this draft lies in no file", hint="name a draft file")
        self.file.write(self.timeline, self.history)

    def save_to(self, file: DraftFile) -> None:
        """Saves the draft and its history in another place, from where its media are found as well.

        Raises:
            OutputError: It cannot be written, or something else has changed it meanwhile.
        """

        def moved(timeline: Timeline) -> Timeline:
            return rebased(timeline, self.folder, file.folder)

        known = {str(entry["file_id"]) for entry in file.hand}
        for entry in self.file.hand if self.file is not None else ():
            if entry["file_id"] not in known and (path := local_path(entry["cdn_url"], self.folder)) is not None:
                file.hand.append(entry | {"cdn_url": url_of(path, file.folder)})
        file.write(moved(self.timeline), for_each(self.history, moved))

    def telling_ms(self) -> int:
        """A time at which the last change shows: soon after what was touched appears; else a third into the video."""
        timeline = self.timeline
        focus = self.history.present.focus
        try:
            spots = select(timeline, focus) if focus else []
        except EditError:
            spots = []
        if spots and spots[0].segment.length_ms < timeline.length_ms:
            at_ms = spots[0].start_ms + min(_SETTLED_MS, spots[0].segment.length_ms // 2)
        else:
            at_ms = timeline.length_ms // 3
        return max(0, min(at_ms, timeline.length_ms - 1))

    def picture(self, at_ms: int | None = None) -> NDArray[np.uint8] | None:
        """The picture of the draft at a time, `(h, w, 3)` uint8 sRGB; `None` where there is nothing to show.

        Raises:
            UsageError: The time is past the end.
            InputError: A medium cannot be read.
        """
        from wavereel.service.preview import preview_of

        timeline = self.timeline
        if not timeline.length_ms:
            return None
        at_ms = self.telling_ms() if at_ms is None else at_ms
        return preview_of(timeline, self.resolver.sources(timeline), at_ms)

    def _turned(self, act: Callable[[], Turn], *, transcribe: bool) -> Turn:
        number = self.history.present.number
        if transcribe:
            self.resolver.hearing = Hearing(self.recognise)
        try:
            turn = act()
        finally:
            self.resolver.hearing = None
        if not transcribe or (filled := self.fill(number)) is None:
            return turn
        written = difference_text(differences(turn.timeline, self.timeline), turn.lang)
        return replace(turn, reply=f"{turn.reply}\n{written}", timeline=self.timeline, changes=(*turn.changes, filled))

    def fill(self, number: int, hearing: Hearing | None = None) -> AddCaptions | None:
        """Writes pending captions, as a part of the change that was made since revision `number`, if one was.

        Raises:
            Cancelled: The user stopped it.
        """
        before = self.history
        edit = self.transcribe(hearing=hearing)
        if edit is None or before.present.number == number or before.present.turn != "edit":
            return edit
        present = before.present
        timeline = changed(self.history.timeline, revision=present.number)
        whole = replace(present, kept=timeline, ops=(*present.ops, edit_tree(edit)))
        self.conversation.history = replace(
            before,
            revisions=(*before.revisions[:-1], whole),
            path=(*before.path[: before.cursor], whole, *before.path[before.cursor + 1 :]),
        )
        return edit

    def _done(self, edit: Edit, lang: str) -> Turn:
        bench = Bench(
            history=self.history,
            timeline=self.history.timeline,
            lang="zh" if lang.startswith("zh") else "en",
            resolver=self.resolver,
            focus=self.history.present.focus,
        )
        try:
            bench.do(self._informed(edit))
        except UsageError as error:
            bench.refuse_error(edit.op, error)
        bench.commit()
        reply = reply_of(self.history.timeline, bench)
        self.conversation.history = bench.history
        return Turn(reply, self.timeline, tuple(bench.changes), refused=tuple(bench.refusals), lang=bench.lang)

    def _informed(self, edit: Edit) -> Edit:
        """The edit with the facts that it leaves out, where the media tell them."""
        timeline, resolver = self.history.timeline, self.resolver
        match edit:
            case Build() | SameLook() if edit.facts is None:
                return edit.model_copy(update=self._facts(edit.file))
            case NextFile() if edit.facts is None and edit.file is not None:
                return edit.model_copy(update=self._facts(edit.file))
            case RemoveSilences() if edit.ranges is None:
                found = resolver.silences(timeline, edit.gap_ms)
                return edit if found is None else edit.model_copy(update={"ranges": tuple(found)})
            case AddCaptions() if edit.cues is None and edit.lang is None and not timeline.with_role("caption"):
                cues = resolver.cues(timeline)
                return AddCaptions.model_validate(edit_tree(edit) | {"cues": cues}) if cues else edit
            case _:
                return edit

    def _facts(self, file: str | None) -> Mapping[str, Any]:
        facts = self.resolver.facts(self.history.timeline, entry_of(self.history.timeline, file, None))
        return {} if facts is None else {"facts": facts}


def empty_timeline() -> Timeline:
    """A draft of nothing."""
    return timeline_from_tree({"v": 1, "rev": 0, "d": 0, "m": {}, "t": []})


def is_waiting(timeline: Timeline) -> bool:
    """Whether a caption track waits for its cues."""
    return any(track.meta and track.meta.pending and not track.segments for track in timeline.with_role("caption"))


def turn_tree(turn: Turn, timeline: Timeline, notices: Sequence[str] = ()) -> Tree:
    """A turn as a program reads it.

    Args:
        turn: What a message led to.
        timeline: The draft afterwards.
        notices: What the user should know beside the reply.
    """
    return {
        "reply": turn.reply,
        "draft": timeline_tree(timeline),
        "changes": [edit_tree(edit) for edit in turn.changes],
        "questions": [{"text": one.text, "choices": list(one.choices)} for one in turn.questions],
        "refused": [{"text": one.text, "reason": one.reason} for one in turn.refused],
        "action": turn.action,
        "output": dict(turn.output),
        "unknown": list(turn.unknown),
        "notices": list(notices),
    }


def free_path(path: Path) -> Path:
    """A path like this one at which there is nothing yet: `talk.mp4`, else `talk-2.mp4`."""
    number = 1
    found = path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
