"""The contract of every `Transcriber`, held against every engine."""

import itertools
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from tests.speech.fakes import FakeEngine, bursts, loud_spans

from wavereel.errors import Cancelled, LanguageError, MissingPartError
from wavereel.speech.activity import RATE_HZ
from wavereel.speech.align import Aligner
from wavereel.speech.openai_http import OpenAiHttpEngine
from wavereel.speech.pipeline import PieceTranscriber
from wavereel.speech.transcriber import Engine
from wavereel.speech.whisper import english_engine

REPLY = {
    "text": "Hello there, world.",
    "language": "english",
    "segments": [{"avg_logprob": -0.2, "no_speech_prob": 0.02}],
    "words": [
        {"word": "Hello", "start": 0.1, "end": 0.4},
        {"word": "there", "start": 0.5, "end": 0.9},
        {"word": "world", "start": 1.0, "end": 1.5},
    ],
}


class Server(ThreadingHTTPServer):
    """A speech server on the loopback: answers with `reply` and `status`, keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        self.reply: object = REPLY
        self.status = 200
        self.sent: list[tuple[str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.sent.append((self.path, dict(self.headers), body))
        data = self.server.reply if isinstance(self.server.reply, bytes) else json.dumps(self.server.reply).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def whisper() -> Engine:
    return english_engine()


@pytest.fixture(params=["timed", "untimed", "blind", "http", "http text", "whisper"])
def engine(request: pytest.FixtureRequest) -> Engine:
    match request.param:
        case "timed":
            return FakeEngine()
        case "untimed":
            return FakeEngine(timed=False)
        case "blind":
            return FakeEngine(log_probability=None, no_speech=None)
        case "whisper":
            return request.getfixturevalue("whisper")
        case _:
            running: Server = request.getfixturevalue("server")
            if request.param == "http text":
                running.reply = {"text": REPLY["text"]}
            return OpenAiHttpEngine(running.url)


SOUND = bursts(5, 4.0, 2.0)


@pytest.fixture
def sound(engine: Engine) -> np.ndarray:
    """Less of it for the engine that really listens."""
    return SOUND[: 4 * RATE_HZ] if engine.name.startswith("whisper/") else SOUND


def test_words_are_in_order_and_inside_the_sound(engine: Engine, sound: np.ndarray):
    chunks = list(PieceTranscriber(engine, Aligner(), loud_spans).transcribe([sound], language="en"))
    edges = [edge for chunk in chunks for word in chunk.words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert all(word.start_ms < word.end_ms for chunk in chunks for word in chunk.words)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(sound) // 16)
    assert all(0 <= chunk.confidence <= 1 for chunk in chunks)
    assert all(word.text.strip() == word.text != "" for chunk in chunks for word in chunk.words)


def test_blocks_make_no_difference(engine: Engine, sound: np.ndarray):
    whole = list(PieceTranscriber(engine, None, loud_spans).transcribe([sound], language="en"))
    blocks = (sound[at : at + 10_000] for at in range(0, len(sound), 10_000))
    assert list(PieceTranscriber(engine, None, loud_spans).transcribe(blocks, language="en")) == whole


def test_no_sound_gives_no_words(engine: Engine):
    transcriber = PieceTranscriber(engine)
    assert list(transcriber.transcribe([], language="en")) == []
    assert list(transcriber.transcribe([np.zeros(0, np.float32)], language="en")) == []
    assert list(transcriber.transcribe([np.zeros(5 * RATE_HZ, np.float32)], language="en")) == []


def test_noise_gives_no_words(engine: Engine):
    noise = (np.random.default_rng(1).standard_normal(10 * RATE_HZ) * 0.1).astype(np.float32)
    assert list(PieceTranscriber(engine).transcribe([noise], language="en")) == []


def test_progress_never_goes_back_and_reaches_the_end(engine: Engine, sound: np.ndarray):
    told: list[int] = []
    list(PieceTranscriber(engine, None, loud_spans).transcribe([sound], language="en", on_progress=told.append))
    assert told == sorted(told)
    assert told[-1] == len(sound) // 16


def test_it_stops_between_pieces(engine: Engine, sound: np.ndarray):
    chunks = PieceTranscriber(engine, None, loud_spans).transcribe([sound], language="en", cancelled=lambda: True)
    with pytest.raises(Cancelled):
        next(chunks)


def test_it_reads_no_further_than_it_has_to(engine: Engine):
    endless = itertools.repeat(np.zeros(30 * RATE_HZ, np.float32))
    stop = iter([False, False, True])
    with pytest.raises(Cancelled):
        list(PieceTranscriber(engine).transcribe(endless, language="en", cancelled=lambda: next(stop)))


def test_a_language_it_does_not_know_is_refused(engine: Engine, sound: np.ndarray):
    if engine.languages is None:
        pytest.skip("this engine takes any language")
    with pytest.raises(LanguageError, match="--model"):
        list(PieceTranscriber(engine).transcribe([sound], language="xx"))


def test_http_asks_as_the_interface_says(server: Server):
    heard = OpenAiHttpEngine(server.url, model="tiny", key="secret").hear(np.zeros(1600, np.float32), "en")
    path, headers, body = server.sent[0]
    assert path == "/v1/audio/transcriptions"
    assert headers["Authorization"] == "Bearer secret"
    for field in (b'name="model"\r\n\r\ntiny', b'name="language"\r\n\r\nen', b"verbose_json", b"RIFF"):
        assert field in body
    assert [word.text for word in heard.words] == [" Hello", " there,", " world."]
    assert heard.log_probability == -0.2
    assert heard.language == "en"


@pytest.mark.parametrize(
    ("status", "reply"), [(401, {"error": "no"}), (500, b"oops"), (200, b"<html>"), (302, b""), (200, b"\xff\xfe")]
)
def test_http_failures_say_what_to_do(server: Server, status: int, reply: object):
    server.status, server.reply = status, reply
    with pytest.raises(MissingPartError) as caught:
        OpenAiHttpEngine(server.url).hear(np.zeros(1600, np.float32), "en")
    assert "address" in caught.value.hint


@pytest.mark.parametrize(
    "reply", [[], {}, {"words": 5}, {"words": [3], "text": None}, {"segments": [None], "text": "a"}]
)
def test_http_replies_of_odd_shape_are_no_fault(server: Server, reply: object):
    server.reply = reply
    heard = OpenAiHttpEngine(server.url).hear(np.zeros(1600, np.float32), "")
    assert heard.text in {"", "a"}


def test_http_nobody_there():
    with pytest.raises(MissingPartError, match="does not answer"):
        OpenAiHttpEngine("http://127.0.0.1:9/v1").hear(np.zeros(1600, np.float32), "en")
    with pytest.raises(MissingPartError):
        OpenAiHttpEngine("no address").hear(np.zeros(1600, np.float32), "en")
