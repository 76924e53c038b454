"""The skill at work: a line is routed, done, and its outcome told."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from wavereel.client import gui
from wavereel.client.advice import advise
from wavereel.client.draft_summary import is_exportable, length_ms, summary_line, summary_lines
from wavereel.client.exporting import Exporting, check_target, free_path
from wavereel.client.files import ACCEPTED
from wavereel.client.messages import Conversing, Outcome
from wavereel.client.router import Route, route, wishes_in
from wavereel.client.suggestions import next_steps
from wavereel.client.text import is_chinese, one_line
from wavereel.client.uploading import Uploading, about, names_of
from wavereel.client.words import joined, say, state_word
from wavereel.errors import UnreadableError, UsageError, WavereelError
from wavereel.times import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wavereel.client.connection import Connection
    from wavereel.client.profiles import Profile
    from wavereel.client.wire import State

T = TypeVar("T")

MAX_LINES = 60
"""Of a timeline that is shown."""

PREVIEW_WIDTH_PX = 640
MAX_PREVIEWS = 100
"""Pictures of conversations that are kept; older ones go."""

_SUGGESTS = re.compile(
    r"\bnext(?:,|:)? (?:you|steps?)\b|\byou (?:could|can|might) (?:say|also|now)\b|接下来|下一步|可以说", re.IGNORECASE
)
"""A reply that suggests next steps itself."""

SHORT_REPLY_CHARACTERS = 25
"""A shorter reply does not say what was done."""


@dataclass
class Runner:
    """Does what lines say.

    Args:
        connection: The backend.
        profile: The skill.
        previews: The folder of the pictures that a conversation names after each change; `None` for none.
    """

    connection: Connection
    profile: Profile
    previews: Path | None = None
    _uploading: Uploading = field(init=False)

    def __post_init__(self) -> None:
        self._uploading = Uploading(self.connection, self.profile)

    def greet(self) -> None:
        """Connects, begins the session, and says what can be said."""
        terminal, lang = self.connection.terminal, self.connection.lang
        terminal.note(self.profile.connecting[lang == "zh"])
        self.connection.connect()
        self.connection.open_session()
        chinese = lang == "zh"
        lines = [say("ready", lang), say("greeting", lang, takes=self.profile.takes[chinese])]
        terminal.say("\n".join([*lines, *(f"  • {example}" for example in self.profile.examples[chinese])]))

    def perform(self, line: str) -> dict[str, Any]:
        """Does what a line says; the facts of its outcome.

        Raises:
            WavereelError: It was refused or failed, in words for a person.
        """
        if any(mark.isalpha() for mark in line):
            self.connection.lang = "zh" if is_chinese(line) else "en"
        return self.take(route(line))

    def take(self, asked: Route, *, check_names: bool = True) -> dict[str, Any]:
        """Does what a route says.

        Args:
            asked: The route.
            check_names: Whether files are kept back whose names are of no accepted type.
        """
        return self.advising(lambda: self._take(asked, check_names=check_names))

    def advising(self, work: Callable[[], T]) -> T:
        """Does something; where it fails, the error gets words for a person."""
        try:
            return work()
        except WavereelError as error:
            web = self.connection.web or self.connection.client.base.address
            user_id, limit_bytes = self.connection.user_id, self.profile.limit_bytes
            told = advise(error, user_id=user_id, web=web, limit_bytes=limit_bytes)
            told.message, told.hint = (self.connection.terminal.hidden(text) for text in (told.message, told.hint))
            raise told from error

    def _take(self, asked: Route, *, check_names: bool) -> dict[str, Any]:
        match asked.action:
            case "export":
                return self.export(asked.output, asked.out)
            case "credits":
                return self.credits()
            case "status":
                return self.status()
            case "preview":
                return self.preview(asked.at_ms)
            case "upload":
                return self.upload(asked, check_names=check_names)
            case "chat":
                return self.chat(asked.text)

    def upload(self, asked: Route, *, check_names: bool = True) -> dict[str, Any]:
        """Sends files and addresses, then what is said beside them."""
        terminal, lang = self.connection.terminal, self.connection.lang
        if not asked.files and not asked.urls:
            limit = self.profile.limit_bytes // 2**20
            terminal.say(say("upload_what", lang, types=", ".join(ACCEPTED), limit=limit))
            return {"action": "upload", "files": []}
        media = self._uploading.send(asked.files, asked.urls, check_names=check_names)
        facts: dict[str, Any] = {
            "action": "upload",
            "session_id": self.connection.session_id,
            "files": [
                {
                    "filename": item.filename,
                    "file_id": item.file_id,
                    "type": item.file_type,
                    "duration_ms": item.duration_ms,
                }
                for item in media
            ],
            "not_taken": list(self._uploading.not_taken),
        }
        if asked.text:
            return facts | {"then": self.chat(asked.text)}
        if terminal.chatting:
            terminal.say(say("then_say", lang))
        return facts

    def chat(self, text: str) -> dict[str, Any]:
        """Sends a message and tells what came of it."""
        self.connection.terminal.note(say("working", self.connection.lang))
        outcome = Conversing(self.connection).converse(text)
        return self._told(text, outcome, may_edit=True)

    def status(self) -> dict[str, Any]:
        """The timeline, the files and the exports."""
        state = self.connection.state()
        terminal, lang = self.connection.terminal, self.connection.lang
        lines = summary_lines(state.draft, state.media, lang)
        for line in lines[:MAX_LINES]:
            terminal.say(line)
        terminal.say(say("files", lang, names=names_of(state.media, lang)) if state.media else say("no_files", lang))
        for row in state.renders[-5:]:
            terminal.say(say("job", lang, id=one_line(row.id), status=state_word(row.status, lang)))
        return {
            "action": "status",
            "session_id": self.connection.session_id,
            "timeline": summary_line(state.draft, state.media, "en"),
            "length_ms": length_ms(state.draft),
            "files": [about(item, "en") for item in state.media],
            "renders": [{"id": row.id, "status": row.status} for row in state.renders],
        }

    def credits(self) -> dict[str, Any]:
        """The balance."""
        balance = self.connection.ask(self.connection.client.balance)
        values = {"available": balance.available, "frozen": balance.frozen, "total": balance.total}
        shown = {key: f"{value:g}" for key, value in values.items()}
        self.connection.terminal.say(say("credits", self.connection.lang, **shown))
        return {"action": "credits", **values}

    def export(self, output: Mapping[str, Any], out: str = "", render_id: str = "") -> dict[str, Any]:
        """Makes a video of the draft, or fetches one that was begun before."""
        exporting = Exporting(self.connection)
        try:
            done = exporting.fetch(render_id, out) if render_id else exporting.export(output, out)
        except UnreadableError as error:
            hint = error.hint or say("mp4_only", self.connection.lang)
            raise UnreadableError(one_line(error.message), hint=hint, data=error.data) from error
        return {
            "action": "export",
            "session_id": self.connection.session_id,
            "render_id": done.render.id,
            "path": str(done.path),
            "size_bytes": done.path.stat().st_size,
            "duration_ms": done.render.duration_ms,
        }

    def preview(self, at_ms: int | None = None, out: str = "") -> dict[str, Any]:
        """Writes one picture of the draft into the working folder."""
        target = check_target(out, ".png") or free_path(Path("preview.png"))
        state = self.connection.state()
        whole_ms = length_ms(state.draft)
        if at_ms is not None and 0 < whole_ms <= at_ms:
            raise UsageError(f"{format_time(at_ms)} is past the end", hint=f"the video is {format_time(whole_ms)} long")
        at_ms = _telling_ms(state) if at_ms is None else at_ms
        data = self.connection.in_session(lambda session_id: self.connection.client.preview_frame(session_id, at_ms))
        _write(target, data)
        self.connection.terminal.say(say("preview", self.connection.lang, path=target))
        return {"action": "preview", "path": str(target), "at_ms": at_ms}

    def _told(self, text: str, outcome: Outcome, *, may_edit: bool) -> dict[str, Any]:
        """Tells an outcome without its screen, and carries out what the user's own words asked for."""
        terminal, lang = self.connection.terminal, self.connection.lang
        reply = gui.translate(outcome.text)
        if outcome.how == "recovered":
            terminal.say(say("found_done", lang))
        if reply.text:
            terminal.say(reply.text)
        changes = list(outcome.changes)
        if changes and (len(reply.text) < SHORT_REPLY_CHARACTERS or outcome.how == "recovered"):
            terminal.say(say("changes" if reply.text else "changed", lang, changes=joined(changes, lang)))
        elif not reply.text and not reply.steps and outcome.error is None:
            terminal.say(say("unchanged", lang))
        facts: dict[str, Any] = {
            "action": "chat",
            "session_id": self.connection.session_id,
            "text": reply.text,
            "changes": changes,
            "draft_rev": outcome.state.draft.get("rev") if outcome.state else None,
            "timeline": summary_line(outcome.state.draft, outcome.state.media, "en") if outcome.state else "",
        }
        if outcome.error is not None:
            raise outcome.error
        facts |= self._carried_out(text, reply, outcome, may_edit=may_edit)
        if changes and outcome.state is not None and "export" not in facts:
            self._after(outcome.state, suggest=_SUGGESTS.search(reply.text) is None)
        return facts

    def _carried_out(self, text: str, reply: gui.Translation, outcome: Outcome, *, may_edit: bool) -> dict[str, Any]:
        """What a reply wanted to be done on a screen, as far as the user's own words asked for it."""
        terminal, lang = self.connection.terminal, self.connection.lang
        wishes = wishes_in(text)
        render_id = outcome.metadata.get("render_id")
        asked = "export" in wishes_in(text, even_negated=True)
        if outcome.metadata.get("action") == "export" and isinstance(render_id, str) and asked:
            return {"export": self.export({}, render_id=render_id)}
        facts: dict[str, Any] = {}
        for step in reply.steps:
            match step:
                case "export" if "export" in wishes and outcome.state and is_exportable(outcome.state.draft):
                    facts["export"] = self.export({})
                case "credits" if "credits" in wishes:
                    facts["credits"] = self.credits()
                case "summary" if outcome.state is not None:
                    terminal.say(summary_line(outcome.state.draft, outcome.state.media, lang))
                case "edit" if may_edit and not outcome.changes and _is_edit(text):
                    edit = gui.as_edit(reply.drags[0])
                    facts["then"] = self._told(edit, Conversing(self.connection).converse(edit), may_edit=False)
                case "export" | "credits" | "upload" | "edit":
                    terminal.say(say(f"say_{step}", lang))
                case _:
                    pass
        return facts

    def _after(self, state: State, *, suggest: bool) -> None:
        """Names a preview after a change, and two or three next steps where the reply named none."""
        terminal, lang = self.connection.terminal, self.connection.lang
        if self.previews is not None and terminal.chatting:
            path = self._picture(state)
            if path is not None:
                terminal.say(say("preview", lang, path=path))
        if suggest:
            terminal.say(say("next", lang, steps=joined(next_steps(state.draft, lang), lang)))

    def _picture(self, state: State) -> Path | None:
        """A picture of the draft in the folder of previews; `None` where the backend paints none."""
        assert self.previews is not None
        try:
            data = self.connection.client.preview_frame(
                self.connection.session_id, _telling_ms(state), width=PREVIEW_WIDTH_PX
            )
            self.previews.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = free_path(self.previews / f"{time.strftime('%Y%m%d-%H%M%S')}.png")
            _write(path, data)
            for old in sorted(self.previews.glob("*.png"), key=lambda file: file.stat().st_mtime_ns)[:-MAX_PREVIEWS]:
                old.unlink(missing_ok=True)
        except (WavereelError, OSError):
            return None
        return path


def _telling_ms(state: State) -> int:
    """A time at which a picture tells most: a third into the video."""
    return length_ms(state.draft) // 3


def _is_edit(text: str) -> bool:
    """Whether a message wants something to be moved, and does not ask how."""
    asks = re.search(r"\?|？|\bhow\b|\bwhere\b|怎么|如何|哪里", text, re.IGNORECASE)
    moves = re.search(r"\b(?:move|drag|put|place|shift|drop|bring|swap|reorder)\b|移|拖|放|换", text, re.IGNORECASE)
    return moves is not None and asks is None


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise UsageError(f"{path} exists", hint="name another file with -o") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})", hint="name another place with -o") from None
