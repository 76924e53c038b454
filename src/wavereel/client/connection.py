"""The client's way to a backend: token and session are there when they are needed, and each error is met once.

1001  a new anonymous token, the request again        1002  a new session, the request again
400   a new client id, the request again              429   a pause of at most 30 s, the request again
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from wavereel.client.words import say
from wavereel.errors import ClientIdError, NotLetInError, RateError, SessionNotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.client.keep import Keep
    from wavereel.client.sync import Client
    from wavereel.client.terminal import Terminal
    from wavereel.client.wire import State

T = TypeVar("T")

MIN_SECRET_CHARACTERS = 8
"""A shorter one would take words out of what is said."""

PAUSE_S = 30
"""The longest pause that a backend can ask for."""


@dataclass
class Connection:
    """A backend, the account on it, and the session that is worked in.

    Args:
        client: Sends requests.
        keep: Remembers between calls.
        terminal: Is told what happens meanwhile.
        given_token: A token from a flag or the environment; it is never written down.
        given_client_id: A client id from the environment.
        given_session: The session to work in.
        new: Whether to begin a new session.
        language: Of a new session.
        web: Where people register; the base where it is empty.
    """

    client: Client
    keep: Keep
    terminal: Terminal
    given_token: str = ""
    given_client_id: str = ""
    given_session: str = ""
    new: bool = False
    language: str = "en"
    web: str = ""
    lang: str = "en"
    user_id: str = ""
    session_id: str = ""
    task_id: str = ""
    _renewed: bool = field(default=False)
    _unproven: bool = field(default=False)

    def connect(self) -> None:
        """Sees to it that there is a token."""
        if self.client.token:
            return
        kept = self.keep.read()
        secrets = (self.given_token, self.given_client_id, kept.token, kept.client_id)
        self._hide(*secrets)
        if self.given_token:
            self.client.token = self.given_token
        elif kept.token:
            self.client.token, self.user_id = kept.token, kept.user_id
        else:
            self._new_token()

    def ask(self, request: Callable[[], T]) -> T:
        """Does a request that may need a new token or a pause; each once."""
        self.connect()
        paused = False
        while True:
            try:
                return request()
            except NotLetInError:
                if self._renewed:
                    raise
                self._renew()
            except RateError as error:
                if paused:
                    raise
                paused = True
                self._pause_for(error)

    def in_session(self, request: Callable[[str], T]) -> T:
        """Does a request in the session; where that is not there any more, once in a new one.

        Raises:
            SessionNotFoundError: The session was named by hand, and there is none of that id.
        """
        self.open_session()
        try:
            result = self.ask(lambda: request(self.session_id))
        except SessionNotFoundError as error:
            if self._unproven:  # a slip of the hand must not make the next call forget the last session
                hint = "leave out --session to go on with the last one"
                raise SessionNotFoundError(error.message, hint=hint, data=error.data) from error
            self.terminal.note(say("session_gone", self.lang))
            self.begin_session()
            return self.ask(lambda: request(self.session_id))
        if self._unproven:
            self._unproven = False
            self.keep.change(self._apart, session_id=self.session_id, task_id="")
        return result

    def open_session(self, *, create: bool = True) -> str:
        """The session to work in: the given one, a new one, or the last.

        Raises:
            UsageError: There is none, and `create` is not set.
        """
        if self.session_id:
            return self.session_id
        if self.given_session:
            self.session_id, self._unproven = self.given_session, True
        elif not self.new and (kept := self.keep.read(self._apart)).session_id:
            self.session_id, self.task_id = kept.session_id, kept.task_id
        elif create:
            self.begin_session()
        else:
            hint = "begin with wavereel skill upload FILE, or wavereel skill chat"
            raise UsageError("there is no session yet", hint=hint)
        return self.session_id

    def begin_session(self) -> None:
        """A new session, which the next call goes on with."""
        session = self.ask(lambda: self.client.create_session(language=self.language))
        self.session_id, self.task_id, self._unproven = session.id, session.task_id, False
        self.user_id = session.user_id or self.user_id
        self.keep.change(self._apart, session_id=session.id, task_id=session.task_id)
        if not self.keep.is_writable:
            self.terminal.note(say("not_kept", self.lang))

    def state(self) -> State:
        """The session's state."""
        state = self.in_session(self.client.state)
        self.user_id = state.user_id or self.user_id
        return state

    @property
    def _apart(self) -> str:
        """The token whose last session is kept apart: the given one, as long as it is the one that is used."""
        return self.given_token if (self.client.token or self.given_token) == self.given_token else ""

    def pause(self, seconds: float) -> None:
        """Waits, as long as the scale of time says."""
        time.sleep(self.client.waits.scaled(seconds))

    def _renew(self) -> None:
        """Another token: the stored one where a given one was refused, else a new one."""
        kept = self.keep.read()
        if self.client.token == self.given_token and kept.token and kept.token != self.given_token:
            self.terminal.note(say("stored_token", self.lang))
            self.client.token, self.user_id = kept.token, kept.user_id
            if self.session_id and not (self._unproven or self.new) and kept.session_id:
                self.session_id, self.task_id = kept.session_id, kept.task_id
            return
        self._renewed = True
        self.terminal.note(say("new_token", self.lang))
        self._new_token()

    def _new_token(self) -> None:
        """A new anonymous token; a client id that is not taken is replaced once, and a pause is kept once."""
        fresh = paused = False
        while True:
            client_id = (self.given_client_id if not fresh else "") or self.keep.client_id(fresh=fresh)
            try:
                token = self.client.anonymous_token(client_id)
                break
            except ClientIdError:
                if fresh:
                    raise
                fresh = True
            except RateError as error:
                if paused:
                    raise _no_token(error) from error
                paused = True
                self._pause_for(error)
        self._hide(token.token, client_id)
        self.client.token, self.user_id = token.token, token.user_id
        self.keep.change(token=token.token, user_id=token.user_id)

    def _hide(self, *secrets: str) -> None:
        """Sees to it that nothing shows these. The set is replaced: a thread that gives notices may be reading it."""
        self.terminal.secrets = self.terminal.secrets | {
            secret for secret in secrets if len(secret) >= MIN_SECRET_CHARACTERS
        }

    def _pause_for(self, error: RateError) -> None:
        seconds = min(PAUSE_S if error.retry_after_s is None else error.retry_after_s, PAUSE_S)
        self.terminal.note(say("waiting", self.lang, seconds=seconds))
        self.pause(seconds)


def _no_token(error: RateError) -> RateError:
    hint = "wait, or name a token with --token or WAVEREEL_TOKEN; the operator makes one with wavereel token create"
    return RateError(f"no new token is given yet ({error.message})", hint=hint, retry_after_s=error.retry_after_s)
