"""`Client`: every request of the protocol as one blocking call. It retries nothing and shows nothing."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx2

from wavereel.client import calls
from wavereel.client.answers import MAX_ERROR_BYTES, Answer, body_of
from wavereel.client.bases import DEFAULT_BASE, Waits, base_of, transport_error
from wavereel.client.chat import CHAT_HEADERS, is_stream, no_stream, stream_end
from wavereel.client.errors import NonsenseError, TimedOutError
from wavereel.client.events import ChatEvent, event_of
from wavereel.client.fetch import Fetch, refusal
from wavereel.client.parts import FilePart, form_of, open_file
from wavereel.client.resumable import UPLOADS_PATH, VERSION, Resumable
from wavereel.client.sse import SseParser
from wavereel.errors import WavereelError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from wavereel.client.wire import Balance, Draft, Media, Render, Session, Skill, State, Token, Upload

T = TypeVar("T")


class Events:
    """The events of a message, as they come."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[ChatEvent]:
        parser = SseParser()
        for chunk in self._response.iter_bytes():
            for frame in parser.feed(chunk):
                yield event_of(frame)
        yield from stream_end(parser)

    def abort(self) -> None:
        """Ends the stream from another thread: whoever reads it gets a `DroppedError`."""
        stream = self._response.extensions.get("network_stream")
        connection: socket.socket | None = stream.get_extra_info("socket") if stream is not None else None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Client:
    """A connection to a backend. Use it as a context manager, or call `close`.

    Args:
        base: The backend's address.
        token: What is sent as a bearer token, to the base's own origin only.
        skill: Which skill asks; exports need it.
        waits: How long things may take.

    Every method raises `wavereel.errors.WavereelError`: `RefusedError` and its kin where the backend refuses,
    `UnreachableError`, `DroppedError`, `TimedOutError` and `NonsenseError` of `wavereel.client.errors` otherwise.
    """

    def __init__(
        self,
        base: str = DEFAULT_BASE,
        *,
        token: str = "",
        skill: Skill | None = None,
        waits: Waits | None = None,
    ) -> None:
        self.base = base_of(base)
        self.token = token
        self.skill = skill
        self.waits = waits or Waits()
        # Loading the certificates takes longer than most requests do, and a base without TLS needs none.
        self._http = httpx2.Client(
            follow_redirects=False,
            trust_env=not self.base.is_local,
            verify=self.base.address.startswith("https:"),
            headers=calls.COMMON_HEADERS,
        )
        self._elsewhere: httpx2.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()
        if self._elsewhere is not None:
            self._elsewhere.close()

    def anonymous_token(self, client_id: str) -> Token:
        """A new anonymous token for a client id; the client goes on without it until `token` is set."""
        return self._do(calls.anonymous_token(client_id))

    def create_session(self, *, task_name: str = "project", language: str = "en") -> Session:
        """A new session."""
        return self._do(calls.create_session(task_name, language))

    def balance(self) -> Balance:
        """The credits."""
        return self._do(calls.balance())

    def state(self, session_id: str) -> State:
        """A session's state."""
        found = self._do(calls.state(session_id, ""))
        assert found is not None
        return found

    def state_since(self, session_id: str, etag: str) -> State | None:
        """A session's state; `None` where it still is the one with this tag."""
        return self._do(calls.state(session_id, etag))

    def upload(
        self, session_id: str, files: Sequence[Path | FilePart], on_progress: Callable[[int, int], None] | None = None
    ) -> Upload:
        """Sends files, streamed from where they are.

        Args:
            session_id: Where they go.
            files: Paths, or names with open files.
            on_progress: Told how many bytes are sent, and of how many.
        """
        with ExitStack() as stack:
            parts = [stack.enter_context(open_file(file)) for file in files]
            form = form_of(parts, on_progress)
            path = calls.upload_path(session_id)
            return calls.read_upload(self._send("POST", path, files=form, wait_s=self.waits.upload_s))

    def upload_urls(self, session_id: str, urls: Sequence[str]) -> Upload:
        """Has the backend fetch files itself."""
        return self._do(calls.upload_urls(session_id, urls))

    def attach_files(self, session_id: str, file_ids: Sequence[str]) -> Upload:
        """Brings files of the same user into another session."""
        return self._do(calls.attach_files(session_id, file_ids))

    def upload_resumable(
        self, session_id: str, file: Path, on_progress: Callable[[int, int], None] | None = None
    ) -> Media | None:
        """Sends a file in pieces, and goes on where a broken connection left it (tus 1.0).

        Returns:
            The file as the session then lists it; `None` where it is not listed.
        """
        with open_file(file) as part:
            plan = Resumable(session_id, part.filename, part.size_bytes)
            self._send("POST", UPLOADS_PATH, headers=plan.creation_headers(), read=plan.created)
            url = self.base.absolute(plan.location)
            while not plan.is_whole:
                try:
                    if plan.unsure:
                        self._send("HEAD", url, headers=VERSION, read=plan.accepted)
                    else:
                        self._send(
                            "PATCH",
                            url,
                            headers=plan.patch_headers(),
                            content=plan.piece(part.file),
                            wait_s=self.waits.upload_s,
                            read=plan.advanced,
                        )
                except WavereelError as error:
                    self._sleep(plan.pause_s(error))
                if on_progress:
                    on_progress(plan.offset_bytes, plan.size_bytes)
        named = [media for media in self.state(session_id).media if media.filename == plan.filename]
        return named[-1] if named else None

    @contextmanager
    def chat(
        self, session_id: str, text: str, *, streaming: bool = False, last_event_id: str = ""
    ) -> Generator[Events]:
        """Sends a message; the block reads its events as they come. Leaving the block closes the stream.

        Args:
            session_id: About which.
            text: What is said; empty to take up the stream after `last_event_id`.
            streaming: Whether pieces of texts are wanted as well.
            last_event_id: The last event of a broken stream.

        Raises:
            DroppedError: The stream broke; the message goes on being worked on.
        """
        headers = CHAT_HEADERS | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        body = calls.chat_body(session_id, text, streaming=streaming)
        url = self.base.url(calls.CHAT_PATH)
        with self._stream("POST", url, headers, json=body, wait_s=self.waits.quiet_s) as answer:
            if not is_stream(answer.status_code, answer.headers.get("content-type", "")):
                body_of(self._read(answer, MAX_ERROR_BYTES))
                raise no_stream()
            yield Events(answer)

    def submit_render(
        self, render_id: str, session_id: str, draft: Mapping[str, Any], output: Mapping[str, Any] | None = None
    ) -> Render:
        """Queues an export under an id of the client's choice; the same id and body again change nothing."""
        return self._do(calls.submit_render(render_id, session_id, draft, output))

    def render(self, render_id: str) -> Render:
        """Where an export stands."""
        return self._do(calls.render(render_id))

    def cancel_render(self, render_id: str) -> Render:
        """Stops an export."""
        return self._do(calls.cancel_render(render_id))

    def download(
        self,
        link: str,
        target: Path,
        *,
        size_bytes: int | None = None,
        on_progress: Callable[[int, int | None], None] | None = None,
    ) -> Path:
        """Fetches a video into a file that must not exist yet; a broken download goes on where it stopped.

        Args:
            link: `Render.url`, or `calls.download_path` of a render's id.
            target: The file.
            size_bytes: How long it is, where that is known.
            on_progress: Told how many bytes are there, and of how many.
        """
        fetch = Fetch(self.base.absolute(link), target, size_bytes, on_progress)
        try:
            fetch.open()
            while True:
                try:
                    if self._fetch(fetch):
                        return fetch.finish()
                except WavereelError as error:
                    self._sleep(fetch.pause_s(error))
        finally:
            fetch.close()

    def draft(self, session_id: str) -> Draft:
        """The draft with its revision."""
        return self._do(calls.draft(session_id))

    def save_draft(self, session_id: str, draft: Mapping[str, Any], *, base: Draft | None = None) -> Draft:
        """Replaces the draft; with `base` only where nobody changed it meanwhile (`ChangedError`)."""
        return self._do(calls.save_draft(session_id, draft, base))

    def revisions(self, session_id: str) -> list[dict[str, Any]]:
        """The draft's revisions, oldest first."""
        return self._do(calls.revisions(session_id))

    def preview_frame(self, session_id: str, at_ms: int, *, width: int | None = None) -> bytes:
        """One picture of the draft, as PNG."""
        return self._do(calls.preview_frame(session_id, at_ms, width))

    def preview_clip(self, session_id: str, from_ms: int, to_ms: int, target: Path) -> Path:
        """A short clip of the draft, as an MP4 in a file that must not exist yet."""
        return self.download(calls.preview_path(session_id, from_ms=from_ms, to_ms=to_ms), target)

    def claim_token(self, task_id: str, session_id: str) -> tuple[str, int]:
        """A token for a read-only page, and how many seconds it lives."""
        return self._do(calls.claim_token(task_id, session_id))

    def create_token(self, name: str, scopes: Sequence[str], *, expires_in_days: int | None = None) -> Token:
        """A named token; its text is told this once."""
        return self._do(calls.create_token(name, scopes, expires_in_days))

    def tokens(self) -> list[Token]:
        """The user's tokens, without their texts."""
        return self._do(calls.tokens())

    def revoke_token(self, token_id: str) -> None:
        """Ends a token."""
        self._do(calls.revoke_token(token_id))

    def _do(self, call: calls.Call[T]) -> T:
        wait_s = self.waits.upload_s if call.slow else self.waits.request_s
        answer = self._send(
            call.method,
            call.path,
            headers=call.headers,
            json=call.body,
            signed=call.signed,
            wait_s=wait_s,
            max_bytes=call.max_bytes,
        )
        return call.read(answer)

    def _send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
        wait_s: float | None = None,
        max_bytes: int = calls.MAX_ANSWER_BYTES,
        read: Callable[[Mapping[str, str]], object] | None = None,
        **body: Any,
    ) -> Answer:
        """One request and its whole answer. With `read`, an answer that refuses raises, and `read` gets its headers."""
        url = path if "://" in path else self.base.url(path)
        wait_s = self.waits.request_s if wait_s is None else wait_s
        with self._stream(method, url, headers or {}, signed=signed, wait_s=wait_s, **body) as response:
            answer = self._read(response, max_bytes)
        if read is not None:
            if not 200 <= answer.status < 300:
                body_of(answer)
            read(answer.headers)
        return answer

    @contextmanager
    def _stream(
        self, method: str, url: str, headers: Mapping[str, str], *, signed: bool = True, wait_s: float, **body: Any
    ) -> Generator[httpx2.Response]:
        own = self.base.owns(url)
        named = calls.request_headers(headers, self.token if signed and own else "", self.skill if own else None)
        if (tree := body.pop("json", None)) is not None:
            body["content"], kind = calls.encoded(tree)
            named |= kind
        seconds, usual_s = self.waits.socket_s(wait_s), self.waits.socket_s(self.waits.request_s)
        timeout = httpx2.Timeout(usual_s, read=seconds, write=max(usual_s, seconds) if "files" in body else usual_s)
        try:
            with self._connections(own=own).stream(method, url, headers=named, timeout=timeout, **body) as response:
                yield response
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise transport_error(error, self.base) from error

    def _read(self, response: httpx2.Response, max_bytes: int) -> Answer:
        chunks: list[bytes] = []
        length_bytes = 0
        end_s = time.monotonic() + self.waits.socket_s(self.waits.answer_s)
        for chunk in response.iter_bytes():
            length_bytes += len(chunk)
            if length_bytes > max_bytes:
                raise NonsenseError("the answer is longer than any that makes sense")
            if time.monotonic() > end_s:
                raise TimedOutError("the answer does not come to an end")
            chunks.append(chunk)
        return Answer(response.status_code, response.headers, b"".join(chunks))

    def _fetch(self, fetch: Fetch) -> bool:
        """One attempt at a download; `False` where it has to be asked for elsewhere."""
        signed = not fetch.redirected
        with self._stream("GET", fetch.url, fetch.headers(), signed=signed, wait_s=self.waits.request_s) as response:
            if fetch.is_refused(response.status_code, response.headers):
                content = self._read(response, MAX_ERROR_BYTES).content
                raise refusal(response.status_code, response.headers, content)
            if not fetch.begin(response.status_code, response.headers):
                fetch.url = self.base.absolute(str(response.url.join(response.headers["location"])))
                return False
            for chunk in response.iter_bytes():
                fetch.write(chunk)
        fetch.end()
        return True

    def _connections(self, *, own: bool) -> httpx2.Client:
        """What sends to the base, or to the other places where links may lead."""
        if own:
            return self._http
        if self._elsewhere is None:
            self._elsewhere = httpx2.Client(follow_redirects=False, headers=calls.COMMON_HEADERS)
        return self._elsewhere

    def _sleep(self, seconds: float) -> None:
        time.sleep(self.waits.scaled(seconds))
