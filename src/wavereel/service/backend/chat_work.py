"""How a message is answered: planned, paid for, heard where need be, and applied in one transaction or not at all."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import Cancelled, OverloadedError, WavereelError
from wavereel.service.backend import chat_events as events
from wavereel.service.backend.chat_actions import Actions, Done
from wavereel.service.backend.chat_terms import MAX_ATTEMPTS, caller_of, charge, job_id_of, language_model
from wavereel.service.backend.core import no_session
from wavereel.service.backend.drafts_desk import kept_media, request_of, save_result
from wavereel.service.notice_words import notice_text
from wavereel.store import credits as accounts
from wavereel.store import events as stored_events
from wavereel.store import files, runs, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.service.backend.balances import Balances
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.chat_run import LiveRun
    from wavereel.service.backend.core import Core
    from wavereel.store.files import File
    from wavereel.store.runs import Run as Row
    from wavereel.store.sessions import Session

LOG = logging.getLogger(__name__)

Tree = dict[str, Any]

MODEL_SLACK_S = 30.0
"""So much longer than a language model a turn may take that it plans."""

TOO_LONG = 408
"""Number of the event that ends a run at the ceiling."""

STOPPED = 499
"""Number of the event that ends a run that was stopped."""

WORDS: Mapping[str, tuple[str, str]] = {
    "late": ("This took longer than {limit}, so it was stopped.", "用时超过{limit}，已停止。"),
    "late_captions": (
        "Writing the captions took longer than {limit}; they are written when the video is made.",
        "生成字幕用时超过{limit}，会在生成视频时再写。",
    ),
    "stopped": ("Stopped; nothing was changed.", "已停止，没有改动。"),
    "fault": ("Something went wrong here; nothing was changed.", "出了点问题，没有改动。"),
    "failed": ("That could not be done: {reason}.", "没有做成：{reason}。"),
    "done": ("Done.", "好了。"),
}
"""What is said where a turn has no words of its own, in English and Chinese."""

_GUI = (
    "Click the Export button to save the video, or drag the clip on the timeline to move it.",
    "点击“导出”按钮保存视频，或在时间线上拖拽片段来移动它。",
)


class _MovedError(Exception):
    """The draft is another one by now."""


class _LostError(Exception):
    """The run is another process's by now, or went with its session."""


@dataclass
class _Turn:
    """One attempt at an answer.

    Attributes:
        session: As it was when it was planned.
        result: What the tasks gave.
        price: What the changes cost.
        held: References under which credits are held for it, with how many.
        late: What the ceiling cut off, as a key of `WORDS`.
        is_bare: Whether there is neither a file nor anything on the timeline.
    """

    session: Session
    result: Tree
    price: int = 0
    held: dict[str, int] = field(default_factory=dict[str, int])
    late: str = ""
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Answers messages, one thread each.

    Attributes:
        core: The backend's own.
        balances: Holds credits back.
        actions: Does what is no edit.
        owner: The name of this process in the rows of its runs.
    """

    core: Core
    balances: Balances
    actions: Actions
    owner: str

    def answer(self, live: LiveRun, row: Row) -> None:
        """Answers a message to its end; whatever happens, its readers are told that it has ended.

        Raises:
            Cancelled: The program ends; the run is taken up by the next one.
        """
        try:
            try:
                self._answered(live, row)
            except _LostError:
                LOG.warning("run %s went on elsewhere", row.id)
            except Cancelled as error:
                if live.closing:
                    raise
                if live.lost:
                    LOG.warning("run %s went on elsewhere", row.id)
                else:
                    self._failed(live, row, error, "late" if live.late else "stopped")
            except WavereelError as error:
                self._failed(live, row, error, "failed")
            except Exception:
                LOG.exception("run %s fails", row.id)
                self._failed(live, row, WavereelError("the message could not be answered"), "fault")
        finally:
            live.planned.set()
            live.tell((), ended=True)

    def _answered(self, live: LiveRun, row: Row) -> None:
        caller = caller_of(row)
        for attempt in range(MAX_ATTEMPTS):
            reference = f"{row.id}/{row.attempts}.{attempt}"
            turn = self._planned(live, row, reference)
            try:
                self._complete(live, row, turn)
                self._finish(live, row, caller, turn)
            except _MovedError:
                LOG.info("run %s is planned anew: the draft was saved meanwhile", row.id)
            else:
                return
            finally:
                self._give_back(turn.held)
        raise OverloadedError("the draft is changed again and again by something else", hint="send the message again")

    def _planned(self, live: LiveRun, row: Row, reference: str) -> _Turn:
        """Plans the message and holds its price back.

        Raises:
            NoCreditsError: The balance does not cover it.
        """
        core, settings = self.core, self.core.settings
        llm = language_model(settings)
        with core.database.read() as tx:
            session = sessions.get(tx, row.user_id, row.session_id)
            if session is None:
                raise no_session(row.session_id)
            request = request_of(core, tx, session) | {"message": row.message}
        held: dict[str, int] = {}
        try:
            if llm is not None:
                most = settings.price_edit + settings.price_captions
                request["llm"] = llm
                with core.database.write() as tx:
                    held[reference] = self.balances.reserve_up_to(tx, row.user_id, most, reference)
            patience_s = None if llm is None else settings.llm_timeout_s + MODEL_SLACK_S
            lane = "model" if request.get("llm") else "quick"
            result = core.tasks.call("turn", request, lane=lane, cancelled=live.cancelled, timeout_s=patience_s)
            price = settings.price_edit if result["changed"] else 0
            if result["waiting"] and result["changed"]:
                price += settings.price_captions
            missing = price - sum(held.values())
            if missing > 0:
                with core.database.write() as tx:
                    self.balances.reserve(tx, row.user_id, missing, f"{reference}+")
                    held[f"{reference}+"] = missing
        except BaseException:
            self._give_back(held)
            raise
        live.request = request
        live.planned.set()
        return _Turn(session, result, price, held, is_bare=not request["media"] and not result["length_ms"])

    def _complete(self, live: LiveRun, row: Row, turn: _Turn) -> None:
        """Writes the captions that the turn left waiting."""
        if not (turn.result["waiting"] and turn.result["changed"]):
            return
        # A language model is asked once: its draft is completed, where the grammar plans anew with what was heard.
        request = {key: value for key, value in live.request.items() if key != "llm"}
        request |= {"planned": turn.result, "again": "llm" not in live.request}
        try:
            heard = self.core.tasks.call(
                "hear",
                request,
                lane="slow",
                on_progress=live.on_progress,
                cancelled=live.cancelled,
                timeout_s=live.left_s(),
            )
        except Cancelled:
            if live.closing or not live.late:
                raise
            turn.late = "late_captions"
        except WavereelError as error:
            LOG.warning("run %s has no captions: %s", row.id, error)
            if live.is_late():
                turn.late = "late_captions"
            else:
                turn.result["notices"].append(f"no captions: {error.message}")
        else:
            turn.result = heard
        if not turn.result.get("heard"):
            turn.price -= self.core.settings.price_captions

    def _finish(self, live: LiveRun, row: Row, caller: Caller, turn: _Turn) -> None:
        """Applies a turn: draft, history, media, credits, export, events and the run's end together.

        Raises:
            _MovedError: The draft is another one by now; nothing was applied.
            _LostError: The run is another process's by now; nothing was applied.
        """
        result = turn.result
        fresh = self._kept(row, result) if result["changed"] else []
        action = result["action"]
        done = self.actions.do(caller, turn.session, result, job_id_of(row, result)) if action else Done("")
        done, told = self._apply(row, caller, turn, fresh, done)
        if "render_id" in done.metadata:
            self.core.notifier.render_queued()
        turn.held.clear()
        live.outcome = _outcome(turn, done, told)
        self._tell(live, row, told)

    def _apply(
        self, row: Row, caller: Caller, turn: _Turn, fresh: list[File], done: Done
    ) -> tuple[Done, list[events.Event]]:
        core, result = self.core, turn.result
        with core.database.write() as tx:
            now_ms = core.clock()
            if not runs.end(tx, row.id, self.owner, "done", now_ms):
                raise _LostError
            if result["changed"]:
                if not save_result(core, tx, turn.session, result, result["asked"]):
                    raise _MovedError
                for file in fresh:
                    sessions.add_media(tx, row.session_id, row.user_id, file.id, now_ms=now_ms)
            else:
                sessions.set_asked(tx, row.session_id, result["asked"])
            charge(tx, turn.held, turn.price if result["changed"] else 0, now_ms)
            done = self.actions.queue(tx, caller, result, done)
            told = self._events(row, turn, done)
            stored_events.append(tx, row.session_id, row.id, told)
        return done, told

    def _kept(self, row: Row, result: Tree) -> list[File]:
        """Media that the turn found inside others, kept as files of the user."""
        found = kept_media(self.core, row.user_id, result["new_media"])
        if not found:
            return []
        with self.core.database.write() as tx:
            kept = [files.put(tx, file) for file in found]
        for one, other in zip(kept, found, strict=True):
            if one.blob != other.blob:
                self.core.blobs.delete(other.blob)
        return kept

    def _events(self, row: Row, turn: _Turn, done: Done) -> list[events.Event]:
        result, now_ms = turn.result, self.core.clock()
        rev = int(result["rev"])
        told = list(events.edit_events(row.id, result["changes"], rev, now_ms)) if result["changed"] else []
        if result["changed"] and not done.text and self._is_silent(row):
            return told
        metadata: Tree = {"draft_rev": rev} | done.metadata
        if result["questions"]:
            metadata["questions"] = result["questions"]
        event = events.text_event(row.id, self._text(turn, done), now_ms, metadata)
        if turn.late:
            event = events.failed_event(event, TOO_LONG, WORDS["late"][0].format(limit=self._limit(0)))
        elif done.error is not None:
            event = events.failed_event(event, done.error.wire_code, done.error.message)
        return [*told, event]

    def _text(self, turn: _Turn, done: Done) -> str:
        result = turn.result
        chinese = str(result["lang"]) == "zh"
        notices = cast("list[str]", result["notices"])
        lines = [str(result["reply"]), *(_sentence(notice_text(one, str(result["lang"]))) for one in notices)]
        if turn.late:
            lines.append(WORDS[turn.late][chinese].format(limit=self._limit(chinese)))
        lines.append(done.text)
        if turn.is_bare and not result["action"]:
            lines.append(self.actions.nothing_here(str(result["lang"])))
        if self.core.settings.gui_words:
            lines.append(_GUI[chinese])
        return "\n".join(line for line in lines if line.strip()) or WORDS["done"][chinese]

    def _limit(self, chinese: int) -> str:
        """How long a message may take, in words."""
        limit_s = self.core.settings.run_limit_s
        if limit_s < 120:
            return f"{limit_s:g}{(' seconds', '秒')[chinese]}"
        return f"{limit_s / 60:g}{(' minutes', '分钟')[chinese]}"

    def _is_silent(self, row: Row) -> bool:
        """Whether the text is withheld, as the setting for tests has it: by the run's id, so it can be foretold."""
        rate = self.core.settings.silent_edit_rate
        return rate > 0 and int(hashlib.sha256(row.id.encode()).hexdigest()[:8], 16) < rate * 2**32

    def _failed(self, live: LiveRun, row: Row, error: WavereelError, key: str) -> None:
        """Ends a run that came to nothing: whoever waits for its plan gets the error, everyone else an event."""
        if not live.planned.is_set():
            live.refused = error
        chinese = str(row.options.get("lang") or "").startswith("zh")
        text = WORDS[key][chinese].format(reason=str(error).rstrip("."), limit=self._limit(chinese))
        now_ms = self.core.clock()
        code = {"late": TOO_LONG, "stopped": STOPPED}.get(key, error.wire_code)
        event = events.failed_event(events.text_event(row.id, text, now_ms, {}), code, error.message)
        try:
            with self.core.database.write() as tx:
                if runs.end(tx, row.id, self.owner, "failed", now_ms):
                    stored_events.append(tx, row.session_id, row.id, [event])
        except WavereelError:  # the disk is full: the readers of this process are told all the same
            LOG.exception("run %s cannot be ended", row.id)
        live.outcome = {"error": {"code": code, "message": error.message}, "text": text}
        live.tell([event])

    def _tell(self, live: LiveRun, row: Row, told: list[events.Event]) -> None:
        for event in told:
            parts = event["content"]["parts"]
            if row.options.get("streaming") and "text" in parts[0]:
                live.tell(events.fragments(event))
            live.tell([event])

    def _give_back(self, held: Mapping[str, int]) -> None:
        references = [reference for reference, amount in held.items() if amount]
        if references:
            with self.core.database.write() as tx:
                for reference in references:
                    accounts.refund(tx, reference, self.core.clock())


def _outcome(turn: _Turn, done: Done, told: list[events.Event]) -> Tree:
    """What came of a message, for callers that wait for it."""
    result = turn.result
    last: Tree = told[-1]["content"]["parts"][0] if told else {}
    outcome = {key: result[key] for key in ("changes", "questions", "refused", "action", "summary")}
    outcome |= {"text": last.get("text", ""), "draft_rev": result["rev"], "price": turn.price, **done.metadata}
    if done.error is not None:
        outcome["error"] = {"code": done.error.wire_code, "message": done.error.message}
    return outcome


def _sentence(text: str) -> str:
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?", "。")) else f"{whole}."
