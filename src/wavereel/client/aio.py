"""`AsyncClient`: the twin of `Client` for asynchronous programs; the same methods, the same errors."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, asynccontextmanager
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
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from wavereel.client.wire import Balance, Draft, Media, Render, Session, Skill, State, Token, Upload

T = TypeVar("T")


class AsyncEvents:
    """The events of a message, as they come."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[ChatEvent]:
        parser = SseParser()
        async for chunk in self._response.aiter_bytes():
            for frame in parser.feed(chunk):
                yield event_of(frame)
        for event in stream_end(parser):
            yield event


class AsyncClient:
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
        self._http = httpx2.AsyncClient(
            follow_redirects=False,
            trust_env=not self.base.is_local,
            verify=self.base.address.startswith("https:"),
            headers=calls.COMMON_HEADERS,
        )
        self._elsewhere: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()
        if self._elsewhere is not None:
            await self._elsewhere.aclose()

    async def anonymous_token(self, client_id: str) -> Token:
        """A new anonymous token for a client id; the client goes on without it until `token` is set."""
        return await self._do(calls.anonymous_token(client_id))

    async def create_session(self, *, task_name: str = "project", language: str = "en") -> Session:
        """A new session."""
        return await self._do(calls.create_session(task_name, language))

    async def balance(self) -> Balance:
        """The credits."""
        return await self._do(calls.balance())

    async def state(self, session_id: str) -> State:
        """A session's state."""
        found = await self._do(calls.state(session_id, ""))
        assert found is not None
        return found

    async def state_since(self, session_id: str, etag: str) -> State | None:
        """A session's state; `None` where it still is the one with this tag."""
        return await self._do(calls.state(session_id, etag))

    async def upload(
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
            return calls.read_upload(await self._send("POST", path, files=form, wait_s=self.waits.upload_s))

    async def upload_urls(self, session_id: str, urls: Sequence[str]) -> Upload:
        """Has the backend fetch files itself."""
        return await self._do(calls.upload_urls(session_id, urls))

    async def attach_files(self, session_id: str, file_ids: Sequence[str]) -> Upload:
        """Brings files of the same user into another session."""
        return await self._do(calls.attach_files(session_id, file_ids))

    async def upload_resumable(
        self, session_id: str, file: Path, on_progress: Callable[[int, int], None] | None = None
    ) -> Media | None:
        """Sends a file in pieces, and goes on where a broken connection left it (tus 1.0).

        Returns:
            The file as the session then lists it; `None` where it is not listed.
        """
        with open_file(file) as part:
            plan = Resumable(session_id, part.filename, part.size_bytes)
            await self._send("POST", UPLOADS_PATH, headers=plan.creation_headers(), read=plan.created)
            url = self.base.absolute(plan.location)
            while not plan.is_whole:
                try:
                    if plan.unsure:
                        await self._send("HEAD", url, headers=VERSION, read=plan.accepted)
                    else:
                        await self._send(
                            "PATCH",
                            url,
                            headers=plan.patch_headers(),
                            content=plan.piece(part.file),
                            wait_s=self.waits.upload_s,
                            read=plan.advanced,
                        )
                except WavereelError as error:
                    await self._sleep(plan.pause_s(error))
                if on_progress:
                    on_progress(plan.offset_bytes, plan.size_bytes)
        named = [media for media in (await self.state(session_id)).media if media.filename == plan.filename]
        return named[-1] if named else None

    @asynccontextmanager
    async def chat(
        self, session_id: str, text: str, *, streaming: bool = False, last_event_id: str = ""
    ) -> AsyncGenerator[AsyncEvents]:
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
        async with self._stream("POST", url, headers, json=body, wait_s=self.waits.quiet_s) as answer:
            if not is_stream(answer.status_code, answer.headers.get("content-type", "")):
                body_of(await self._read(answer, MAX_ERROR_BYTES))
                raise no_stream()
            yield AsyncEvents(answer)

    async def submit_render(
        self, render_id: str, session_id: str, draft: Mapping[str, Any], output: Mapping[str, Any] | None = None
    ) -> Render:
        """Queues an export under an id of the client's choice; the same id and body again change nothing."""
        return await self._do(calls.submit_render(render_id, session_id, draft, output))

    async def render(self, render_id: str) -> Render:
        """Where an export stands."""
        return await self._do(calls.render(render_id))

    async def cancel_render(self, render_id: str) -> Render:
        """Stops an export."""
        return await self._do(calls.cancel_render(render_id))

    async def download(
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
                    if await self._fetch(fetch):
                        return fetch.finish()
                except WavereelError as error:
                    await self._sleep(fetch.pause_s(error))
        finally:
            fetch.close()

    async def draft(self, session_id: str) -> Draft:
        """The draft with its revision."""
        return await self._do(calls.draft(session_id))

    async def save_draft(self, session_id: str, draft: Mapping[str, Any], *, base: Draft | None = None) -> Draft:
        """Replaces the draft; with `base` only where nobody changed it meanwhile (`ChangedError`)."""
        return await self._do(calls.save_draft(session_id, draft, base))

    async def revisions(self, session_id: str) -> list[dict[str, Any]]:
        """The draft's revisions, oldest first."""
        return await self._do(calls.revisions(session_id))

    async def preview_frame(self, session_id: str, at_ms: int, *, width: int | None = None) -> bytes:
        """One picture of the draft, as PNG."""
        return await self._do(calls.preview_frame(session_id, at_ms, width))

    async def preview_clip(self, session_id: str, from_ms: int, to_ms: int, target: Path) -> Path:
        """A short clip of the draft, as an MP4 in a file that must not exist yet."""
        return await self.download(calls.preview_path(session_id, from_ms=from_ms, to_ms=to_ms), target)

    async def claim_token(self, task_id: str, session_id: str) -> tuple[str, int]:
        """A token for a read-only page, and how many seconds it lives."""
        return await self._do(calls.claim_token(task_id, session_id))

    async def create_token(self, name: str, scopes: Sequence[str], *, expires_in_days: int | None = None) -> Token:
        """A named token; its text is told this once."""
        return await self._do(calls.create_token(name, scopes, expires_in_days))

    async def tokens(self) -> list[Token]:
        """The user's tokens, without their texts."""
        return await self._do(calls.tokens())

    async def revoke_token(self, token_id: str) -> None:
        """Ends a token."""
        await self._do(calls.revoke_token(token_id))

    async def _do(self, call: calls.Call[T]) -> T:
        wait_s = self.waits.upload_s if call.slow else self.waits.request_s
        answer = await self._send(
            call.method,
            call.path,
            headers=call.headers,
            json=call.body,
            signed=call.signed,
            wait_s=wait_s,
            max_bytes=call.max_bytes,
        )
        return call.read(answer)

    async def _send(
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
        async with self._stream(method, url, headers or {}, signed=signed, wait_s=wait_s, **body) as response:
            answer = await self._read(response, max_bytes)
        if read is not None:
            if not 200 <= answer.status < 300:
                body_of(answer)
            read(answer.headers)
        return answer

    @asynccontextmanager
    async def _stream(
        self, method: str, url: str, headers: Mapping[str, str], *, signed: bool = True, wait_s: float, **body: Any
    ) -> AsyncGenerator[httpx2.Response]:
        own = self.base.owns(url)
        named = calls.request_headers(headers, self.token if signed and own else "", self.skill if own else None)
        if (tree := body.pop("json", None)) is not None:
            body["content"], kind = calls.encoded(tree)
            named |= kind
        seconds, usual_s = self.waits.socket_s(wait_s), self.waits.socket_s(self.waits.request_s)
        timeout = httpx2.Timeout(usual_s, read=seconds, write=max(usual_s, seconds) if "files" in body else usual_s)
        try:
            async with self._connections(own=own).stream(
                method, url, headers=named, timeout=timeout, **body
            ) as response:
                yield response
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise transport_error(error, self.base) from error

    async def _read(self, response: httpx2.Response, max_bytes: int) -> Answer:
        chunks: list[bytes] = []
        length_bytes = 0
        end_s = time.monotonic() + self.waits.socket_s(self.waits.answer_s)
        async for chunk in response.aiter_bytes():
            length_bytes += len(chunk)
            if length_bytes > max_bytes:
                raise NonsenseError("the answer is longer than any that makes sense")
            if time.monotonic() > end_s:
                raise TimedOutError("the answer does not come to an end")
            chunks.append(chunk)
        return Answer(response.status_code, response.headers, b"".join(chunks))

    async def _fetch(self, fetch: Fetch) -> bool:
        """One attempt at a download; `False` where it has to be asked for elsewhere."""
        signed = not fetch.redirected
        async with self._stream(
            "GET", fetch.url, fetch.headers(), signed=signed, wait_s=self.waits.request_s
        ) as response:
            if fetch.is_refused(response.status_code, response.headers):
                content = (await self._read(response, MAX_ERROR_BYTES)).content
                raise refusal(response.status_code, response.headers, content)
            if not fetch.begin(response.status_code, response.headers):
                fetch.url = self.base.absolute(str(response.url.join(response.headers["location"])))
                return False
            async for chunk in response.aiter_bytes():
                fetch.write(chunk)
        fetch.end()
        return True

    def _connections(self, *, own: bool) -> httpx2.AsyncClient:
        """What sends to the base, or to the other places where links may lead."""
        if own:
            return self._http
        if self._elsewhere is None:
            self._elsewhere = httpx2.AsyncClient(follow_redirects=False, headers=calls.COMMON_HEADERS)
        return self._elsewhere

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(self.waits.scaled(seconds))
