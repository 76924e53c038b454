"""Messages over the wire: each one a run of its own, detached from the connection that brought it.

    start ─► row of `runs`, the user's event ─► thread: plan ─► hold the price ─► (hear) ─► one transaction ─► events
                                                  │
    answer 2001 and the like before the stream ◄──┘

A run whose process died is taken up by the next one: nothing of it was applied, so it is answered from the start.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from wavereel.errors import BusyError, NotFoundError, OverloadedError, RateError, UnreadableError, WavereelError
from wavereel.service.backend import chat_events as events
from wavereel.service.backend.chat_actions import Actions
from wavereel.service.backend.chat_run import LaterRun, LiveRun, StoredRun
from wavereel.service.backend.chat_terms import MAX_ATTEMPTS, give_back_all, options_of
from wavereel.service.backend.chat_work import WORDS, Work
from wavereel.service.backend.core import session_of
from wavereel.service.backend.drafts import TRIES, moving
from wavereel.service.backend.quota import check_quota
from wavereel.service.messages import check_message, whole_characters
from wavereel.store import credits as accounts
from wavereel.store import events as stored_events
from wavereel.store import runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.service.backend.balances import Balances
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.chat_run import Run
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.drafts import Drafts, Patch
    from wavereel.service.backend.renders import Renders
    from wavereel.store.database import Tx
    from wavereel.store.runs import Run as Row
    from wavereel.store.sessions import Session

LOG = logging.getLogger(__name__)

PLAN_S = 5.0
"""So long the answer waits for the plan, so that what it would refuse comes before the stream."""

_FORGOTTEN = 2
"""What is held for so many times the limit of a run is held for a message that nobody answers."""

RUN_PREFIX = "e-"
"""How ids of runs begin."""

MAX_RUNS = 400
"""Messages that are answered at a time in one process."""


class Chat:
    """The part of the backend that deals with messages."""

    def __init__(self, core: Core, balances: Balances, renders: Renders, drafts: Drafts) -> None:
        self._core = core
        self._drafts = drafts
        self._owner = f"chat-{secrets.token_hex(8)}"
        self._work = Work(core, balances, Actions(core, balances, renders), self._owner)
        self._live: dict[str, LiveRun] = {}
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._keeper: threading.Thread | None = None
        self._freed_ms = 0

    def start(
        self,
        caller: Caller,
        session_id: str,
        text: str,
        *,
        streaming: bool = False,
        state_delta: Mapping[str, Any] | None = None,
    ) -> Run:
        """Takes a message; returns when it is planned, or after a few seconds where planning takes longer.

        Args:
            caller: Who says it; needs the scope `write`.
            session_id: About which session.
            text: What is said.
            streaming: Whether fragments of the reply come before the whole.
            state_delta: Changes of the state that come with it, as `Drafts.patch_state` takes them; refused with it.

        Raises:
            ScopeError: The token may not write.
            UnreadableError: There is no text.
            LimitError: It is longer than anyone types.
            SessionNotFoundError: No such session of the caller.
            BusyError: The session is busy with another message.
            RateError: Too many messages of this user are being answered.
            LimitError: The user's quota is full.
            NoCreditsError: The balance does not cover what the message costs.
        """
        live = self._started(caller, session_id, text, streaming=streaming, state_delta=state_delta)
        live.planned.wait(PLAN_S)
        if live.refused is not None:
            raise live.refused
        return live

    def _started(
        self, caller: Caller, session_id: str, text: str, *, streaming: bool, state_delta: Mapping[str, Any] | None
    ) -> LiveRun:
        caller.need("write")
        if not text.strip():
            raise UnreadableError("There is no text in the message", hint="send new_message.parts[].text")
        check_message(text)
        text = whole_characters(text).replace("\0", " ")
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            if runs.running_of(tx, session.id) is not None:
                raise _busy()
        with self._lock:
            if self._over.is_set() or len(self._live) >= MAX_RUNS:
                raise OverloadedError("Too many messages are being answered", hint="try again", retry_after_s=10)
        options = options_of(caller, streaming=streaming, lang=session.language)
        for _ in range(TRIES):
            patch = self._drafts.check_patch(caller, session_id, state_delta) if state_delta else None
            row = self._begun(session, text, patch, options)
            if row is not None:
                return self._run(row)
        raise moving()

    def _begun(self, session: Session, text: str, patch: Patch | None, options: dict[str, Any]) -> Row | None:
        """A run and the change of the state that comes with it, both or neither; `None` where the draft moved on."""
        run_id = f"{RUN_PREFIX}{uuid.uuid4()}"
        with self._core.database.write() as tx:
            if runs.running_of(tx, session.id) is not None:
                raise _busy()
            if runs.running_count(tx, session.user_id) >= (most := self._core.settings.runs_per_user):
                raise _too_many(most)
            check_quota(self._core, tx, session.user_id, 0)
            if patch is not None and not self._drafts.apply_patch(tx, patch):
                return None
            now_ms = self._core.clock()
            row = runs.start(
                tx,
                run_id=run_id,
                session_id=session.id,
                user_id=session.user_id,
                message=text,
                owner=self._owner,
                now_ms=now_ms,
                lease_ms=self._lease_ms,
                options=options,
            )
            shown = {} if patch is None else patch.kept
            stored_events.append(tx, session.id, run_id, [events.message_event(run_id, text, now_ms, shown)])
        return row

    def resume(self, caller: Caller, session_id: str, last_event_id: str) -> Run:
        """The run that an event belongs to, to be read from the next event on; nothing is started.

        Raises:
            ScopeError: The token may not read.
            SessionNotFoundError: No such session of the caller.
            NotFoundError: No such event of the session.
        """
        caller.need("read")
        wanted, is_fragment = events.whole_of(last_event_id)
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            found = stored_events.find(tx, session.id, wanted) if 0 < len(wanted) <= 128 else None
        with self._lock:
            live = self._live.get(session.id)
        if live is not None and (found is None or live.id == found.run_id):
            told = [event["id"] for event in live.read()[0]]
            if found is not None and wanted not in told:  # the user's own message
                return LaterRun(live, 0)
            if wanted in told:
                return LaterRun(live, told.index(last_event_id if last_event_id in told else wanted) + 1)
        if found is None:
            raise NotFoundError("There is no such event in this session", hint="send the message again")
        run = StoredRun(self._core, found.run_id, session.id, 0)
        ids = [event["id"] for event in run.read()[0]]
        run.start = ids.index(wanted) + (not is_fragment) if wanted in ids else 0
        return run

    def running(self, session_id: str) -> Run | None:
        """The run that a session is busy with in this process."""
        with self._lock:
            return self._live.get(session_id)

    def cancel(self, caller: Caller, session_id: str) -> bool:
        """Stops what a session is busy with, before anything of it is applied; whether there was something.

        Raises:
            ScopeError: The token may not write.
            SessionNotFoundError: No such session of the caller.
        """
        caller.need("write")
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
        with self._lock:
            live = self._live.get(session.id)
        if live is None:
            return False
        live.stop()
        return True

    def say(self, caller: Caller, session_id: str, text: str, *, timeout_s: float | None = None) -> dict[str, Any]:
        """A message and what came of it, for callers that wait.

        Returns:
            `text`, `changes` (edits), `questions`, `refused`, `action` (`None` for none), `draft_rev`, `timeline` (the
            summary in words), `run_id`, `ended`, and `error` with `code` and `message` where it failed.

        Raises:
            WavereelError: As `start`.
        """
        live = self._started(caller, session_id, text, streaming=False, state_delta=None)
        live.wait(timeout_s)
        return self.outcome(caller, live)

    def outcome(self, caller: Caller, run: Run) -> dict[str, Any]:
        """What came of a message that `start` took: what `say` answers, for callers that waited in a way of their own.

        Raises:
            WavereelError: What it failed of before it was planned.
        """
        assert isinstance(run, LiveRun)
        if run.refused is not None:
            raise run.refused
        outcome: dict[str, Any] = {"text": "", "changes": [], "questions": [], "refused": [], "action": None}
        outcome |= run.outcome
        timeline = outcome.pop("summary", "")
        if not timeline:
            told = self._drafts.summary(caller, run.session_id)
            timeline = told["text"]
            outcome.setdefault("draft_rev", told["rev"])
        return outcome | {"timeline": timeline, "run_id": run.id, "ended": run.read()[1]}

    def take_up(self) -> int:
        """Answers the messages whose process died; how many there were. Called at the start; then it goes by itself."""
        count = 0
        while not self._over.is_set():
            with self._core.database.read() as tx:
                if not runs.expired(tx, self._core.clock()):
                    break
            with self._core.database.write() as tx:
                now_ms = self._core.clock()
                row = runs.take_up(tx, self._owner, now_ms, self._lease_ms)
                if row is None:
                    break
                if self._is_ours(row):  # this process was asleep
                    continue
                give_back_all(tx, row, now_ms)
                if row.attempts > MAX_ATTEMPTS:
                    self._give_up(tx, row, now_ms)
                    continue
            LOG.info("run %s is taken up, attempt %s", row.id, row.attempts)
            self._run(row)
            count += 1
        self._free_forgotten()
        self._keep()
        return count

    def _free_forgotten(self) -> None:
        """Gives back what is held for messages that nobody answers: giving back failed, or their session is gone."""
        now_ms, age_ms = self._core.clock(), round(_FORGOTTEN * self._core.settings.run_limit_s * 1000)
        if now_ms < self._freed_ms + age_ms:
            return
        self._freed_ms = now_ms
        with self._core.database.read() as tx:
            before_ms = now_ms - age_ms
            found = accounts.held_since(tx, before_ms, RUN_PREFIX)
            forgotten = [reference for reference in found if not _goes_on(tx, reference.partition("/")[0])]
        if forgotten:
            with self._core.database.write() as tx:
                for reference in forgotten:
                    accounts.refund(tx, reference, self._core.clock())

    def close(self, timeout_s: float = 5.0) -> None:
        """Ends: what runs is given back, to be taken up by the next process."""
        self._over.set()
        with self._lock:
            lives, threads = list(self._live.values()), list(self._threads)
        for live in lives:
            live.stop(closing=True)
        deadline_s = time.monotonic() + timeout_s
        for thread in (*threads, self._keeper):
            if thread is not None:
                thread.join(max(0.0, deadline_s - time.monotonic()))

    @property
    def _lease_ms(self) -> int:
        return round(self._core.settings.lease_s * 1000)

    def _run(self, row: Row) -> LiveRun:
        live = LiveRun(row.id, row.session_id, self._core.settings.run_limit_s)
        thread = threading.Thread(target=self._answer, args=(live, row), name="chat-run", daemon=True)
        self._keep()
        with self._lock:
            thread.start()  # before the run is known here: what is known is kept alive
            self._live[row.session_id] = live
            self._threads.add(thread)
        return live

    def _answer(self, live: LiveRun, row: Row) -> None:
        try:
            self._work.answer(live, row)
        except WavereelError:  # the program ends
            try:
                with self._core.database.write() as tx:
                    runs.beat(tx, row.id, self._owner, 0, 0)
            except WavereelError:  # then its lease runs out by itself
                LOG.warning("run %s could not be given back", row.id)
        finally:
            with self._lock:
                if self._live.get(row.session_id) is live:
                    del self._live[row.session_id]
                self._threads.discard(threading.current_thread())

    def _is_ours(self, row: Row) -> bool:
        with self._lock:
            live = self._live.get(row.session_id)
        return live is not None and live.id == row.id

    def _give_up(self, tx: Tx, row: Row, now_ms: int) -> None:
        """Ends a run that has outlived its owner again and again: whatever it does, it is not to do it for ever."""
        if runs.end(tx, row.id, self._owner, "failed", now_ms):
            error = WavereelError("the message could not be answered")
            event = events.text_event(row.id, WORDS["fault"][str(row.options.get("lang")).startswith("zh")], now_ms, {})
            told = events.failed_event(event, error.wire_code, error.message)
            stored_events.append(tx, row.session_id, row.id, [told])

    def _keep(self) -> None:
        with self._lock:
            if self._keeper is None and not self._over.is_set():
                self._keeper = threading.Thread(target=self._keep_going, name="chat-keeper", daemon=True)
                self._keeper.start()

    def _keep_going(self) -> None:
        """Shows that the runs of this process live, ends those that are late, takes up those of others that died."""
        while not self._over.wait(self._core.settings.lease_s / 3):
            with self._lock:
                lives = list(self._live.values())
            try:
                if lives:
                    self._beat(lives)
                self.take_up()
            except WavereelError as error:
                LOG.warning("runs cannot be looked after: %s", error)
            except Exception:
                LOG.exception("runs cannot be looked after")  # the top of this thread, without which all leases run out

    def _beat(self, lives: list[LiveRun]) -> None:
        with self._core.database.write() as tx:
            now_ms = self._core.clock()
            for live in lives:
                if live.is_late():
                    live.stop(late=True)
                if not runs.beat(tx, live.id, self._owner, now_ms, self._lease_ms) and not live.read()[1]:
                    live.stop(lost=True)


def _goes_on(tx: Tx, run_id: str) -> bool:
    row = runs.get(tx, run_id)
    return row is not None and row.state == "running"


def _busy() -> BusyError:
    return BusyError("The session is busy with another message", hint="wait for its answer", retry_after_s=5)


def _too_many(most: int) -> RateError:
    return RateError(
        f"{most} messages are being answered already",
        hint="wait for an answer",
        data={"limit": most, "retry_after": 5},
        retry_after_s=5,
    )
