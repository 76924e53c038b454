"""The conversation of `wavereel chat`: what a line does, and what is told of it."""

from __future__ import annotations

import contextlib
import logging
import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from wavereel.cli.bar import show_progress
from wavereel.cli.interrupt import stop_event
from wavereel.cli.make import summary
from wavereel.cli.output import fault, one_line, print_error, print_line, print_note
from wavereel.errors import InputError, UsageError, WavereelError
from wavereel.times import format_time, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wavereel.agent.turn import Turn
    from wavereel.app import App
    from wavereel.service.draft_file import DraftFile
    from wavereel.service.talk import Talk
    from wavereel.timeline.model import Timeline

_LOG = logging.getLogger(__name__)

HELP = (
    ("/add FILE", "puts a file at hand; a line that is a path does the same", "添加文件；直接输入路径也可以"),
    ("/show", "shows what is on the timeline and what is at hand", "查看时间线和手头的文件"),
    ("/history", "lists what was done", "列出做过的修改"),
    ("/undo [N], /redo [N]", "takes changes back, or does them again", "撤销或重做"),
    ("/frame TIME", "paints the picture at a time", "画出某一时刻的画面"),
    ("/transcribe", "writes the captions now", "现在就生成字幕"),
    ("/save PATH", "writes the draft and its history there", "把草稿和历史存到那里"),
    ("/export [PATH]", "makes the video", "导出视频"),
    ("/quit", "ends; wavereel chat --resume goes on", "结束；wavereel chat --resume 可以继续"),
)


@dataclass
class Room:
    """A conversation with what it is told through.

    Attributes:
        app: Makes videos.
        talk: About the draft in `folder`.
        folder: Where the conversation is kept.
        target: A draft of the user's into which each change is written as well.
        lang: Language of what is said beside the replies.
    """

    app: App
    talk: Talk
    folder: Path
    target: DraftFile | None = None
    lang: str = "en"
    _saved: dict[Path, DraftFile] = field(default_factory=dict[Path, "DraftFile"])

    def greet(self) -> None:
        """A line of welcome, and what is at hand."""
        self.tell(
            "Say what the video should be. /help lists the commands, /quit ends.",
            "说说想要什么样的视频。/help 列出命令，/quit 结束。",
        )
        self._show()
        self._notices()

    def leave(self) -> None:
        """Takes the folder away where nothing was kept in it."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    def hear(self, text: str) -> bool:
        """Does what a line says; `False` where it ends the conversation. What goes wrong is told in one line."""
        try:
            paths = paths_in(text)
            if paths:
                self._add(paths)
            elif text.lstrip().startswith("/"):
                return self._command(text.strip())
            else:
                self._say(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        except WavereelError as error:
            _LOG.debug("a line fails", exc_info=True)
            print_error(error)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - the top of a job: a fault in one line must not end the conversation
            _LOG.exception("a line fails")
            print_error(fault(error))
        return True

    def save(self) -> None:
        """Keeps the conversation as it is now, and writes the user's draft where that was wished."""
        self.talk.save()
        if self.target is not None:
            self.talk.save_to(self.target)

    def tell(self, english: str, chinese: str) -> None:
        """A line in the language of the conversation."""
        print_line(self._word(english, chinese))

    def _word(self, english: str, chinese: str) -> str:
        return chinese if self.lang.startswith("zh") else english

    def _notices(self) -> None:
        more = self.target.notices if self.target is not None else []
        for notice in [*self.talk.notices(), *more]:
            print_note(f"note: {notice}")
        more.clear()

    def _say(self, text: str) -> None:
        turn = self._turn(lambda: self.talk.say(text))
        match turn.action:
            case "export":
                self._export(None, turn.output)
            case "upload":
                self.tell(
                    "Type or drop the path of a file here, or /add FILE.",
                    "在这里输入或拖入文件路径，或者用 /add 文件。",
                )
            case "credits":
                self.tell("There are no credits: all is made on this machine.", "不需要积分：一切都在本机完成。")
            case "status":
                self.tell("Nothing is being exported now.", "现在没有正在导出的视频。")
            case _:
                pass

    def _turn(self, act: Callable[[], Turn]) -> Turn:
        """A turn: done, kept, told, and shown where it changed something."""
        number = self.talk.history.present.number
        turn = act()
        self.lang = turn.lang
        changed = self.talk.history.present.number != number
        try:
            if changed:
                self.save()  # what is told is kept already, whatever happens next
        finally:
            for line in turn.reply.splitlines():
                print_line(one_line(line))
        self._notices()
        if changed:
            self._preview()
        return turn

    def _preview(self, at_ms: int | None = None) -> None:
        """Paints a picture and says where it is; that it cannot be painted is a remark."""
        number = self.talk.history.present.number
        name = f"{number:04d}.png" if at_ms is None else f"{number:04d}-{at_ms}ms.png"
        try:
            pixels = self.talk.picture(at_ms)
            if pixels is None:
                return
            from wavereel.picture.images import encode_png
            from wavereel.timeline.codec import write_whole

            folder = self.folder / "frames"
            try:
                folder.mkdir(exist_ok=True)
            except OSError as error:
                print_note(f"note: no preview: cannot write {folder} ({error.strerror})")
                return
            write_whole(folder / name, encode_png(pixels))
        except WavereelError as error:
            print_note(f"note: no preview: {error}")
            return
        print_line(f"{self._word('preview', '预览')}: {folder / name}")

    def _add(self, paths: list[Path]) -> None:
        if any(path.suffix.lower() == ".json" for path in paths):
            raise InputError("a draft is not a medium", hint="begin with it: wavereel chat --draft FILE")
        entries = self.talk.add_media(paths)
        self.save()
        for entry in entries:
            self.tell(f"At hand: {_about(entry, 'en')}", f"已添加：{_about(entry, 'zh')}")
        self._notices()

    def _show(self) -> None:
        from wavereel.timeline.summary import summary_text

        timeline = self.talk.timeline
        if timeline.tracks:
            for line in summary_text(timeline, self.lang[:2]).splitlines():
                print_line(one_line(line))
        media = timeline.media or ()
        for entry in media:
            self.tell(f"At hand: {_about(entry, 'en')}", f"手头有：{_about(entry, 'zh')}")
        if not media:
            self.tell("Nothing is at hand yet: type or drop a file's path.", "手头还没有文件：输入或拖入文件路径。")

    def _command(self, line: str) -> bool:
        name, _, rest = line.partition(" ")
        rest = rest.strip()
        match name.lower():
            case "/quit" | "/exit" | "/q":
                return False
            case "/help" | "/?":
                width = max(len(words) for words, _, _ in HELP)
                for words, english, chinese in HELP:
                    print_line(f"{words:<{width}}  {self._word(english, chinese)}")
            case "/show":
                self._show()
            case "/history":
                self._history()
            case "/undo" | "/redo":
                self._step(name.lower()[1:], rest)
            case "/frame":
                self._preview(parse_time(rest) if rest else self.talk.telling_ms())
            case "/add":
                self._add(paths_in(rest) or [Path(rest)] if rest else _needed("/add FILE"))
            case "/save":
                self._save_as(_place(rest) if rest else _needed("/save PATH"))
            case "/export":
                self._export(_place(rest) if rest else None, {})
            case "/transcribe":
                self._transcribe(told=True)
            case _:
                raise UsageError(f"there is no command {one_line(name)}", hint="/help lists them")
        return True

    def _history(self) -> None:
        history = self.talk.history
        for revision in history.revisions:
            ops = one_line(", ".join(str(op.get("op")) for op in revision.ops))
            back = f"{revision.turn} (as {revision.of})" if revision.of is not None else revision.turn
            done = ops or ("" if revision.turn == "edit" else back)
            mark = "*" if revision is history.present else " "
            said = f"  “{one_line(revision.message)[:80]}”" if revision.message else ""
            print_line(f"{mark}{revision.number:>4}  {done}{said}".rstrip())

    def _step(self, op: str, count: str) -> None:
        from wavereel.timeline.catalogue import parse_edit

        steps = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 1 if not count else 0
        edit = parse_edit({"op": op, "steps": steps})
        self._turn(lambda: self.talk.edit(edit, lang=self.lang))

    def _save_as(self, wanted: Path) -> None:
        from wavereel.service.destination import check_destination
        from wavereel.service.draft_file import DraftFile

        place = check_destination(wanted, self._files(), overwrite=Path(os.path.realpath(wanted)) in self._saved)
        file = self._saved.get(place) or DraftFile(place)
        self.talk.save_to(file)
        self._saved[place] = file
        self.tell(f"Saved as {one_line(str(place))}", f"已存为 {one_line(str(place))}")

    def _transcribe(self, *, told: bool) -> None:
        """Writes captions that wait, with a bar."""
        from wavereel.render.progress import Progress
        from wavereel.service.resolving import Hearing
        from wavereel.service.talk import is_waiting

        if not is_waiting(self.talk.timeline):
            if told:
                self.tell("No captions wait to be written.", "没有等待生成的字幕。")
            return
        with stop_event() as cancelled, show_progress("captions", quiet=False) as report:
            hearing = Hearing(
                self.talk.recognise, lambda share: report(Progress("speech", share, None, None)), cancelled
            )
            filled = self.talk.transcribe(hearing=hearing)
        if filled is not None:
            self.save()
            count = len(filled.cues or ())
            self.tell(f"The captions are written: {count} cues.", f"字幕已生成：{count}条。")
        self._notices()
        if filled is not None and told:
            self._preview()

    def _export(self, wanted: Path | None, output: Mapping[str, Any]) -> None:
        from wavereel.service.requests import MakeRequest
        from wavereel.service.talk import free_path

        if not self.talk.timeline.length_ms:
            raise UsageError("there is nothing to make a video of yet", hint="add a sound, or say what is to be seen")
        self._transcribe(told=False)
        place = wanted or free_path(self._beside().with_suffix(_ending(output)))
        timeline = self._asked(output)
        draft = self.folder / "export.json"
        from wavereel.timeline.codec import save_draft

        save_draft(timeline, draft)
        quality = output.get("quality")
        request = MakeRequest(
            None,
            output=place,
            draft=draft,
            quality="high" if quality == "high" else "low" if quality == "low" else "medium",
        )
        try:
            with stop_event() as cancelled, show_progress(place.name, quiet=False) as report:
                result = self.app.make(request, report, cancelled)
        finally:
            draft.unlink(missing_ok=True)
        for notice in result.notices:
            print_note(f"note: {notice}")
        print_line(summary(result))

    def _asked(self, output: Mapping[str, Any]) -> Timeline:
        """The draft in the size and rate that were asked for with the export; the conversation's own stays."""
        from wavereel.timeline.catalogue import parse_edit

        timeline = self.talk.timeline
        side, _, height = str(output.get("resolution") or "").removesuffix("p").partition("x")
        trees: list[dict[str, Any]] = []
        if side.isdigit():
            trees.append(
                {"op": "set_size", "width": int(side), "height": int(height)}
                if height.isdigit()
                else {"op": "set_resolution", "short_side": int(side)}
            )
        if output.get("fps"):
            trees.append({"op": "set_fps", "fps": output["fps"]})
        for tree in trees:
            try:
                timeline = parse_edit(tree).apply(timeline)
            except UsageError as error:
                if getattr(error, "reason", "") != "same_already":
                    print_note(f"note: {error}")
        if (form := output.get("format")) not in (None, "mp4", "mov"):
            print_note(f"note: videos are written as MP4, not as {form}")
        return timeline

    def _files(self) -> list[Path]:
        from wavereel.service.media_at_hand import local_path

        found = [local_path(entry.get("cdn_url"), self.talk.folder) for entry in self.talk.timeline.media or ()]
        return [path for path in found if path is not None]

    def _beside(self) -> Path:
        """What a video is called after: the first sound or video, else the first file, else `video` here."""
        from wavereel.service.media_at_hand import local_path

        media = sorted(
            self.talk.timeline.media or (), key=lambda entry: entry.get("file_type") not in ("audio", "video")
        )
        found = [local_path(entry.get("cdn_url"), self.talk.folder) for entry in media]
        return next((path for path in found if path is not None), Path("video"))


def paths_in(text: str) -> list[Path]:
    """The files that a line names, as typed, quoted, escaped or dropped as `file:` URLs; none where it is a message."""
    one = _file(text.strip())
    if one is not None:
        return [one]
    try:
        parts = shlex.split(text)
    except ValueError:
        return []
    found = [_file(part) for part in parts]
    return [path for path in found if path is not None] if all(found) else []


def _file(text: str) -> Path | None:
    name = _unquoted(text)
    if not name or not (os.sep in name or "." in name):
        return None
    return Path(name) if os.path.isfile(name) else None  # noqa: PTH113 - `Path.is_file` raises where a name is too long


def _unquoted(text: str) -> str:
    """A path without the quotes, the `file:` or the `~` that a terminal or a person put there."""
    name = text.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    if name.lower().startswith("file:"):
        try:
            return unquote(urlsplit(name).path, errors="surrogateescape")
        except ValueError:
            return name
    return os.path.expanduser(name) if name.startswith("~") else name  # noqa: PTH111 - text in, text out


def _place(text: str) -> Path:
    """A path to write to; raises `UsageError` where it is none."""
    name = _unquoted(text)
    if not name or "\0" in name:
        raise UsageError("that is no path", hint="name a file")
    return Path(name)


def _needed(usage: str) -> Any:
    raise UsageError("that names no file", hint=usage)


def _ending(output: Mapping[str, Any]) -> str:
    return ".mov" if output.get("format") == "mov" else ".mp4"


def _about(entry: Mapping[str, Any], lang: str) -> str:
    names = {"audio": ("sound", "声音"), "video": ("video", "视频"), "image": ("picture", "图片")}
    english, chinese = names.get(str(entry.get("file_type")), ("file", "文件"))
    parts = [chinese if lang == "zh" else english]
    length_s = entry.get("duration")
    if isinstance(length_s, int | float) and length_s > 0 and entry.get("file_type") != "image":
        parts.append(format_time(round(length_s * 1000)))
    if entry.get("width"):
        parts.append(f"{entry.get('width')}x{entry.get('height')}")
    return one_line(f"{entry.get('filename') or entry.get('file_id')} ({', '.join(parts)})")
