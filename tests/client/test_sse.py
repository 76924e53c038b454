"""The reader of event streams: whatever the chunks, the framing and the length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.client.events import Reply, event_of, is_trouble_remark, is_whole
from wavereel.client.sse import Frame, SseParser


def frames(*chunks: bytes, limit_bytes: int = 4 << 20) -> list[Frame]:
    parser = SseParser(limit_bytes=limit_bytes)
    found = [frame for chunk in chunks for frame in parser.feed(chunk)]
    last = parser.finish()
    return found + ([last] if last else [])


LINES = st.sampled_from(
    [b"data: a", b"data:b", b"data", b"data: \xff\xfe", "data: 中文".encode(), b"data: " + b"z" * 50]
    + [b": heartbeat", b"event: heartbeat", b"id: 7", b"id: \0", b"", b"", b"retry: 10", b"x: y"]
)


@given(st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=20), st.data())
def test_any_cutting_gives_the_same_frames(lines, data):
    stream = b"".join(line + end for line, end in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert frames(*chunks, limit_bytes=40) == frames(stream, limit_bytes=40)
    assert frames(*(bytes([byte]) for byte in stream), limit_bytes=40) == frames(stream, limit_bytes=40)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(data):
    for frame in frames(data, limit_bytes=64):
        assert event_of(frame).kind in ("text", "partial", "tool", "error", "heartbeat", "other")


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: 1\n\n", [Frame("1")]),
        (b"\xef\xbb\xbfdata: 1\r\n\r\n", [Frame("1")]),
        (b"data: 1\rdata: 2\r\r", [Frame("1\n2")]),
        (b"event: text\nid: 9\ndata: {}\n\ndata: x\n\n", [Frame("{}", "text", "9"), Frame("x", "", "9")]),
        (b": ping\n\n", [Frame("ping", comment=True)]),
        (b"event: heartbeat\n\n", [Frame(None, "heartbeat")]),
        (b"event: heartbeat\ndata:\n\n", [Frame("", "heartbeat")]),
        (b"data: unfinished", [Frame("unfinished")]),
        (b"retry: 5\n\n\n\n", []),
    ],
)
def test_framings(stream: bytes, expected: list[Frame]):
    assert frames(stream) == expected


def test_a_giant_line_costs_its_event_only():
    stream = b"data: 1\n\ndata: " + b"x" * 5000 + b"\n\ndata: 2\n\n"
    assert frames(stream, limit_bytes=1000) == [Frame("1"), Frame(None, cut=True), Frame("2")]
    many = b"data: 12345678\n" * 200 + b"\ndata: 2\n\n"
    assert frames(many, limit_bytes=1000) == [Frame(None, cut=True), Frame("2")]


@pytest.mark.parametrize(
    "data",
    [b": x\n\n", b"event: heartbeat\n\n", b"data:\n\n", b"data: heartbeat\n\n", b'data: {"type": "heartbeat"}\n\n'],
)
def test_every_heartbeat_is_one(data: bytes):
    assert [event_of(frame).kind for frame in frames(data)] == ["heartbeat"]


def of(json_text: str):
    return event_of(Frame(json_text))


def test_events_of_the_agent_kit():
    text = of(
        '{"content":{"parts":[{"text":"a"},{"text":"thinking","thought":true},{"text":"b"}],"role":"model"},"id":"e1"}'
    )
    assert (text.kind, text.text, text.id) == ("text", "ab", "e1")
    tool = of('{"content":{"parts":[{"functionCall":{"name":"edit_timeline","args":{}}}]}}')
    assert (tool.kind, tool.tools) == ("tool", ("edit_timeline",))
    failed = of('{"content":{"parts":[{"text":"no sound"}]},"errorCode":"4001","customMetadata":{"code":4001}}')
    assert (failed.kind, failed.text, failed.code) == ("error", "no sound", "4001")
    assert of('{"error":"RuntimeError: kaboom"}').kind == "error"
    assert of('{"content":{"parts":[{"text":"hel"}]},"partial":true}').kind == "partial"
    assert [of(text).kind for text in ("[1]", "nonsense", "{}", '{"content":7}', '{"content":{"parts":[null]}}')] == [
        "other"
    ] * 5


def test_events_of_the_plain_form():
    assert of('{"type":"text","content":"hi"}').text == "hi"
    assert of('{"type":"tool_call","name":"edit_multitrack","args":{}}').kind == "tool"
    assert of('{"type":"tool_result","name":"x","result":{}}').kind == "tool"


def reply(*texts: str) -> str:
    found = Reply()
    for text in texts:
        found.take(of(text))
    return found.text


def test_a_reply_is_put_together():
    part = '{"content":{"parts":[{"text":"%s"}]},"partial":true}'
    whole = '{"content":{"parts":[{"text":"%s"}]}}'
    assert reply(part % "Hel", part % "lo", whole % "Hello") == "Hello"
    assert reply(part % "Hel", part % "lo") == "Hello"
    assert reply(whole % "One.", whole % "Two.") == "One.\nTwo."


def test_a_remark_about_trouble_after_a_reply_is_dropped():
    whole = '{"content":{"parts":[{"text":"%s"}]}}'
    remark = "I encountered a temporary issue. Please try again."
    assert is_trouble_remark(remark)
    assert reply(whole % "Captions are in.", whole % remark) == "Captions are in."
    assert reply(whole % remark) == remark
    assert reply('{"content":{"parts":[{"functionCall":{"name":"x"}}]}}', whole % remark) == ""


def test_an_event_cut_off_is_told_from_a_whole_one():
    assert is_whole(Frame('{"a": 1}'))
    assert not is_whole(Frame('{"a": '))


def test_a_flood_of_texts_is_bounded():
    found = Reply()
    for _ in range(1000):
        found.take(event_of(Frame('{"type": "text", "content": "%s"}' % ("x" * 10_000))))
    assert len(found.text) < 300_000
