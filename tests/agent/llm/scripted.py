"""Models that follow a script, and a server that speaks the wire of OpenAI's chat completions."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, RetryPromptPart, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from tests.timeline.test_catalogue import BASES

from wavereel.agent.conversation import Conversation
from wavereel.agent.llm.endpoint import Endpoint, Limits
from wavereel.agent.llm.planner import LanguageModelPlanner
from wavereel.timeline.model import Timeline

Step = Sequence[str | tuple[str, Any]]
"""What a model says in one round: texts, and tool calls as a name with arguments."""

NOWHERE = Endpoint("http://127.0.0.1:9/v1", "none")


class Script:
    """A model that says what it was told to say, and keeps what it was asked."""

    def __init__(self, *steps: Step | Callable[[list[ModelMessage]], Step]) -> None:
        self.steps = list(steps)
        self.asked: list[tuple[list[ModelMessage], AgentInfo]] = []
        self.model = FunctionModel(self._answer)

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.asked.append((list(messages), info))
        step = self.steps.pop(0) if self.steps else ["OK"]
        said = step(messages) if callable(step) else step
        return ModelResponse([TextPart(one) if isinstance(one, str) else ToolCallPart(one[0], one[1]) for one in said])

    @property
    def system(self) -> str:
        """The instructions of the first round."""
        return self.asked[0][1].instructions or ""

    def tool_names(self, round_number: int = 0) -> set[str]:
        return {tool.name for tool in self.asked[round_number][1].function_tools}

    def returns(self) -> list[dict[str, Any]]:
        """What the tools returned, in order, as the last round saw it."""
        return [
            json.loads(part.content)
            for message in self.asked[-1][0]
            for part in message.parts
            if isinstance(part, ToolReturnPart)
        ]

    def retries(self) -> int:
        return sum(isinstance(part, RetryPromptPart) for message in self.asked[-1][0] for part in message.parts)


def talk(
    script: Script, base: str | Timeline = "episode", *, limits: Limits | None = None, **rest: Any
) -> Conversation:
    """A conversation over a scripted model."""
    timeline = BASES[base] if isinstance(base, str) else base
    return Conversation(timeline, planner=LanguageModelPlanner(NOWHERE, limits=limits, scripted=script.model), **rest)


def completion(*said: str | tuple[str, Any], finish: str = "stop") -> dict[str, Any]:
    """The body of an answer; arguments of tool calls that are text are sent as they are."""
    calls = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": one[0], "arguments": one[1] if isinstance(one[1], str) else json.dumps(one[1])},
        }
        for number, one in enumerate(said)
        if not isinstance(one, str)
    ]
    text = "".join(one for one in said if isinstance(one, str))
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "local",
        "choices": [
            {"index": 0, "message": message | ({"tool_calls": calls} if calls else {}), "finish_reason": finish}
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }


class Wire:
    """A server on the loopback; each request takes the next of its replies."""

    def __init__(self) -> None:
        self.replies: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.over = threading.Event()
        self.url = ""

    def body(self, data: bytes, status: int = 200, *, kind: str = "application/json", **headers: str) -> None:
        """Replies with these bytes."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)

        self.replies.append(reply)

    def says(self, *said: str | tuple[str, Any]) -> None:
        """Replies with an answer."""
        self.body(json.dumps(completion(*said)).encode())

    def chunked(self, *chunks: bytes, end: bool = True) -> None:
        """Replies in chunks; without `end` the connection breaks before the last one."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            for chunk in chunks:
                handler.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            if end:
                handler.wfile.write(b"0\r\n\r\n")
            handler.close_connection = True

        self.replies.append(reply)

    def cut(self, data: bytes) -> None:
        """Promises more than it sends, and closes."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data) + 100))
            handler.end_headers()
            handler.wfile.write(data)
            handler.close_connection = True

        self.replies.append(reply)

    def silence(self) -> None:
        """Never replies."""
        self.replies.append(lambda _: self.over.wait())  # pyright: ignore[reportArgumentType]


@contextmanager
def wire() -> Iterator[Wire]:
    """A server for the time of a test."""
    state = Wire()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.requests.append((headers, json.loads(self.rfile.read(length))))
            state.replies.pop(0)(self)

        def log_message(self, *args: Any) -> None:
            del args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        try:
            yield state
        finally:
            state.over.set()
            server.shutdown()
            thread.join()
