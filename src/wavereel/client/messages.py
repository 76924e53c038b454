"""One message to the backend, from its first byte to what is told of it.

The stream is read in a thread, so that the notices, the ceilings and Ctrl-C work while nothing arrives. Whatever
becomes of the stream, the message is sent once: after a break the state is read until it tells what was done.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from wavereel.client.draft_changes import changes_between
from wavereel.client.errors import DroppedError, StoppedError, TimedOutError, UnreachableError, error_of
from wavereel.client.events import Reply
from wavereel.client.notices import NOTICE_S
from wavereel.client.text import clean_text, one_line, without_json
from wavereel.client.words import STILL_WORKING, say
from wavereel.errors import WavereelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.client.connection import Connection
    from wavereel.client.events import ChatEvent
    from wavereel.client.sync import Client, Events
    from wavereel.client.wire import State

FIRST_LOOK_S = 30
LOOK_S = 60
LOOKS = 5

How = Literal["said", "silent", "recovered"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message.

    Attributes:
        how: Whether the backend said something, ended in silence, or had to be looked after.
        text: What it said.
        changes: What differs between the states before and after, one phrase each.
        state: The state afterwards; `None` where it could not be read.
        metadata: What the last event told programs.
        error: How the turn failed.
    """

    how: How
    text: str
    changes: tuple[str, ...] = ()
    state: State | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: WavereelError | None = None


class _Listener(threading.Thread):
    """Reads the stream of one message and puts what it meets into a queue; the end is `None` or an error."""

    def __init__(self, client: Client, session_id: str, text: str) -> None:
        super().__init__(daemon=True, name="wavereel-stream")
        self._client, self._session_id, self._text = client, session_id, text
        self.news: queue.SimpleQueue[ChatEvent | Exception | None] = queue.SimpleQueue()
        self.begun = False
        self._events: Events | None = None

    def run(self) -> None:
        try:
            with self._client.chat(self._session_id, self._text) as events:
                self._events = events
                self.begun = True
                for event in events:
                    self.news.put(event)
                self._events = None  # read to its end: the connection is good for the next request
        except Exception as error:  # noqa: BLE001 - the top of a thread: the error is raised where it is waited for
            self.news.put(error)
        else:
            self.news.put(None)

    def abort(self) -> None:
        """Ends the stream."""
        if self._events is not None:
            self._events.abort()


@dataclass
class Conversing:
    """Sends messages over a connection.

    Args:
        connection: Where to.
    """

    connection: Connection

    def converse(self, text: str) -> Outcome:
        """Sends a message once, and finds out what came of it.

        Raises:
            WavereelError: It was refused before it was worked on, or nobody can say what became of it.
        """
        text = text.encode("utf-8", "replace").decode()
        before = self.connection.state()
        reply = Reply()
        try:
            broken = self.connection.in_session(lambda session_id: self._listen(session_id, text, reply))
        except TimedOutError as error:
            return self._late(before, reply, error)
        if broken is not None:
            return self._recovered(before, reply, broken)
        try:
            after = self.connection.state()
        except WavereelError:
            if not said(reply):
                raise
            return Outcome("said", said(reply), (), None, reply.metadata, _failure(reply))
        if after.session_id != before.session_id and before.session_id:
            before = None
        changes = tuple(changes_between(before, after, self.connection.lang))
        error = _failure(reply)
        text = said(reply)
        if not text and error is not None:
            text = one_line(error.message)
        return Outcome("said" if text else "silent", text, changes, after, reply.metadata, error)

    def _listen(self, session_id: str, text: str, reply: Reply) -> WavereelError | None:
        """Reads a stream to its end; an error where it broke after it had begun.

        Raises:
            TimedOutError: The ceiling, or ten minutes in which there was nothing but heartbeats.
            WavereelError: The message was refused before it was worked on.
        """
        waits = self.connection.client.waits
        listener = _Listener(self.connection.client, session_id, text)
        start_s = news_s = time.monotonic()
        notice_s = start_s + waits.scaled(NOTICE_S)
        listener.start()
        try:
            while True:
                now_s = time.monotonic()
                end_s = min(start_s + waits.scaled(waits.chat_s), news_s + waits.scaled(waits.quiet_s))
                if now_s >= end_s:
                    raise TimedOutError("the message was still being worked on when the time for it was over")
                if now_s >= notice_s:
                    notice_s = now_s + waits.scaled(NOTICE_S)
                    self.connection.terminal.note(STILL_WORKING)
                try:
                    item = listener.news.get(timeout=max(0.001, min(end_s, notice_s) - now_s))
                except queue.Empty:
                    continue
                if item is None:
                    return None
                if isinstance(item, Exception):
                    return _broken(item, begun=listener.begun)
                if item.kind != "heartbeat":
                    news_s = time.monotonic()
                reply.take(item)
        finally:
            listener.abort()

    def _late(self, before: State, reply: Reply, error: TimedOutError) -> Outcome:
        """After the ceiling: the state tells whether it was done all the same."""
        state = self._look(before)
        if state is None:
            hint = "look again later with wavereel skill status, or say it again"
            raise TimedOutError(error.message, hint=hint) from error
        changes = tuple(changes_between(before, state, self.connection.lang))
        return Outcome("recovered", said(reply), changes, state, reply.metadata)

    def _recovered(self, before: State, reply: Reply, broken: WavereelError) -> Outcome:
        """After a broken stream: the state is read after half a minute, then every minute, five times in all."""
        connection = self.connection
        connection.terminal.note(say("dropped", connection.lang))
        answered = False
        waited_s, told_s = 0, 0
        for number in range(LOOKS):
            seconds = LOOK_S if number else FIRST_LOOK_S
            connection.pause(seconds)
            waited_s += seconds
            if waited_s - told_s >= NOTICE_S:
                told_s = waited_s
                connection.terminal.note(STILL_WORKING)
            try:
                state = self._look(before)
            except UnreachableError:
                continue
            answered = True
            if state is not None:
                changes = tuple(changes_between(before, state, connection.lang))
                return Outcome("recovered", said(reply), changes, state, reply.metadata)
        if not answered:
            raise UnreachableError(
                "the connection broke, and the backend is out of reach since", hint="try again later"
            )
        if text := said(reply):
            return Outcome("said", text, (), before, reply.metadata, _failure(reply))
        hint = "nothing was changed; say it again to try once more"
        raise TimedOutError("the connection broke, and nothing has changed since", hint=hint) from broken

    def _look(self, before: State) -> State | None:
        """The state, where it differs from what it was; raises `UnreachableError` where it cannot be read."""
        try:
            state = self.connection.ask(lambda: self.connection.client.state(self.connection.session_id))
        except WavereelError as error:
            if error.exit_code in (5, 6):
                raise UnreachableError(error.message, hint=error.hint) from error
            raise
        same = state.draft == before.draft and state.media == before.media and state.generated == before.generated
        return None if same else state


def said(reply: Reply) -> str:
    """What a reply says, fit for the terminal and without blocks of JSON."""
    return without_json(clean_text(reply.text))


def _broken(error: Exception, *, begun: bool) -> WavereelError:
    """The error of a stream that broke; one that came before anything had begun is raised.

    A connection that broke before the answer may have left the message with the backend, so that counts as begun.
    """
    if not isinstance(error, WavereelError):
        raise error
    if isinstance(error, TimedOutError) or not (begun or isinstance(error, DroppedError)):
        raise error
    return error


def _failure(reply: Reply) -> WavereelError | None:
    """The error that a turn ended with."""
    event = reply.error
    if event is None:
        return None
    message = one_line(event.text) or "the backend gave the message up"
    code = event.metadata.get("code") if isinstance(event.metadata.get("code"), int) else event.code
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 7:
        code = int(code)
    if isinstance(code, int) and code:
        return error_of(code, 0, message)
    return StoppedError(message)
