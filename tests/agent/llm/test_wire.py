"""The planner against a server on the loopback that speaks OpenAI's wire, well and badly."""

import asyncio
import json
import logging
import re
from typing import Any

import pytest
from tests.agent.llm.scripted import Wire, completion, wire
from tests.timeline.test_catalogue import BASES

from wavereel.agent.conversation import Conversation
from wavereel.agent.llm.endpoint import Endpoint, Limits
from wavereel.agent.llm.planner import LanguageModelPlanner
from wavereel.agent.llm.schemas import edit_tools, talk_tools
from wavereel.agent.turn import Turn

KEY = "sk-secret-0123"
GRAMMAR = "so the built-in grammar read the message"


@pytest.fixture
def server():
    with wire() as state:
        yield state


def over(server: Wire, *, timeout_s: float = 30.0, **rest: Any) -> Conversation:
    endpoint = Endpoint(server.url, "local", KEY, timeout_s)
    return Conversation(BASES["episode"], planner=LanguageModelPlanner(endpoint, **rest))


def say(server: Wire, text: str = "make it vertical", **rest: Any) -> Turn:
    return over(server, **rest).say(text)


def ops(turn: Turn) -> list[str]:
    return [edit.op for edit in turn.changes]


def fell_back(turn: Turn, why: str) -> None:
    """The grammar did the message, and the reply says so and why, once."""
    assert ops(turn) == ["set_ratio"]
    assert turn.timeline.size == (1080, 1920)
    assert turn.reply.count(GRAMMAR) == 1
    assert re.search(why, turn.reply), turn.reply


def test_an_answer_in_two_rounds(server: Wire):
    server.says(("set_ratio", {"ratio": "9:16"}), ("set_fps", {"fps": 60}))
    server.says("OK")
    turn = say(server)
    assert ops(turn) == ["set_ratio", "set_fps"]
    assert GRAMMAR not in turn.reply
    assert turn.timeline.size == (1080, 1920)
    first, second = (body for _, body in server.requests)
    assert [message["role"] for message in first["messages"]] == ["system", "user"]
    assert first["messages"][1]["content"] == "make it vertical"
    results = [json.loads(message["content"]) for message in second["messages"] if message["role"] == "tool"]
    assert [one["done"] for one in results] == ["set_ratio", "set_fps"]
    assert not first.get("stream")


def test_what_is_sent(server: Wire, monkeypatch: pytest.MonkeyPatch):
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "BASE_URL"):
        monkeypatch.setenv(f"OPENAI_{name}", "http://127.0.0.1:1/other")
    server.says("OK")
    say(server, "blorp the quux")
    headers, body = server.requests[0]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not [name for name in headers if name.startswith(("openai-", "cookie"))]
    assert not [value for value in headers.values() if "other" in value]
    assert body["model"] == "local"
    sent = {tool["function"]["name"]: tool["function"] for tool in body["tools"]}
    specs = {spec.name: spec for spec in [*talk_tools(), *edit_tools()]}
    assert set(sent) == set(specs)
    for name, spec in specs.items():
        assert sent[name]["description"] == spec.about
        assert bare(sent[name]["parameters"]) == bare(spec.parameters)


def bare(tree: Any) -> Any:
    """A schema without the empty `properties` that the library puts into objects."""
    if isinstance(tree, list):
        return [bare(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    return {key: bare(value) for key, value in tree.items() if (key, value) != ("properties", {})}


def test_an_answer_in_chunks(server: Wire):
    body = json.dumps(completion(("set_ratio", {"ratio": "9:16"}))).encode()
    server.chunked(body[:50], body[50:])
    server.says("OK")
    turn = say(server)
    assert ops(turn) == ["set_ratio"] and GRAMMAR not in turn.reply


def test_inside_a_running_loop(server: Wire):
    server.says(("set_ratio", {"ratio": "9:16"}))
    server.says("OK")

    async def caller() -> Turn:
        return say(server)

    turn = asyncio.run(caller())
    assert ops(turn) == ["set_ratio"] and GRAMMAR not in turn.reply


@pytest.mark.parametrize("cut", ["length", "chunks"])
def test_an_answer_that_is_cut(server: Wire, cut: str):
    body = json.dumps(completion(("set_fps", {"fps": 60}))).encode()
    server.cut(body[:120]) if cut == "length" else server.chunked(body[:120], end=False)
    fell_back(say(server), "could not be reached")


def test_what_was_done_before_the_connection_broke_is_rolled_back(server: Wire):
    server.says(("set_fps", {"fps": 60}), ("add_text", {"role": "title", "text": "X"}))
    server.cut(b'{"id"')
    conversation = over(server)
    before = conversation.timeline
    turn = conversation.say("make it vertical")
    fell_back(turn, "could not be reached")
    assert turn.timeline.fps == before.fps
    assert conversation.history.undo_steps == 1
    undone = conversation.history.undo().timeline
    assert undone.model_copy(update={"revision": before.revision}) == before


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (500, r"HTTP 500"),
        (503, r"HTTP 503"),
        (429, r"no more messages for now \(HTTP 429\)"),
        (401, r"does not accept the key \(HTTP 401\)"),
        (404, r"HTTP 404"),
        (400, r"HTTP 400"),
        (302, r"HTTP 302|could not be re"),
    ],
)
def test_errors_of_http(server: Wire, status: int, why: str):
    server.body(b'{"error": {"message": "no"}}', status, Retry_After="60", Location=server.url + "/elsewhere")
    fell_back(say(server), why)
    assert len(server.requests) == 1


NOT_ANSWERS = {
    "html": b"<html><body>Sign in</body></html>",
    "empty": b"",
    "list": b"[]",
    "null": b"null",
    "number": b"7",
    "no choices": json.dumps(completion("OK") | {"choices": []}).encode(),
    "null choices": json.dumps(completion("OK") | {"choices": None}).encode(),
    "odd choices": json.dumps(completion("OK") | {"choices": [None, 3, "x"]}).encode(),
    "null message": json.dumps(completion("OK") | {"choices": [{"index": 0, "message": None}]}).encode(),
    "odd calls": json.dumps(
        completion("OK") | {"choices": [{"index": 0, "message": {"role": "x", "tool_calls": [3, {"function": 4}]}}]}
    ).encode(),
    "error in 200": b'{"error": {"message": "overloaded", "code": 503}}',
    "deep": b"[" * 100_000,
    "cut json": json.dumps(completion("OK")).encode()[:-30],
    "not utf-8": b'{"choices": "\xff\xfe"}',
}


@pytest.mark.parametrize("name", NOT_ANSWERS)
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_what_is_no_answer(server: Wire, name: str, kind: str):
    server.body(NOT_ANSWERS[name], kind=kind)
    fell_back(say(server), "could not be read|HTTP 503|did nothing")


def test_malformed_arguments_may_be_corrected(server: Wire):
    server.says(("set_ratio", '{"ratio": "9:16"'))
    server.says(("set_ratio", "[1]"))
    server.says(("set_ratio", {"ratio": "9:16"}))
    server.says("OK")
    turn = say(server)
    assert ops(turn) == ["set_ratio"] and GRAMMAR not in turn.reply


def test_malformed_arguments_again_and_again(server: Wire):
    for _ in range(6):
        server.says(("set_ratio", '{"ratio": 9:16'))
    fell_back(say(server), "could not be read")
    assert len(server.requests) == 3


def test_tools_that_do_not_exist(server: Wire):
    for _ in range(6):
        server.says(("read_file", {"path": "/etc/passwd"}))
    fell_back(say(server), "could not be read")
    assert "/etc/passwd" not in json.dumps(server.requests[-1][1]["tools"])


def test_silence(server: Wire):
    server.silence()
    fell_back(say(server, timeout_s=0.3), "could not be reached")


def test_silence_after_something_was_done(server: Wire):
    server.says(("set_fps", {"fps": 60}))
    server.silence()
    turn = say(server, timeout_s=3.0)
    assert ops(turn) == ["set_fps"]
    assert "stopped at a limit" in turn.reply and GRAMMAR not in turn.reply


def test_nobody_listens(unused_port: int):
    endpoint = Endpoint(f"http://127.0.0.1:{unused_port}/v1", "local")
    planner = LanguageModelPlanner(endpoint)
    fell_back(Conversation(BASES["episode"], planner=planner).say("make it vertical"), "could not be reached")
    turn = Conversation(BASES["episode"], planner=planner).say("改成竖屏")
    assert "连不上语言模型，所以由内置语法来理解这句话。" in turn.reply and ops(turn) == ["set_ratio"]


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_an_answer_that_never_ends(server: Wire):
    server.chunked(*[b" " * 10_000] * 20, end=False)
    fell_back(say(server, limits=Limits(reply_bytes=50_000)), "could not be re")


def test_the_key_is_nowhere(server: Wire, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, logger="wavereel")
    server.body(json.dumps({"error": {"message": f"key {KEY} is wrong"}}).encode(), 401)
    conversation = over(server)
    turn = conversation.say("make it vertical")
    told = turn.reply + repr(conversation.history) + "".join(one.getMessage() for one in caplog.records)
    told += repr(Endpoint(server.url, "local", KEY))
    assert KEY not in told
    assert "language model: key 401" in caplog.text
